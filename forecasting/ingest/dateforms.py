"""The ways a date is written: one text -> its kind and its parts, no column in sight."""

import datetime
import re
from typing import NoReturn

import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest import words
from forecasting.ingest.months import month_of

Parts = tuple[int, int, int]  # year, month, day; for a numeric date: year, first, second

YEARS = (1950, 2100)  # a year outside is a typing error, and would stretch the calendar
_CENTURY_TURN = 70  # a two-digit year below it is in this century
_WEEK = r"W|KW|CW|WK|Week|Woche|Sem|Semaine|Semana|Settimana|Uke|Vecka|V|S(?=\d\d)"
_QUARTER = "(?:Qtr|Quartal|Quarter|Q|T|K)"  # T as in trimestre, K as in kwartal
WEEKDAY = re.compile(r"^[^\W\d]{2,10}\.?,?\s+(?=\d)")
PATTERNS = {
    "YYYY-MM-DD": re.compile(r"^(\d{4})(?:[-/.]|\. )(\d{1,2})(?:[-/.]|\. )(\d{1,2})\.?$"),
    "numeric": re.compile(r"^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})\.?$"),
    "YYYYMMDD": re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
    "YYYY-MM": re.compile(r"^(\d{4})[-/.M](\d{1,2})$"),
    "MM/YYYY": re.compile(r"^(\d{1,2})[-/.](\d{4})$"),
    "YYYY-Www": re.compile(rf"^(\d{{4}})[ -/]?(?:{_WEEK})[ .-]?(\d{{1,2}})$", re.IGNORECASE),
    "YYYY-Www-D": re.compile(r"^(\d{4})-?W(\d{2})-?([1-7])$"),
    "Www YYYY": re.compile(rf"^(?:{_WEEK})[ .-]?(\d{{1,2}})[ ,./-]+(\d{{4}})$", re.IGNORECASE),
    "YYYY-Qn": re.compile(rf"^(\d{{4}})[ ./-]*{_QUARTER}[ -]?([1-4])$", re.IGNORECASE),
    "Qn YYYY": re.compile(
        rf"^(?:{_QUARTER}[ -]?([1-4])[ .,'/-]*(\d{{4}})|Q([1-4])[ '/-](\d{{2}}))$", re.IGNORECASE
    ),
    "nQ YYYY": re.compile(
        rf"^(?:([1-4])\.? ?{_QUARTER}[ .'/-]*(\d{{4}})|([1-4])Q[ '/-]?(\d{{2}}))$", re.IGNORECASE
    ),
    "D Mon YYYY": re.compile(
        r"^(\d{1,2})(?:st|nd|rd|th|er|\.)?[ \-/]*(?:de |of )?([^\W\d]{3,12})\.?[ \-/.,]*(?:de )?"
        r"(\d{4}|\d{2})$"
    ),
    "Mon D, YYYY": re.compile(
        r"^([^\W\d]{3,12})\.?[ -](\d{1,2})(?:st|nd|rd|th)?(?:, ?| |-)(\d{4}|(?<=,)\d{2}|(?<=, )\d{2})$"
    ),
    "Mon YYYY": re.compile(r"^([^\W\d]{3,12})\.?[ \-/.']*(?:de )?(\d{4}|\d{2})$"),
    "YYYY Mon": re.compile(r"^(\d{4})[ \-/]+([^\W\d]{3,12})\.?$"),
}
QUARTERS = ("YYYY-Qn", "Qn YYYY", "nQ YYYY")
TIME = re.compile(r"[T ,]+\d{1,2}[:h]\d{2}.*$")
PSEUDO_DATE = re.compile(r"^\d{1,2}[-/]\d{1,2}$")  # day and month, or a counted year and month: no year
_EPOCH_RANGE = (631_152_000, 2_208_988_800)  # 1990 to 2040 in seconds since 1970
_SERIAL_RANGE = (20_000, 60_000)  # 1954 to 2064 in Excel's count of days


def kind_of(text: str) -> tuple[str, Parts] | None:
    """Return the way a text is written and its parts, None when it is no date."""
    for candidate in (text, WEEKDAY.sub("", text)):
        for kind, pattern in PATTERNS.items():
            match = pattern.match(candidate)
            parts = _parts(kind, match) if match else None
            if parts and YEARS[0] <= parts[0] <= YEARS[1] and _plausible(kind, parts):
                return kind, parts
    return None


