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
    n = len(plan)
    means = np.full((len(origins), n, horizon), np.nan)
    stock = np.full((len(origins), n), np.nan)
    for place, origin in enumerate(origins):
        ahead = plan[:, origin + 1 : origin + 1 + horizon]
        means[place, :, : ahead.shape[1]] = np.cumsum(ahead, axis=1)
        misses = [_misses(plan[i], sold[i], origin, int(periods[i])) for i in range(n)]
        scales = np.array([_scale(sold[i, : origin + 1], int(periods[i])) for i in range(n)])
        pooled = np.sort(
            np.concatenate([m / s for m, s in zip(misses, scales, strict=True)] or [np.empty(0)])
        )
        for i in range(n):
            own = np.sort(misses[i] / scales[i]) if len(misses[i]) >= OWN else pooled
            base = means[place, i, min(int(periods[i]), horizon) - 1]
            stock[place, i] = max(base + ranked(own, ratio[i]) * scales[i], 0.0)
    return Said(means, stock)


def _misses(plan: np.ndarray, sold: np.ndarray, origin: int, periods: int) -> np.ndarray:
    """Return sold − planned over whole intervals that end at the origin or before, newest last; no gaps."""
    error = (sold - plan)[: origin + 1]
    whole = len(error) // periods
    if not whole:
        return np.empty(0)
    sums = error[len(error) - whole * periods :].reshape(whole, periods).sum(axis=1)
    return sums[np.isfinite(sums)]


def _scale(sold: np.ndarray, periods: int) -> float:
    known = sold[np.isfinite(sold)]
    return max(float(known.mean()) * periods, 1.0) if len(known) else 1.0


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
