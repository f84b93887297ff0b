"""Merged cells: the value of one cell stands for all it covers, and headers of two rows become one."""

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from typing import Any

from forecasting.ingest import words
from forecasting.ingest.dateforms import is_day

Span = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column)


def spread(rows: Sequence[MutableSequence[Any]], spans: Sequence[Span]) -> None:
    """Fill every merged cell with its value, in place; a title, alone on its row, stays where it is."""
    width = max((len(row) for row in rows), default=0)
    titles = {number for number, row in enumerate(rows) if sum(cell != "" for cell in row) == 1}
    for (top, left), (bottom, right) in spans:
        title = top in titles and right > left and not _over_columns(left, right, width)
        if top >= len(rows) or left >= width or title:
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * (min(right, width - 1) - left + 1)


def _over_columns(left: int, right: int, width: int) -> bool:
    """Return whether a lone merged cell stands over the last columns alone, as no title does."""
    return left > 0 and right >= width - 1


def header_rows(spans: Sequence[Span], header: int, width: int) -> int:
    """Return how many rows the header has: two where cells of its first row are merged side by side."""
    across = [1 for (top, left), (_, right) in spans if top == header and 0 < right - left < width - 1]
    return 2 if across else 1


def is_over(spans: Sequence[Span], row: int, width: int) -> bool:
    """Return whether the merged cells of a narrow row stand over groups of the columns below it."""
    across = [(left, right) for (top, left), (_, right) in spans if top == row and right > left > 0]
    return len(across) > 1 or any(_over_columns(left, right, width) for left, right in across)


@dataclass(frozen=True)
class TwoRows:
    """What a header of two rows says: the columns that are read, and which of them hold the same thing."""

    places: list[int]
    names: list[str]
    levels: dict[str, tuple[str, ...]]  # name -> the headings that tell alike columns apart: (store, item)
    sentence: str


def two_rows(above: Sequence[str], below: Sequence[str]) -> TwoRows:
    """Return how a header of two rows is read.

    "Store A" over "Units" and "Revenue": the units, by store. "Units" over stores, beside "Revenue" over
    stores: the units, by store. "Store A" over items: by store and item. Else the headings are joined.
    """
    pairs = [(" ".join(a.split()), " ".join(b.split())) for a, b in zip(above, below, strict=True)]
    groups = [a for a in dict.fromkeys(a for a, _ in pairs) if a and sum(x == a for x, _ in pairs) > 1]
    inside = list(dict.fromkeys(b for a, b in pairs if a in groups))
    measure = _best_measure(inside)
    if measure and len(groups) > 1:
        return _one_of_each(pairs, groups, measure)
    measure = _best_measure(groups)
    if measure and _only_figures(groups) and not any(_best_measure([b]) for b in inside):
        return _of_one_group(pairs, groups, measure)
    names = [a if a == b or not b else f"{a} {b}".strip() for a, b in pairs]
    levels: dict[str, tuple[str, ...]] = {}
    if len(groups) > 1:
        levels = {name: pair for name, pair in zip(names, pairs, strict=True) if pair[0] in groups}
    sentence = "The header has two rows; their headings were joined."
    return TwoRows(list(range(len(pairs))), names, levels, sentence)


def _one_of_each(pairs: list[tuple[str, str]], groups: list[str], measure: str) -> TwoRows:
    places = [i for i, (a, b) in enumerate(pairs) if a not in groups or b == measure]
    names = [pairs[i][0] if pairs[i][0] in groups else pairs[i][1] or pairs[i][0] for i in places]
    left_out = sorted({b for a, b in pairs if a in groups} - {measure})
    dates = all(is_day(g) for g in groups)
    sentence = (
        f"Of each {'date' if dates else 'group'} in the two-row header {measure!r} was read; "
        f"{', '.join(left_out)} was not."
    )
    return TwoRows(places, names, {} if dates else {g: (g,) for g in groups}, sentence)


def _of_one_group(pairs: list[tuple[str, str]], groups: list[str], measure: str) -> TwoRows:
    places = [i for i, (a, _) in enumerate(pairs) if a == measure or a not in groups]
    names = [pairs[i][1] or pairs[i][0] for i in places]
    spread = [pairs[i][1] for i in places if pairs[i][0] == measure]
    left_out = [g for g in groups if g != measure]
    rest = f"; {', '.join(left_out)} were not" if left_out else ""
    sentence = f"Of the two-row header the columns under {measure!r} were read{rest}."
    dates = all(is_day(name) for name in spread)
    return TwoRows(places, names, {} if dates else {name: (name,) for name in spread}, sentence)


def _best_measure(headings: Sequence[str]) -> str:
    """Return the heading that most clearly means units sold, "" = none does."""
    best = max(headings, key=lambda h: words.match(h, words.UNITS[:3], words.UNITS_NOT), default="")
    return best if words.match(best, words.UNITS[:3], words.UNITS_NOT) else ""


def _only_figures(groups: Sequence[str]) -> bool:
    """Return whether every group is a figure (units, revenue, price, stock), and none a place or an item."""
    figures = (words.UNITS, words.PRICE, words.UNIT_COST, words.ON_HAND, words.PLAN)
    return all(any(words.match(g, figure) for figure in figures) for g in groups)
