"""What each model's forecasts would have cost at the till: one ordering rule, many forecasters.

At every cutoff each model fills an empty shelf up to its own critical-ratio
quantile of demand over the protection interval; then the demand that really
came is served. Costs, policy, shelf and days are the same for all models, so
money differs only because forecasts do. Packs and minimum orders are left out:
they would blur the comparison, not favour anyone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.schema import quantile_columns, quantile_level
from forecasting.value.gain import GainInterval, gain_interval, summarise

__all__ = [
    "GainInterval",
    "Said",
    "gain_interval",
    "interpolated_quantile",
    "left_out",
    "refilled",
    "replay",
    "said",
    "summarise",
]

CYCLE = ["model", "unique_id", "cutoff"]


@dataclass(frozen=True)
class Said:
    """A cumulative backtest frame with the place of every sum, so that new costs or times are a look-up."""

    frame: pd.DataFrame  # the cumulative frame itself, never copied
    cycles: pd.DataFrame  # model, unique_id, cutoff of every cycle
    unique_id: np.ndarray  # (n,) the series
    series: np.ndarray  # (cycles,) whose cycle it is, a place in `unique_id`
    rows: np.ndarray  # (cycles, longest h) the row of the sum over h periods; −1 where there is none


def said(cumulative: pd.DataFrame) -> Said:
    """Return the places of a cumulative backtest frame; they depend on no cost and no policy."""
    group = cumulative.groupby(CYCLE, sort=False, dropna=False).ngroup().to_numpy()
    h = cumulative["h"].to_numpy(dtype=int)
    rows = np.full((group.max(initial=-1) + 1, h.max(initial=0)), -1, dtype=np.int32)
    rows[group, h - 1] = np.arange(len(group))
    _, first = np.unique(group, return_index=True)
    cycles = cumulative[CYCLE].iloc[first].reset_index(drop=True)
    series, unique_id = pd.factorize(cycles["unique_id"])
    return Said(cumulative, cycles, np.asarray(unique_id, dtype=object), series, rows)


def replay(cumulative: pd.DataFrame | Said, costs: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """Return what every model would have sold, missed and left over, one row per model, series, cutoff.

    Parameters
    ----------
    cumulative
        The cumulative backtest frame: quantiles of, and the actual, demand summed over h periods; or
        what `said` made of it, which saves most of the work when only costs or policies change.
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


def refilled(cycles: pd.DataFrame, order_up_to_level: np.ndarray) -> pd.DataFrame:
    """Return replayed cycles had the shelf been filled up to other levels (units, one per row)."""
    return _served(cycles.assign(order_up_to_level=order_up_to_level, clipped=False))


def left_out(cumulative: pd.DataFrame | Said, costs: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """Return model, unique_id, cutoff and `why` of every cycle that `replay` leaves out."""
    cycles = _cycles(cumulative, costs, policies)
    return cycles.loc[cycles["why"] != "", [*CYCLE, "why"]].reset_index(drop=True)


def interpolated_quantile(
    table: np.ndarray, levels: np.ndarray, at: np.ndarray, *, ordered: bool = False
) -> np.ndarray:
    """Return per row the quantile at level `at`, (n,), from quantiles (n, n_levels) on a grid.

    Linear between the levels after sorting each row (crossings are rearranged);
    beyond the outermost level that level is used: a grid says nothing of its tails.
    `ordered` says that the rows are sorted already.

    >>> interpolated_quantile(np.array([[10.0, 20.0]]), np.array([0.5, 0.9]), np.array([0.7]))
    array([15.])
    """
    grid = table if ordered else np.sort(table, axis=1)
    inside = np.clip(at, levels[0], levels[-1])
    upper = np.clip(np.searchsorted(levels, inside), 1, len(levels) - 1)
    weight = (inside - levels[upper - 1]) / (levels[upper] - levels[upper - 1])
    rows = np.arange(len(grid))
    low, high = grid[rows, upper - 1], grid[rows, upper]
    return low + weight * (high - low)


def _cycles(cumulative: pd.DataFrame | Said, costs: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model, series and cutoff with the quantiles at its protection interval.

    `why` says, for a row that cannot be replayed, what keeps it from being so.
    """
    known = cumulative if isinstance(cumulative, Said) else said(cumulative)
    items = _joined(costs, policies)
    place = pd.Index(items["unique_id"]).get_indexer(pd.Index(known.unique_id))[known.series]
    cycles = known.cycles.assign(**{str(c): _taken(items[c], place) for c in items.columns.drop("unique_id")})
    row = _rows_at(known, cycles["protection_interval"].to_numpy(dtype=float))
    sums = [c for c in known.frame.columns if c not in (*CYCLE, "h", "mean")]
    cycles = pd.concat([cycles, pd.DataFrame({c: _taken(known.frame[c], row) for c in sums})], axis=1)
    return cycles.assign(why=_why(cycles, known.rows.shape[1]))


def _rows_at(known: Said, interval: np.ndarray) -> np.ndarray:
    """Return the row of each cycle's sum over its own interval, (cycles,); −1 where there is none."""
    h = np.nan_to_num(interval, nan=0.0)
    there = (h >= 1) & (h <= known.rows.shape[1]) & (h == np.floor(h))
    found = known.rows[np.arange(len(h)), np.where(there, h, 1).astype(int) - 1]
    return np.where(there, found, -1)


def _taken(column: pd.Series, place: np.ndarray) -> np.ndarray:
    """Return the values of a column at some places; missing where the place is −1."""
    return np.asarray(pd.api.extensions.take(column.to_numpy(), place, allow_fill=True))


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
