"""One item, too little for all its places: who gets how much, and what a minimum for everybody costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.before_delivery import Outlook
from forecasting.inventory.blocks import blocks
from forecasting.inventory.decision import cost_of_order
from forecasting.inventory.options import option_lists
from forecasting.inventory.scarce import shared_out
from forecasting.paths import SamplePaths
from forecasting.report.columns import Column
from forecasting.report.tables import money, units
from forecasting.services.findings import Findings
from forecasting.services.order_views import lines_of

MOST_PACKS = 5_000  # that are tried one by one
SHARE_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "suggested": Column("Suggested", "Units to order if there were enough.", "units"),
    "least": Column("At least", "Units its minimum service asks for.", "units"),
    "share": Column("Share", "Units it gets.", "units"),
    "short": Column("Short", "Units suggested and not given.", "units"),
    "cost_rise": Column("Costs", "Expected money above the best quantity, where units are short.", "money"),
}


@dataclass(frozen=True)
class Shares:
    """A scarce item shared out: a row per place, and what the minimum services cost."""

    table: pd.DataFrame  # SHARE_COLUMNS
    left: float  # units that nobody needs
    floor_price: float  # expected money

    def sentence(self, currency: str) -> str:
        """Return what the shortage costs, what is left and the price of the minimum services."""
        said = f"The shortage is expected to cost {money(float(self.table['cost_rise'].sum()), currency)}."
        if self.left > 0:
            said += f" {units(self.left)} units save nothing anywhere and stay in the warehouse."
        if self.floor_price > 0:
            said += f" The minimum services cost {money(self.floor_price, currency)} of it."
        return said


def shared_items(orders: pd.DataFrame) -> list[str]:
    """Return the items that several places order, by name; none where the file has no item column."""
    if "item" not in orders:
        return []
    open_lines = orders[(orders["problem"] == "") & (orders["order_quantity"] > 0)]
    counts = open_lines["item"].astype(str).value_counts()
    return sorted(counts.index[counts > 1])


def share_out(found: Findings, item: str, available: float) -> Shares:
    """Return how `available` units of one item are best shared among the places that sell it.

    Every pack goes where it is expected to save most, after the minimum services are kept; nobody gets
    more than was suggested. The pack is the largest of the item's. Raises `DecisionError` where the
    minimum services alone take more than there is, and for a quantity that is no number.
    """
    if not (np.isfinite(available) and available >= 0):
        raise DecisionError(f"There are {available:g} units; give a number of 0 or more.")
    orders = found.orders
    mine = orders[(orders.get("item", "") == item) & (orders["problem"] == "")]
    choice = found.choice[found.choice["unique_id"].isin(mine["unique_id"])]
    paths, lines = lines_of(replace(found, choice=choice))
    wanted = lines["order_quantity"].to_numpy(dtype=float)
    pack = float(np.nanmax(np.append(lines["pack"].to_numpy(dtype=float), 1.0)))
    steps = int(min(available, wanted.sum() + pack * len(lines)) // pack)
    most = int(np.ceil(wanted.max(initial=0.0) / pack))
    if steps > MOST_PACKS:
        raise DecisionError(f"{steps} packs are too many to share one by one; share at most {MOST_PACKS}.")
    cost = _costs(paths, lines, pack, most)
    least = np.minimum(np.ceil(option_lists(paths, lines).floor / pack), most)
    rows, enough = np.arange(len(lines)), available >= wanted.sum()
    full = np.ceil(wanted / pack).astype(int)
    packs = full if enough else shared_out(cost, least, steps)
    free = full if enough else shared_out(cost, np.zeros(len(lines)), steps)
    price = float((cost[rows, packs] - cost[rows, free]).sum())
    table = pd.DataFrame({"unique_id": lines["unique_id"], "suggested": wanted, "least": least * pack})
    table["share"] = np.minimum(packs * pack, np.maximum(wanted, table["least"]))
    table["short"] = table["suggested"] - table["share"]
    table["cost_rise"] = np.where(table["short"] > 0, cost[rows, packs] - cost.min(axis=1), 0.0)
    left = available - float(table["share"].sum())
    return Shares(table, left if left >= pack else 0.0, max(price, 0.0))


def _costs(paths: SamplePaths, lines: pd.DataFrame, pack: float, most: int) -> np.ndarray:
    """Return what 0, 1, 2 … packs are expected to cost at each place, (n, most + 1) money.

    What is lost before the delivery is lost whatever is given: the costs of the rest are convex. A
    service target counts as the cost of a missed unit that it implies.
    """
    cost = np.zeros((len(lines), most + 1))
    for block in blocks(paths, lines):
        implied, suggested = block.columns["implied_underage"], block.columns["order_quantity"]
        position = block.columns["inventory_position"].astype(float)
        outlook = Outlook(block.demand, block.terms, position)
        for packs in range(most + 1):
            given = np.minimum(packs * pack, suggested)
            asked = cost_of_order(block, implied, given)
            cost[block.rows, packs] = np.where(np.isnan(implied), outlook.cost(position + given), asked)
    return cost
