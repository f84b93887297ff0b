"""A date in several columns (year and month, week or quarter; year, month and day) -> one column of dates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest import words
from forecasting.ingest.dateforms import YEARS, year_of
from forecasting.ingest.months import month_of
from forecasting.ingest.notes import Notes, counted, listed

JOINT = " + "
_READABLE = 0.9  # the share of a column's distinct values that must be of the kind
FEWEST_ACROSS = 3  # fewer columns headed by periods may be anything
_SAMPLE = 3000  # rows, spread over the file, that show what a column holds
# The longest count of a kind: what goes beyond it is another kind.
_MOST = {"month": 12, "week": 53, "quarter": 4, "day": 31}
# What stands beside the number: M01, KW 5, Q3, 2. Quartal.
_BESIDE = re.compile(r"(?:[^\W\d]{1,9}\.?[ .-]?)?(\d{1,2})(?:\.0+)?\.?(?:[ -]?[^\W\d]{1,9}\.?)?")


class Part(NamedTuple):
    """One column of a date in several."""

    kind: str  # year, month, week, quarter or day
    column: str


def joint_name(columns: Iterable[str]) -> str:
    """Return what a date in several columns is called: "Year + Month"."""
    return JOINT.join(columns)


def is_part_heading(heading: str) -> bool:
    """Return whether a heading names part of a date, and neither units nor an item.

    >>> is_part_heading("Month"), is_part_heading("Week of the year"), is_part_heading("Units per week")
    (True, True, False)
    """
    named = any(words.match(heading, groups, words.DATE_PART_NOT) for groups in words.DATE_PARTS.values())
    return named and not any(words.match(heading, groups) for groups in (words.UNITS, words.PRICE))


def guess_date_parts(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns whose headings and values together make a date, year first; () = none do."""
    named: dict[str, str] = {}
    for kind, groups in words.DATE_PARTS.items():
        fit = {c: words.match(c, groups, words.DATE_PART_NOT) for c in map(str, frame.columns)}
        fitting = [c for c in fit if fit[c] and _holds(kind, _sample(frame[c]))]
        if fitting:
            named[kind] = max(fitting, key=lambda c: fit[c])
    return _chosen(frame, named)


