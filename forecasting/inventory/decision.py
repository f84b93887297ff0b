"""From simulated demand to levels, orders and what they cost, a block of series at a time."""

import numpy as np
import pandas as pd

from forecasting.inventory.before_delivery import Outlook
from forecasting.inventory.blocks import Block, blocks
from forecasting.inventory.interval_cost import best_level, interval_cost
from forecasting.inventory.lots import lots_of
from forecasting.inventory.packs import cheapest_feasible
from forecasting.inventory.policy import FILLED, KNOWN_DEMAND
from forecasting.inventory.rules import Columns
from forecasting.inventory.searched import searched_level
from forecasting.inventory.supply import limits
from forecasting.inventory.targets import price_of_target, target_level
from forecasting.paths import SamplePaths

RANGE = (0.1, 0.9)  # demand to cover is shown as what it comes to in 8 of 10 futures

NUMBERS = (
    "order_quantity",
    "order_up_to_level",
    "reorder_point",
    "formula_level",
    "lot",
    "expected_demand",
    "demand_low",
    "demand_high",
    "demand_to_review",
    "unrounded_order",
    "rounding_cost",
    "expected_cost",
    "expected_cost_if_nothing",
    "short_before",
    "lost_before",
    "risk_before",
    "excess_before",
    "overstock_cost",
    "shortage_cost",
    "expiry_risk",
    "implied_underage",
    "fill_rate",
    "cycle_service_level",
    "stockout_risk",
    "days_of_cover",
)


def decide(
    paths: SamplePaths, lines: pd.DataFrame, *, days_per_period: float, whole_units: bool
) -> pd.DataFrame:
    """Return `NUMBERS` and stockout_date for every line, NaN where `problem` is not ''.

    `lines` holds costs, policy and supply, one row per series of `paths` in
    their order. The level is the cheapest over the protection interval, with the stock on
    hand, on order and newly ordered together, or the one a service target asks for. Costs
    and service levels are those of the same interval, with what is lost before the delivery.
    """
    table = {name: np.full(len(lines), np.nan) for name in NUMBERS}
    table["stockout_date"] = np.full(len(lines), np.datetime64("NaT"), dtype=paths.ds.to_numpy().dtype)
    expected = paths.expectation()  # (n_series, horizon)
    for block in blocks(paths, lines):
        order = block_order(block, whole_units)
        numbers = order | _outcome(block, order["order_quantity"])
        numbers |= _cover(expected[block.rows], block.columns, paths.ds, days_per_period)
        numbers["expected_demand"] = block.expected
        numbers["demand_low"], numbers["demand_high"] = np.quantile(block.demand.whole, RANGE, axis=1)
        numbers["expiry_risk"] = _expiry_risk(block, order["order_up_to_level"])
        for name, values in numbers.items():
            table[name][block.rows] = values
    return pd.DataFrame(table, index=lines.index)


def order_quantities(paths: SamplePaths, lines: pd.DataFrame, *, whole_units: bool) -> np.ndarray:
    """Return the order of every line alone, (n,) units, NaN where it cannot be decided: quicker than all."""
    quantity = np.full(len(lines), np.nan)
    for block in blocks(paths, lines):
        quantity[block.rows] = block_order(block, whole_units)["order_quantity"]
    return quantity


def block_order(block: Block, whole_units: bool) -> dict[str, np.ndarray]:
    """Return level, reorder point, lot and order of a block, (n,) units, and what packs cost (money)."""
    lines, position = block.columns, block.columns["inventory_position"]
    formula = best_level(block.demand, block.terms, whole_units=whole_units)
    own = searched_level(block, formula, whole_units=whole_units) if lines["searched"].any() else formula
    asked = target_level(block.demand, lines, whole_units=whole_units)
    point = np.where(np.isnan(asked), own, asked)
    certain = lines["policy"] == KNOWN_DEMAND
    point = np.where(certain, np.ceil(block.expected - 1e-9) if whole_units else block.expected, point)
    implied = price_of_target(block.demand, lines, point)
    lot = lots_of(block)
    level = np.where(lines["policy"] == "fixed_quantity", point, point + lot)
    wanted = _wanted(lines, position, point, lot, whole_units)

    def real_cost(order: np.ndarray) -> np.ndarray:
        return interval_cost(block.demand, block.terms, position + order)

    order = _within_limits(block, wanted, implied, lot)
    return {
        "order_quantity": order,
        "order_up_to_level": level,
        "reorder_point": point,
        "formula_level": formula,
        "lot": lot,
        "unrounded_order": wanted,
        "implied_underage": implied,
        "rounding_cost": np.maximum(real_cost(order) - real_cost(wanted), 0.0),
    }


