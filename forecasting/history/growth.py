"""How much was sold, and how that compares with a year ago and with the time just before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import year_of_periods
from forecasting.history.panel import Panel

NEW, GONE = "new", "no longer sold"


@dataclass(frozen=True)
class Window:
    """The latest `length` of `total` periods and the two spans of equal length it is compared with."""

    length: int
    total: int
    year: int  # periods after which the calendar looks alike

    @property
    def now(self) -> slice:
        """Return the latest periods."""
        return slice(self.total - self.length, self.total)

    @property
    def before(self) -> slice | None:
        """Return the periods just before them; None when the history does not reach back."""
        return self._back(self.length)

    @property
    def year_ago(self) -> slice | None:
        """Return the same periods a year earlier; None when the history does not reach back."""
        return self._back(self.year)

    @property
    def past(self) -> slice | None:
        """Return what it is compared with: a year ago, else the time just before, else nothing."""
        return self.before if self.year_ago is None else self.year_ago

    def _back(self, by: int) -> slice | None:
        start = self.total - self.length - by
        return slice(start, start + self.length) if start >= 0 else None


def window_of(panel: Panel, length: int) -> Window:
    """Return the latest `length` periods of a panel (all of them when it is shorter)."""
    total = len(panel.ds)
    return Window(min(length, total), total, year_of_periods(panel.frequency))


def lengths(panel: Panel) -> tuple[int, ...]:
    """Return the lengths a reader may look at: a month, a quarter, a year, as far as the history goes."""
    year = year_of_periods(panel.frequency)
    asked = {364: (28, 91, 364), 52: (4, 13, 52), 12: (1, 3, 12)}[year]
    return tuple(n for n in asked if n <= len(panel.ds)) or (len(panel.ds),)


@dataclass(frozen=True)
class Growth:
    """One amount over a window beside the same a year ago and just before; NaN where not known.

    What one of two spans lacks a record of is left out of both in each comparison.
    """

    now: float
    year_ago: float
    before: float
    on_year: float  # growth on a year ago, a fraction of `year_ago`
    on_before: float
    covered: float  # share of the units sold in the window whose amount is known

    @property
    def change(self) -> float:
        """Return what was won or lost on a year ago."""
        return self.on_year * self.year_ago


def growth(values: np.ndarray, y: np.ndarray, window: Window) -> Growth:
    """Return the sum of `values` (n, T; NaN unknown) over a window and its two comparisons."""
    sold = y[:, window.now]
    units = np.nansum(sold)
    known = np.nansum(np.where(np.isfinite(values[:, window.now]), sold, 0.0))
    year_ago, on_year = _against(values, y, window, window.year_ago)
    before, on_before = _against(values, y, window, window.before)
    covered = float(known / units) if units > 0 else float("nan")
    return Growth(total_of(values, window.now), year_ago, before, on_year, on_before, covered)


def _against(values: np.ndarray, y: np.ndarray, window: Window, then: slice | None) -> tuple[float, float]:
    """Return the sum over an earlier span, and growth on it as a fraction."""
    if then is None:
        return float("nan"), float("nan")
    now, earlier = (total_of(part, slice(None)) for part in alike(values, y, window, then))
    return earlier, now / earlier - 1 if earlier > 0 else float("nan")


@dataclass(frozen=True)
class Holes:
    """Periods that growth leaves out: recorded in one of its two spans only."""

    series: int
    periods: int  # over all series
    as_nothing: float  # growth had they counted as nothing sold, a fraction; NaN where not known


def holes(values: np.ndarray, y: np.ndarray, window: Window) -> Holes:
    """Return the unrecorded periods that the growth of `values` (n, T) leaves out.

    It is growth on a year ago, or on the time just before where the history reaches back no further.
    """
    if window.past is None:
        return Holes(0, 0, float("nan"))
    once = recorded_once(y, window, window.past)
    now, then = total_of(values, window.now), total_of(values, window.past)
    as_nothing = now / then - 1 if then > 0 else float("nan")
    return Holes(int(once.any(axis=1).sum()), int(once.sum()), as_nothing)


def unrecorded(y: np.ndarray) -> np.ndarray:
    """Return where y (n, T; NaN without a record) lacks one after the first and before the last of its row.

    Before its first and after its last record a series was not sold, which is known.

    >>> unrecorded(np.array([[np.nan, 2.0, np.nan, 0.0, np.nan]])).tolist()
    [[False, False, True, False, False]]
    """
    known = np.isfinite(y)
    begun, ended = np.logical_or.accumulate(known, axis=1), np.logical_or.accumulate(known[:, ::-1], axis=1)
    return ~known & begun & ended[:, ::-1]


def recorded_once(y: np.ndarray, window: Window, then: slice) -> np.ndarray:
    """Return which periods are unrecorded in a window or in an earlier span, not in both, (n, length)."""
    missing = unrecorded(y)
    return np.asarray(missing[:, window.now] ^ missing[:, then])


def alike(values: np.ndarray, y: np.ndarray, window: Window, then: slice) -> tuple[np.ndarray, np.ndarray]:
    """Return values (n, T) of a window and of an earlier span of its length, (n, length) each.

    Both are NaN where one of them is unrecorded.
    """
    once = recorded_once(y, window, then)
    now, earlier = (np.where(once, np.nan, values[:, span]) for span in (window.now, then))
    return now, earlier


def total_of(values: np.ndarray, span: slice | None) -> float:
    """Return the sum over a span; NaN where there is no span or nothing in it is known."""
    if span is None or not np.isfinite(values[:, span]).any():
        return float("nan")
    return float(np.nansum(values[:, span]))


def movers(panel: Panel, window: Window) -> pd.DataFrame:
    """Return every series with its change, most lost or won first.

    Columns: unique_id, now, then, change, growth, against ('a year ago' or 'the time just before'),
    in money where every sale of a series is priced, else NaN; units_now and units_then always. Periods
    that only one of the two times records are in neither. `note` says so, and of a series without
    growth that it is new or no longer sold.
    """
    past = window.past
    against = "a year ago" if window.year_ago is not None else "the time just before"
    nowhere = np.zeros((len(panel.y), window.length), dtype=bool)
    once = nowhere if past is None else recorded_once(panel.y, window, past)
    money, sold = (
        [_by_series(values, panel.y, span, once) for span in (window.now, past)]
        for values in (panel.revenue, panel.y)
    )
    change = money[0] - money[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(money[1] > 0, money[0] / money[1] - 1, np.nan)
    table = pd.DataFrame(
        {
            "unique_id": panel.unique_id,
            "now": money[0],
            "then": money[1],
            "change": change,
            "growth": rate,
            "units_now": sold[0],
            "units_then": sold[1],
            "units_change": sold[0] - sold[1],
            "against": against,
            "note": _notes(sold[0], sold[1], once.sum(axis=1)),
        }
    )
    by = "change" if np.isfinite(change).any() else "units_change"
    return table.sort_values(by, key=np.abs, ascending=False, kind="stable", ignore_index=True)


def _notes(now: np.ndarray, then: np.ndarray, once: np.ndarray) -> list[str | None]:
    """Return per series why it has no usual growth, or what of the time its growth is not of; else None."""
    return [
        NEW
        if before == 0 and after > 0
        else GONE
        if after == 0 and before > 0
        else f"{left_out:,} unknown, left out"
        if left_out
        else None
        for after, before, left_out in zip(now, then, once, strict=True)
    ]


def _by_series(values: np.ndarray, y: np.ndarray, span: slice | None, once: np.ndarray) -> np.ndarray:
    """Return the sum per series, 0 where nothing was sold, NaN where something sold has no value.

    Periods (n, length) marked in `once` are left out.
    """
    if span is None:
        return np.full(len(values), np.nan)
    part, sold = np.where(once, np.nan, values[:, span]), np.where(once, 0.0, np.nan_to_num(y[:, span]))
    unknown = (sold > 0) & ~np.isfinite(part)
    return np.where(unknown.any(axis=1), np.nan, np.nansum(part, axis=1))
