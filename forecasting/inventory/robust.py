"""Costs that are known only from … to …: which orders do not care, and which number is worth measuring."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.inventory.decision import order_quantities
from forecasting.inventory.orders import OrderInputs, order_lines
from forecasting.inventory.rules import items_for, label, number
from forecasting.paths import SamplePaths
from forecasting.schema import ITEM_MONEY

ROBUST = "robust"


def robustness(
    paths: SamplePaths, inputs: OrderInputs, ranges: Mapping[str, tuple[float, float]] | None = None
) -> pd.DataFrame:
    """Return unique_id, lowest, highest (units) and worth_measuring, one row per series of `paths`.

    Each cost with a range is set to both of its ends while the others stay as they are. A row whose
    order never changes is 'robust'; another names the cost that moves its order most. `ranges`
    holds money per unit for every item (price, unit_cost …); an item's own columns, such as
    `goodwill_low` and `goodwill_high`, win. NaN and '' where the line cannot be decided.
    """
    items = items_for(inputs.items, paths.unique_id)
    base = _orders(paths, replace(inputs, items=items))
    lowest, highest, widest = base.copy(), base.copy(), np.zeros(len(base))
    worth = np.where(np.isnan(base), "", ROBUST).astype(object)
    for name in ITEM_MONEY:
        project = (ranges or {}).get(name, (np.nan, np.nan))
        for end, blank in zip(("low", "high"), project, strict=True):
            given = number(items, f"{name}_{end}")
            bound = np.where(np.isnan(given), blank, given)
            if np.isnan(bound).all():
                continue
            moved = np.where(np.isnan(bound), number(items, name), bound)
            orders = _orders(paths, replace(inputs, items=items.assign(**{name: moved})))
            change = np.nan_to_num(np.abs(orders - base))
            worth = np.where(change > widest, label(name), worth)
            widest = np.maximum(widest, change)
            lowest, highest = np.fmin(lowest, orders), np.fmax(highest, orders)
    return pd.DataFrame(
        {"unique_id": paths.unique_id, "lowest": lowest, "highest": highest, "worth_measuring": worth}
    )


def _orders(paths: SamplePaths, inputs: OrderInputs) -> np.ndarray:
    """Return the order of every line, (n,) units, NaN where it cannot be decided."""
    return order_quantities(paths, order_lines(paths, inputs), whole_units=inputs.whole_units)