def _wanted(
    lines: Columns, position: np.ndarray, point: np.ndarray, lot: np.ndarray, whole_units: bool
) -> np.ndarray:
    """Return what each rule would order without packs and minimum, (n,) units."""
    short = np.maximum(point - position, 0.0)
    due = np.where(lines["policy"] == KNOWN_DEMAND, short > 0, position <= point)
    lots = np.maximum(np.ceil(short / np.maximum(lot, 1.0)), 1.0)
    filled = np.where(due, short + lot, 0.0)
    fixed = np.where(due, lots * lot, 0.0)
    wanted = np.select(
        [np.isin(lines["policy"], FILLED), lines["policy"] == "fixed_quantity"], [filled, fixed], short
    )
    return np.ceil(wanted - 1e-9) if whole_units else wanted


def _within_limits(block: Block, wanted: np.ndarray, implied: np.ndarray, lot: np.ndarray) -> np.ndarray:
    """Return the order the supplier and the shelf allow: the cheapest, or the nearest to a whole lot.

    The interval's cost knows nothing of the next orders a lot saves, so a lot is kept as near as may be.
    """

    def cost(order: np.ndarray) -> np.ndarray:
        return np.where(lot > 0, np.abs(order - wanted), cost_of_order(block, implied, order))

    return cheapest_feasible(wanted, limits(block.columns), cost)


def cost_of_order(block: Block, implied: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the cost that decides between orders, (n,) money: the interval's, on the shelf the rule keeps.

    A service target counts as the cost of a missed unit that it implies (`implied`, NaN where none).
    """
    stock, targeted = block.columns["inventory_position"] + order, ~np.isnan(implied)
    money = interval_cost(block.demand, block.terms, stock)
    if not targeted.any():
        return money
    short = np.maximum(block.demand.whole - stock[:, None], 0.0).mean(axis=1)
    left = stock - block.demand.whole.mean(axis=1) + short
    return np.where(targeted, np.nan_to_num(implied) * short + block.columns["overage"] * left, money)


def _outcome(block: Block, order: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the order and ordering nothing lose, and the part of it that no order changes."""
    position = block.columns["inventory_position"]
    outlook = Outlook(block.demand, block.terms, position)
    cost, over = outlook.cost(position + order), outlook.overstock(position + order)
    return {
        "expected_cost": cost,
        "overstock_cost": over,
        "shortage_cost": cost - over,
        "expected_cost_if_nothing": outlook.cost(position),
        "short_before": outlook.lost.mean(axis=1),
        "lost_before": outlook.lost_cost,
        "risk_before": (outlook.lost > 0).mean(axis=1),
        "excess_before": outlook.excess(),
        **outlook.service_levels(position + order),
    }


def _expiry_risk(block: Block, level: np.ndarray) -> np.ndarray:
    """Return the chance that the last unit of the level expires before it is sold, (n,); 0: it keeps."""
    if block.demand.life is None:
        return np.zeros(len(level))
    return (block.demand.life <= (level - 1.0)[:, None]).mean(axis=1)


def _cover(
    expected: np.ndarray, lines: Columns, ds: pd.DatetimeIndex, days_per_period: float
) -> dict[str, np.ndarray]:
    """Return how long what is on hand and on order lasts against expected demand (block, horizon).

    Within the period in which it runs out, demand is taken as even.
    """
    position = np.maximum(lines["inventory_position"], 0.0)  # what is owed covers nothing
    total = np.cumsum(expected, axis=1)
    rows, review = np.arange(len(total)), lines["review_period"].astype(int)
    runs_out = total > position[:, None]
    lasts, period = ~runs_out.any(axis=1), runs_out.argmax(axis=1)
    in_period = expected[rows, period]
    before = total[rows, period] - in_period
    share = np.divide(position - before, in_period, out=np.zeros_like(before), where=in_period > 0)
    return {
        "demand_to_review": total[rows, review - 1],
        "days_of_cover": np.where(lasts, np.nan, (period + share) * days_per_period),
        "stockout_date": np.where(lasts, np.datetime64("NaT"), ds.to_numpy()[period]),
    }
