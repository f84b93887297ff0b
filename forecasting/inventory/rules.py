"""Reading the items table: numbers, and the first rule each row breaks, as a sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.schema import validate_items

Columns = Mapping[str, np.ndarray]  # name -> (n_rows,)


@dataclass(frozen=True)
class Rule:
    """What makes a row unusable, and how to tell its owner.

    The same rule serves one `UnitEconomics` and ten thousand rows of a table,
    so that a form and a file are never judged differently.
    """

    broken: Callable[[Columns], np.ndarray]  # -> (n_rows,) bool
    sentence: str  # a format string over the columns
    column: str = ""  # the entry to mend; "": several


def first_broken(rules: Sequence[Rule], columns: Columns) -> np.ndarray:
    """Return, per row, the sentence of the first rule it breaks; '' where it breaks none."""
    size = len(next(iter(columns.values())))
    problems = np.full(size, "", dtype=object)
    for rule in rules:
        for row in np.flatnonzero(rule.broken(columns) & (problems == "")):
            problems[row] = rule.sentence.format(**{name: values[row] for name, values in columns.items()})
    return problems


def items_for(items: pd.DataFrame, unique_ids: Sequence[str] | np.ndarray) -> pd.DataFrame:
    """Return one row of items per id, in the order of the ids; a series without a row gets a blank one."""
    known = validate_items(items).set_index("unique_id")
    ids = pd.Index(np.asarray(unique_ids, dtype=object), name="unique_id")
    return known.reindex(ids).reset_index()


def number(items: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of items as floats; NaN where absent, blank or not a number (see `unreadable`)."""
    if column not in items:
        return np.full(len(items), np.nan)
    return pd.to_numeric(items[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def unreadable(items: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Return, per row, a sentence on the first entry that is given but is no finite number; '' elsewhere."""
    problems = np.full(len(items), "", dtype=object)
    for column in (c for c in columns if c in items):
        written = items[column].astype("string").str.strip().fillna("").to_numpy(dtype=object)
        bad = (written != "") & ~np.isfinite(number(items, column)) & (problems == "")
        for row in np.flatnonzero(bad):
            problems[row] = f"{label(column)} reads {written[row]!r}; a finite number is needed."
    return problems


def at_row(items: pd.DataFrame, problems: np.ndarray) -> np.ndarray:
    """Return the problems with the row of the items file that has to be mended, where one is known."""
    if "items_row" not in items:
        return problems
    rows = number(items, "items_row")
    placed = [
        f"Row {row:g} of the items file: {problem}" if problem and row == row else problem
        for row, problem in zip(rows, problems, strict=True)
    ]
    return np.array(placed, dtype=object)


def read_problems(items: pd.DataFrame) -> np.ndarray:
    """Return what the reading of the items file found wrong with each item, '' where nothing."""
    if "items_problem" not in items:
        return np.full(len(items), "", dtype=object)
    return items["items_problem"].astype(object).where(items["items_problem"].notna(), "").to_numpy()


def label(column: str) -> str:
    """Return a column's name as the start of a sentence.

    >>> label("unit_cost")
    'Unit cost'
    """
    return column.replace("_", " ").capitalize()


def either(*problems: np.ndarray) -> np.ndarray:
    """Return the first sentence that is not '' per row."""
    found = problems[0]
    for later in problems[1:]:
        found = np.where(found != "", found, later)
    return found


def together(*notes: np.ndarray) -> np.ndarray:
    """Return all sentences per row, joined by a space."""
    joined = [" ".join(filter(None, row)) for row in zip(*notes, strict=True)]
    return np.array(joined, dtype=object)
