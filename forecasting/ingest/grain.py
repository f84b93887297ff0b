"""Which period one row stands for: the file's own frequency, the wanted one, and unfinished periods."""

import numpy as np
import pandas as pd

from forecasting.dates import infer_frequency, next_periods, period_kind, period_start, with_anchor
from forecasting.errors import SettingsError
from forecasting.ingest.days import Days
from forecasting.ingest.lines import Fate, Lines
from forecasting.ingest.notes import Notes

DAILY = "D"


def native_frequency(lines: pd.DataFrame, days: Days, notes: Notes) -> str:
    """Return the frequency the file records in; lines with a time of day are orders, hence daily."""
    if days.has_time:
        return DAILY
    found = infer_frequency(lines["ds"])
    distinct = pd.DatetimeIndex(lines["ds"].unique()).sort_values()
    if found == DAILY and len(distinct) > 2 and distinct.is_month_end.all():
        return "MS"  # months written as their last day
    usual = (
        int(np.median(np.diff(distinct.to_numpy()).astype("timedelta64[D]").astype(int), initial=1))
        if len(distinct) > 8
        else 1
    )
    if found == DAILY and usual >= 6:
        notes.warn(
            f"The dates are usually {usual} days apart but not always on one weekday; read as daily. "
            "Choose weekly or monthly if each row is a week or a month."
        )
    return found


def wanted_frequency(native: str, asked: str) -> str:
    """Return the frequency to import in; raises `SettingsError` when the file is coarser than asked."""
    if asked == "auto":
        return native
    if asked == "W":
        asked = native if period_kind(native) == "week" else with_anchor(asked)
    if asked not in (native, DAILY) and native == DAILY:
        return asked
    if asked == native:
        return native
    words = {"day": "daily", "week": "weekly", "month": "monthly"}
    raise SettingsError(
        f"The file is {words[period_kind(native)]} ({native}) and cannot be split into {asked} periods; "
        f"choose auto or {native}."
    )


def drop_unfinished(lines: Lines, native: str, wanted: str, *, fate: Fate, notes: Notes) -> Lines:
    """Return the lines without those of a last week or month that the file does not reach the end of."""
    if wanted == native or native != DAILY:
        return lines
    distinct = pd.DatetimeIndex(lines.sales["ds"].unique()).sort_values()
    last, kind = distinct[-1], period_kind(wanted)
    start = period_start(pd.Series([last]), wanted).iloc[0]
    end = next_periods(start, 1, wanted)[0] - pd.Timedelta(days=1)
    # A file of sparse orders may end a few days early and still be whole.
    usual_gap = (
        float(np.quantile(np.diff(distinct.to_numpy()) / np.timedelta64(1, "D"), 0.95))
        if len(distinct) > 1
        else 1.0
    )
    if (end - last).days < usual_gap:
        return lines
    unfinished = lines.sales.index[lines.sales["ds"] >= start]
    fate.drop(np.isin(np.arange(len(fate.reason)), unfinished), f"in the unfinished last {kind}")
    notes.warn(
        f"The last {kind} (from {start:%Y-%m-%d}) ends after the file ({last:%Y-%m-%d}); it was left out, "
        "because part of its sales are missing."
    )
    kept = lines.sales.drop(unfinished)
    if kept.empty:
        raise SettingsError(f"The file does not cover one whole {kind}; import it as daily.")
    return Lines(kept, lines.future, lines.series, lines.drivers, lines.days, lines.style)
