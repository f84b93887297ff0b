"""A supplier's price breaks as an items file writes them: from how many units on, at what unit cost."""

import re

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError

COLUMN = "price_breaks"
_BREAK = re.compile(r"(\d+(?:\.\d+)?)\s*[:=]\s*(\d+(?:\.\d+)?)")


def price_breaks(text: str) -> list[tuple[float, float]]:
    """Return smallest order and unit cost of every break, units rising.

    >>> price_breaks("100: 4.80; 500: 4.50")
    [(100.0, 4.8), (500.0, 4.5)]
    """
    found = [_BREAK.fullmatch(part.strip()) for part in text.split(";") if part.strip()]
    pairs = [(float(m[1]), float(m[2])) for m in found if m]
    units = [start for start, _ in pairs]
    if len(pairs) < len(found) or units != sorted(set(units)) or not all(s > 0 and c > 0 for s, c in pairs):
        raise DecisionError(
            f"Price breaks read {text!r}; write units and unit cost, units rising, "
            "such as 100: 4.80; 500: 4.50."
        )
    return pairs


def written(items: pd.DataFrame) -> np.ndarray:
    """Return the text of each item's breaks, (n,); '' where it has none."""
    if COLUMN not in items:
        return np.full(len(items), "", dtype=object)
    return items[COLUMN].astype("string").str.strip().fillna("").to_numpy(dtype=object)


def break_problems(items: pd.DataFrame) -> np.ndarray:
    """Return a sentence where an item's breaks cannot be read, '' elsewhere."""
    problems = np.full(len(items), "", dtype=object)
    for row, text in enumerate(written(items)):
        try:
            price_breaks(text)
        except DecisionError as error:
            problems[row] = str(error)
    return problems
