"""From quantiles per period to joint futures: the order of past outcomes, the size of forecast ones.

The Schaake shuffle (Clark et al. 2004): each path borrows the ranks that one past
forecast took, step after step, so that a period that sold well in a row of
good ones does so in the simulated futures too. Quantiles do not add; these paths do.
"""

import numpy as np


def ranks_taken(quantiles: np.ndarray, levels: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the share of the forecast distribution below each outcome, in [0, 1], NaN where unknown.

    quantiles (…, L) non-decreasing, levels (L,), y (…). Outcomes within a flat stretch, or at
    zero where nothing lies below, take the middle of the stretch.
    """
    lower, upper = (_share_below(quantiles, levels, y, side) for side in ("left", "right"))
    return np.where(np.isnan(y), np.nan, (lower + upper) / 2)


def carry_known(ranks: np.ndarray) -> np.ndarray:
    """Return trajectories (k, H) whose unknown steps repeat the known one before, else after."""
    steps = np.arange(ranks.shape[1])
    known = ~np.isnan(ranks)
    before = np.maximum.accumulate(np.where(known, steps, -1), axis=1)
    first = known.argmax(axis=1)[:, None]
    return np.take_along_axis(ranks, np.where(before < 0, first, before), axis=1)


def even_ranks(trajectories: np.ndarray, jitter: np.ndarray) -> np.ndarray:
    """Return the trajectories (n_paths, H) with each step's ranks spread evenly over (0, 1).

    Only the order is borrowed, so the forecast quantiles come back exactly;
    `jitter` in [0, 1) breaks ties between paths that borrowed alike.
    """
    order = np.argsort(trajectories + 1e-6 * jitter, axis=0)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(len(order))[:, None], axis=0)
    return (ranks + 0.5) / len(order)


def quantile_function(quantiles: np.ndarray, levels: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return the values (n_paths, H) that the quantiles (H, L) give to the shares `u` (n_paths, H).

    Linear between the levels; exponential tails beyond them, with the slope the last two levels show.
    """
    low, high = levels[0], levels[-1]
    slope_low = (quantiles[:, 1] - quantiles[:, 0]) / np.log(levels[1] / low)
    slope_high = (quantiles[:, -1] - quantiles[:, -2]) / np.log((1 - levels[-2]) / (1 - high))
    at = np.clip(np.searchsorted(levels, u) - 1, 0, len(levels) - 2)
    steps = np.arange(len(quantiles))
    left, right = quantiles[steps, at], quantiles[steps, at + 1]
    share = np.clip((u - levels[at]) / (levels[at + 1] - levels[at]), 0.0, 1.0)
    tail_low = slope_low * np.log(np.minimum(u, low) / low)
    tail_high = slope_high * np.log((1 - high) / (1 - np.maximum(u, high)))
    return left + share * (right - left) + tail_low + tail_high


def _share_below(quantiles: np.ndarray, levels: np.ndarray, y: np.ndarray, side: str) -> np.ndarray:
    compare = quantiles < y[..., None] if side == "left" else quantiles <= y[..., None]
    count = compare.sum(axis=-1)
    at = np.clip(count - 1, 0, len(levels) - 2)
    left = np.take_along_axis(quantiles, at[..., None], axis=-1)[..., 0]
    right = np.take_along_axis(quantiles, at[..., None] + 1, axis=-1)[..., 0]
    width = np.maximum(right - left, 1e-12)
    share = np.clip((y - left) / width, 0.0, 1.0)
    inner = levels[at] + share * (levels[at + 1] - levels[at])
    return np.where(count == 0, 0.0, np.where(count == len(levels), 1.0, inner))
