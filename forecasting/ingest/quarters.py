"""Rows that are quarters or years: forecasts are by day, week or month, so a person must say what to do."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest.lines import Lines
from forecasting.ingest.notes import Notes, Question
from forecasting.schema import PLAN

MONTHS = 3
FEWEST = 4  # quarters before months three apart are more than chance


def spread_quarters(lines: Lines, rule: str, notes: Notes) -> Lines:
    """Return quarters as three months with a third of the units each, asked first; other lines unchanged."""
    step = _months_apart(lines.sales["ds"])
    if step % 12 == 0 and step:
        raise DataError(
            f"Each row is a year ({lines.days.written_as}); forecasts are by day, week or month: export "
            "the sales by month."
        )
    if step % MONTHS or not step:
        return lines
    if rule == "leave":
        raise DataError(
            f"Each row is a quarter ({lines.days.written_as}); forecasts are by day, week or month: export "
            "the sales by month, or let each quarter be spread over its months."
        )
    if rule == "auto":
        first = lines.sales["ds"].min().to_period("Q")
        notes.ask(
            Question(
                id="quarters",
                question="Each row is a quarter, and forecasts are by month: may every quarter be spread "
                "evenly over its three months?",
                example=f"quarter {first.quarter} of {first.year}",
                options=("spread", "leave"),
                assumed="spread",
            )
        )
    notes.warn("Each row is a quarter: a third of its units was put on each of its months.")
    return replace(lines, sales=_spread(lines.sales), future=_spread(lines.future))


def _months_apart(days: pd.Series) -> int:
    """Return the greatest number of months that divides the distance of all dates; 0 = not whole months."""
    distinct = pd.DatetimeIndex(days.unique()).sort_values()
    if len(distinct) < FEWEST or not ((distinct.day == 1).all() or distinct.is_month_end.all()):
        return 0
    return int(np.gcd.reduce(np.diff(distinct.year * 12 + distinct.month)))


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every row three times, a month apart, the first on the first month of its quarter."""
    start = rows["ds"].dt.to_period("Q").dt.start_time
    parts = [rows.assign(ds=start + pd.DateOffset(months=month)) for month in range(MONTHS)]
    spread = pd.concat(parts)
    return spread.assign(**{c: spread[c] / MONTHS for c in ("y", PLAN) if c in spread})
