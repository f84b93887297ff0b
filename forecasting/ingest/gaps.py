"""Periods a file does not mention: zero sales, closed, or unknown, by a rule that is stated."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import WEEKDAYS, calendar, period_kind, period_start
from forecasting.errors import SettingsError
from forecasting.ingest.lines import Lines
from forecasting.ingest.notes import Notes, Question, counted
from forecasting.schema import PLAN, PRICE_PAID

MOSTLY_THERE = 0.8  # above this share of periods present, a missing one is an exception, hence unknown
ZEROS_RECORDED = 0.02  # a file that writes zeros leaves no idle day out; an odd zero proves nothing
WORTH_ASKING = 0.01  # share of periods missing
SHORTEST_FOR_WEEKDAYS = 28  # days; before, a weekday may be missing by chance
MAX_ROWS = 30_000_000  # filled rows that still fit the memory of an ordinary machine
LONG_GAP = {"day": 28, "week": 8, "month": 3}  # periods: a shop that was shut, a file that was lost
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Grid:
    """The series x periods that a file spans, which it mentions, and where each series begins and ends."""

    ds: pd.DatetimeIndex  # (T,)
    present: np.ndarray  # (n, T) bool
    first: np.ndarray  # (n,) place of the first row of each series
    last: np.ndarray  # (n,)

    @property
    def inside(self) -> np.ndarray:
        """Return the periods between a series' first and last row, (n, T) bool."""
        place = np.arange(len(self.ds))
        return (place >= self.first[:, None]) & (place <= self.last[:, None])


def grid_of(periods: pd.DataFrame, frequency: str) -> Grid:
    """Return the grid of periods (code, ds)."""
    ds = calendar(periods["ds"].min(), periods["ds"].max(), frequency)
    n = int(periods["code"].max()) + 1
    if n * len(ds) > MAX_ROWS:
        raise SettingsError(
            f"{n:,} series x {len(ds):,} periods are too many to hold; choose fewer series or longer periods."
        )
    present = np.zeros((n, len(ds)), dtype=bool)
    present[periods["code"], ds.get_indexer(pd.DatetimeIndex(periods["ds"]))] = True
    some = present.any(axis=1)  # a series may have lost all its rows
    first = np.where(some, present.argmax(axis=1), len(ds))
    last = np.where(some, len(ds) - 1 - present[:, ::-1].argmax(axis=1), -1)
    return Grid(ds, present, first, last)


@dataclass(frozen=True)
class GapRule:
    """What a missing period means in this file."""

    missing: str  # 'zero' or 'unknown'
    closed: np.ndarray  # (T,) bool: days on weekdays that the file never mentions


def gap_rule(
    periods: pd.DataFrame, frequency: str, asked: str, notes: Notes, *, summed: bool = False
) -> GapRule:
    """Return what a missing period means, as asked or on the file's evidence, and say so.

    Where periods are `summed` to longer ones, zeros among them are said of the sums (`tell_of_sums`).
    """
    grid = grid_of(periods, frequency)
    closed = _closed_days(grid, frequency) if asked == "auto" else np.zeros(len(grid.ds), dtype=bool)
    expected = grid.inside & ~closed
    missing = int((expected & ~grid.present).sum())
    share = missing / max(int(expected.sum()), 1)
    rule = GapRule(_chosen(asked, periods, share), closed)
    if missing and not (summed and rule.missing == "zero"):
        _tell(rule.missing, missing, share, period_kind(frequency), notes)
    if missing and rule.missing == "unknown":
        _tell_longest(grid, period_kind(frequency), notes)
    if missing and asked == "auto" and share >= WORTH_ASKING:
        _ask(rule.missing, missing, share, period_kind(frequency), notes)
    if closed.any() and rule.missing == "unknown":
        names = [name for i, name in enumerate(DAY_NAMES) if i in grid.ds[closed].day_of_week]
        notes.warn(f"No row falls on a {' or '.join(names)}: read as closed, zero sales.")
    return rule


def tell_of_sums(periods: pd.DataFrame, frequency: str, notes: Notes) -> None:
    """Say how many weeks or months have no row at all, from each series' first one to the end of the file."""
    grid = grid_of(periods, frequency)
    span = np.arange(len(grid.ds)) >= grid.first[:, None]
    missing = int((span & ~grid.present).sum())
    if missing:
        _tell("zero", missing, missing / int(span.sum()), period_kind(frequency), notes)


def fill_gaps(periods: pd.DataFrame, frequency: str, rule: GapRule) -> pd.DataFrame:
    """Return the periods with missing ones added as zero sales where the rule says so."""
    grid = grid_of(periods, frequency)
    if rule.missing == "zero":
        fill = (np.arange(len(grid.ds)) >= grid.first[:, None]) & ~grid.present
    else:
        fill = grid.inside & ~grid.present & rule.closed
    return _filled(periods, grid, fill, rule.closed) if fill.any() else periods


