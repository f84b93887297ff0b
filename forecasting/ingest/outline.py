"""Reports that write a value only where it begins (pivot tables, exports of orders): blanks below mean it."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.notes import Notes, Question, counted
from forecasting.ingest.options import Roles
from forecasting.ingest.tables import RawTable

FEWEST_BLANK = 0.2  # share of rows; below it a blank is more likely a slip of the pen


def with_values_above(table: RawTable, roles: Roles, rule: str, notes: Notes) -> RawTable:
    """Return the table with dates and series carried down where the file writes them once, which is asked.

    `rule` is "above", "leave" or "auto"; sums of a block ("North Total") are marked as totals.
    """
    frame = table.frame
    keys = [*roles.date_parts[1:], *(() if roles.date_parts else (roles.ds,)), *roles.unique_id]
    blank = [c for c in keys if (frame[c] == "").mean() >= FEWEST_BLANK]
    if not blank or rule == "leave":
        return table
    sales = _sales_rows(frame, roles, keys)
    outline = [c for c in blank if _is_outline(frame[c].str.strip()[sales], dated=c in roles.dated())]
    if not outline:
        return table
    rows = int((frame.loc[sales, outline[0]].str.strip() == "").sum())
    if rule == "auto":
        notes.ask(_question(outline[0], rows, int(sales.sum()), frame))
    notes.warn(f"{counted(rows, 'row')} without {outline[0]!r} read with the value above them.")
    filled = {c: _carried(frame[c], sales) for c in outline}
    return replace(table, frame=frame.assign(**filled))


def _carried(texts: pd.Series, sales: pd.Series) -> pd.Series:
    """Return a column with each value on the rows of its block, and the sum of a block as a total."""
    stripped = texts.str.strip()
    above = texts.where(sales & (stripped != "")).ffill()
    sums = ~sales & stripped.map({text: _sums_up(text) for text in stripped.unique()})
    return texts.mask(sales & (stripped == ""), above).mask(sums, "Total")


def _sales_rows(frame: pd.DataFrame, roles: Roles, keys: list[str]) -> pd.Series:
    """Return the rows that are sales: units in them, and no sum of a block."""
    sales = frame[roles.y].str.strip() != ""
    for column in keys:
        codes, distinct = pd.factorize(frame[column].str.strip())
        sums = np.array([_sums_up(text) for text in distinct], dtype=bool)
        sales &= ~sums[codes]
    return sales


def _sums_up(text: str) -> bool:
    """Return whether a text ends or begins with the word for a total: "North Total" sums up a block."""
    said = words.plain(text).split()
    return bool(said) and (said[-1] in words.TOTAL or said[0] in words.TOTAL)


def _is_outline(texts: pd.Series, *, dated: bool) -> bool:
    """Return whether the filled cells of a column each begin a block of blanks that mean the same.

    Two orders of one day may stand below each other; a block of one shop would not be written twice.
    """
    blank = texts == ""
    if texts.empty or blank.iloc[0] or blank.mean() < FEWEST_BLANK:
        return False
    begins = texts[~blank]
    return dated or not (begins == begins.shift()).any()


def _question(column: str, rows: int, sales: int, frame: pd.DataFrame) -> Question:
    first = next(text for text in frame[column] if text.strip())
    return Question(
        id="blanks",
        question=f"{column!r} is blank on {rows:,} of {sales:,} rows with sales: does the value above count "
        "for them, as in a pivot table?",
        example=str(first),
        options=("above", "leave"),
        assumed="above",
    )
