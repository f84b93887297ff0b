"""Guess which column plays which part, from headings and contents; a person sees and corrects it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest import words
from forecasting.ingest.date_parts import guess_date_parts, is_part_heading, joint_name
from forecasting.ingest.dateforms import PSEUDO_DATE, holds_days, refuse_without_year
from forecasting.ingest.notes import listed
from forecasting.ingest.options import Roles
from forecasting.ingest.styles import is_numeric
from forecasting.ingest.tables import RawTable

_SAMPLE = 3000  # rows, spread over the file, that show what a column holds
_UNNAMED = 0.9  # share of a column's values that must be dates, or numbers, for it to count as such
_NAMED = 0.5  # where the heading says so too: the odd values are then dropped one by one, with a reason
_NEARLY_UNIQUE = 0.95  # a column with a new value on almost every row counts rows, not series


@dataclass(frozen=True)
class _Column:
    name: str
    texts: pd.Series  # sampled, blanks out
    is_day: bool
    is_number: bool

    @property
    def distinct(self) -> int:
        return self.texts.nunique()


@dataclass(frozen=True)
class Guess:
    """The likely parts of a table's columns, and a sentence for each needed part that no column shows."""

    parts: dict[str, Any]  # by field of `Roles`; "ds" and "y" are absent where not recognised
    unrecognised: tuple[str, ...]


def guess_roles(table: RawTable, known: Mapping[str, Any] | None = None) -> Roles:
    """Return the likely part of each column, `known` parts kept; `DataError` without a date or units column.

    `known` names some fields of `Roles` with their columns (None or () = played by no column).
    """
    guess = guess_parts(table, known)
    if guess.unrecognised:
        raise DataError(guess.unrecognised[0])
    return Roles(**guess.parts)


def guess_parts(table: RawTable, known: Mapping[str, Any] | None = None) -> Guess:
    """Return what `guess_roles` would, as far as the columns show it: a person fills in the rest."""
    known = dict(known or {})
    taken = {c for v in known.values() for c in ((v,) if isinstance(v, str) else v or ())}
    columns = [_column(table.frame, str(c)) for c in table.frame.columns if c not in taken]
    missing: list[str] = []
    day, parts = _guess_date(table, columns, known, missing)
    dated = parts or ((day,) if day else ())
    # What else says when (a quarter beside the date, the name of its month) is neither units nor a series.
    columns = [c for c in columns if c.name not in dated and not is_part_heading(c.name)]
    extras = {part: c for part, c in _guess_extras(columns).items() if part not in known}
    rest = [c for c in columns if c.name not in extras.values()]
    units = known.get("y") or _attempt(_guess_units, rest, missing)
    series = known.get("unique_id")
    if series is None:
        several = not dated or bool(table.frame[list(dated)].duplicated().any())
        series = _guess_series([c for c in rest if c.name != units], several)
    needed = {part: c for part, c in (("ds", day), ("y", units), ("date_parts", parts)) if c}
    return Guess({**extras, **known, **needed, "unique_id": tuple(series)}, tuple(missing))


def _guess_date(
    table: RawTable, columns: list[_Column], known: Mapping[str, Any], missing: list[str]
) -> tuple[str | None, tuple[str, ...]]:
    """Return the column of the date, or what several columns are called that make it, and those columns."""
    if known.get("ds"):
        return known["ds"], known.get("date_parts", ())
    parts: tuple[str, ...] = ()
    if not any(c.is_day for c in columns):
        parts = guess_date_parts(table.frame[[c.name for c in columns]])
    return (joint_name(parts), parts) if parts else (_attempt(_guess_day, columns, missing), ())


def _attempt(guess: Callable[[list[_Column]], str], columns: list[_Column], missing: list[str]) -> str | None:
    """Return the guess; where the columns do not show it, None, and the reason joins `missing`."""
    try:
        return guess(columns)
    except DataError as error:
        missing.append(str(error))
        return None


