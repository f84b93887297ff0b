"""From simulated demand to levels, orders and what they cost, a block of series at a time."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecasting.inventory.before_delivery import cost_with_losses, lost_before_delivery, service_levels
from forecasting.inventory.newsvendor import cheapest_whole_quantity, expected_cost, newsvendor_quantity
from forecasting.inventory.packs import cheapest_feasible
from forecasting.inventory.rules import Columns
from forecasting.inventory.supply import limits
from forecasting.paths import SamplePaths

# Series decided at once: the sums of 1000 paths for this many stay in the processor's cache.
BLOCK = 128

NEEDED = ("underage", "overage", "inventory_position", "review_period", "pack", "moq", "capacity")
NUMBERS = (
    "order_quantity",
    "order_up_to_level",
    "expected_demand",
    "demand_to_review",
    "unrounded_order",
    "rounding_cost",
    "expected_cost",
    "expected_cost_if_nothing",
    "short_before",
    "lost_before",
    "risk_before",
    "excess_before",
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
    their order. The order is the newsvendor's over the protection interval, with
    the stock on hand, on order and newly ordered together. Costs and service
    levels are those of the same interval, less what is lost before the delivery.
    """
    table = {name: np.full(len(lines), np.nan) for name in NUMBERS}
    table["stockout_date"] = np.full(len(lines), np.datetime64("NaT"), dtype=paths.ds.to_numpy().dtype)
    columns = {name: lines[name].to_numpy() for name in NEEDED}
    expected = paths.expectation()  # (n_series, horizon)
    for rows, (periods, lead_time) in _blocks(lines):
        futures = paths.values[rows]  # (block, n_paths, horizon)
        chosen = {name: values[rows] for name, values in columns.items()}
        demand = futures[:, :, :periods].sum(axis=2, dtype=np.float64)  # (block, n_paths)
        before = futures[:, :, :lead_time].sum(axis=2, dtype=np.float64)
        ahead = expected[rows]
        order = _order(demand, chosen, whole_units)
        numbers = order | _outcome(demand, before, chosen, order["order_quantity"])
        numbers |= _cover(ahead, chosen, paths.ds, days_per_period)
        numbers["expected_demand"] = ahead[:, :periods].sum(axis=1)
        for name, values in numbers.items():
            table[name][rows] = values
    return pd.DataFrame(table, index=lines.index)


def _blocks(lines: pd.DataFrame) -> Iterator[tuple[np.ndarray, tuple[int, int]]]:
    """Yield rows that can be decided and share protection interval and lead time, with these two."""
    times = lines[["protection_interval", "lead_time"]].to_numpy()
    decidable = (lines["problem"] == "").to_numpy()
    for periods, lead_time in np.unique(times[decidable], axis=0):
        rows = np.flatnonzero(decidable & (times == (periods, lead_time)).all(axis=1))
        for start in range(0, len(rows), BLOCK):
            yield rows[start : start + BLOCK], (int(periods), int(lead_time))


def _order(demand: np.ndarray, lines: Columns, whole_units: bool) -> dict[str, np.ndarray]:
    underage, overage, position = lines["underage"], lines["overage"], lines["inventory_position"]

    def cost_of(order: np.ndarray) -> np.ndarray:
        return expected_cost(demand, position + order, underage=underage, overage=overage)

    if whole_units:
        level = cheapest_whole_quantity(demand, underage, overage)
    else:
        level = newsvendor_quantity(demand, underage / (underage + overage))
    wanted = np.maximum(level - position, 0.0)
    order = cheapest_feasible(wanted, limits(lines), cost_of)
    return {
        "order_quantity": order,
        "order_up_to_level": level,
        "unrounded_order": wanted,
        "rounding_cost": np.maximum(cost_of(order) - cost_of(wanted), 0.0),
    }


def _outcome(
    demand: np.ndarray, before: np.ndarray, lines: Columns, order: np.ndarray
) -> dict[str, np.ndarray]:
    """Return what the order and ordering nothing lose, and the part of it that no order changes.

    `demand` and `before` (block, n_paths) are over the protection interval and the lead time.
    """
    underage, overage, position = lines["underage"], lines["overage"], lines["inventory_position"]
    lost = lost_before_delivery(before, position)
    left = np.maximum(position[:, None] - demand, 0.0).mean(axis=1)
    with_order, with_nothing = (
        cost_with_losses(demand, lost, stock, underage=underage, overage=overage)
        for stock in (position + order, position)
    )
    short = lost.mean(axis=1)
    return {
        "expected_cost": with_order,
        "expected_cost_if_nothing": with_nothing,
        "short_before": short,
        "lost_before": underage * short,
        "risk_before": (lost > 0).mean(axis=1),
        "excess_before": overage * left,
        **service_levels(demand, lost, position + order),
    }


def _cover(
    expected: np.ndarray, lines: Columns, ds: pd.DatetimeIndex, days_per_period: float
) -> dict[str, np.ndarray]:
    """Return how long what is on hand and on order lasts against expected demand (block, horizon).

    Within the period in which it runs out, demand is taken as even.
    """
    position = lines["inventory_position"]
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
