"""What may be wrong with a history: each check marks periods, and says what should have stood there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from forecasting.history.health.grid import Grid

ODD = 7.0  # robust standard deviations on the square-root scale: one day in many years by chance
RARE_RUN = 0.01  # runs so long that chance would give a series in its whole history; fewer are suspicious
UNIT_FACTORS = (10.0, 12.0, 100.0, 1000.0)  # tens, dozens, cents, thousands
UNIT_TOLERANCE = 0.15  # of a factor; sales of two halves never match to the digit
SHIFT = 1.25  # a smaller step is what seasons do
# A step of which the whole rest kept less than this was a season: the weeks after Christmas lie far below
# those before it, and a history of one year cannot know better.
SHIFT_KEPT = 1 / 3
SHIFT_ODD = 4.0  # robust standard deviations of steps at other dates
FEWEST_SERIES = 3  # one that sells nothing may be out of stock; all of several are closed
SHARE_CLOSED = 0.9  # of the series that sell nothing at all on one day
PARTIAL = 0.5  # of what the last period usually sells


@dataclass(frozen=True)
class Marks:
    """Periods a check has marked, and what they should have sold (units, NaN unknown)."""

    where: np.ndarray  # (n, T) bool
    should: np.ndarray  # (n, T)


def gaps(grid: Grid) -> Marks:
    """Mark periods without a row between a series' first and last."""
    return Marks(grid.inside & np.isnan(grid.panel.y) & grid.panel.open, grid.usual)


def outliers(grid: Grid) -> Marks:
    """Mark single periods far from what is usual, promotions left out.

    Square roots make the spread of counts the same on slow and on fast days.
    """
    calm = np.where(grid.promoted | (grid.usual <= 0), np.nan, grid.demand)
    off = np.sqrt(calm) - np.sqrt(np.maximum(grid.usual, 0.0))
    spread = np.maximum(_spread(off), 0.5)  # of a Poisson count's root
    # A zero has many reasons; runs of them are a check of their own.
    return Marks((np.abs(off) > ODD * spread) & (calm > 0), grid.usual)


def zero_runs(grid: Grid) -> Marks:
    """Mark runs of L zeros where n (1 − p0) p0^L < 0.01: runs of chance in n periods, p0 a share of zeros.

    Days are taken as independent; the longer a history, the longer a run that is no chance. A single
    zero proves nothing. They only suggest: zeros are demand unless somebody says otherwise. Weekdays on
    which a series never sells do not count as zeros, nor break a run.
    """
    zero = (grid.demand == 0) & (grid.usual > 0)
    selling = ~np.isnan(grid.demand) & (grid.usual > 0)
    count, periods = zero.sum(axis=1), selling.sum(axis=1)
    marked = np.zeros(zero.shape, dtype=bool)
    for row in np.flatnonzero(count):
        places = np.flatnonzero(selling[row])
        starts, lengths = _runs(zero[row, places])
        # The run itself is no evidence of how usual zeros are.
        share = (count[row] - lengths + 0.5) / (periods[row] - lengths + 1.0)
        expected = periods[row] * (1.0 - share) * share**lengths
        for start, length in zip(starts[expected < RARE_RUN], lengths[expected < RARE_RUN], strict=True):
            if length > 1:
                marked[row, places[start : start + length]] = True
    return Marks(marked, grid.usual)


def closed_days(grid: Grid) -> Marks:
    """Mark periods on which almost nobody sold anything, though it is not known that shops were closed."""
    active = (grid.usual > 0) & grid.inside & grid.panel.open
    silent = active & (np.nan_to_num(grid.panel.y) == 0)
    count = active.sum(axis=0)
    expected = np.where(active, grid.usual, 0.0).sum(axis=0)
    # With few sales expected, nothing sold is chance: exp(−10) of it is not.
    shut = (silent.sum(axis=0) >= SHARE_CLOSED * count) & (expected > 10) & (count >= FEWEST_SERIES)
    return Marks(silent & shut & ~np.isnan(grid.panel.y), np.zeros(grid.panel.y.shape))


def partial_last(grid: Grid) -> Marks:
    """Mark the last period where all series together sold less than half of the usual."""
    last = np.zeros(grid.panel.y.shape, dtype=bool)
    there = ~np.isnan(grid.demand[:, -1]) & (grid.usual[:, -1] > 0)
    sold, usual = grid.demand[there, -1].sum(), grid.usual[there, -1].sum()
    running = grid.inside[:, -2] & (grid.usual[:, -1] > 0) & grid.panel.open[:, -1]
    missing = running.any() and there.sum() < PARTIAL * running.sum()
    if there.any() and ((sold < PARTIAL * usual and usual > 10) or missing):
        last[there, -1] = True
    return Marks(last, grid.usual)