def drop_incomplete(lines: Lines, daily: pd.DataFrame, wanted: str, notes: Notes) -> pd.DataFrame:
    """Return the daily rows of wholly known weeks or months: a sum over unknown days is too low."""
    kind, start = period_kind(wanted), period_start(daily["ds"], wanted)
    days = daily.groupby([daily["code"], start])["ds"].transform("size")
    partial = days < (7 if kind == "week" else start.dt.days_in_month)
    if not partial.any():
        return daily
    if partial.all():
        raise SettingsError(f"No {kind} is wholly known; import the file daily or read gaps as zero sales.")
    bad = pd.MultiIndex.from_arrays([daily["code"][partial], start[partial]]).unique()
    rows = pd.MultiIndex.from_arrays([lines.sales["code"], period_start(lines.sales["ds"], wanted)])
    lines.fate.drop_rows(lines.sales.index[rows.isin(bad)], f"in a {kind} with unknown days")
    notes.warn(
        f"{counted(len(bad), f'series-{kind}')} with unknown days left out: their sums would be too low."
    )
    return daily[~partial]


def _closed_days(grid: Grid, frequency: str) -> np.ndarray:
    """Return the days on weekdays the whole file never mentions, (T,) bool."""
    closed = np.zeros(len(grid.ds), dtype=bool)
    if frequency != "D" or len(grid.ds) < SHORTEST_FOR_WEEKDAYS:
        return closed
    seen = set(grid.ds.day_of_week.to_numpy()[np.asarray(grid.present.any(axis=0))])
    return ~np.isin(grid.ds.day_of_week, list(seen)) if len(seen) > len(WEEKDAYS) / 2 else closed


def _chosen(rule: str, periods: pd.DataFrame, missing_share: float) -> str:
    if rule != "auto":
        return rule
    zeros = float((periods["y"] == 0).mean())
    return "unknown" if zeros >= ZEROS_RECORDED or 1 - missing_share >= MOSTLY_THERE else "zero"


def _tell(chosen: str, missing: int, share: float, kind: str, notes: Notes) -> None:
    zero = "read as zero sales, from each series' first sale to the end of the file"
    read = zero if chosen == "zero" else "left out as unknown, not read as zero"
    notes.warn(f"{counted(missing, f'series-{kind}')} without a row ({share:.1%} of the span): {read}.")


def _tell_longest(grid: Grid, kind: str, notes: Notes) -> None:
    edges = np.diff(np.pad((grid.inside & ~grid.present).astype(np.int8), ((0, 0), (1, 1))), axis=1)
    begins, ends = np.nonzero(edges == 1)[1], np.nonzero(edges == -1)[1]
    lengths = ends - begins
    if lengths.max(initial=0) < LONG_GAP[kind]:
        return
    same = begins[lengths == lengths.max()]
    place = int(np.bincount(same).argmax())
    alike = counted(int((same == place).sum()), "series", "series")
    notes.warn(f"The longest gap is {lengths.max()} {kind}s from {grid.ds[place]:%Y-%m-%d}, in {alike}.")


def _ask(chosen: str, missing: int, share: float, kind: str, notes: Notes) -> None:
    notes.ask(
        Question(
            id="gaps",
            question=f"{share:.0%} of the {kind}s between a series' first and last row have no row: "
            "did nothing sell, or is it not known?",
            example=f"{counted(missing, f'series-{kind}')} of the file",
            options=("zero", "unknown"),
            assumed=chosen,
        )
    )


def _filled(periods: pd.DataFrame, grid: Grid, fill: np.ndarray, closed: np.ndarray) -> pd.DataFrame:
    codes, places = np.nonzero(fill)
    added = pd.DataFrame({"code": codes, "ds": grid.ds[places], "y": 0.0})
    if "stockout" in periods:
        added["stockout"] = False
    if "open" in periods:
        added["open"] = np.where(closed[places], 0.0, 1.0)
    for column in (c for c in periods.columns if c not in added and not c.startswith("_")):
        added[column] = _of_the_day(periods, column).reindex(added["ds"]).to_numpy()
    whole = pd.concat([periods, added]).sort_values(["code", "ds"], ignore_index=True)
    if "price" in whole:
        whole["price"] = whole.groupby("code")["price"].transform(lambda p: p.ffill().bfill())
    return whole


def _of_the_day(periods: pd.DataFrame, column: str) -> pd.Series:
    """Return ds -> the value all series share that day (a holiday, say), NaN where they differ."""
    if column in ("price", PRICE_PAID, PLAN):
        return pd.Series(dtype=float)
    days = periods.groupby("ds")[column].agg(["min", "max"])
    return days["min"].where(days["min"] == days["max"])
