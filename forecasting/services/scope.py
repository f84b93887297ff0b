"""Which series a page is about: by attribute, by name, by a pasted list of codes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.report.tables import day
from forecasting.schema import ITEM_COLUMNS
from forecasting.services.dataset import Dataset
from forecasting.settings import GRAIN, Settings

MOST_VALUES = 60  # of an attribute that is offered as a list; beyond it is a name, not a group


@dataclass(frozen=True)
class Scope:
    """The series that are looked at, and how they were picked, in words."""

    unique_ids: tuple[str, ...]
    total: int  # series of the history
    chosen_by: str  # 'store Centre, category Bakery'; empty: everything
    unknown: tuple[str, ...] = ()  # pasted codes that no series answers to

    @property
    def everything(self) -> bool:
        """Return whether no series is left out."""
        return len(self.unique_ids) == self.total


def attributes_of(dataset: Dataset) -> pd.DataFrame:
    """Return what is known of every series in words, indexed by unique_id; blanks are ''."""
    ids = sorted(dataset.sales["unique_id"].unique())
    table = dataset.items_of(ids).set_index("unique_id")
    words = table[[c for c in table.columns if c not in ITEM_COLUMNS]]
    return words.astype("string").fillna("").astype(object)


def group_columns(attributes: pd.DataFrame) -> list[str]:
    """Return the attributes that part the series into groups, the coarsest first."""
    counts = {c: attributes[c][attributes[c] != ""].nunique() for c in attributes.columns}
    groups = [c for c, n in counts.items() if 2 <= n <= MOST_VALUES and n < len(attributes)]
    return sorted(groups, key=lambda c: counts[c])


def codes_in(text: str) -> list[str]:
    r"""Return the codes of a pasted list: one a line, or parted by commas, semicolons or tabs.

    >>> codes_in("000118\n000125, Rye bread;\t42 ")
    ['000118', '000125', 'Rye bread', '42']
    """
    parts = (part.strip().strip("\"'") for part in re.split(r"[\n\r,;\t]+", text))
    return list(dict.fromkeys(part for part in parts if part))


def match_codes(attributes: pd.DataFrame, codes: Sequence[str]) -> tuple[set[str], tuple[str, ...]]:
    """Return the series that codes name, and the codes that name none.

    A code is a series, or any of its attributes, in full; only where nothing is called so, a part of
    its name: 42 must not find 142 where there is a 42.
    """
    names = attributes.index.astype(str).str.casefold()
    cells = [names, *(attributes[c].astype(str).str.casefold() for c in attributes.columns)]
    found: set[str] = set()
    unknown = []
    for code in codes:
        wanted = code.casefold()
        hit = np.logical_or.reduce([np.asarray(column == wanted) for column in cells])
        if not hit.any():
            hit = np.asarray(names.str.contains(wanted, regex=False))
        if hit.any():
            found |= set(attributes.index[hit])
        else:
            unknown.append(code)
    return found, tuple(unknown)


def scope_of_choice(
    attributes: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    items: Sequence[str] = (),
    pasted: str = "",
) -> Scope:
    """Return the series that satisfy every filter that is set; nothing set is everything.

    A list none of whose codes is known chooses nothing: the reader must see it, not all series.
    """
    keep = np.ones(len(attributes), dtype=bool)
    words = []
    for column, values in groups.items():
        if values and column in attributes:
            keep &= attributes[column].isin(list(values)).to_numpy()
            words.append(f"{column} {_some(values)}")
    codes = codes_in(pasted)
    named, unknown = match_codes(attributes, codes)
    if items or codes:
        named |= set(items)
        keep &= attributes.index.isin(list(named))
        if items:
            words.append(_some(items))
        if codes:
            words.append(f"list of {len(codes)}")
    ids = tuple(str(i) for i in attributes.index[keep])
    return Scope(ids, len(attributes), ", ".join(words), unknown)


def scope_in_words(scope: Scope, dataset: Dataset, currency: str) -> str:
    """Return the scope line: '12 of 57 series (store Centre) · daily · data current through … · EUR'."""
    grain = GRAIN[Settings(frequency=dataset.frequency).period]
    last = day(dataset.sales["ds"].max())
    count = f"{scope.total:,} series"
    if not scope.everything:
        count = f"{len(scope.unique_ids):,} of {count}" + (f" ({scope.chosen_by})" if scope.chosen_by else "")
    return f"{count} · {grain} · data current through {last} · {currency}"


def _some(values: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(str(v) for v in values[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"
