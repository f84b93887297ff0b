"""From simulated demand to levels, orders and what they cost, a block of series at a time."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecasting.inventory.newsvendor import (
    cheapest_whole_quantity,
    expected_cost,
    expected_shortage,
    newsvendor_quantity,
)
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
    "fill_rate",
    "cycle_service_level",
    "days_of_cover",
)


def decide(
    paths: SamplePaths, lines: pd.DataFrame, *, days_per_period: float, whole_units: bool
) -> pd.DataFrame:
    """Return `NUMBERS` and stockout_date for every line, NaN where `problem` is not ''.

    `lines` holds costs, policy and supply, one row per series of `paths` in
    their order. Service levels and costs are those of the protection interval,
    with the stock on hand, on order and newly ordered together.
    """
    table = {name: np.full(len(lines), np.nan) for name in NUMBERS}
    table["stockout_date"] = np.full(len(lines), np.datetime64("NaT"), dtype=paths.ds.to_numpy().dtype)
    columns = {name: lines[name].to_numpy() for name in NEEDED}
    for rows, periods in _blocks(lines):
        futures = paths.values[rows]  # (block, n_paths, horizon)
        chosen = {name: values[rows] for name, values in columns.items()}
        demand = futures[:, :, :periods].sum(axis=2, dtype=np.float64)  # (block, n_paths)
        expected = futures.mean(axis=1, dtype=np.float64)  # (block, horizon)
        numbers = _order(demand, chosen, whole_units) | _cover(expected, chosen, paths.ds, days_per_period)
        for name, values in numbers.items():
            table[name][rows] = values
    return pd.DataFrame(table, index=lines.index)


def _blocks(lines: pd.DataFrame) -> Iterator[tuple[np.ndarray, int]]:
    """Yield rows that can be decided and share a protection interval, with that interval."""
    interval = lines["protection_interval"].to_numpy()
    decidable = (lines["problem"] == "").to_numpy()
    for periods in np.unique(interval[decidable]):
        rows = np.flatnonzero(decidable & (interval == periods))
        for start in range(0, len(rows), BLOCK):
            yield rows[start : start + BLOCK], int(periods)


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
    cost = cost_of(order)
    return {
        "order_quantity": order,
        "order_up_to_level": level,
        "unrounded_order": wanted,
        "expected_cost": cost,
        "expected_cost_if_nothing": cost_of(np.zeros_like(order)),
        "rounding_cost": np.maximum(cost - cost_of(wanted), 0.0),
        **_service(demand, position + order),
    }


def _service(demand: np.ndarray, stock: np.ndarray) -> dict[str, np.ndarray]:
    """Return expected demand (units), cycle service level and fill rate with this much stock.

    Fill rate β = 1 − E(X − stock)⁺ / E X; NaN where no demand is expected at all.
    """
    expected = demand.mean(axis=1)
    lost_share = np.full(len(expected), np.nan)
    np.divide(expected_shortage(demand, stock), expected, out=lost_share, where=expected > 0)
    covered = (demand <= stock[:, None]).mean(axis=1)
    return {"expected_demand": expected, "cycle_service_level": covered, "fill_rate": 1 - lost_share}


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
