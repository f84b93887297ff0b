"""Text -> days: every usual way of writing a date, and a question where the order of day and month is open."""

import datetime
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import DataError, SettingsError
from forecasting.ingest.notes import Notes, Question

Order = Literal["day-first", "month-first"]
Parts = tuple[int, int, int]  # year, month, day; for a numeric date: year, first, second

_TIME = re.compile(r"[T ,]+\d{1,2}[:.h]\d{2}.*$")
_MIDNIGHT = re.compile(r"[T ,]+(?:0?0[:.h]00(?:[:.]00(?:\.0+)?)?)(?: ?(?:Z|[+-]\d{2}:?\d{2}|UTC))?$")
_WEEKDAY = re.compile(r"^[^\W\d]{2,10}\.?,?\s+(?=\d)")
_PATTERNS = {
    "YYYY-MM-DD": re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\.?$"),
    "numeric": re.compile(r"^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})\.?$"),
    "YYYYMMDD": re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
    "YYYY-MM": re.compile(r"^(\d{4})[-/.M](\d{1,2})$"),
    "MM/YYYY": re.compile(r"^(\d{1,2})[-/.](\d{4})$"),
    "YYYY-Www": re.compile(r"^(\d{4})-?W(\d{1,2})$"),
    "D Mon YYYY": re.compile(
        r"^(\d{1,2})\.?[ \-/]*(?:de )?([^\W\d]{3,12})\.?[ \-/.,]*(?:de )?(\d{4}|\d{2})$"
    ),
    "Mon D, YYYY": re.compile(r"^([^\W\d]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$"),
    "Mon YYYY": re.compile(r"^([^\W\d]{3,12})\.?[ \-/.]*(\d{4}|\d{2})$"),
}
_NO_YEAR = re.compile(r"^\d{1,2}[-/.]\d{1,2}\.?$")
# First letters of month names in English, German, French, Spanish, Portuguese, Italian and Dutch.
_MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen"), 1), **dict.fromkeys(("feb", "fev"), 2),
    **dict.fromkeys(("mar", "mrt", "maa"), 3), **dict.fromkeys(("apr", "abr", "avr"), 4),
    **dict.fromkeys(("may", "mai", "mei", "mag"), 5), **dict.fromkeys(("jun", "juin", "giu"), 6),
    **dict.fromkeys(("jul", "juil", "lug"), 7), **dict.fromkeys(("aug", "ago", "aou"), 8),
    **dict.fromkeys(("sep", "set"), 9), **dict.fromkeys(("oct", "okt", "out", "ott"), 10),
    "nov": 11, **dict.fromkeys(("dec", "dez", "dic"), 12),
}  # fmt: skip
_SERIAL_RANGE = (20_000, 60_000)  # 1954 to 2064 in Excel's count of days
_EXCEL_EPOCH = np.datetime64("1899-12-30", "D")
YEARS = (1950, 2100)  # a year outside is a typing error, and would stretch the calendar
_CENTURY_TURN = 70  # a two-digit year below it is in this century


@dataclass(frozen=True)
class Days:
    """A column of days; NaT where the text is no date."""

    values: pd.Series  # datetime64[us], midnight
    written_as: str
    has_time: bool  # some value has a time of day: the lines are moments, not periods


def read_days(texts: pd.Series, order: str | None, notes: Notes) -> Days:
    """Return a column of date texts as days; `order` is what a person said ('day-first' …) or None."""
    codes, distinct = pd.factorize(texts)
    cleaned = pd.Series(distinct, dtype=str).str.strip()
    day_texts = cleaned.str.replace(_TIME, "", regex=True)
    has_time = bool((cleaned.str.contains(_TIME) & ~cleaned.str.contains(_MIDNIGHT)).any())

    day_codes, day_distinct = pd.factorize(day_texts)
    read, written_as = _read(list(day_distinct), order, notes, str(texts.name))
    if has_time:
        written_as += " hh:mm"
    values = read[day_codes][codes].astype("datetime64[us]")
    return Days(pd.Series(values, index=texts.index), written_as, has_time)


def looks_like_days(texts: pd.Series, share: float = 0.8) -> bool:
    """Return whether at least this share of the non-blank texts are dates (pure digits are not)."""
    distinct = texts[texts.str.strip() != ""].str.replace(_TIME, "", regex=True).unique()
    kinds = [(_kind(text) or ("", None))[0] for text in distinct]
    dates = [k for k in kinds if k and k != "YYYYMMDD"]
    return bool(kinds) and len(dates) >= share * len(kinds)


def is_day(text: str) -> bool:
    """Return whether a single text, such as a column heading, is a date."""
    return _kind(_TIME.sub("", text.strip())) is not None


def _read(texts: list[str], order: str | None, notes: Notes, column: str) -> tuple[np.ndarray, str]:
    """Return days of distinct texts, (n,) datetime64[D], and the commonest way they are written."""
    if _are_serials(texts):
        serial = np.array([float(t) if t else np.nan for t in texts])
        known = np.isfinite(serial)
        days = _EXCEL_EPOCH + np.where(known, np.floor(serial), 0).astype("timedelta64[D]")
        return np.where(known, days, np.datetime64("NaT", "D")), "Excel serial number"
    found = [_kind(text) for text in texts]
    numeric = [(t, f[1]) for t, f in zip(texts, found, strict=True) if f and f[0] == "numeric"]
    chosen = _order(numeric, order, notes, column) if numeric else "day-first"
    if numeric and len(numeric) < sum(f is not None for f in found):
        notes.warn(
            f"{column!r} mixes dates such as {numeric[0][0]} with others; "
            "a spreadsheet may have swapped day and month in some of them: check the file."
        )
    days = np.array([_day(f, chosen) for f in found], dtype="datetime64[D]")
    if np.isnat(days).all():
        _refuse_without_year(texts, column)
    usual = Counter(f[0] for f in found if f).most_common(1)
    return days, _label(usual[0][0] if usual else "", chosen, numeric)


