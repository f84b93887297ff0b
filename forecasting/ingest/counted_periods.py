"""Periods that are only counted (W0 … W51, months 1-01 … 3-12): dated once a person says where they begin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import SettingsError
from forecasting.ingest.date_parts import periods_named
from forecasting.ingest.dateforms import PSEUDO_DATE, holds_days, kind_of
from forecasting.ingest.months import month_of
from forecasting.ingest.notes import Question
from forecasting.ingest.words import plain

FEWEST = 4  # fewer columns or values alike may be anything
ASSUMED = "2001-01-01"  # a Monday and the first of a month and year; only so that the rest can be shown
OFFERED = (ASSUMED, "2018-01-01", "2024-01-01")  # Mondays too, so that weeks may begin there
_KINDS = {
    "week": "w wk week weeks woche kw semaine semana settimana sem uke vecka",
    "month": "m month months monat mois mes mese maand",
    "day": "d day days tag jour dia giorno dag",
}
_COUNTED = re.compile(r"^([^\W\d]{1,9})[ ._-]?(\d{1,3})$")
_SUMMARIES = frozenset(("min", "max", "sum", "mean", "avg", "average", "median", "std"))


@dataclass(frozen=True)
class Dated:
    """A table whose counted periods have become dates, and what that rests on."""

    frame: pd.DataFrame
    came_from: dict[str, str]  # new heading -> the file's
    questions: tuple[Question, ...]
    warnings: tuple[str, ...]


def with_calendar(frame: pd.DataFrame, start: str | None) -> Dated | None:
    """Return the table with dates in place of counted periods, None when it counts none.

    `start` is the first day of the first period as a person said; without it one is assumed and asked.
    """
    if any(holds_days(str(c), frame[c].iloc[:200]) for c in frame.columns) or periods_named(frame):
        return None
    across = _across(list(frame.columns))
    if across is not None:
        kind, columns = across
        return _headings(frame, columns, kind, start)
    down = next((c for c in frame.columns if _is_counted_months(frame[c])), None)
    return None if down is None else _months(frame, down, start)


def _across(columns: list[str]) -> tuple[str, dict[str, int]] | None:
    """Return the kind of period and heading -> count, where headings count periods in one unbroken run."""
    months = _named_months(columns)
    if months:
        return "month", months
    found: dict[str, dict[str, int]] = {}
    for column in columns:
        match = _COUNTED.match(column.strip())
        word = plain(match.group(1)) if match else ""
        kind = next((k for k, names in _KINDS.items() if word in names.split()), None)
        if match and kind:
            found.setdefault(kind, {})[column] = int(match.group(2))
    best = max(found, key=lambda k: len(found[k]), default="")
    counts = sorted(found.get(best, {}).values())
    if len(counts) < FEWEST or counts[0] > 1 or counts != list(range(counts[0], counts[0] + len(counts))):
        return None
    return best, found[best]


def _named_months(columns: list[str]) -> dict[str, int]:
    """Return heading -> count of months named in a row (Jan … Dec, Apr … Mar); {} = no such run."""
    found = {c: m for c in columns if (m := month_of(c.strip().rstrip("."))) is not None}
    first = next(iter(found.values()), 1)
    counts = {c: (m - first) % 12 for c, m in found.items()}
    return counts if len(counts) >= FEWEST and list(counts.values()) == list(range(len(counts))) else {}


def _headings(frame: pd.DataFrame, columns: dict[str, int], kind: str, start: str | None) -> Dated:
    first_name = min(columns, key=lambda c: columns[c])
    month = month_of(first_name.strip().rstrip(".")) or 1
    first = _first_day(start or ASSUMED.replace("-01-", f"-{month:02d}-"), kind)
    if first_name in _named_months(list(columns)) and first.month != month:
        raise SettingsError(
            f"The first column is {first_name!r}, and {first:%Y-%m} is another month; give its year, "
            f"such as {first.year}-{month:02d}."
        )
    names = {c: f"{_after(first, n - columns[first_name], kind):%Y-%m-%d}" for c, n in columns.items()}
    left_out = _summaries([c for c in frame.columns if c not in columns])
    dated = frame.drop(columns=left_out).rename(columns=names)
    told = (
        (f"{len(left_out)} columns that sum up a row ({left_out[0]} … {left_out[-1]}) were not read.",)
        if left_out
        else ()
    )
    return Dated(
        dated,
        {n: c for c, n in names.items()},
        _asked(start, kind, first_name, f"columns {first_name} to {list(columns)[-1]}", month),
        told,
    )


def _summaries(columns: Sequence[str]) -> list[str]:
    """Return the columns that describe a whole row: its smallest value, or another counted run."""
    stems = [re.sub(r"[ ._-]?\d{1,3}$", "", c) for c in columns]
    return [
        c
        for c, stem in zip(columns, stems, strict=True)
        if plain(c) in _SUMMARIES or (stem != c and stems.count(stem) >= FEWEST)
    ]


def _is_counted_months(texts: pd.Series) -> bool:
    """Return whether a column runs 1-01, 1-02 … 1-12, 2-01 …: years and months in one unbroken count."""
    filled = texts.str.strip()
    filled = filled[filled != ""].drop_duplicates()
    if len(filled) < FEWEST or not filled.str.match(PSEUDO_DATE).all():
        return False
    months = _month_counts(filled)
    in_a_year = filled.str.match(r"^\d{1,2}\D(?:0?[1-9]|1[0-2])$").all()
    return bool(in_a_year and (np.diff(months.to_numpy()) == 1).all())


def _month_counts(texts: pd.Series) -> pd.Series:
    parts = texts.str.extract(r"^(\d{1,2})\D(\d{1,2})$").astype(float)
    return parts[0] * 12 + parts[1]


def _months(frame: pd.DataFrame, column: str, start: str | None) -> Dated:
    texts = frame[column].str.strip()
    counts = _month_counts(texts.where(texts.str.match(PSEUDO_DATE)))
    first = _first_day(start, "month")
    steps = counts - counts.min()
    dates = [
        str(texts.iloc[i]) if np.isnan(n) else f"{_after(first, int(n), 'month'):%Y-%m}"
        for i, n in enumerate(steps)
    ]
    dated = frame.assign(**{column: pd.Series(dates, index=frame.index, dtype=str)})
    example = str(texts.iloc[int(np.nanargmin(counts))])
    return Dated(dated, {}, _asked(start, "month", example, f"in {column!r}"), ())


def _first_day(start: str | None, kind: str) -> pd.Timestamp:
    found = kind_of((start or ASSUMED).strip())
    if found is None or found[0] == "numeric":
        raise SettingsError(
            f"start must be a day such as 2024-01-31 or a month such as 2024-01; it is {start!r}."
        )
    day = pd.Timestamp(*found[1])
    return day.replace(day=1) if kind == "month" else day


def _after(first: pd.Timestamp, count: int, kind: str) -> pd.Timestamp:
    if kind == "month":
        return first + pd.DateOffset(months=count)
    return first + pd.Timedelta(days=count * (7 if kind == "week" else 1))


def _asked(start: str | None, kind: str, example: str, where: str, month: int = 1) -> tuple[Question, ...]:
    if start:
        return ()
    asked = (
        f"On which day does {example} begin? The file counts its {kind}s ({where}) without a calendar; any "
        "first day may be given, such as 2024-01-29."
    )
    offered = tuple(day.replace("-01-", f"-{month:02d}-") for day in OFFERED)
    return (Question("start", asked, example, offered, offered[0]),)
