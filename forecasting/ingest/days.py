"""A column of text -> days, and a question where the order of day and month is open."""

import datetime
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import SettingsError
from forecasting.ingest.dateforms import (
    PATTERNS,
    PSEUDO_DATE,
    TIME,
    WEEKDAY,
    Parts,
    are_serials,
    date_or_none,
    epoch_unit,
    is_serial,
    kind_of,
    refuse_without_year,
)
from forecasting.ingest.notes import Notes, Question

Order = Literal["day-first", "month-first"]

_MIDNIGHT = re.compile(r"[T ,]+(?:0?0[:h]00(?:[:.]00(?:\.0+)?)?)(?: ?(?:Z|[+-]\d{2}:?\d{2}|UTC))?$")
_ZONE = re.compile(r"[T ,]\d{1,2}[:h]\d{2}.*(?:Z|UTC|GMT|CET|CEST|[+-]\d{2}:?\d{2})$")
_AM_PM = re.compile(r"\d\s*[AaPp]\.?[Mm]\b")
_EXCEL_EPOCH = np.datetime64("1899-12-30", "D")


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
    if per_second := epoch_unit(list(cleaned)):
        return _epochs(texts, per_second, notes)
    if cleaned.str.contains(_ZONE).any():
        notes.warn(f"{str(texts.name)!r} names a time zone; the day is taken as written, not converted.")
    day_texts = cleaned.str.replace(TIME, "", regex=True)
    has_time = bool((cleaned.str.contains(TIME) & ~cleaned.str.contains(_MIDNIGHT)).any())

    day_codes, day_distinct = pd.factorize(day_texts)
    # Whoever writes hours as AM and PM writes the month first; still only an assumption.
    usual: Order = "month-first" if cleaned.str.contains(_AM_PM).any() else "day-first"
    read, written_as = _read(list(day_distinct), order, usual, notes, str(texts.name))
    if has_time:
        written_as += " hh:mm"
    values = read[day_codes][codes].astype("datetime64[us]")
    return Days(pd.Series(values, index=texts.index), written_as, has_time)


def _epochs(texts: pd.Series, per_second: int, notes: Notes) -> Days:
    """Return the days of Unix times, which count from 1970 in London winter time."""
    moments = pd.to_datetime(pd.to_numeric(texts.str.strip(), errors="coerce") / per_second, unit="s")
    notes.warn(f"{str(texts.name)!r} counts from 1970 in UTC; the day is that of UTC.")
    midnight = bool((moments.dropna() == moments.dropna().dt.normalize()).all())
    written_as = f"Unix time in {'seconds' if per_second == 1 else 'milliseconds'}"
    return Days(moments.dt.normalize().astype("datetime64[us]"), written_as, not midnight)


def _read(
    texts: list[str], order: str | None, usual: Order, notes: Notes, column: str
) -> tuple[np.ndarray, str]:
    """Return days of distinct texts, (n,) datetime64[D], and the commonest way they are written."""
    if are_serials(texts):
        return _serial_days(texts), "Excel serial number"
    found = [kind_of(text) for text in texts]
    numeric = [(t, f[1]) for t, f in zip(texts, found, strict=True) if f and f[0] == "numeric"]
    chosen = _order(numeric, order, usual, notes, column) if numeric else usual
    if numeric and len(numeric) < sum(f is not None for f in found):
        notes.warn(
            f"{column!r} mixes dates such as {numeric[0][0]} with others; "
            "a spreadsheet may have swapped day and month in some of them: check the file."
        )
    days = np.array([_day(f, chosen) for f in found], dtype="datetime64[D]")
    if np.isnat(days).all():
        pseudo = [t for t in texts if PSEUDO_DATE.match(t)]
        if len(pseudo) > 0.5 * len(texts):
            refuse_without_year(pseudo[0], column)
    commonest = Counter(f[0] for f in found if f).most_common(1)
    return days, _label(commonest[0][0] if commonest else "", chosen, numeric)


def _serial_days(texts: list[str]) -> np.ndarray:
    serial = np.array([float(t) if is_serial(t) else np.nan for t in texts])
    known = np.isfinite(serial)
    days = _EXCEL_EPOCH + np.where(known, np.floor(serial), 0).astype("timedelta64[D]")
    return np.where(known, days, np.datetime64("NaT", "D"))


def _day(found: tuple[str, Parts] | None, order: Order) -> datetime.date | None:
    if found is None:
        return None
    kind, (year, first, second) = found
    return (
        date_or_none(year, second, first)
        if kind == "numeric" and order == "day-first"
        else date_or_none(year, first, second)
    )


def _order(
    numeric: list[tuple[str, Parts]], stated: str | None, usual: Order, notes: Notes, column: str
) -> Order:
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
    chosen = usual
    if len(day_first) != len(month_first):
        chosen = "month-first" if len(month_first) > len(day_first) else "day-first"
    decided = bool(day_first) != bool(month_first)
    open_texts = [text for text, (_, first, second) in numeric if first != second]
    if not decided and open_texts:
        notes.ask(_order_question(numeric, chosen, column))
    return chosen


def _order_question(numeric: list[tuple[str, Parts]], chosen: Order, column: str) -> Question:
    text, (year, first, second) = next(
        (n for n in numeric if n[1][1] != n[1][2] and max(n[1][1:]) <= 12), numeric[0]
    )
    readings = [_spoken(date_or_none(year, m, d)) for m, d in ((second, first), (first, second))]
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
    days = [d for _, (y, a, b) in numeric if (d := date_or_none(y, b, a) if swap else date_or_none(y, a, b))]
    return f"{min(days)} to {max(days)}, {len(set(days))} dates" if days else "no valid date"


def _spoken(day: datetime.date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "no date"


def _label(kind: str, order: Order, numeric: list[tuple[str, Parts]]) -> str:
    if kind != "numeric":
        return kind
    match = PATTERNS["numeric"].match(WEEKDAY.sub("", numeric[0][0]))
    sign, year = (match.group(2), "Y" * len(match.group(4))) if match else ("/", "YYYY")
    return sign.join(("DD", "MM", year) if order == "day-first" else ("MM", "DD", year))
