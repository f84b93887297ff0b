"""Merged cells: the value of one cell stands for all it covers, and headers of two rows become one."""

from collections.abc import MutableSequence, Sequence
from typing import Any

import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.dateforms import is_day

Span = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column)


def spread(rows: Sequence[MutableSequence[Any]], spans: Sequence[Span]) -> None:
    """Fill every merged cell with its value, in place; a title, alone on its row, stays where it is."""
    width = max((len(row) for row in rows), default=0)
    titles = {number for number, row in enumerate(rows) if sum(cell != "" for cell in row) == 1}
    for (top, left), (bottom, right) in spans:
        if top >= len(rows) or left >= width or (top in titles and right > left):
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * (min(right, width - 1) - left + 1)


def header_rows(spans: Sequence[Span], header: int, width: int) -> int:
    """Return how many rows the header has: two where cells of its first row are merged side by side."""
    across = [1 for (top, left), (_, right) in spans if top == header and 0 < right - left < width - 1]
    return 2 if across else 1


def joined_header(cells: pd.DataFrame, header: int) -> list[str]:
    """Return the headings of a header of two rows: "Store A" over "Units" is "Store A Units"."""
    above, below = cells.iloc[header], cells.iloc[header + 1]
    pairs = [(str(a).strip(), str(b).strip()) for a, b in zip(above, below, strict=True)]
    return [a if a == b or not b else f"{a} {b}".strip() for a, b in pairs]


def units_only(cells: pd.DataFrame, header: int) -> tuple[list[int], list[str], str] | None:
    """Return columns, headings and a sentence where each period or item has units beside other figures.

    "January" merged over "Units" and "Revenue": the units are kept, under the heading above them.
    """
    above = [str(a).strip() for a in cells.iloc[header]]
    below = [str(b).strip() for b in cells.iloc[header + 1]]
    groups = [a for a in dict.fromkeys(above) if a and above.count(a) > 1]
    if len(groups) < 2:
        return None
    inside = {b for a, b in zip(above, below, strict=True) if a in groups}
    named = max(sorted(inside), key=lambda b: words.match(b, words.UNITS, words.UNITS_NOT), default="")
    if not words.match(named, words.UNITS[:3], words.UNITS_NOT):
        return None
    places = [i for i, (a, b) in enumerate(zip(above, below, strict=True)) if a not in groups or b == named]
    headings = [
        above[i] if above[i] in groups or above[i] == below[i] else below[i] or above[i] for i in places
    ]
    left_out = ", ".join(sorted(inside - {named}))
    kind = "date" if all(is_day(g) for g in groups) else "group"
    return places, headings, f"Of each {kind} in the two-row header {named!r} was read; {left_out} was not."
