"""What each model's forecasts would have cost at the till: one ordering rule, many forecasters.

At every cutoff each model fills an empty shelf up to its own critical-ratio
quantile of demand over the protection interval; then the demand that really
came is served. Costs, policy, shelf and days are the same for all models, so
money differs only because forecasts do. Packs and minimum orders are left out:
they would blur the comparison, not favour anyone.
"""

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.schema import quantile_columns, quantile_level
from forecasting.value.gain import GainInterval, gain_interval, summarise

__all__ = [
    "GainInterval",
    "gain_interval",
    "interpolated_quantile",
    "left_out",
    "replay",
    "summarise",
]

CYCLE = ["model", "unique_id", "cutoff"]


def replay(cumulative: pd.DataFrame, costs: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """Return what every model would have sold, missed and left over, one row per model, series, cutoff.

    Parameters
    ----------
    cumulative
        The cumulative backtest frame: quantiles of, and the actual, demand summed over h periods.
    costs
        The frame of `item_costs`.
    policies
        The frame of `item_policies`.

    Returns
    -------
    model, unique_id, cutoff, protection_interval, review_period (periods),
    order_up_to_level, demand, sold, lost, left (units), underage, overage (money
    per unit), understock_cost, overstock_cost, cost (money), clipped. `clipped`
    marks a critical ratio outside the stored quantile levels: the outermost one
    is used, nothing is extrapolated. What cannot be replayed is absent here and
    listed by `left_out`.
    """
    cycles = _cycles(cumulative, costs, policies)
    cycles = cycles[cycles["why"] == ""].drop(columns="why")
    if cycles.empty:
        raise DecisionError(
            "No cycle of the backtest can be replayed; make its horizon reach lead time plus review period, "
            "and give every item usable costs."
        )
    return _served(_filled(cycles))


def _filled(cycles: pd.DataFrame) -> pd.DataFrame:
    """Return the cycles with order_up_to_level, and `clipped` where the grid ends before the ratio."""
    columns = quantile_columns(cycles)
    levels = np.array([quantile_level(c) for c in columns])
    ratio = cycles["critical_ratio"].to_numpy()
    stock = interpolated_quantile(cycles[columns].to_numpy(dtype=float), levels, ratio)
    clipped = (ratio < levels[0]) | (ratio > levels[-1])
    kept = [*CYCLE, "protection_interval", "review_period", "underage", "overage"]
    return cycles[kept].assign(order_up_to_level=stock, demand=cycles["y"].astype(float), clipped=clipped)


def _served(cycles: pd.DataFrame) -> pd.DataFrame:
    """Return the cycles with what was sold, missed and left over (units), and what that cost (money)."""
    stock, demand = cycles["order_up_to_level"], cycles["demand"]
    lost, left = (demand - stock).clip(lower=0.0), (stock - demand).clip(lower=0.0)
    short, over = cycles["underage"] * lost, cycles["overage"] * left
    money = {"understock_cost": short, "overstock_cost": over, "cost": short + over}
    return cycles.assign(sold=np.minimum(stock, demand), lost=lost, left=left, **money)


def left_out(cumulative: pd.DataFrame, costs: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """Return model, unique_id, cutoff and `why` of every cycle that `replay` leaves out."""
    cycles = _cycles(cumulative, costs, policies)
    return cycles.loc[cycles["why"] != "", [*CYCLE, "why"]].reset_index(drop=True)


def interpolated_quantile(table: np.ndarray, levels: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return per row the quantile at level `at`, (n,), from quantiles (n, n_levels) on a grid.

    Linear between the levels after sorting each row (crossings are rearranged);
    beyond the outermost level that level is used: a grid says nothing of its tails.

    >>> interpolated_quantile(np.array([[10.0, 20.0]]), np.array([0.5, 0.9]), np.array([0.7]))
    array([15.])
    """
    ordered = np.sort(table, axis=1)
    inside = np.clip(at, levels[0], levels[-1])
    upper = np.clip(np.searchsorted(levels, inside), 1, len(levels) - 1)
    weight = (inside - levels[upper - 1]) / (levels[upper] - levels[upper - 1])
    rows = np.arange(len(ordered))
    low, high = ordered[rows, upper - 1], ordered[rows, upper]
    return low + weight * (high - low)


def _cycles(cumulative: pd.DataFrame, costs: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model, series and cutoff with the quantiles at its protection interval.

    `why` says, for a row that cannot be replayed, what keeps it from being so.
    """
    wanted = cumulative[CYCLE].drop_duplicates()
    items = _joined(costs, policies)
    wanted = wanted.merge(items, on="unique_id", how="left", validate="many_to_one")
    reached = int(cumulative["h"].max()) if len(cumulative) else 0
    measured = cumulative.drop(columns=["mean"], errors="ignore").rename(columns={"h": "protection_interval"})
    measured["protection_interval"] = measured["protection_interval"].astype(float)
    cycles = wanted.merge(measured, on=[*CYCLE, "protection_interval"], how="left", validate="one_to_one")
    return cycles.assign(why=_why(cycles, reached))


def _joined(costs: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    money = costs[["unique_id", "underage", "overage", "critical_ratio", "problem"]]
    times = policies[["unique_id", "protection_interval", "review_period", "problem"]]
    return money.merge(times, on="unique_id", suffixes=("", "_policy"), validate="one_to_one")


def _why(cycles: pd.DataFrame, reached: int) -> np.ndarray:
    conditions = [
        cycles["problem"].isna(),
        cycles["problem_policy"].fillna("") != "",
        cycles["problem"].fillna("") != "",
        cycles["protection_interval"] > reached,
        cycles["y"].isna(),
        cycles[quantile_columns(cycles)].isna().any(axis=1),
    ]
    unknown = "No costs or policy are given for this series."
    too_long = f"The order must last longer than the {reached} periods of the backtest."
    blind = "The demand of the whole interval is not known."
    empty = "The model gave no forecast."
    sentences = [unknown, cycles["problem_policy"], cycles["problem"], too_long, blind, empty]
    columns = [np.broadcast_to(np.asarray(s, dtype=object), len(cycles)) for s in sentences]
    return np.select(conditions, columns, "")
