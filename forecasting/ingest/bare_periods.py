"""Months and weeks written as bare digits (202403, 2024/05 under "Week"): only their heading says which."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from forecasting.ingest import words
from forecasting.ingest.dateforms import YEARS

_BARE = re.compile(r"(\d{4})(\d{2})")
_PARTED = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_MOST = {"month": 12, "week": 53}
_READABLE = 0.9  # share of a column's values that must be such periods
FEWEST_ACROSS = 4  # headings in one unbroken run of months; fewer six-digit numbers may be anything


def written_out(heading: str, texts: Sequence[str]) -> dict[str, str]:
    """Return bare period -> the same as everybody reads it (2024-03, 2024-W05); {} = the column has none.

    >>> [written_out(heading, ["202405"]) for heading in ("Week", "Month", "Code")]
    [{'202405': '2024-W05'}, {'202405': '2024-05'}, {}]
    """
    weeks = words.match(heading, words.DATE_PARTS["week"], words.DATE_PART_NOT) > 0
    if not (weeks or words.match(heading, words.DATE, words.DATE_NOT)):
        return {}
    patterns = (_BARE, _PARTED) if weeks else (_BARE,)  # 2024/05 is a month to everybody else
    return _read(texts, "week" if weeks else "month", patterns)


def months_across(headings: Iterable[str]) -> dict[str, str]:
    """Return heading -> month of headings such as 202401, 202402 … in one unbroken run; {} = none."""
    bare = [h for h in map(str, headings) if _BARE.fullmatch(h.strip())]
    months = _read([h.strip() for h in bare], "month", (_BARE,))
    counts = [int(m[:4]) * 12 + int(m[5:]) for m in months.values()]
    if len(months) < FEWEST_ACROSS or len(months) < len(bare):
        return {}
    unbroken = all(later - earlier == 1 for earlier, later in pairwise(counts))
    return {h: months[h.strip()] for h in bare} if unbroken else {}


def _read(texts: Sequence[str], kind: str, patterns: Sequence[re.Pattern[str]]) -> dict[str, str]:
    filled = [t for t in texts if t and not words.is_total(t)]
    found: dict[str, str] = {}
    for text in filled:
        match = next((m for p in patterns if (m := p.fullmatch(text))), None)
        year, number = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
        if YEARS[0] <= year <= YEARS[1] and 1 <= number <= _MOST[kind]:
            found[text] = f"{year}-{'W' if kind == 'week' else ''}{number:02d}"
    return found if filled and len(found) >= _READABLE * len(filled) else {}
