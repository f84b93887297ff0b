"""What changed since the last order, line by line, and why: one cause switched at a time.

The plan that was placed is kept with what it rested on: model of each line, settings, items. The new
forecasts under the old models, costs, terms and stock give what new data alone would have changed; then
the models, the costs, the supplier's terms and the stock of today are put in one after another. The parts
add up to the whole difference, for each begins where the one before ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from forecasting.inventory.decision import order_quantities
from forecasting.inventory.orders import order_lines
from forecasting.report.columns import Column
from forecasting.report.tables import units
from forecasting.schema import ITEM_MONEY, ITEM_RANGES, ITEM_WORDS
from forecasting.services.dataset import Dataset
from forecasting.services.findings import Findings
from forecasting.services.plan import chosen_paths, live_choice, order_inputs
from forecasting.settings import Settings

LINES, ITEMS = "placed_lines", "placed_items"
STOCK = ("on_hand", "on_order", "stock_date")
COST_COLUMNS = (*ITEM_MONEY, *ITEM_RANGES, *ITEM_WORDS, "service_target")
CAUSES = ("data", "model", "costs", "terms", "stock")
CAUSE_WORDS = {
    "data": "new data", "model": "another model", "costs": "costs", "terms": "supplier's terms",
    "stock": "stock",
}  # fmt: skip
NEW, SAME = "new item", ""
CHANGE_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "before": Column("Suggested then", "Units suggested when the last order was placed.", "units"),
    "placed": Column("Ordered then", "Units ordered then, your changes included.", "units"),
    "now": Column("Suggested now", "Units suggested now.", "units"),
    "change": Column("Change", "Units suggested now, less those suggested then.", "units"),
    "data": Column("New data", "Of it, by sales that have come since and the forecast from them.", "units"),
    "model": Column("Model", "Of it, by another model behind the line.", "units"),
    "costs": Column("Costs", "Of it, by other prices, costs or service targets.", "units"),
    "terms": Column("Terms", "Of it, by lead time, review period, packs, minimum or room.", "units"),
    "stock": Column("Stock", "Of it, by what is on hand and on order.", "units"),
    "cause": Column("Mostly by", "The largest part.", "text"),
}


@dataclass(frozen=True)
class PlacedPlan:
    """An order plan as it was placed, with what it rested on."""

    at: str  # ISO date and time
    settings: Settings
    lines: pd.DataFrame  # unique_id, order_quantity, yours, model
    items: pd.DataFrame  # the items frame of that day


def kept_plan(found: Findings) -> dict[str, pd.DataFrame]:
    """Return the frames that a project keeps of a plan when it is placed."""
    lines = found.orders[["unique_id", "order_quantity", "yours", "model"]].reset_index(drop=True)
    return {LINES: lines, ITEMS: found.dataset.items}


def placed_plan(at: str, settings: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> PlacedPlan:
    """Return the plan that a project keeps."""
    return PlacedPlan(at, Settings.from_dict(settings), frames[LINES], frames[ITEMS])


def plan_changes(found: Findings, placed: PlacedPlan) -> pd.DataFrame:
    """Return `CHANGE_COLUMNS` of every line whose suggestion changed, the largest change first.

    Raises `DecisionError` where the old times need a longer forecast than there is now.
    """
    lines = placed.lines.set_index("unique_id")
    now = found.orders.set_index("unique_id")["order_quantity"]
    table = pd.DataFrame(
        {"before": lines["order_quantity"], "placed": lines["yours"]}, index=lines.index
    ).reindex(now.index)
    table["now"] = now
    table["change"] = table["now"] - table["before"]
    steps = _steps(found, placed)
    last = table["before"].to_numpy(dtype=float)
    for cause in CAUSES:
        table[cause] = steps[cause] - last
        last = steps[cause]
    table["cause"] = _largest(table)
    moved = (table["change"].abs() > 1e-9) | table["before"].isna() & table["now"].notna()
    shown = table[moved].reset_index()
    return shown.sort_values("change", key=lambda c: -c.abs().fillna(np.inf), ignore_index=True)[
        list(CHANGE_COLUMNS)
    ]


def _steps(found: Findings, placed: PlacedPlan) -> dict[str, np.ndarray]:
    """Return the suggestion of every line after each cause was switched to today's, in that order."""
    settings, dataset = found.settings, found.dataset
    was = found.choice.assign(
        model=found.choice["unique_id"]
        .map(placed.lines.set_index("unique_id")["model"])
        .fillna(found.choice["model"])
    )
    was = live_choice(found.results, was)
    old_items = replace(dataset, items=_mixed(placed.items, dataset.items, ()))
    old_costs = replace(placed.settings, costs=settings.costs, target=settings.target)
    costs = replace(dataset, items=_mixed(placed.items, dataset.items, COST_COLUMNS))
    terms = replace(dataset, items=_mixed(dataset.items, placed.items, STOCK))
    return {
        "data": _quantities(found, was, old_items, placed.settings),
        "model": _quantities(found, found.choice, old_items, placed.settings),
        "costs": _quantities(found, found.choice, costs, old_costs),
        "terms": _quantities(
            found, found.choice, terms, replace(settings, stock_confirmed=placed.settings.stock_confirmed)
        ),
        "stock": found.orders["order_quantity"].to_numpy(dtype=float),
    }


def _mixed(base: pd.DataFrame, other: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return `base` with some columns of the other table, and whole the items that only that one has."""
    left, right = base.set_index("unique_id"), other.set_index("unique_id")
    mixed = left.drop(columns=[c for c in columns if c in left])
    for name in columns:
        if name in right:
            mixed[name] = right[name].reindex(mixed.index)
    fresh = right.loc[~right.index.isin(mixed.index)]
    return (pd.concat([mixed, fresh]) if len(fresh) else mixed).reset_index()


def _quantities(found: Findings, choice: pd.DataFrame, dataset: Dataset, settings: Settings) -> np.ndarray:
    paths = chosen_paths(found.results, choice)
    inputs = order_inputs(dataset, settings, list(paths.unique_id))
    quantity = order_quantities(paths, order_lines(paths, inputs), whole_units=inputs.whole_units)
    by_line = pd.Series(quantity, index=paths.unique_id)
    return by_line.reindex(found.orders["unique_id"]).to_numpy(dtype=float)


def _largest(table: pd.DataFrame) -> np.ndarray:
    parts = table[list(CAUSES)].abs().fillna(0.0).to_numpy()
    names = np.array([CAUSE_WORDS[c] for c in CAUSES], dtype=object)[parts.argmax(axis=1)]
    return np.where(table["before"].isna(), NEW, np.where(parts.max(axis=1) > 0, names, SAME))


def changes_in_sentence(table: pd.DataFrame, lines: int) -> str:
    """Return how many suggestions changed and what each cause did to the units, in one sentence."""
    if table.empty:
        return "No suggestion has changed since the last order."
    parts = [
        f"{CAUSE_WORDS[cause]} {'+' if total > 0 else '−'}{units(abs(total))}"
        for cause in CAUSES
        if abs(total := float(table[cause].sum())) > 1e-9
    ]
    fresh = int(table["before"].isna().sum())
    said = f"{len(table)} of {lines} suggestions have changed"
    said += f", {fresh} of them new items" if fresh else ""
    return f"{said}. In units: {', '.join(parts)}." if parts else f"{said}."
