"""What mistakes cost, line by line and situation by situation, and whether it is known well enough."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.currency import currency_sign
from forecasting.inventory.cost_words import explain_ratio
from forecasting.inventory.robust import ROBUST, robustness
from forecasting.inventory.rules import number
from forecasting.inventory.situations import situation_in_words
from forecasting.report.columns import Column
from forecasting.report.tables import money, percent
from forecasting.services.dataset import Dataset
from forecasting.services.findings import Findings
from forecasting.services.plan import chosen_paths, order_inputs

# The costs a share of doubt is put on; what an item does not give is the project's own.
DOUBTED = ("price", "unit_cost", "salvage", "goodwill", "holding_rate", "backorder_cost")
SITUATION_COLUMNS: Mapping[str, Column] = {
    "words": Column("What happens", "To a unit left over, and to a missed sale.", "text"),
    "lines": Column("Lines", "Order lines in this situation.", "count"),
    "underage": Column("One short costs", "Money lost per unit too few (Cu), the middle line.", "money"),
    "overage": Column("One over costs", "Money lost per unit too many (Co), the middle line.", "money"),
    "critical_ratio": Column("Worth covering", "Cu / (Cu + Co), the middle line.", "percent"),
}
ROBUST_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "order_quantity": Column("Order", "Units suggested with the costs as they are.", "units"),
    "lowest": Column("Lowest", "Smallest order that any cost of its range asks for.", "units"),
    "highest": Column("Highest", "Largest order that any cost of its range asks for.", "units"),
    "worth_measuring": Column("Worth measuring", "The cost that moves the order most; robust: none.", "text"),
}


def situation_table(orders: pd.DataFrame) -> pd.DataFrame:
    """Return `SITUATION_COLUMNS`, a row per pair of answers that occurs, the most lines first.

    Costs and ratio are medians over the lines; what they imply is said of that median.
    """
    known = orders[orders["critical_ratio"].notna()]
    grouped = known.groupby(["situation", "missed_sale"], sort=False)
    table = grouped[["underage", "overage", "critical_ratio"]].median()
    table.insert(0, "lines", grouped.size())
    table = table.reset_index().sort_values("lines", ascending=False, ignore_index=True)
    pairs = zip(table["situation"], table["missed_sale"], strict=True)
    table["words"] = [situation_in_words(str(kind), str(missed)) for kind, missed in pairs]
    return table[list(SITUATION_COLUMNS)]


def situations_in_words(table: pd.DataFrame) -> list[str]:
    """Return what the ratio of each situation implies, a sentence per row of `situation_table`."""
    return [
        f"{count} lines, at {_implied(ratio)}"
        for count, ratio in zip(table["lines"], table["critical_ratio"], strict=True)
    ]


def line_costs(orders: pd.DataFrame, unique_id: str, currency: str, *, unit: str = "unit") -> str:
    """Return both unit costs of one line, their ratio and what it implies; '' where none is known."""
    line = orders[orders["unique_id"] == unique_id].iloc[0]
    if pd.isna(line["critical_ratio"]):
        return ""
    said = (
        f"One {unit} short costs {_small(line['underage'], currency)}, one left over "
        f"{_small(line['overage'], currency)}. Critical ratio {_implied(line['critical_ratio'])}"
    )
    if pd.notna(line["target"]):
        said = (
            f"A service target of {percent(line['target'])} decides, as if a unit short cost "
            f"{money(line['implied_underage'], currency)}. {said}"
        )
    return f"{said} {situation_in_words(str(line['situation']), str(line['missed_sale']))}"


def _small(value: float, currency: str) -> str:
    """Return a unit cost; holding one unit for a cycle may cost less than a cent."""
    return money(value, currency) if value >= 0.1 else f"{currency_sign(currency)}{value:.2g}"


def _implied(ratio: float) -> str:
    return explain_ratio(ratio) if ratio < 1 else "1: a unit left over costs you nothing, so never run out."


def unanswered(dataset: Dataset, column: str) -> int:
    """Return how many series leave a question (leftover, missed_sale) to the project."""
    items = dataset.items_of(list(dataset.series))
    if column not in items:
        return len(items)
    return int((items[column].astype("string").str.strip().fillna("") == "").sum())


def has_ranges(dataset: Dataset) -> bool:
    """Return whether any item gives a cost from … to …."""
    names = [f"{name}_{end}" for name in DOUBTED for end in ("low", "high")]
    return any(np.isfinite(number(dataset.items, name)).any() for name in names)


def robust_orders(found: Findings, doubt: float) -> pd.DataFrame:
    """Return `ROBUST_COLUMNS` of every line, those that a cost would move most first.

    `doubt` is the share by which every cost may be off (0.1: ten percent), where the items give no range
    of their own. Nothing is refitted. Typed costs have no parts that could be measured: they stay.
    """
    paths = chosen_paths(found.results, found.choice)
    inputs = order_inputs(found.dataset, found.settings, list(paths.unique_id))
    items, costs = inputs.items, found.settings.costs
    defaults = {"goodwill": costs.goodwill, "holding_rate": costs.holding_rate}
    if doubt > 0:
        items = items.assign(**_doubted(items, doubt))
    ranges = {n: (v * (1 - doubt), v * (1 + doubt)) for n, v in defaults.items() if doubt > 0 and v > 0}
    table = robustness(paths, replace(inputs, items=items), ranges)
    order = found.orders.set_index("unique_id")["order_quantity"]
    table["order_quantity"] = table["unique_id"].map(order)
    moved = (table["highest"] - table["lowest"]).fillna(0.0)
    places = moved.sort_values(ascending=False, kind="stable").index
    return table.loc[places, list(ROBUST_COLUMNS)].reset_index(drop=True)


def _doubted(items: pd.DataFrame, doubt: float) -> dict[str, np.ndarray]:
    """Return the range columns that a share of doubt makes of the items' costs; given ranges stay."""
    made = {}
    for name in DOUBTED:
        cost = number(items, name)
        for end, factor in (("low", 1 - doubt), ("high", 1 + doubt)):
            given = number(items, f"{name}_{end}")
            made[f"{name}_{end}"] = np.where(np.isnan(given), cost * factor, given)
    return made


def robust_in_words(table: pd.DataFrame) -> str:
    """Return how many orders do not care, and which cost is worth measuring first."""
    decided = table[table["worth_measuring"] != ""]
    steady = int((decided["worth_measuring"] == ROBUST).sum())
    said = f"{steady} of {len(decided)} orders are robust: no cost of its range changes them."
    others = decided.loc[decided["worth_measuring"] != ROBUST, "worth_measuring"].value_counts()
    if others.empty:
        return said
    first = ", ".join(f"{str(name).lower()} ({count} lines)" for name, count in others.head(3).items())
    return f"{said} Of the others, measure first: {first}."