def _parts(kind: str, match: re.Match[str]) -> Parts | None:
    group = match.groups()
    if kind in ("YYYY-MM-DD", "YYYYMMDD"):
        return int(group[0]), int(group[1]), int(group[2])
    if kind == "numeric":
        return year_of(group[3]), int(group[0]), int(group[2])
    if kind == "YYYY-MM":
        return int(group[0]), int(group[1]), 1
    if kind == "MM/YYYY":
        return int(group[1]), int(group[0]), 1
    if kind in QUARTERS:
        first, second = [part for part in group if part is not None]
        year, quarter = (first, second) if kind == "YYYY-Qn" else (second, first)
        return year_of(year), 3 * int(quarter) - 2, 1
    if kind == "Www YYYY":
        return _week_parts(group[1], group[0])
    return _week_parts(*group) if kind in ("YYYY-Www", "YYYY-Www-D") else _named_parts(kind, group)


def _week_parts(year: str, week: str, weekday: str = "1") -> Parts | None:
    try:
        day = datetime.date.fromisocalendar(int(year), int(week), int(weekday))
    except ValueError:
        return None
    return day.year, day.month, day.day


def _named_parts(kind: str, group: tuple[str, ...]) -> Parts | None:
    month = month_of(group[1] if kind in ("D Mon YYYY", "YYYY Mon") else group[0])
    if month is None:
        return None
    day = {"D Mon YYYY": group[0], "Mon D, YYYY": group[1]}.get(kind, "1")
    return year_of(group[0] if kind == "YYYY Mon" else group[-1]), month, int(day)


def year_of(text: str) -> int:
    """Return a year written with four digits or with two."""
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) < _CENTURY_TURN else 1900)


def _plausible(kind: str, parts: Parts) -> bool:
    year, month, day = parts
    if kind == "numeric":
        return min(month, day) in range(1, 13) and max(month, day) in range(1, 32)
    return date_or_none(year, month, day) is not None


def date_or_none(year: int, month: int, day: int) -> datetime.date | None:
    """Return the day, None when the calendar has no such day."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def looks_like_days(texts: pd.Series, share: float = 0.8, *, compact: bool = False) -> bool:
    """Return whether at least this share of the non-blank texts are dates; 20240131 counts if `compact`."""
    distinct = {TIME.sub("", text.strip()) for text in texts.unique() if text.strip()}
    kinds = [(kind_of(text) or ("", None))[0] for text in distinct]
    dates = [k for k in kinds if k and (compact or k != "YYYYMMDD")]
    return bool(kinds) and len(dates) >= share * len(kinds)


def is_day(text: str) -> bool:
    """Return whether a single text, such as a column heading, is a date."""
    return kind_of(TIME.sub("", text.strip())) is not None


def holds_days(name: str, texts: pd.Series, share: float = 0.8) -> bool:
    """Return whether a column holds dates; bare numbers (45300) count only under a date's heading."""
    named = words.match(name, words.DATE, words.DATE_NOT) > 0
    if looks_like_days(texts, share, compact=named):
        return True
    distinct = [text.strip() for text in texts.unique()]
    return named and (are_serials(distinct) or epoch_unit(distinct) is not None)


def is_serial(text: str) -> bool:
    """Return whether a text is a day as Excel counts them."""
    written = re.fullmatch(r"\d{5}(?:\.\d+)?", text)
    return written is not None and _SERIAL_RANGE[0] <= float(text) <= _SERIAL_RANGE[1]


def are_serials(texts: list[str]) -> bool:
    """Return whether most of the non-blank texts are days as Excel counts them; the rest may be a total."""
    filled = [t for t in texts if t]
    return bool(filled) and sum(map(is_serial, filled)) > len(filled) / 2


def epoch_unit(texts: list[str]) -> int | None:
    """Return how many units a second has in a column of Unix times (1 or 1000), None when it is none.

    >>> epoch_unit(["1704067200", "1704153600"]), epoch_unit(["1704067200000"]), epoch_unit(["45300"])
    (1, 1000, None)
    """
    filled = [t for t in texts if t]
    for per_second, digits in ((1, r"\d{9,10}"), (1000, r"\d{12,13}")):
        first, last = (bound * per_second for bound in _EPOCH_RANGE)
        fitting = [t for t in filled if re.fullmatch(digits, t) and first <= int(t) <= last]
        if len(fitting) > len(filled) / 2:
            return per_second
    return None


def refuse_without_year(text: str, column: str) -> NoReturn:
    """Raise `DataError`: the column counts periods and says nothing of the calendar."""
    raise DataError(
        f"{column!r} holds {text!r} and the like, which have no calendar year; "
        "write full dates such as 2024-01-31 or 2024-01."
    )
