"""Tables of a date and an item on each row and a column per store (or a store and a column per item)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.date_parts import is_part_heading
from forecasting.ingest.notes import Question, listed

MIN_SPREAD = 3  # fewer columns alike may be anything
_SAMPLE = 3000  # rows that show whether a column is a switch
_FIGURES = (
    words.UNITS, words.PRICE, words.UNIT_COST, words.ON_HAND, words.STOCKOUT, words.OPEN, words.PLAN,
)  # fmt: skip
# What a figure of the row is called, or known of its day: neither is a store.
_NO_STORES = frozenset((
    *words.UNITS_NOT, *words.PRICE_NOT, *words.ON_HAND_NOT, *words.PLAN_NOT, *words.ID_NOT,
)) | frozenset((
    "promo", "promotion", "holiday", "temperature", "temp", "rain", "rainfall", "weather", "visitors",
    "traffic", "footfall", "index", "flag", "tax", "vat", "rating", "score", "orders", "transactions",
    "tickets", "gross", "net", "brutto", "netto", "bruto", "neto", "brut", "lordo", "rabatt", "weight",
    "length", "width", "height", "size", "year", "month", "week", "day", "hour", "lat", "lon", "latitude",
    "longitude", "aktion", "ferien", "temperatur",
))  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """Which columns name the series already, which hold a store (or item) each, and what those are."""

    kept: list[str]
    values: list[str]
    kind: str  # store or item
    sure: bool  # their headings say so, or a person did

    @property
    def question(self) -> tuple[Question, ...]:
        """Return what must be asked where the headings do not say what the columns are."""
        if self.sure:
            return ()
        names = listed([repr(c) for c in self.values], 4)
        asked = (
            f"Is each of the columns {names} a {self.kind} with its units, or does each row have several "
            f"figures, of which one is the units sold?"
        )
        return (Question("layout", asked, self.values[0], ("across", "lines"), "across"),)


def one_column_each(
    frame: pd.DataFrame, dated: Sequence[str], numbers: Sequence[str], *, said: bool
) -> Beside | None:
    """Return the columns of a table that spreads its stores, None when it does not look like one.

    `numbers` are the columns of numbers or blanks; `said` = a person said that it spreads them.
    """
    rest = [c for c in frame.columns if c not in dated and not words.is_total(c) and not is_part_heading(c)]
    kept = [c for c in rest if c not in numbers or _names_series(c)]
    values = [c for c in rest if c not in kept]
    named = all(is_one_of_several(c) and not _is_figure(c) for c in values)
    if not kept or len(values) < (2 if named or said else MIN_SPREAD):
        return None
    if not said and not named and any(_is_figure(c) or _is_flag(frame[c]) for c in values):
        return None
    if not said and frame[[*dated, *kept]].duplicated().any():
        return None
    places = any(words.match(c, words.PLACE) for c in kept)
    items = any(words.match(c, words.ITEM) for c in kept)
    return Beside(kept, values, "item" if places and not items else "store", named or said)


def is_one_of_several(heading: str) -> bool:
    """Return whether a heading is that of one store or item among others: "Store A", "Item 7"."""
    fits = [words.match(heading, groups) for groups in (words.PLACE, words.ITEM)]
    return any(fit and not fit % 1 for fit in fits)


def _names_series(heading: str) -> bool:
    return any(words.match(heading, groups) % 1 for groups in (words.PLACE, words.ITEM))


def _is_figure(heading: str) -> bool:
    return any(words.match(heading, groups) for groups in _FIGURES) or bool(
        set(words.plain(heading).split()) & _NO_STORES
    )


def _is_flag(texts: pd.Series) -> bool:
    return {"0", "1"} <= set(texts.iloc[:_SAMPLE].str.strip().unique()) <= {"0", "1", ""}
