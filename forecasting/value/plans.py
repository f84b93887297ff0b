"""A plan of single numbers as a contestant: its spread is that of its own past misses."""

import numpy as np

from forecasting.value.levels import Said

# From this many misses of its own a series is judged by itself, else by all series together.
OWN = 30


def planned(
    plan: np.ndarray,
    sold: np.ndarray,
    origins: np.ndarray,
    *,
    horizon: int,
    periods: np.ndarray,
    ratio: np.ndarray,
) -> Said:
    """Return what a plan says at each origin, with the level its past misses ask for.

    Parameters
    ----------
    plan, sold
        Units per date of the whole history, (n, n_dates); NaN where there is no plan, or where
        demand is not known. A plan of a date must have been made before the origins it serves.
    origins
        Places of the origins' last known dates, (K,).
    periods, ratio
        Protection interval and critical ratio per series, (n,).

    Notes
    -----
    At every origin the misses of all earlier protection intervals that do not overlap and were
    complete by then, each over the series' mean demand in an interval, give the quantile (finite-sample
    rank ⌈(m + 1)·ratio⌉, the largest where that is beyond them).
    """
    means = announced(plan, origins, horizon)
    stock = np.full((len(origins), len(plan)), np.nan)
    within = np.minimum(periods.astype(int), horizon)[:, None] - 1
    for place, origin in enumerate(origins):
        scales = _scales(sold[:, : origin + 1], periods)
        misses = np.sort(_misses((sold - plan)[:, : origin + 1], periods) / scales[:, None], axis=1)
        base = np.take_along_axis(means[place], within, axis=1)[:, 0]
        stock[place] = np.maximum(base + _asked_for(misses, ratio) * scales, 0.0)
    return Said(means, stock)


def announced(plan: np.ndarray, origins: np.ndarray, horizon: int) -> np.ndarray:
    """Return what a plan (n, n_dates) expects over the first h periods after each origin, (K, n, horizon)."""
    means = np.full((len(origins), len(plan), horizon), np.nan)
    for place, origin in enumerate(origins):
        ahead = plan[:, origin + 1 : origin + 1 + horizon]
        means[place, :, : ahead.shape[1]] = np.cumsum(ahead, axis=1)
    return means


def _misses(error: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Return sums of `error` (n, n_dates) over whole intervals up to the last date, NaN for gaps."""
    lengths = periods.astype(int)
    sums = np.full((len(error), error.shape[1] // int(lengths.min(initial=error.shape[1] + 1))), np.nan)
    for length in np.unique(lengths):
        whole = error.shape[1] // length
        rows = lengths == length
        kept = error[rows, error.shape[1] - whole * length :]
        sums[rows, :whole] = kept.reshape(len(kept), whole, length).sum(axis=2)
    return sums


def _scales(sold: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Return the mean demand of an interval, at least 1, (n,) units; 1 where nothing is known."""
    known = np.isfinite(sold)
    total, count = np.where(known, sold, 0.0).sum(axis=1), known.sum(axis=1)
    mean = np.divide(total, count, out=np.zeros(len(sold)), where=count > 0)
    return np.maximum(mean * periods.astype(int), 1.0)


def _asked_for(misses: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Return the miss at each series' rank, (n,): of its own `misses` (ordered, NaN last), else of all."""
    count = np.isfinite(misses).sum(axis=1)
    everybody = np.sort(misses[np.isfinite(misses)])
    pooled = np.array([ranked(everybody, r) for r in ratio.tolist()])
    for row in np.flatnonzero(count >= OWN):
        pooled[row] = ranked(misses[row, : count[row]], ratio[row])
    return pooled


def ranked(ordered: np.ndarray, ratio: float) -> float:
    """Return the value at the finite-sample rank of a quantile, from ordered values; NaN of nothing.

    >>> ranked(np.arange(1.0, 10.0), 0.9)
    9.0
    """
    if not len(ordered):
        return float("nan")
    rank = int(np.ceil((len(ordered) + 1) * ratio - 1e-9))
    return float(ordered[min(max(rank, 1), len(ordered)) - 1])


def last_year(sold: np.ndarray, year: int) -> np.ndarray:
    """Return what was sold on the same day of last year's calendar, (n, n_dates); NaN where unknown."""
    plan = np.full(sold.shape, np.nan)
    if sold.shape[1] > year:
        plan[:, year:] = sold[:, :-year]
    return plan
