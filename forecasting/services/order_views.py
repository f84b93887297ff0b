"""What order pages ask beside the orders: cost by quantity, exchange curve, stock to come, next reviews."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.inventory.blocks import Block, blocks
from forecasting.inventory.decision import cost_of_order
from forecasting.inventory.interval_cost import best_level, interval_cost
from forecasting.inventory.orders import order_lines
from forecasting.paths import SamplePaths
from forecasting.report.tables import display, money, percent
from forecasting.services.findings import Findings
from forecasting.services.plan import chosen_paths, order_inputs

FLAT = 0.02  # quantities that cost at most this share more than the best are as good
POINTS = 121
BAND = (0.1, 0.9)


@dataclass(frozen=True)
class CostCurve:
    """Expected cost of one item's order against its quantity.

    `table` has quantity (units), cost (money); best is the cheapest quantity, flat_from and flat_to
    the quantities beside it that cost at most 2 % more.
    """

    table: pd.DataFrame
    best: float
    flat_from: float
    flat_to: float

    def sentence(self) -> str:
        """Return the flat zone in words; where it is one quantity, that no other is as good.

        >>> CostCurve(pd.DataFrame(), 110, 95, 140).sentence()
        'Anything from 95 to 140 costs within 2 % of the best.'
        """
        if self.flat_from == self.flat_to:
            return f"Every other quantity costs over 2 % more than {_shown(self.best)}."
        return (
            f"Anything from {_shown(self.flat_from)} to {_shown(self.flat_to)} costs within 2 % of the best."
        )


def lines_of(found: Findings, unique_id: str | None = None) -> tuple[SamplePaths, pd.DataFrame]:
    """Return futures and order lines with their suggestion, of one series or of all."""
    choice = found.choice
    if unique_id is not None:
        choice = choice[choice["unique_id"] == unique_id]
    paths = chosen_paths(found.results, choice)
    lines = order_lines(paths, order_inputs(found.dataset, found.settings, list(paths.unique_id)))
    known = found.orders.set_index("unique_id")
    for name in ("order_quantity", "implied_underage"):
        lines[name] = lines["unique_id"].map(known[name]).to_numpy()
    return paths, lines


def cost_curve(found: Findings, unique_id: str, reach: float = 0.0) -> CostCurve | None:
    """Return expected cost against quantity for one item; None where its line cannot be decided.

    The cost is the one that chose the suggestion: over the protection interval, on the shelf the
    rule keeps. Quantities run from 0 to twice what the best asks for, and to `reach` at least; the
    best and both ends of the flat zone are found to the unit.
    """
    paths, lines = lines_of(found, unique_id)
    block = next(iter(blocks(paths, lines)), None)
    if block is None:
        return None
    position = float(block.columns["inventory_position"][0])
    top = max(2 * float(block.columns["order_quantity"][0]), float(block.demand.whole.max()) - position, 10.0)
    top = max(top, reach)
    quantity = np.unique(np.round(np.linspace(0, top, POINTS)))
    implied = block.columns["implied_underage"]

    def cost(order: float) -> float:
        return float(cost_of_order(block, implied, np.array([order]))[0])

    table = pd.DataFrame({"quantity": quantity, "cost": [cost(q) for q in quantity]})
    best, low, high = flat_zone(cost, table)
    exact = pd.DataFrame({"quantity": [best, low, high], "cost": [cost(q) for q in (best, low, high)]})
    table = pd.concat([table, exact]).drop_duplicates("quantity").sort_values("quantity", ignore_index=True)
    return CostCurve(table, best, low, high)


def flat_zone(cost: Callable[[float], float], table: pd.DataFrame) -> tuple[float, float, float]:
    """Return the cheapest whole quantity and the first and last that cost at most `FLAT` more, to the unit.

    `table` holds quantity and cost on a coarse grid. Between its points the cost is taken to fall to
    the best and rise from it: a grid of an item that sells ten thousands steps over the whole zone.
    """
    quantity, known = table["quantity"].to_numpy(dtype=float), table["cost"].to_numpy(dtype=float)
    place = int(np.argmin(known))
    low, best = float(quantity[max(place - 1, 0)]), float(quantity[min(place + 1, len(quantity) - 1)])
    while best > low:  # the smallest quantity after which one unit more no longer saves
        middle = np.floor((low + best) / 2)
        low, best = (low, middle) if cost(middle + 1) >= cost(middle) else (middle + 1, best)
    limit = cost(best) * (1 + FLAT)
    dear = quantity[known > limit]
    below, above = dear[dear < best], dear[dear > best]
    first = _edge(cost, limit, best, below[-1]) if len(below) else quantity[0]
    last = _edge(cost, limit, best, above[0]) if len(above) else quantity[-1]
    return best, float(first), float(last)


def _edge(cost: Callable[[float], float], limit: float, inside: float, outside: float) -> float:
    """Return the whole quantity nearest to `outside` whose cost is within the limit."""
    while abs(outside - inside) > 1:
        middle = float(np.floor((inside + outside) / 2))
        inside, outside = (middle, outside) if cost(middle) <= limit else (inside, middle)
    return inside


def _shown(quantity: float) -> str:
    return display(quantity, "units", "")


def exchange_curve(found: Findings, factors: tuple[float, ...] = ()) -> pd.DataFrame:
    """Return average stock in money against the fill rate of all items together, a row per point.

    factor is what the cost of a missed unit is multiplied by (0.1 … 10; 1 is the recommendation);
    kind is 'curve', 'recommended', 'today' (what is on hand and on order) or 'equal service' (the
    same share of cycles for every item, `factor` then is that share); stock_money is the expected
    stock at the end of a cycle plus half a cycle's demand, at unit cost; fill_rate the share of a
    cycle's demand served; cost what mistakes are expected to cost in a cycle, which is what the
    recommendation makes least. Items without a unit cost or a counted stock are left out.
    """
    paths, lines = lines_of(found)
    counted = lines["unique_id"].map(found.orders.set_index("unique_id")["on_hand"].notna()).to_numpy(bool)
    items = found.dataset.items_of(list(paths.unique_id))
    cost = pd.to_numeric(items.get("unit_cost", pd.Series(np.nan, index=items.index)), errors="coerce")
    lines["money"] = cost.to_numpy(dtype=float)
    lines["problem"] = lines["problem"].mask(~counted | np.isnan(lines["money"]), "left out")
    steps = factors or tuple(float(f) for f in np.geomspace(0.1, 10, 13))
    total: dict[tuple[str, float], np.ndarray] = {}
    for block in blocks(paths, lines):
        for point, level in _points(block, steps).items():
            total[point] = total.get(point, np.zeros(4)) + _stock_and_service(block, level)
    rows = [
        {"kind": kind, "factor": factor, "stock_money": money, "fill_rate": served / asked, "cost": lost}
        for (kind, factor), (money, served, asked, lost) in total.items()
        if asked > 0
    ]
    return pd.DataFrame(rows, columns=["kind", "factor", "stock_money", "fill_rate", "cost"])


def _points(block: Block, factors: tuple[float, ...]) -> dict[tuple[str, float], np.ndarray]:
    """Return the levels (n,) of every point of the exchange curve."""
    levels: dict[tuple[str, float], np.ndarray] = {}
    for factor in factors:
        terms = replace(
            block.terms,
            missed_cost=block.terms.missed_cost * factor,
            missed_period_cost=block.terms.missed_period_cost * factor,
        )
        levels["curve", factor] = best_level(block.demand, terms, whole_units=True)
    levels["recommended", 1.0] = best_level(block.demand, block.terms, whole_units=True)
    levels["today", np.nan] = block.columns["inventory_position"].astype(float)
    for share in (0.8, 0.9, 0.95, 0.98):
        levels["equal service", share] = np.quantile(block.demand.whole, share, axis=1, method="inverted_cdf")
    return levels


def _stock_and_service(block: Block, level: np.ndarray) -> np.ndarray:
    """Return stock in money, units served, units asked for and cost of a cycle, summed over the block."""
    demand = block.demand
    cycle = (demand.whole - demand.lead).mean(axis=1)
    short = np.maximum(demand.whole - level[:, None], 0).mean(axis=1)
    short = short - np.maximum(demand.lead - level[:, None], 0).mean(axis=1)
    left = np.maximum(level[:, None] - demand.whole, 0).mean(axis=1)
    money = float(((left + cycle / 2) * block.columns["money"]).sum())
    lost = float(interval_cost(demand, block.terms, level).sum())
    return np.array([money, float((cycle - short).sum()), float(cycle.sum()), lost])


def exchange_in_words(points: pd.DataFrame, currency: str) -> str:
    """Return what the recommendation and equal service with most nearly its stock serve and cost, and why."""
    best = points[points["kind"] == "recommended"].iloc[0]
    equal = points[points["kind"] == "equal service"]
    near = equal.iloc[int((equal["stock_money"] - best["stock_money"]).abs().argmin())]
    dearer = max(near["cost"] - best["cost"], 0.0)
    return (
        f"With {money(near['stock_money'], currency)} in stock, equal service ({percent(near['factor'])} of "
        f"cycles for every item) serves {percent(near['fill_rate'])} of the units, the recommendation "
        f"{percent(best['fill_rate'])} with {money(best['stock_money'], currency)}. "
        f"{'Yet' if near['fill_rate'] > best['fill_rate'] else 'And'} mistakes cost "
        f"{money(near['cost'], currency)} a cycle with equal service, {money(best['cost'], currency)} as "
        f"recommended ({money(dearer, currency)} less): stock is no cost by itself, and the recommendation "
        "keeps most of what is cheap to keep and dear to miss, and least of what is thrown away."
    )


def projected_stock(found: Findings, unique_id: str, quantity: float | None = None) -> pd.DataFrame:
    """Return ds, expected, low, high: stock of one item at each period's end if `quantity` is ordered now.

    The suggestion where no quantity is given. On hand and on order are there from the start, for no
    file says when goods on order come; the order comes after the lead time; nothing is ordered later.
    low and high hold 8 of 10 futures. Empty where the line cannot be decided.
    """
    paths, lines = lines_of(found, unique_id)
    columns = ["ds", "expected", "low", "high"]
    line = lines.iloc[0]
    if line["problem"] != "":
        return pd.DataFrame(columns=columns)
    order = float(line["order_quantity"] if quantity is None else quantity)
    stock = np.full(paths.values.shape[1], float(line["inventory_position"]))
    rows = []
    for period, ds in enumerate(paths.ds):
        if period == int(line["lead_time"]):
            stock = stock + order
        stock = stock - paths.values[0, :, period]
        stock = stock if line["missed_sale"] != "lost" else np.maximum(stock, 0.0)
        low, high = np.quantile(stock, BAND)
        rows.append((ds, float(stock.mean()), float(low), float(high)))
    return pd.DataFrame(rows, columns=columns)


def review_calendar(found: Findings) -> pd.DataFrame:
    """Return unique_id, review (date), order_up_to_level: every item's level at each of its next reviews.

    Demand changes with the season, so S is worked out anew for every review whose protection
    interval the forecast still reaches; a review further ahead is not shown rather than guessed. Costs
    decide here; a service target is not followed.
    """
    paths, lines = lines_of(found)
    rows: list[tuple[str, pd.Timestamp, float]] = []
    reach = paths.horizon - (lines["lead_time_max"] + lines["review_period"])
    whole = order_inputs(found.dataset, found.settings, list(paths.unique_id)).whole_units
    for start in range(int(reach.max(skipna=True)) + 1 if reach.notna().any() else 0):
        due = (
            (lines["review_period"] > 0) & (start % lines["review_period"] == 0) & (reach >= start)
        ).to_numpy()
        if not due.any():
            continue
        ahead = SamplePaths(paths.unique_id, paths.ds[start:], paths.values[:, :, start:])
        now = lines.assign(problem=lines["problem"].mask(~due, "not due"))
        for block in blocks(ahead, now):
            level = best_level(block.demand, block.terms, whole_units=whole)
            names = block.columns["unique_id"]
            rows += [(str(n), paths.ds[start], float(s)) for n, s in zip(names, level, strict=True)]
    table = pd.DataFrame(rows, columns=["unique_id", "review", "order_up_to_level"])
    return table.sort_values(["unique_id", "review"], ignore_index=True)
