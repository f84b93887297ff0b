"""The manager's own quantities beside the suggested ones, and what the difference costs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.before_delivery import Outlook
from forecasting.inventory.blocks import blocks
from forecasting.inventory.lead_times import lead_time_draws
from forecasting.inventory.packs import PACK_TOLERANCE
from forecasting.inventory.reasons import plain
from forecasting.inventory.rules import together
from forecasting.paths import SamplePaths

# Who decided a quantity: nobody changed it, a person did, or a rule the person set.
MANAGER, SUGGESTION, BUDGET, KEEP = "manager", "suggestion", "budget", "keep"


def with_own_quantities(
    orders: pd.DataFrame, quantities: Mapping[str, float], by: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the orders with the quantity that will really be ordered beside the suggested one.

    Parameters
    ----------
    orders
        The orders frame of `plan_orders`.
    quantities
        Units to order instead, by unique_id; a series without an order line is ignored.
    by
        Who wants that, by unique_id; the manager where nothing is said.

    Returns
    -------
    The orders and: yours (units; the suggestion where nobody changed it), decided_by
    ('manager', 'budget', 'keep' or 'suggestion'), yours_cost (expected money per protection interval),
    yours_effect (yours_cost − expected_cost), yours_saved (expected_cost_if_nothing −
    yours_cost) and yours_risk (stockout_risk with that quantity). These four are NaN where
    the suggestion was changed until `own_costs` works them out. `note` also says which limit a
    manager's quantity breaks.
    """
    wanted = orders["unique_id"].map(dict(quantities)).astype(float)
    if (wanted < 0).any():
        first = orders.loc[wanted < 0, "unique_id"].iloc[0]
        raise DecisionError(f"{first!r} has an order of {wanted.min():g} units; give 0 or more.")
    own = wanted.notna() & (wanted != orders["order_quantity"])
    deciders = by or {}
    whose = pd.Series([deciders.get(i, MANAGER) for i in orders["unique_id"]], orders.index, dtype=object)
    marked = orders.assign(
        yours=wanted.where(own, orders["order_quantity"]),
        decided_by=whose.where(own, SUGGESTION).astype(object),
        yours_cost=orders["expected_cost"].mask(own),
        yours_effect=(orders["expected_cost"] * 0.0).mask(own),
        yours_saved=orders["money_at_stake"].mask(own),
        yours_risk=orders["stockout_risk"].mask(own),
    )
    return marked.assign(note=together(orders["note"].to_numpy(), _broken_limits(marked)))


def own_series(orders: pd.DataFrame) -> list[str]:
    """Return the unique_id of every line whose suggestion was changed; none where nobody was asked."""
    if "decided_by" not in orders:
        return []
    return orders.loc[orders["decided_by"] != SUGGESTION, "unique_id"].tolist()


def own_costs(
    orders: pd.DataFrame, paths: SamplePaths, lead_times: Mapping[str, np.ndarray] | None = None
) -> pd.DataFrame:
    """Return the orders with what every own quantity costs, saves and risks.

    The same futures and unit costs judge the suggestion and the manager (`before_delivery.Outlook`).
    A line that could not be decided, or whose stock nobody gave, stays NaN.

    `paths` holds the futures of at least the changed lines; `lead_times` what suppliers have shown.
    """
    priced = orders.copy()
    draws = lead_time_draws(orders, orders, lead_times or {})
    counted = (orders["problem"] == "") & orders["on_hand"].notna()
    lines = orders.assign(lead_time_draws=draws)[(orders["decided_by"] != SUGGESTION) & counted]
    if len(lines):
        cost, risk = _cost_and_risk(lines, paths)
        priced.loc[lines.index, "yours_cost"], priced.loc[lines.index, "yours_risk"] = cost, risk
    priced["yours_effect"] = priced["yours_cost"] - priced["expected_cost"]
    priced["yours_saved"] = priced["expected_cost_if_nothing"] - priced["yours_cost"]
    return priced


def _cost_and_risk(lines: pd.DataFrame, paths: SamplePaths) -> tuple[np.ndarray, np.ndarray]:
    """Return the expected cost (money) and the risk to run out after the delivery of lines, (n,) each."""
    rows = lines.reset_index(drop=True)
    cost, risk = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for block in blocks(paths.only(rows["unique_id"]), rows):
        position = block.columns["inventory_position"].astype(float)
        outlook, stock = Outlook(block.demand, block.terms, position), position + block.columns["yours"]
        cost[block.rows] = outlook.cost(stock)
        risk[block.rows] = outlook.service_levels(stock)["stockout_risk"]
    return cost, risk


def _broken_limits(orders: pd.DataFrame) -> np.ndarray:
    """Return which limit of supplier or shelf an own quantity breaks, as a sentence; '' where none."""
    own, yours = (orders["decided_by"] == MANAGER) & (orders["yours"] > 0), orders["yours"]
    pack, moq, capacity = (orders[name].astype(float) for name in ("pack", "moq", "capacity"))
    packs = yours / pack
    broken = {
        "Your {0} is not whole packs of {1}.": (packs - packs.round()).abs() > PACK_TOLERANCE,
        "Your {0} is below the minimum order of {2}.": yours < moq,
        "Your {0} does not fit: there is room for {3} in all.": (
            orders["inventory_position"] + yours > capacity
        ),
    }
    values = list(zip(yours, pack, moq, capacity, strict=True))
    sentences = [
        [template.format(*map(plain, v)) if hit else "" for v, hit in zip(values, own & hits, strict=True)]
        for template, hits in broken.items()
    ]
    return together(*(np.array(texts, dtype=object) for texts in sentences))
