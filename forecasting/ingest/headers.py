"""Where the header of a table is, and what it calls each column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.ingest.merged import Span, header_rows, is_over, two_rows
from forecasting.ingest.notes import counted

HEADER_SEARCH = 20  # rows a title block above the header may take


@dataclass(frozen=True)
class Header:
    """The columns of a table that are read, and the last row of its header."""

    row: int  # the last one, where there are two
    places: list[int]
    names: list[str]
    warnings: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of columns that hold the same thing


def find_header(cells: pd.DataFrame, spans: Sequence[Span]) -> Header:
    """Return the header of a matrix of text; two rows where its cells are merged side by side.

    A text file has no merged cells: there a group's name stands over its first column, blanks beside it.
    """
    first = _header_row(cells)
    if first and is_over(spans, first - 1, cells.shape[1]) and len(cells) > first + 1:
        return _of_two_rows(cells, first - 1, list(cells.iloc[first - 1]))
    if len(cells) > first + 1 and header_rows(spans, first, cells.shape[1]) == 2:
        return _of_two_rows(cells, first, list(cells.iloc[first]))
    for row in (first - 1, first):
        above = _spread_groups(cells, row)
        if not spans and above:
            return _of_two_rows(cells, row, above)
    return _filled(cells, first, [str(head) for head in cells.iloc[first]], _titles(first))


def _titles(above: int) -> tuple[str, ...]:
    said = f"{counted(above, 'line')} above the header {'was' if above == 1 else 'were'} skipped."
    return (said,) if above else ()


def _of_two_rows(cells: pd.DataFrame, first: int, above: list[str]) -> Header:
    read = two_rows(above, list(cells.iloc[first + 1]))
    body = cells.iloc[first + 2 :]
    filled = [
        bool(name) or (body.iloc[:, i] != "").any() for i, name in zip(read.places, read.names, strict=True)
    ]
    names = unique([name for name, keep in zip(read.names, filled, strict=True) if keep])
    return Header(
        first + 1,
        [place for place, keep in zip(read.places, filled, strict=True) if keep],
        names,
        (*_titles(first), read.sentence),
        {name: read.levels[name] for name in names if name in read.levels},
    )


def _spread_groups(cells: pd.DataFrame, row: int) -> list[str]:
    """Return the row as the upper one of a header, its groups' names over all their columns; [] = it is none.

    It names at least two groups, has blanks beside the names, and the row below repeats its headings.
    """
    if row < 0 or len(cells) < row + 3:
        return []
    above, below = (cells.iloc[n].str.strip() for n in (row, row + 1))
    heads = below[below != ""]
    if (above != "").sum() < 2 or not heads.duplicated().any() or heads.str.contains(r"^[\d.,\s-]+$").any():
        return []
    names = above.where(above != "").ffill().where(below != "")
    if not (above == "").any() or names[below.isin(heads[heads.duplicated()])].nunique() < 2:
        return []
    return list(names.fillna(above))


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