def _column(frame: pd.DataFrame, name: str) -> _Column:
    texts = frame[name].iloc[:: max(len(frame) // _SAMPLE, 1)].str.strip()
    filled = texts[(texts != "") & (texts != name)]  # a repeated header line is no content
    named_day = words.match(name, words.DATE, words.DATE_NOT) > 0
    is_day = holds_days(name, filled, _NAMED if named_day else _UNNAMED)
    return _Column(name, filled, is_day, is_numeric(filled, _NAMED if _names_number(name) else _UNNAMED))


def _names_number(heading: str) -> bool:
    groups = (words.UNITS, words.PRICE, words.UNIT_COST, words.ON_HAND, words.PLAN)
    return any(words.match(heading, group) for group in groups)


def _guess_day(columns: list[_Column]) -> str:
    days = [c.name for c in columns if c.is_day]
    if days:
        return max(days, key=lambda c: words.match(c, words.DATE, words.DATE_NOT))
    undated = next((c for c in columns if (c.texts.str.match(PSEUDO_DATE)).mean() > 0.5), None)
    if undated is not None:
        refuse_without_year(undated.texts.iloc[0], undated.name)
    numbered = [c.name for c in columns if re.fullmatch(r"[^\d]{0,8}\d{1,3}", c.name)]
    found = f"periods numbered {numbered[0]} to {numbered[-1]}" if len(numbered) > 3 else "none"
    raise DataError(
        f"Calendar dates are needed and the file has {found}; add one column of dates such as 2024-01-31 or, "
        f"with one column per period, head each with its date. It has {listed([c.name for c in columns], 6)}."
    )


def _guess_extras(columns: list[_Column]) -> dict[str, str]:
    """Return the part -> column of price, cost, stock, stock-out flag, opening days and own plan."""
    numbers = [c for c in columns if c.is_number]
    flags = [c for c in columns if c.distinct <= 2]
    wanted = {
        "price": (numbers, words.PRICE, words.PRICE_NOT),
        "unit_cost": (numbers, words.UNIT_COST, words.UNIT_COST_NOT),
        "on_hand": (numbers, words.ON_HAND, words.ON_HAND_NOT),
        "stockout": (flags, words.STOCKOUT, ()),
        "open": (flags, words.OPEN, ()),
        "manager_plan": (numbers, words.PLAN, words.PLAN_NOT),
    }
    found: dict[str, str] = {}
    for part, (candidates, groups, excluded) in wanted.items():
        best = _best([c for c in candidates if c.name not in found.values()], groups, excluded)
        if best and _sure(part, best.name, groups):
            found[part] = best.name
    return found


def _sure(part: str, heading: str, groups: words.Groups) -> bool:
    """Return whether a heading that fits a part means it: "open" is opening days, "Open tickets" not."""
    fit = words.match(heading, groups)
    if part == "manager_plan":
        return fit >= words.SURE_PLAN
    return part not in ("open", "stockout") or bool(fit % 1)


def _guess_units(columns: list[_Column]) -> str:
    numbers = [c for c in columns if c.is_number and not c.is_day]
    best = _best(numbers, words.UNITS, words.UNITS_NOT)
    if best:
        return best.name
    unnamed = [c for c in numbers if not any(words.match(c.name, g) for g in (words.ITEM, words.PLACE))]
    unnamed = unnamed if len(unnamed) == 1 else [c for c in unnamed if c.distinct > 2]
    if len(unnamed) == 1:
        return unnamed[0].name
    names = listed([c.name for c in numbers] or [c.name for c in columns], 10)
    need = f"say which of {names} it is" if numbers else f"none of {names} holds numbers"
    raise DataError(f"The column of units sold cannot be told from the headings; {need}.")


def _guess_series(columns: list[_Column], several: bool) -> tuple[str, ...]:
    """Return the columns whose values together name a series: a place, an item, both or none.

    `several` = a date occurs on more than one row, so that the file is not one series.
    """
    usable = [c for c in columns if not c.is_day and c.distinct and not _counts_rows(c)]
    place = _best(usable, words.PLACE, words.ID_NOT)
    item = _best([c for c in usable if c is not place], words.ITEM, words.ID_NOT)
    place, item = _distinguishing(place, usable, words.PLACE), _distinguishing(item, usable, words.ITEM)
    chosen = tuple(c.name for c in (place, item) if c)
    if chosen or not several:
        return chosen
    texts = [c for c in usable if not c.is_number and not words.match(c.name, (words.ID_NOT,))]
    repeated = [c for c in texts if 2 <= c.distinct <= len(c.texts) / 3]
    return (repeated[0].name,) if repeated else ()


def _distinguishing(best: _Column | None, columns: list[_Column], groups: words.Groups) -> _Column | None:
    """Return the best column, or one of the same first word that tells clearly more series apart.

    A code that stands for several names (a retailer id shared by two retailers) is no series id.
    """
    if best is None:
        return None
    family = words.plain(best.name).split()[0]
    kin = [c for c in columns if words.plain(c.name).split()[:1] == [family] and words.match(c.name, groups)]
    widest = max(kin, key=lambda c: c.distinct, default=best)
    return widest if best.distinct < 0.85 * widest.distinct else best


def _counts_rows(column: _Column) -> bool:
    return len(column.texts) > 20 and column.distinct > _NEARLY_UNIQUE * len(column.texts)


def _best(columns: list[_Column], groups: words.Groups, excluded: tuple[str, ...]) -> _Column | None:
    """Return the first column that fits a part best, None when none does."""
    scored = [(words.match(c.name, groups, excluded), c) for c in columns]
    best = max(scored, key=lambda s: s[0], default=(0.0, None))
    return best[1] if best[0] else None
