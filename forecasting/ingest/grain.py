"""Which period one row stands for: the file's own frequency, the wanted one, and unfinished periods."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.dates import infer_frequency, next_periods, period_kind, period_start, with_anchor
from forecasting.errors import SettingsError
from forecasting.ingest.days import Days
from forecasting.ingest.lines import Lines
from forecasting.ingest.notes import Notes, Question, counted

DAILY = "D"
SPARSE = 0.1  # share of days with sales below which sums say more
SHORTEST_SPARSE = 182  # days; in a shorter file weeks and months are too few
# Days a first period may lack: a shop shut on Sundays, or on New Year and the day after it, has it whole.
LATE = {"day": 1, "week": 2, "month": 4}
_KINDS = {"day": "daily", "week": "weekly", "month": "monthly"}


def native_frequency(lines: pd.DataFrame, days: Days, notes: Notes) -> str:
    """Return the frequency the file records in; lines with a time of day are orders, hence daily."""
    if days.has_time:
        return DAILY
    found = infer_frequency(lines["ds"])
    distinct = pd.DatetimeIndex(lines["ds"].unique()).sort_values()
    if found == DAILY and len(distinct) > 2 and distinct.is_month_end.all():
        return "MS"  # months written as their last day
    usual = _day_gap(distinct, 0.5)
    if found == DAILY and usual >= 6:
        notes.warn(
            f"The dates are usually {usual:.0f} days apart but not always on one weekday; read as daily. "
            "Choose weekly or monthly if each row is a week or a month."
        )
    return found


def wanted_frequency(native: str, asked: str) -> str:
    """Return the frequency to import in; raises `SettingsError` when the file is coarser than asked."""
    if asked == "W":
        asked = native if period_kind(native) == "week" else with_anchor(asked)
    if asked in ("auto", native):
        return native
    if native == DAILY:
        return asked
    raise SettingsError(
        f"The file is {_KINDS[period_kind(native)]} ({native}) and cannot be split into {asked} periods; "
        f"choose auto or {native}."
    )


def ask_if_sparse(sales: pd.DataFrame, native: str, notes: Notes) -> None:
    """Ask whether days should be summed, where a series sells on few of them."""
    if native != DAILY:
        return
    end, selling = sales["ds"].max(), sales[sales["y"] > 0].drop_duplicates(["code", "ds"])
    span = (end - selling.groupby("code")["ds"].min()).dt.days + 1
    share = len(selling) / max(int(span.sum()), 1)
    if share >= SPARSE or (end - sales["ds"].min()).days < SHORTEST_SPARSE:
        return
    notes.ask(
        Question(
            id="frequency",
            question=f"A series sells on {share:.1%} of its days: forecast days, or sums of weeks or months? "
            "Sums are steadier; orders are placed by the same period.",
            example=f"{counted(len(selling), 'day')} with sales of {counted(int(span.sum()), 'series-day')}",
            options=(DAILY, "W", "MS"),
            assumed=DAILY,
        )
    )


def drop_unfinished(lines: Lines, wanted: str, notes: Notes) -> Lines:
    """Return daily lines without those of a last week or month that the file does not reach the end of.

    Nor of a first one that began well before the file. Raises `SettingsError` where none is whole.
    """
    distinct = pd.DatetimeIndex(lines.sales["ds"].unique()).sort_values()
    first, last, kind = distinct[0], distinct[-1], period_kind(wanted)
    begins, start = period_start(pd.Series([first, last]), wanted)
    end = next_periods(start, 1, wanted)[0] - pd.Timedelta(days=1)
    # A file of sparse orders may end a few days early, or begin a few late, and still be whole.
    usual = _day_gap(distinct, 0.95)
    if (end - last).days >= usual:
        lines = _without(lines, lines.sales["ds"] >= start, f"in the unfinished last {kind}")
        notes.warn(
            f"The last {kind} (from {start:%Y-%m-%d}) ends after the file ({last:%Y-%m-%d}); it was left "
            "out, because part of its sales are missing."
        )
    if (first - begins).days >= max(usual, LATE[kind]):
        lines = _without(
            lines, lines.sales["ds"] < next_periods(begins, 1, wanted)[0], f"in a begun first {kind}"
        )
        notes.warn(
            f"The first {kind} (from {begins:%Y-%m-%d}) begins before the file ({first:%Y-%m-%d}); it was "
            "left out, because part of its sales are missing."
        )
    if lines.sales.empty:
        raise SettingsError(f"The file does not cover one whole {kind}; import it as daily.")
    return lines


def _without(lines: Lines, out: pd.Series, reason: str) -> Lines:
    lines.fate.drop_rows(lines.sales.index[out], reason)
    return replace(lines, sales=lines.sales[~out])


def _day_gap(distinct: pd.DatetimeIndex, quantile: float) -> float:
    """Return a quantile of the days between neighbouring dates; 1 where there are too few to tell."""
    if len(distinct) < 9:
        return 1.0
    return float(np.quantile(np.diff(distinct.to_numpy()) / np.timedelta64(1, "D"), quantile))
