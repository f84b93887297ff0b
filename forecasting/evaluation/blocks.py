"""Demand in weeks, months and groups instead of days and items, and the way back to one order.

The same decision can be asked of coarser data. Periods are gathered into blocks that end at the
origin, so that the newest is whole and nothing after it is seen. What comes back is demand over
the periods one order must last: whole blocks, and of the next one the share that its first
periods had in a past block drawn at random. A group's demand is split likewise, by the share an
item had in a past window of the same length.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.dates import WEEKDAYS, next_periods, period_kind
from forecasting.errors import DataError

Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month")
# A block with at least this share of its periods known is scaled up to all of them, else unknown.
KNOWN = 0.5
# Past windows from which shares are drawn: recent enough to be today's assortment.
MOST_WINDOWS = 26


@dataclass(frozen=True)
class Blocks:
    """How the periods up to an origin fall into longer ones, the newest of which ends there."""

    of: np.ndarray  # (T,) the block of each period, 0 = oldest; −1 = before the first whole block
    labels: pd.DatetimeIndex  # (B,) a calendar of `frequency`, oldest first
    sizes: np.ndarray  # (m,) periods in each block ahead
    frequency: str

    def gathered(self, y: np.ndarray) -> np.ndarray:
        """Return units per block, (n, B); NaN where less than half of a block is known."""
        n_blocks, inside = len(self.labels), self.of >= 0
        total, known, size = (np.zeros((len(y), n_blocks)) for _ in range(3))
        columns = self.of[inside]
        values = y[:, inside]
        there = np.isfinite(values)
        for table, part in (
            (total, np.where(there, values, 0.0)),
            (known, there),
            (size, np.ones_like(there)),
        ):
            np.add.at(table.T, columns, part.T.astype(float))
        enough = (known > 0) & (known >= KNOWN * size)
        return np.where(enough, total / np.maximum(known, 1) * size, np.nan)


def blocks_at(dates: pd.DatetimeIndex, frequency: str, grain: Grain, periods: int) -> Blocks:
    """Return the blocks of the periods `dates` (T,), which end at the origin, and those for `periods` ahead.

    Weeks are seven days. Months are calendar months shifted to end on the origin's day.
    """
    kind = period_kind(frequency)
    if GRAINS.index(grain) < GRAINS.index(kind):
        raise DataError(f"The sales are by {kind}; they cannot be asked by {grain}.")
    if grain == kind:
        return Blocks(np.arange(len(dates)), dates, np.ones(periods, dtype=int), frequency)
    back, sizes = _weeks(dates, periods) if grain == "week" else _months(dates, frequency, periods)
    count = int(back.max()) + 1 if (back >= 0).any() else 0
    of = np.where(back >= 0, count - 1 - back, -1)
    newest = dates[-1] - pd.Timedelta(days=6) if grain == "week" else dates[-1].to_period("M").start_time
    name = f"W-{WEEKDAYS[newest.day_of_week]}" if grain == "week" else "MS"
    return Blocks(of, pd.date_range(end=newest, periods=count, freq=name), sizes, name)


def _weeks(dates: pd.DatetimeIndex, periods: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many weeks before the newest each day lies, −1 in the unfinished oldest; sizes ahead."""
    back = (len(dates) - 1 - np.arange(len(dates))) // 7
    whole = len(dates) // 7
    return np.where(back < whole, back, -1), np.full(-(-periods // 7), 7)


def _months(dates: pd.DatetimeIndex, frequency: str, periods: int) -> tuple[np.ndarray, np.ndarray]:
    origin = dates[-1]
    most = int((origin - dates[0]).days / 28) + 2
    ends = pd.DatetimeIndex([origin - pd.DateOffset(months=k) for k in range(most)])
    back = (ends.to_numpy()[None, :] >= dates.to_numpy()[:, None]).sum(axis=1) - 1
    before = dates[0] - pd.Timedelta(days=1 if period_kind(frequency) == "day" else 7)
    whole = int((ends[1:] >= before).sum())  # months whose first period is there
    sizes: list[int] = []
    while sum(sizes) < periods:
        start, end = (origin + pd.DateOffset(months=len(sizes) + k) for k in (0, 1))
        ahead = next_periods(origin, sum(sizes) + 40, frequency)
        sizes.append(int(((ahead > start) & (ahead <= end)).sum()))
    return np.where(back < whole, back, -1), np.array(sizes)


def over_interval(
    paths: np.ndarray, blocks: Blocks, y: np.ndarray, periods: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return demand over each series' own next `periods` (n,) periods, (n, n_paths), from paths by block.

    `paths` are (n, n_paths, m) units per block ahead, `y` (n, T) the history by period.
    """
    reach = np.concatenate([[0], np.cumsum(blocks.sizes)])
    sums = np.concatenate([np.zeros((*paths.shape[:2], 1)), np.cumsum(paths, axis=2, dtype=float)], axis=2)
    found = np.empty(paths.shape[:2])
    for i, wanted in enumerate(periods.astype(int)):
        whole = int(np.searchsorted(reach, wanted, side="right")) - 1
        found[i] = sums[i, :, whole]
        if rest := wanted - int(reach[whole]):
            shares = _first_shares(y[i], blocks, rest / blocks.sizes[whole])
            found[i] += paths[i, :, whole] * rng.choice(shares, size=paths.shape[1])
    return found


def _first_shares(y: np.ndarray, blocks: Blocks, part: float) -> np.ndarray:
    """Return what share the first `part` of each past block had in all of it; `part` where none sold."""
    shares = []
    for block in range(max(0, len(blocks.labels) - MOST_WINDOWS), len(blocks.labels)):
        inside = y[blocks.of == block]
        if len(inside) and np.isfinite(inside).all() and inside.sum() > 0:
            shares.append(inside[: round(part * len(inside))].sum() / inside.sum())
    return np.array(shares or [part])


def window_shares(item: np.ndarray, group: np.ndarray, periods: int) -> np.ndarray:
    """Return the item's share of its group in past windows of so many periods, newest last.

    Windows do not overlap and the newest ends at the origin. Unknown windows, and such without a
    sale of the group, are left out; a share of zero where none is left.
    """
    count = min(len(item) // periods, MOST_WINDOWS)
    cut = len(item) - count * periods
    mine, all_of_it = (v[cut:].reshape(count, periods).sum(axis=1) for v in (item, group))
    usable = np.isfinite(mine) & np.isfinite(all_of_it) & (all_of_it > 0)
    return mine[usable] / all_of_it[usable] if usable.any() else np.zeros(1)


def filled(y: np.ndarray) -> np.ndarray:
    """Return units with unknown periods at the series' mean of known ones: a group's sum needs them all."""
    there = np.isfinite(y)
    mean = np.where(there, y, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    first = np.where(there.any(axis=1), there.argmax(axis=1), y.shape[1])
    born = np.arange(y.shape[1]) >= first[:, None]
    return np.where(there, y, np.where(born, mean[:, None], 0.0))
