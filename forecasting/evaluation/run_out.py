"""The order as a question: would a shelf of this height run out before the delivery after next?

One logistic regression over all series and past windows answers it for any height; the order is
the lowest height whose chance of running out is small enough. Nothing is forecast in units.
"""

import numpy as np

# Shelf heights asked about, in multiples of recent demand over the interval.
HEIGHTS = (0.6, 0.8, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
MOST_WINDOWS = 40  # past windows per series; older ones say little of today
RECENT_WINDOWS = 6  # from which recent demand and its swings are taken
RIDGE = 1.0  # holds coefficients that hardly any window speaks of near zero
STEPS = 25  # of Newton's method; it has converged long before
LARGEST = 30.0  # log-odds: beyond, exp says nothing more


def heights_asked(y: np.ndarray, periods: np.ndarray, ratio: np.ndarray, season: int) -> np.ndarray:
    """Return the order-up-to level of every series, (n,) units; NaN where it has too little history.

    Parameters
    ----------
    y
        Units by period up to the origin, (n, T); unknown ones filled in.
    periods, ratio
        The periods an order must last and the critical ratio, (n,).
    season
        Periods of a year, for what the same window did a year earlier.
    """
    features, heights, ran_out = [], [], []
    now = np.full((len(y), 4), np.nan)
    for i, (series, length) in enumerate(zip(y, periods.astype(int).tolist(), strict=True)):
        now[i] = _seen(series, len(series), length, season)
        for back in range(1, MOST_WINDOWS + 1):
            start = len(series) - back * length
            seen = _seen(series, start, length, season)
            if not np.isfinite(seen).all():
                break
            came = series[start : start + length].sum() / np.exp(seen[0])
            features.append(np.repeat(seen[None], len(HEIGHTS), axis=0))
            heights.append(np.array(HEIGHTS))
            ran_out.append(came > np.array(HEIGHTS))
    level = np.full(len(y), np.nan)
    known = np.isfinite(now).all(axis=1)
    if not features or not known.any():
        return level
    weights = _fitted(_row(np.concatenate(features), np.concatenate(heights)), np.concatenate(ran_out))
    for i in np.flatnonzero(known).tolist():
        seen = np.repeat(now[i : i + 1], len(HEIGHTS), axis=0)
        chance = 1 / (1 + np.exp(-np.clip(_row(seen, np.array(HEIGHTS)) @ weights, -LARGEST, LARGEST)))
        enough = np.flatnonzero(chance <= 1 - ratio[i])
        level[i] = HEIGHTS[int(enough[0]) if len(enough) else -1] * np.exp(now[i, 0])
    return level


def _seen(y: np.ndarray, start: int, length: int, season: int) -> np.ndarray:
    """Return what is known before a window begins: log recent demand, its swings, its drift, last year."""
    first = start - RECENT_WINDOWS * length
    if first < 0:
        return np.full(4, np.nan)
    sums = y[first:start].reshape(RECENT_WINDOWS, length).sum(axis=1)
    mean = sums.mean()
    if mean <= 0:
        return np.full(4, np.nan)
    ago = start - season
    last_year = 0.0
    if ago - length >= 0:
        then, before = y[ago : ago + length].sum(), y[max(0, ago - RECENT_WINDOWS * length) : ago]
        usual = before.mean() * length
        last_year = float(np.log((then + 1) / (usual + 1)))
    return np.array([np.log(mean), min(sums.std() / mean, 3.0), np.log((sums[-2:].mean() + 1) / (mean + 1)),
                     np.clip(last_year, -1.5, 1.5)])  # fmt: skip


def _row(seen: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Return the regression's columns; the height counts in swings of the series too."""
    above = np.log(height)
    swings = seen[:, 1]
    columns = [np.ones(len(seen)), above, above / (swings + 0.1), swings, *seen[:, [0, 2, 3]].T]
    return np.column_stack([*columns, above * seen[:, 0]])


def _fitted(x: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression with a ridge, by Newton's method (IRLS)."""
    weights = np.zeros(x.shape[1])
    penalty = np.diag([0.0] + [RIDGE] * (x.shape[1] - 1))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -LARGEST, LARGEST)))
        slope = x.T @ (chance - hit) + penalty @ weights
        curve = (x * (chance * (1 - chance) + 1e-9)[:, None]).T @ x + penalty
        move = np.linalg.solve(curve, slope)
        weights = weights - move
        if np.abs(move).max() < 1e-8:
            break
    return weights
