"""Making a stated chance come true: quantiles moved by what past forecasts of the same model missed by.

Split conformal prediction on signed errors (Vovk et al. 2005; Romano et al. 2019 for
quantiles), one level at a time, so that a question with one side gets an answer with one
side. Errors are measured in the forecast's own spread, which makes series of any size
comparable, and pooled over series. Series share good and bad weeks, so an origin counts as
one piece of evidence, however many series it has: what the origins do not agree on is
trusted less (positive-part James-Stein estimate; Efron & Morris 1973).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.evaluation.cycles import Cycles

# Errors of a forecast that was nearly certain are measured in whole units, not in its spread.
LEAST_SPREAD = 1.0
# Below this a rank says little about a tail: a series with fewer cycles borrows those of all.
OWN_CYCLES = 30
# Neighbouring steps and thousands of series repeat one another; this many errors settle a rank.
MOST_SCORES = 3000
POOLED, OWN = "all series", "own cycles"


@dataclass(frozen=True)
class Rule:
    """How errors become shifts.

    `window` steps on either side lend their errors. `sums` marks cumulative demand,
    on which orders rest: it cannot fall from one step to the next, and its shift is
    the median origin's, trusted as far as origins agree (`_agreed`); a band of single
    periods takes the rank over all errors at once, which covers more evenly. Measured
    on four real sets: benchmarks/results/calibration.md.
    """

    window: int
    sums: bool


@dataclass(frozen=True)
class Shift:
    """By how much each quantile moves, in spreads of the forecast, and on what evidence."""

    levels: np.ndarray  # (L,)
    pooled: np.ndarray  # (H, L) spreads, from all series together; 0 where nothing is known yet
    cycles: np.ndarray  # (H,) errors behind it
    origins: int
    own: Mapping[str, np.ndarray] = field(default_factory=dict)  # unique_id -> (H, L), from its own record

    def amounts(self, unique_ids: np.ndarray) -> np.ndarray:
        """Return the shifts of these series, (n, H, L), or (1, H, L) where all share one."""
        if not self.own:
            return self.pooled[None]
        return np.stack([self.own.get(str(i), self.pooled) for i in unique_ids])

    def level(self, unique_id: str) -> str:
        """Return whose cycles a series is judged by: POOLED or OWN."""
        return OWN if unique_id in self.own else POOLED


def spread(quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the width of the middle 80 % of each forecast (…), at least `LEAST_SPREAD` units."""
    low, high = (int(np.argmin(np.abs(levels - u))) for u in (0.1, 0.9))
    return np.maximum(quantiles[..., high] - quantiles[..., low], LEAST_SPREAD)


def scores_of(cycles: Cycles) -> np.ndarray:
    """Return how far each outcome lay above each quantile, in spreads, (K, n, H, L), NaN where unknown."""
    width = spread(cycles.quantiles, cycles.levels)
    return (cycles.y[..., None] - cycles.quantiles) / width[..., None]


def learn(cycles: Cycles, scores: np.ndarray, at: pd.Timestamp, rule: Rule) -> Shift:
    """Return the shifts that could have been worked out on the date `at`.

    Only outcomes with known_from <= at take part. A series with `OWN_CYCLES`
    known cycles of its own at every step is judged by them alone, the others
    by all series together.
    """
    seen = cycles.known_from <= np.datetime64(at)  # (K, H)
    usable = np.where(seen[:, None, :, None], scores, np.nan)
    usable = usable[seen.any(axis=1)]
    pooled, count = _shifts(usable, cycles.levels, rule)
    record = (~np.isnan(usable[..., 0])).sum(axis=0).min(axis=1)  # (n,)
    own = {
        str(cycles.unique_id[row]): _shifts(usable[:, row : row + 1], cycles.levels, rule)[0]
        for row in np.flatnonzero(record >= OWN_CYCLES)
    }
    return Shift(cycles.levels, pooled, count, len(usable), own)


def moved(quantiles: np.ndarray, amounts: np.ndarray, levels: np.ndarray, rule: Rule) -> np.ndarray:
    """Return calibrated quantiles (n, H, L): shifted, at least zero, and never crossing.

    `amounts` (n or 1, H, L) are the shifts of these series, in spreads.

    A forecast without any spread (a closed day, an item that has stopped) stays as it is.
    """
    certain = quantiles[..., -1:] <= quantiles[..., :1]
    change = np.where(certain, 0.0, amounts * spread(quantiles, levels)[..., None])
    after = np.sort(np.maximum(quantiles + change, 0.0), axis=-1)
    return np.maximum.accumulate(after, axis=1) if rule.sums else after


def _shifts(scores: np.ndarray, levels: np.ndarray, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    """Return the shift per step and level (H, L) from scores (K, n, H, L), and the errors behind (H,)."""
    origins, n, horizon, _ = scores.shape
    amount, count = np.zeros((horizon, len(levels))), np.zeros(horizon, dtype=int)
    if not origins:
        return amount, count
    steps = min(2 * rule.window + 1, horizon)
    stride = max(1, -(-origins * n * steps // MOST_SCORES))
    for h in range(horizon):
        near = scores[:, :, max(0, h - rule.window) : h + rule.window + 1]
        taken = near.reshape(origins, -1, len(levels))[:, ::stride]
        taken = taken[~np.isnan(taken[..., 0]).all(axis=1)]
        count[h] = np.count_nonzero(~np.isnan(near[..., 0]))
        if len(taken) and rule.sums:
            amount[h] = _agreed(conformal_ranks(taken, levels))
        elif len(taken):
            amount[h] = conformal_ranks(taken.reshape(1, -1, len(levels)), levels)[0]
    return amount, count


def _agreed(each: np.ndarray) -> np.ndarray:
    """Return the shift (L,) that the origins' own shifts (K, L) agree on; one origin alone proves nothing.

    The median, so that one disaster does not widen every order after it, times the
    positive-part James-Stein factor 1 − se²/median² (Efron & Morris 1973), with the
    standard error of a median from the median absolute deviation.
    """
    if len(each) < 2:
        return np.zeros(each.shape[1])
    centre = np.median(each, axis=0)
    deviation = 1.4826 * np.median(np.abs(each - centre), axis=0)
    doubt = np.pi / 2 * deviation**2 / len(each)
    trust = 1 - np.divide(doubt, centre**2, out=np.ones_like(centre), where=centre != 0)
    return np.maximum(trust, 0.0) * centre


def conformal_ranks(scores: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the score at each level's finite-sample rank, (g, L) from scores (g, m, L), NaN left out.

    The rank is ⌈(m + 1) u⌉ above the middle and ⌊(m + 1) u⌋ below it, within 1 … m: the
    safe side of both tails (Vovk et al. 2005). Every group needs at least one known score.

    >>> conformal_ranks(np.arange(1.0, 10.0)[None, :, None], np.array([0.9]))
    array([[9.]])
    """
    ordered = np.sort(scores, axis=1)  # NaN last
    known = (~np.isnan(scores[..., 0])).sum(axis=1)[:, None]  # (g, 1)
    exact = (known + 1) * levels
    rank = np.where(levels >= 0.5, np.ceil(exact - 1e-9), np.floor(exact + 1e-9))
    place = np.clip(rank, 1, known).astype(int) - 1
    return np.take_along_axis(ordered, place[:, None, :], axis=1)[:, 0, :]
