"""Where the header of a table is, and what it calls each column."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.ingest.merged import Span, header_rows, joined_header, units_only
from forecasting.ingest.notes import counted

HEADER_SEARCH = 20  # rows a title block above the header may take


@dataclass(frozen=True)
class Header:
    """The columns of a table that are read, and the last row of its header."""

    row: int  # the last one, where there are two
    places: list[int]
    names: list[str]
    warnings: tuple[str, ...]


def find_header(cells: pd.DataFrame, spans: Sequence[Span]) -> Header:
    """Return the header of a matrix of text; two rows where its cells are merged side by side."""
    first = _header_row(cells)
    titles = f"{counted(first, 'line')} above the header {'was' if first == 1 else 'were'} skipped."
    above = (titles,) if first else ()
    if len(cells) > first + 1 and header_rows(spans, first, cells.shape[1]) == 2:
        return _of_two_rows(cells, first, above)
    return _filled(cells, first, [str(head) for head in cells.iloc[first]], above)


def _of_two_rows(cells: pd.DataFrame, first: int, above: tuple[str, ...]) -> Header:
    chosen = units_only(cells, first)
    if chosen is None:
        joined = "The header has two rows; their headings were joined."
        return _filled(cells, first + 1, joined_header(cells, first), (*above, joined))
    places, headings, sentence = chosen
    return Header(first + 1, places, unique(headings), (*above, sentence))


def _filled(cells: pd.DataFrame, row: int, heads: list[str], warnings: tuple[str, ...]) -> Header:
    body = cells.iloc[row + 1 :]
    places = [i for i, h in enumerate(heads) if h.strip() or (body.iloc[:, i] != "").any()]
    return Header(row, places, unique([heads[i] for i in places]), warnings)


def _header_row(cells: pd.DataFrame) -> int:
    """Return the first row at least half as wide as the widest of the first rows: titles are narrower."""
    filled = (cells.iloc[:HEADER_SEARCH].apply(lambda c: c.str.strip()) != "").sum(axis=1)
    return int(np.flatnonzero(filled >= max(filled.max() / 2, 1))[0]) if filled.max() else 0


def unique(names: list[str]) -> list[str]:
    """Return the header cells as column names: trimmed, blanks numbered, repeats marked.

    >>> unique([" Units ", "", "Units"])
    ['Units', 'column 2', 'Units (2)']
    """
    taken: dict[str, int] = {}
    for place, raw in enumerate(names, start=1):
        name = " ".join(raw.replace("\u00a0", " ").replace("\ufeff", "").split()) or f"column {place}"
        candidate, repeats = name, 1
        while candidate in taken:
            repeats += 1
            candidate = f"{name} ({repeats})"
        taken[candidate] = place
    return list(taken)
