"""Wide layouts -> lines: one column per item (dates down), or one column per date (items down)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.dateforms import holds_days, is_day
from forecasting.ingest.numbers import decide, parse

MIN_SPREAD = 3  # fewer columns alike may be anything
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


def unfold(frame: pd.DataFrame, rows: np.ndarray) -> Unfolded | None:
    """Return a wide table as lines, None when the table is already lines.

    Blank cells stay as blank units: the import drops them as unknown, it does not read them as zero.
    """
    dates = [c for c in frame.columns if is_day(c)]
    if len(dates) >= MIN_SPREAD:
        return _dates_across(frame, rows, dates)
    days = [c for c in frame.columns if holds_days(str(c), frame[c].iloc[:_SAMPLE])]
    values = [c for c in frame.columns if c not in days and not words.is_total(c)]
    if len(days) != 1 or len(values) < MIN_SPREAD or any(_has_part(c) for c in values):
        return None
    if frame[days[0]].duplicated().any() or not _all_numbers(frame[values].iloc[:_SAMPLE]):
        return None
    return _items_across(frame, rows, days[0], values)


def _without_totals(frame: pd.DataFrame, dates: list[str]) -> tuple[list[str], str]:
    """Return the columns beside the dates, those that sum the dates up left out, and a word on that."""
    beside = [c for c in frame.columns if c not in dates]
    totals = [c for c in beside if words.is_total(c)]
    return [
        c for c in beside if c not in totals
    ], f" {totals[0]!r} sums them up and was not read." if totals else ""


def _items_across(frame: pd.DataFrame, rows: np.ndarray, day: str, items: list[str]) -> Unfolded:
    name, units = _new_name("item", [day]), _new_name("units", [day])
    lines = frame.melt(id_vars=[day], value_vars=items, var_name=name, value_name=units)
    sentence = (
        f"The file has one column per item: {len(items):,} columns x {len(frame):,} dates were read as "
        "lines; a blank cell is unknown, not zero."
    )
    return Unfolded(lines.astype({name: str}), np.tile(rows, len(items)), tuple(items), units, sentence)


def _dates_across(frame: pd.DataFrame, rows: np.ndarray, dates: list[str]) -> Unfolded:
    kept, left_out = _without_totals(frame, dates)
    day, units = _new_name("date", kept), _new_name("units", kept)
    lines = frame.melt(id_vars=kept, value_vars=dates, var_name=day, value_name=units)
    sentence = (
        f"The file has one column per date: {len(dates):,} columns x {len(frame):,} rows were read as "
        f"lines; a blank cell is unknown, not zero.{left_out}"
    )
    return Unfolded(lines.astype({day: str}), np.tile(rows, len(dates)), tuple(dates), units, sentence)


def _has_part(heading: str) -> bool:
    """Return whether a heading names a part of an ordinary table, so that the table is not wide."""
    parts = (words.UNITS, words.ITEM, words.PLACE, words.PRICE, words.ON_HAND, words.OPEN)
    return any(words.match(heading, groups) % 1 for groups in parts)  # the exact phrase only


def _all_numbers(head: pd.DataFrame) -> bool:
    """Return whether every column holds numbers, judged together: they become one column of units."""
    lines = head.melt(value_name="units")
    lines = lines[lines["units"].str.strip() != ""]
    style = decide(lines["units"].drop_duplicates()).style
    share = parse(lines["units"], style).notna().groupby(lines["variable"]).mean()
    return bool(len(share) and share.min() >= _NUMERIC)


def _new_name(name: str, taken: list[str]) -> str:
    return name if name not in taken else f"{name} of the column"