def _are_serials(texts: list[str]) -> bool:
    filled = [t for t in texts if t]
    return bool(filled) and all(
        re.fullmatch(r"\d{5}(?:\.\d+)?", t) and _SERIAL_RANGE[0] <= float(t) <= _SERIAL_RANGE[1]
        for t in filled
    )


def _kind(text: str) -> tuple[str, Parts] | None:
    """Return the way a text is written and its parts, None when it is no date."""
    for candidate in (text, _WEEKDAY.sub("", text)):
        for kind, pattern in _PATTERNS.items():
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
        return _year(group[3]), int(group[0]), int(group[2])
    if kind == "YYYY-MM":
        return int(group[0]), int(group[1]), 1
    if kind == "MM/YYYY":
        return int(group[1]), int(group[0]), 1
    return _week_parts(group) if kind == "YYYY-Www" else _named_parts(kind, group)


def _week_parts(group: tuple[str | None, ...]) -> Parts | None:
    try:
        monday = datetime.date.fromisocalendar(int(group[0] or 0), int(group[1] or 0), 1)
    except ValueError:
        return None
    return monday.year, monday.month, monday.day


def _named_parts(kind: str, group: tuple[str, ...]) -> Parts | None:
    word = group[1] if kind == "D Mon YYYY" else group[0]
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    month = _MONTHS.get(plain[:4]) or _MONTHS.get(plain[:3])
    if month is None:
        return None
    day = {"D Mon YYYY": group[0], "Mon D, YYYY": group[1]}.get(kind, "1")
    return _year(group[-1]), month, int(day)


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) < _CENTURY_TURN else 1900)


def _plausible(kind: str, parts: Parts) -> bool:
    year, month, day = parts
    if kind == "numeric":
        return min(month, day) in range(1, 13) and max(month, day) in range(1, 32)
    return _date(year, month, day) is not None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _day(found: tuple[str, Parts] | None, order: Order) -> datetime.date | None:
    if found is None:
        return None
    kind, (year, first, second) = found
    return (
        _date(year, second, first)
        if kind == "numeric" and order == "day-first"
        else _date(year, first, second)
    )


def _order(numeric: list[tuple[str, Parts]], stated: str | None, notes: Notes, column: str) -> Order:
    """Return the order of day and month: decided by a part above 12, else by the person, else asked."""
    day_first = [text for text, (_, first, _) in numeric if first > 12]
    month_first = [text for text, (_, _, second) in numeric if second > 12]
    if stated in ("day-first", "month-first"):
        against = month_first if stated == "day-first" else day_first
        if against and not (day_first and month_first):
            raise SettingsError(
                f"{column!r} holds {against[0]}, which cannot be {stated}; choose the other date order."
            )
        return "day-first" if stated == "day-first" else "month-first"
    chosen: Order = "month-first" if len(month_first) > len(day_first) else "day-first"
    decided = bool(day_first) != bool(month_first)
    open_texts = [text for text, (_, first, second) in numeric if first != second]
    if not decided and open_texts:
        notes.ask(_order_question(numeric, chosen, column))
    return chosen


def _order_question(numeric: list[tuple[str, Parts]], chosen: Order, column: str) -> Question:
    text, (year, first, second) = next(
        (n for n in numeric if n[1][1] != n[1][2] and max(n[1][1:]) <= 12), numeric[0]
    )
    readings = [_spoken(_date(year, m, d)) for m, d in ((second, first), (first, second))]
    spans = [f"{o}: {_span(numeric, o)}" for o in ("day-first", "month-first")]
    return Question(
        id="date_order",
        question=f"{text} in {column!r}: is this {readings[0]} or {readings[1]}? ({'; '.join(spans)})",
        example=text,
        options=("day-first", "month-first"),
        assumed=chosen,
    )


def _span(numeric: list[tuple[str, Parts]], order: str) -> str:
    """Return what the file would cover under a reading: evidence for the reader, never a decision."""
    swap = order == "day-first"
    days = [d for _, (y, a, b) in numeric if (d := _date(y, b, a) if swap else _date(y, a, b))]
    return f"{min(days)} to {max(days)}, {len(set(days))} dates" if days else "no valid date"


def _spoken(day: datetime.date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "no date"


def _label(kind: str, order: Order, numeric: list[tuple[str, Parts]]) -> str:
    if kind != "numeric":
        return kind
    match = _PATTERNS["numeric"].match(_WEEKDAY.sub("", numeric[0][0]))
    sign, year = (match.group(2), "Y" * len(match.group(4))) if match else ("/", "YYYY")
    return sign.join(("DD", "MM", year) if order == "day-first" else ("MM", "DD", year))


def _refuse_without_year(texts: list[str], column: str) -> None:
    pseudo = [t for t in texts if _NO_YEAR.match(t)]
    if len(pseudo) > 0.5 * len(texts):
        raise DataError(
            f"{column!r} holds {pseudo[0]!r} and the like, which have no calendar year; "
            "write full dates such as 2024-01-31 or 2024-01."
        )