def stockouts(grid: Grid) -> Marks:
    """Mark the periods that are flagged: their sales are less than demand."""
    return Marks(grid.panel.stockout & grid.panel.open & ~np.isnan(grid.panel.y), grid.usual)


@dataclass(frozen=True)
class Steps:
    """Where the level of each series steps most, beyond last year's step at that date."""

    place: np.ndarray  # (n,) of the first period after the step
    factor: np.ndarray  # (n,) level after / level before
    odd: np.ndarray  # (n,) robust standard deviations; 0 without enough history
    kept: np.ndarray  # (n,) share of the step, in logs, by which all that came after differs from all before


def steps(values: np.ndarray, frequency: str) -> Steps:
    """Return the largest step of each row of (n, T) values > 0: four weeks after against four before."""
    window, year = {"D": (28, 364), "MS": (3, 12)}.get(frequency, (8, 52))
    logs = np.where(values > 0, np.log(np.where(values > 0, values, 1.0)), np.nan)
    known = ~np.isnan(logs)
    total = _running(np.where(known, logs, 0.0))
    count = _running(known.astype(float))
    n, periods = values.shape
    jump = np.full((n, periods), np.nan)
    place = np.arange(window, periods - window + 1)
    if len(place):
        after, before = place + window, place - window
        means = []
        for start, end in ((place, after), (before, place)):
            seen = count[:, end] - count[:, start]
            means.append(
                np.divide(
                    total[:, end] - total[:, start],
                    seen,
                    out=np.full((n, len(place)), np.nan),
                    where=seen >= window / 3,
                )
            )
        jump[:, place] = means[0] - means[1]
    beyond = jump.copy()
    if periods > year:
        beyond[:, year:] -= np.nan_to_num(jump[:, :-year])
    size = np.nan_to_num(np.abs(beyond))
    at = size.argmax(axis=1)
    rows = np.arange(n)
    spread = np.maximum(_spread(beyond), 0.05)[:, 0]
    step = np.nan_to_num(jump[rows, at])
    return Steps(at, np.exp(step), size[rows, at] / spread, _kept(total, count, at, step))


def _kept(total: np.ndarray, count: np.ndarray, at: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Return what the whole rest kept of each step (n,), from running sums and counts of logs (n, T + 1)."""
    rows = np.arange(len(at))
    before, known = total[rows, at], count[rows, at]
    after, rest = total[:, -1] - before, count[:, -1] - known
    change = after / np.maximum(rest, 1.0) - before / np.maximum(known, 1.0)
    return np.divide(change, step, out=np.zeros(len(at)), where=step != 0)


def unit_factor(factor: float) -> float:
    """Return the factor of a change of unit that a step looks like, below 1 for a step down; NaN if none.

    >>> unit_factor(11.6), unit_factor(0.0098), unit_factor(1.4)
    (12.0, 0.01, nan)
    """
    size = factor if factor >= 1 else 1 / factor
    nearest = min(UNIT_FACTORS, key=lambda known: abs(np.log(size / known)))
    if abs(size / nearest - 1) > UNIT_TOLERANCE:
        return float("nan")
    return nearest if factor >= 1 else 1 / nearest


CHECKS: Mapping[str, Callable[[Grid], Marks]] = {
    "stockout": stockouts,
    "zero_run": zero_runs,
    "outlier": outliers,
    "gap": gaps,
    "closed": closed_days,
    "partial": partial_last,
}


def _running(values: np.ndarray) -> np.ndarray:
    """Return running sums with a leading zero, (n, T + 1)."""
    return np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1)], axis=1)


def _spread(values: np.ndarray) -> np.ndarray:
    """Return the robust standard deviation of each row, (n, 1); 0 where nothing is known."""
    sizes = np.sort(np.abs(values), axis=1)  # NaN last
    middle = np.maximum((~np.isnan(values)).sum(axis=1) // 2, 0)
    picked = sizes[np.arange(len(values)), np.minimum(middle, values.shape[1] - 1)]
    return 1.4826 * np.nan_to_num(picked)[:, None]


def _runs(zero: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return start and length of each run of True."""
    edges = np.diff(np.concatenate([[0], zero.astype(int), [0]]))
    starts = np.flatnonzero(edges == 1)
    return starts, np.flatnonzero(edges == -1) - starts
