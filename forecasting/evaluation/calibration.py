"""Making a stated chance come true: quantiles moved by what past forecasts of the same model missed by.

Split conformal prediction on signed errors (Vovk et al. 2005; Romano et al. 2019 for
quantiles), one level at a time, so that a question with one side gets an answer with one
side. Errors are measured in the forecast's own spread, which makes series of any size
comparable, and pooled over series. Series share good and bad weeks, so an origin counts as
one piece of evidence, however many series it has: what the origins do not agree on is
trusted less (positive-part James-Stein estimate; Efron & Morris 1973).
"""

from collections.abc import Mapping, Sequence
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
# What bands lacked at one earlier origin is asked for on top, times this (Gibbs & Candès 2021). Half as
# much left Dominick's bands short, twice as much made the next origin pay for the luck of the last.
FEEDBACK = 0.2
# Nothing beyond this is asked of a rank, whatever was missed before.
LEAST_LEVEL = 0.01
POOLED, OWN = "all series", "own cycles"


@dataclass(frozen=True)
class Rule:
    """How errors become shifts.

    `window` steps on either side lend their errors. `sums` marks cumulative demand,
    on which orders rest: it cannot fall from one step to the next, and its shift is
    the median origin's, trusted as far as origins agree (`_agreed`); a band of single
    periods takes the rank over all errors at once, which covers more evenly, but is made
    narrower only as far as origins agree (`_cautious`). Measured on five real sets:
    benchmarks/results/calibration.md.
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


def learn(
    cycles: Cycles, scores: np.ndarray, at: pd.Timestamp, rule: Rule, asked: np.ndarray | None = None
) -> Shift:
    """Return the shifts that could have been worked out on the date `at`.

    Only outcomes with known_from <= at take part. A series with `OWN_CYCLES`
    known cycles of its own at every step is judged by them alone, the others
    by all series together. `asked` (L,) are the ranks to take for the levels, if
    not the levels themselves (`asked_for`).
    """
    ranks = cycles.levels if asked is None else asked
    seen = cycles.known_from <= np.datetime64(at)  # (K, H)
    usable = np.where(seen[:, None, :, None], scores, np.nan)
    usable = usable[seen.any(axis=1)]
    pooled, count = _shifts(usable, cycles.levels, ranks, rule)
    record = (~np.isnan(usable[..., 0])).sum(axis=0).min(axis=1)  # (n,)
    own = {
        str(cycles.unique_id[row]): _shifts(usable[:, row : row + 1], cycles.levels, ranks, rule)[0]
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


def missed(y: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return what quantiles (n, H, L) lacked, (L,): level less share of the outcomes (n, H) they covered.

    Where outcomes lie on a quantile, as zeros do, the share at or below it and the share below
    it differ; a level between the two lacks nothing.
    """
    known = ~np.isnan(y) & ~np.isnan(quantiles[..., 0])
    if not known.any():
        return np.zeros(len(levels))
    outcome, said = y[known][:, None], quantiles[known]
    return levels - np.clip(levels, (outcome < said).mean(axis=0), (outcome <= said).mean(axis=0))


def asked_for(levels: np.ndarray, misses: Sequence[np.ndarray]) -> np.ndarray:
    """Return the levels (L,) to ask for so that `levels` are kept, after what earlier origins lacked.

    Bands that were calibrated and still held too little are asked to hold more: whatever
    the reason, what lacks cannot go on for ever (Gibbs & Candès 2021). No level leaves its
    side of the middle.
    """
    asked = levels + FEEDBACK * np.sum(misses, axis=0) if len(misses) else levels
    least = np.where(levels < 0.5, np.minimum(levels, LEAST_LEVEL), 0.5)
    most = np.where(levels > 0.5, np.maximum(levels, 1 - LEAST_LEVEL), 0.5)
    return np.clip(asked, least, most)


def _shifts(
    scores: np.ndarray, levels: np.ndarray, asked: np.ndarray, rule: Rule
) -> tuple[np.ndarray, np.ndarray]:
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
            amount[h] = _agreed(conformal_ranks(taken, asked))
        elif len(taken):
            amount[h] = _cautious(taken, levels, asked)
    return amount, count


def _cautious(scores: np.ndarray, levels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the shift (L,) of the rank over all errors (K, m, L): whole where the band grows, doubted else.

    A few calm origins look like a band that is too wide, and the next origin is as wild as
    ever: to take away what the model itself wants to keep needs origins that agree.
    """
    rank = conformal_ranks(scores.reshape(1, -1, len(levels)), asked)[0]
    inwards = np.flatnonzero((levels - 0.5) * rank <= 0)
    each = conformal_ranks(scores[..., inwards], asked[inwards])
    rank[inwards] *= _trust(each, rank[inwards])
    return rank


def _agreed(each: np.ndarray) -> np.ndarray:
    """Return the shift (L,) that the origins' own shifts (K, L) agree on; one origin alone proves nothing.

    The median, so that one disaster does not widen every order after it.
    """
    centre = np.median(each, axis=0)
    return _trust(each, centre) * centre


def _trust(each: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Return how far a shift (L,) drawn from the origins' own (K, L) is to be believed, 0 … 1.

    The positive-part James-Stein factor 1 − se²/shift² (Efron & Morris 1973), with the
    standard error of a median from the median absolute deviation.
    """
    if len(each) < 2:
        return np.zeros(len(shift))
    deviation = 1.4826 * np.median(np.abs(each - np.median(each, axis=0)), axis=0)
    doubt = np.pi / 2 * deviation**2 / len(each)
    return np.maximum(1 - np.divide(doubt, shift**2, out=np.ones_like(shift), where=shift != 0), 0.0)


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
