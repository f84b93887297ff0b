"""Wide layouts -> lines: one column per item or store (dates down), or one column per date (items down)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.beside_items import MIN_SPREAD, Beside, is_one_of_several, one_column_each
from forecasting.ingest.date_parts import guess_date_parts, is_part_heading, periods_named
from forecasting.ingest.dateforms import holds_days, is_day
from forecasting.ingest.notes import Question, listed
from forecasting.ingest.numbers import decide, parse

_SAMPLE = 200
_NUMERIC = 0.9  # the share of a column's cells that must be numbers


@dataclass(frozen=True)
class Unfolded:
    """A wide table as lines, and the sentence that says what was done."""

    frame: pd.DataFrame
    rows: np.ndarray  # (n,) the file's row of each line
    spread: tuple[str, ...]  # the columns that became lines
    units: str  # the new column of units
    sentence: str
    questions: tuple[Question, ...] = ()


def unfold(
    frame: pd.DataFrame,
    rows: np.ndarray,
    levels: Mapping[str, tuple[str, ...]] | None = None,
    *,
    said: bool = False,
) -> Unfolded | None:
    """Return a wide table as lines, None when the table is already lines.

    `levels` names the columns that a header of two rows groups, with the headings that tell them apart;
    `said` = a person said that a row with its date and item has a column per store.
    Blank cells stay as blank units: the import drops them as unknown, it does not read them as zero.
    """
    dates = [c for c in frame.columns if is_day(c)]
    if len(dates) >= MIN_SPREAD:
        return _dates_across(frame, rows, dates)
    days = [c for c in frame.columns if holds_days(str(c), frame[c].iloc[:_SAMPLE])]
    grouped = {c: heads for c, heads in (levels or {}).items() if not any(map(words.is_total, heads))}
    if len(grouped) > 1 and _all_numbers(frame[list(grouped)].iloc[:_SAMPLE]):
        return _groups_across(frame, rows, grouped)
    named = () if days else periods_named(frame)
    if named:
        return _periods_across(frame, rows, *named)
    dated = days if len(days) == 1 else list(() if days else guess_date_parts(frame))
    beside = _spread_stores(frame, dated, said=said)
    if beside is not None:
        return _stores_across(frame, rows, dated, beside)
    values = [c for c in frame.columns if c not in dated and not words.is_total(c)]
    values = [c for c in values if len(dated) == 1 or not is_part_heading(c)]
    fewest = 2 if all(is_one_of_several(c) for c in values) else MIN_SPREAD
    if not dated or len(values) < fewest or any(_has_part(c) for c in values):
        return None
    if frame[dated].duplicated().any() or not _all_numbers(frame[values].iloc[:_SAMPLE]):
        return None
    return _items_across(frame, rows, dated, values)


def _without_totals(frame: pd.DataFrame, dates: list[str]) -> tuple[list[str], str]:
    """Return the columns beside the dates, those that sum the dates up left out, and a word on that."""
    beside = [c for c in frame.columns if c not in dates]
    totals = [c for c in beside if words.is_total(c)]
    return [
        c for c in beside if c not in totals
    ], f" {totals[0]!r} sums them up and was not read." if totals else ""


def _among(frame: pd.DataFrame, periods: list[str], kind: str) -> str:
    """Return a word on columns that stand between those of the periods and were not read as one."""
    heads = list(frame.columns)
    inside = heads[heads.index(periods[0]) : heads.index(periods[-1])]
    strange = [c for c in inside if c not in periods and not words.is_total(c)]
    if not strange:
        return ""
    return f" Among them stands {listed([repr(c) for c in strange])}, which is no {kind}: check the heading."


def _groups_across(frame: pd.DataFrame, rows: np.ndarray, levels: Mapping[str, tuple[str, ...]]) -> Unfolded:
    """Return a table as lines whose header of two rows groups its columns; the headings become columns."""
    kept = [c for c in frame.columns if c not in levels and not words.is_total(c)]
    heads = pd.DataFrame(list(levels.values()), dtype=str)
    heads.columns = pd.Index([_new_name(n, kept) for n in _level_names(heads, kept)])
    units = _new_name("units", [*kept, *heads.columns])
    lines = frame.melt(id_vars=kept, value_vars=list(levels), value_name=units)
    places = np.repeat(np.arange(len(levels)), len(frame))
    lines = pd.concat([lines.drop(columns="variable"), heads.iloc[places].reset_index(drop=True)], axis=1)
    sentence = (
        f"The file has one column per {' and '.join(heads.columns)}: {len(levels):,} columns x "
        f"{len(frame):,} rows were read as lines; a blank cell is unknown, not zero."
    )
    return Unfolded(lines, np.tile(rows, len(levels)), tuple(levels), units, sentence)


def _level_names(heads: pd.DataFrame, kept: list[str]) -> list[str]:
    """Return what each level of headings is: stores, items, or the category of items told apart below."""
    has_item = any(words.match(c, words.ITEM) for c in kept)
    last = heads[heads.columns[-1]]
    stores = all(words.match(text, words.PLACE) for text in last)
    if len(heads.columns) == 1:
        return ["store" if stores or has_item else "item"]
    return ["store" if last.duplicated().any() else "category", "item"]


def _periods_across(frame: pd.DataFrame, rows: np.ndarray, kind: str, periods: list[str]) -> Unfolded:
    """Return a table with a year on each row and a column per month, week or quarter as lines."""
    kept, left_out = _without_totals(frame, periods)
    period, units = _new_name(kind, kept), _new_name("units", kept)
    lines = frame.melt(id_vars=kept, value_vars=periods, var_name=period, value_name=units)
    sentence = (
        f"The file has a year on each row and one column per {kind}: {len(periods):,} columns x "
        f"{len(frame):,} rows were read as lines; a blank cell is unknown, not zero."
        f"{left_out}{_among(frame, periods, kind)}"
    )
    return Unfolded(lines.astype({period: str}), np.tile(rows, len(periods)), tuple(periods), units, sentence)


def _items_across(frame: pd.DataFrame, rows: np.ndarray, dated: list[str], items: list[str]) -> Unfolded:
    name, units = _new_name("item", dated), _new_name("units", dated)
    lines = frame.melt(id_vars=dated, value_vars=items, var_name=name, value_name=units)
    sentence = (
        f"The file has one column per item: {len(items):,} columns x {len(frame):,} dates were read as "
        "lines; a blank cell is unknown, not zero."
    )
    return Unfolded(lines.astype({name: str}), np.tile(rows, len(items)), tuple(items), units, sentence)


def _spread_stores(frame: pd.DataFrame, dated: list[str], *, said: bool) -> Beside | None:
    if not dated:
        return None
    numbers = _numbers(frame[[c for c in frame.columns if c not in dated]])
    return one_column_each(frame, dated, numbers, said=said)


def _stores_across(frame: pd.DataFrame, rows: np.ndarray, dated: list[str], beside: Beside) -> Unfolded:
    kept = [*dated, *beside.kept]
    name, units = _new_name(beside.kind, kept), _new_name("units", kept)
    lines = frame.melt(id_vars=kept, value_vars=beside.values, var_name=name, value_name=units)
    sentence = (
        f"The file has one column per {beside.kind}: {len(beside.values):,} columns x {len(frame):,} rows "
        "were read as lines; a blank cell is unknown, not zero."
    )
    places = np.tile(rows, len(beside.values))
    return Unfolded(lines.astype({name: str}), places, tuple(beside.values), units, sentence, beside.question)


def _numbers(frame: pd.DataFrame) -> list[str]:
    """Return the columns whose first rows are numbers or blank."""
    head = frame.iloc[:_SAMPLE]
    blank = [c for c in head if (head[c].str.strip() == "").all()]
    share = _share_of_numbers(head)
    return [c for c in frame.columns if c in blank or share.get(c, 0.0) >= _NUMERIC]


def _dates_across(frame: pd.DataFrame, rows: np.ndarray, dates: list[str]) -> Unfolded:
    kept, left_out = _without_totals(frame, dates)
    day, units = _new_name("date", kept), _new_name("units", kept)
    lines = frame.melt(id_vars=kept, value_vars=dates, var_name=day, value_name=units)
    sentence = (
        f"The file has one column per date: {len(dates):,} columns x {len(frame):,} rows were read as "
        f"lines; a blank cell is unknown, not zero.{left_out}{_among(frame, dates, 'date')}"
    )
    return Unfolded(lines.astype({day: str}), np.tile(rows, len(dates)), tuple(dates), units, sentence)


def _has_part(heading: str) -> bool:
    """Return whether a heading names a part of an ordinary table, so that the table is not wide."""
    parts = (words.UNITS, words.ITEM, words.PLACE, words.PRICE, words.ON_HAND, words.OPEN)
    return any(words.match(heading, groups) % 1 for groups in parts)  # the exact phrase only


def _all_numbers(head: pd.DataFrame) -> bool:
    """Return whether every column holds numbers, judged together: they become one column of units."""
    share = _share_of_numbers(head)
    return bool(len(share) and share.min() >= _NUMERIC)


def _share_of_numbers(head: pd.DataFrame) -> pd.Series:
    """Return per column the share of its filled cells that are numbers in the style of all columns."""
    # No column of a file is called so: headings are trimmed.
    lines = head.melt(var_name=" heading", value_name=" cell")
    lines = lines[lines[" cell"].str.strip() != ""]
    style = decide(lines[" cell"].drop_duplicates()).style
    return parse(lines[" cell"], style).notna().groupby(lines[" heading"]).mean()


def _new_name(name: str, taken: list[str]) -> str:
    return name if name not in taken else f"{name} of the column"
