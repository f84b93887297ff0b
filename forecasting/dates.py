"""The calendar: one frequency per dataset, named by its pandas alias (D, W-THU, MS)."""

from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import DataError

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def period_kind(frequency: str) -> Literal["day", "week", "month"]:
    """Return the word for one period of a frequency.

    >>> period_kind("W-THU")
    'week'
    """
    if frequency == "D":
        return "day"
    if frequency.split("-")[0] == "W":
        return "week"
    if frequency == "MS":
        return "month"
    raise DataError(f"Frequency {frequency!r} is not known; use D (daily), W (weekly) or MS (monthly).")


def season_length(frequency: str) -> int:
    """Return the periods in the season a baseline repeats: 7 days, 52 weeks, 12 months."""
    return {"day": 7, "week": 52, "month": 12}[period_kind(frequency)]


def days_per_period(frequency: str) -> float:
    """Return the length of one period in days (a month is a twelfth of 365.25)."""
    return {"day": 1.0, "week": 7.0, "month": 365.25 / 12}[period_kind(frequency)]


def infer_frequency(dates: pd.Series) -> str:
    """Return the frequency of a column of dates: 'D', 'W-<weekday>' or 'MS'.

    Weekly needs every date on one weekday, monthly every date on the first of
    a month; anything finer is daily. A single date is daily.
    """
    unique = pd.DatetimeIndex(pd.Series(dates).dropna().dt.normalize().unique()).sort_values()
    if len(unique) < 2:
        return "D"
    if (unique.day == 1).all():
        return "MS"
    if (unique.day_of_week == unique.day_of_week[0]).all() and len(unique) > 2:
        return f"W-{WEEKDAYS[unique.day_of_week[0]]}"
    return "D"


def period_start(dates: pd.Series, frequency: str) -> pd.Series:
    """Return the first day of the period each date falls in; weeks start on the frequency's weekday."""
    day = dates.dt.normalize()
    kind = period_kind(frequency)
    if kind == "day":
        return day
    if kind == "month":
        return day.dt.to_period("M").dt.start_time
    anchor = WEEKDAYS.index(with_anchor(frequency).split("-")[1])
    return day - pd.to_timedelta((day.dt.day_of_week - anchor) % 7, unit="D")


def with_anchor(frequency: str) -> str:
    """Return the frequency with its weekday: a bare 'W' starts on Monday."""
    return "W-MON" if frequency == "W" else frequency


def calendar(start: pd.Timestamp, end: pd.Timestamp, frequency: str) -> pd.DatetimeIndex:
    """Return every period start from `start` to `end`, both included."""
    return pd.date_range(start, end, freq=with_anchor(frequency))


def next_periods(last: pd.Timestamp, periods: int, frequency: str) -> pd.DatetimeIndex:
    """Return the `periods` period starts after `last`."""
    return pd.date_range(last, periods=periods + 1, freq=with_anchor(frequency))[1:]


def year_of_periods(frequency: str) -> int:
    """Return the whole periods after which the calendar looks alike: 364 days, 52 weeks, 12 months."""
    return {"day": 364, "week": 52, "month": 12}[period_kind(frequency)]


def positions(dates: pd.Series, index: pd.DatetimeIndex) -> np.ndarray:
    """Return the place of each date in `index`, -1 where it is not there."""
    return index.get_indexer(pd.DatetimeIndex(dates))