def date_choices(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the ways columns may make a date together, likeliest first: by headings, then by values."""
    choices = [guess_date_parts(frame)]
    free = [c for c in map(str, frame.columns) if not _plays_another_part(c)]
    held = {c: _sample(frame[c]) for c in free}
    years = [c for c in free if _holds("year", held[c]) and held[c].str.len().ge(4).all()]
    for year in years:
        choices += [(year, c) for c in free if c != year and _kind_by_values(held[c]) is not None]
    return [choice for choice in dict.fromkeys(choices) if choice]


def periods_named(frame: pd.DataFrame) -> tuple[str, list[str]] | tuple[()]:
    """Return the kind and the columns headed Jan … Dec, Q1 … Q4 or W1 … W53 of a table of years; () else."""
    heads = [str(c) for c in frame.columns]
    years = [c for c in heads if _kind_by_heading(c, _sample(frame[c])) == "year"]
    if not years:
        return ()
    across = {
        "month": [h for h in heads if month_of(h.strip().rstrip(".")) is not None],
        "quarter": [
            h for h in heads if re.fullmatch(r"[QTK][1-4]|[1-4]\. ?Quartal", h.strip(), re.IGNORECASE)
        ],
        "week": [h for h in heads if re.fullmatch(r"(?:W|KW|WK|Week) ?\d{1,2}", h.strip(), re.IGNORECASE)],
    }
    kind = max(across, key=lambda k: len(across[k]))
    return (kind, across[kind]) if len(across[kind]) >= FEWEST_ACROSS else ()


def joined_days(frame: pd.DataFrame, columns: Sequence[str], notes: Notes) -> pd.Series:
    """Return the dates that several columns make together, as text; unreadable ones as they stand.

    A year that is written only where it begins is carried down to the rows below it. Raises `DataError`
    where the columns are not a year with a month, week or quarter.
    """
    parts = parts_of(frame, columns)
    used = frame[[part.column for part in parts]].apply(lambda c: c.str.strip())
    used = _with_years_below(used, parts[0].column, notes)
    codes = np.zeros(len(used), dtype=np.int64)
    for column in used:
        own, values = pd.factorize(used[column])
        codes, _ = pd.factorize(codes * len(values) + own)
    first = np.unique(codes, return_index=True)[1]
    kinds = [part.kind for part in parts]
    rows = used.iloc[first].itertuples(index=False, name=None)
    texts = [_as_text(dict(zip(kinds, row, strict=True))) for row in rows]
    name = joint_name(columns)
    notes.warn(f"The date is read from {listed([repr(p.column) for p in parts])} together.")
    if "week" in kinds:
        notes.warn("Weeks are counted as ISO counts them: they begin on Monday.")
    return pd.Series(np.array(texts, dtype=object)[codes], index=frame.index, name=name, dtype=str)


def parts_of(frame: pd.DataFrame, columns: Sequence[str]) -> list[Part]:
    """Return which part of the date each column is, the year first; `DataError` where they make none."""
    held = {c: _sample(frame[c]) for c in columns}
    kinds = {c: _kind_by_heading(c, held[c]) or _kind_by_values(held[c]) for c in columns}
    known = {kind: c for c, kind in kinds.items() if kind}
    if len(known) < len(columns) or "year" not in known or not {"month", "week", "quarter"} & set(known):
        told = ", ".join(f"{c!r} is {kinds[c] or 'none of them'}" for c in columns)
        raise DataError(
            "A date in several columns needs a year and a month, week or quarter (2024 and 3, 2024 and Mar); "
            f"{told}."
        )
    order = ("year", "quarter", "month", "week", "day")
    return [Part(kind, known[kind]) for kind in order if kind in known]


def _chosen(frame: pd.DataFrame, named: Mapping[str, str]) -> tuple[str, ...]:
    """Return the finest date the recognised columns make; a week or day of the month alone is none."""
    if "year" not in named:
        return ()
    most = {kind: _numbers(kind, _sample(frame[c])).max() for kind, c in named.items()}
    if most.get("week", 0) > 5:  # 1 to 5 counts the weeks of a month
        kinds = ["year", *(["month"] if "month" in named else []), "week"]
    elif "month" in named:
        kinds = ["year", "month", *(["day"] if most.get("day", 0) > 7 else [])]  # 1 to 7 is a weekday
    elif "quarter" in named:
        kinds = ["year", "quarter"]
    else:
        return ()
    return tuple(named[kind] for kind in kinds)


def _sample(texts: pd.Series) -> pd.Series:
    """Return the distinct values of a column that are neither blank nor its heading nor a total."""
    distinct = texts.iloc[:: max(len(texts) // _SAMPLE, 1)].drop_duplicates().str.strip()
    return distinct[[t not in ("", texts.name) and not words.is_total(t) for t in distinct]]


def _holds(kind: str, distinct: pd.Series) -> bool:
    return bool(len(distinct)) and _numbers(kind, distinct).notna().mean() >= _READABLE


def _numbers(kind: str, distinct: pd.Series) -> pd.Series:
    return pd.Series([_number(kind, text) for text in distinct], dtype=float)


def _number(kind: str, text: str) -> int | None:
    """Return the number of a year, month, week, quarter or day; None when the text is none.

    >>> _number("year", "2024"), _number("month", "Mär."), _number("week", "KW 05"), _number("quarter", "5")
    (2024, 3, 5, None)
    """
    if kind == "year":
        match = re.fullmatch(r"'?(\d{4}|\d{2})(?:\.0+)?", text)
        year = year_of(match.group(1)) if match else 0
        return year if YEARS[0] <= year <= YEARS[1] else None
    if kind == "month":
        name = re.fullmatch(r"(?:\d{1,2}[ .-]+)?([^\W\d]{3,12})\.?", text)
        if name:
            return month_of(name.group(1))
    match = _BESIDE.fullmatch(text)
    number = int(match.group(1)) if match else 0
    return number if 1 <= number <= _MOST[kind] else None


def _kind_by_heading(column: str, distinct: pd.Series) -> str | None:
    fit = {k: words.match(column, groups, words.DATE_PART_NOT) for k, groups in words.DATE_PARTS.items()}
    best = max(fit, key=lambda k: fit[k])
    return best if fit[best] and _holds(best, distinct) else None


def _kind_by_values(distinct: pd.Series) -> str | None:
    """Return what a column without a telling heading holds: a year, months or weeks; None else."""
    if len(distinct) and distinct.str.fullmatch(r"\d{4}(?:\.0+)?").all() and _holds("year", distinct):
        return "year"
    if len(distinct) and distinct.str.match(r"[QTKqtk][ .-]?[1-4]$").all():
        return "quarter"
    if len(distinct) > 1 and _holds("month", distinct):
        return "month"
    return "week" if len(distinct) > 12 and _holds("week", distinct) else None


def _plays_another_part(column: str) -> bool:
    others = (words.UNITS, words.PRICE, words.UNIT_COST, words.ON_HAND, words.ITEM, words.PLACE)
    return any(words.match(column, groups) for groups in others)


def _with_years_below(used: pd.DataFrame, year: str, notes: Notes) -> pd.DataFrame:
    """Return the columns with a year carried down where it is written only on the first of its rows."""
    blank = (used[year] == "") & (used.drop(columns=year) != "").all(axis=1)
    if not blank.any():
        return used
    readable = used[year].map({t: _number("year", t) is not None for t in used[year].unique()})
    carried = used[year].where(readable).ffill().fillna("")
    notes.warn(f"{counted(int(blank.sum()), 'row')} without {year!r} read with the year above them.")
    return used.assign(**{year: used[year].mask(blank, carried)})


def _as_text(row: Mapping[str, str]) -> str:
    """Return the date of one row: 2024-03, 2024-W05, 2024-Q1, 2024-03-31; what is none stays as it stands."""
    total = next((text for text in row.values() if words.is_total(text)), None)
    if total is not None or not any(row.values()):
        return total or ""
    found = {kind: _number(kind, text) for kind, text in row.items()}
    numbers = {kind: number for kind, number in found.items() if number is not None}
    if len(numbers) < len(row):
        return joint_name(row.values())
    return _iso(numbers)


def _iso(number: Mapping[str, int]) -> str:
    year, month = number["year"], number.get("month")
    if "week" in number:
        # The days around New Year lie in a week of the other year.
        week = number["week"]
        year += (month == 12 and week == 1) - (month == 1 and week >= 52)
        return f"{year}-W{week:02d}"
    if month is None:
        return f"{year}-Q{number['quarter']}"
    return f"{year}-{month:02d}" + (f"-{number['day']:02d}" if "day" in number else "")
