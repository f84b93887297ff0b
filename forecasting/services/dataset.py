"""A history ready to be forecast, and which of its series can be."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from forecasting.dates import calendar, period_kind
from forecasting.errors import TooShortError
from forecasting.evaluation.backtest import MIN_HISTORY, SILENT_PERIODS
from forecasting.inventory.rules import items_for
from forecasting.models.borrowed import MIN_DONORS
from forecasting.models.lifecycle import NEW_BELOW


@dataclass(frozen=True)
class Dataset:
    """A history ready to be forecast."""

    name: str
    sales: pd.DataFrame
    items: pd.DataFrame
    future: pd.DataFrame  # drivers the file knows beyond the last sale; may be empty
    frequency: str
    sha256: str  # of the source file

    @cached_property
    def series(self) -> tuple[str, ...]:
        """Return every series of the history, sorted; asked at every turn of a control, so kept."""
        return tuple(sorted(self.sales["unique_id"].unique()))

    @cached_property
    def whole_units(self) -> bool:
        """Return whether goods are sold by the piece: no sale of a part of a unit."""
        sold = self.sales["y"].to_numpy()
        return bool((sold == np.floor(sold)).all())

    def items_of(self, unique_ids: list[str]) -> pd.DataFrame:
        """Return one items row per series, blank where the items table says nothing."""
        return items_for(self.items, unique_ids)


def divide(dataset: Dataset) -> tuple[list[str], pd.DataFrame]:
    """Return the series that can be forecast, and the others with the reason (unique_id, reason)."""
    kind = period_kind(dataset.frequency)
    sales = dataset.sales
    last, first = sales["ds"].max(), sales["ds"].min()
    dates = calendar(first, last, dataset.frequency)
    quiet = dates[max(0, len(dates) - SILENT_PERIODS[kind] - 1)]
    ends = sales.groupby("unique_id")["ds"].max()
    known = sales[~sales["stockout"].fillna(False).astype(bool)] if "stockout" in sales else sales
    count = known.groupby("unique_id")["ds"].size().reindex(ends.index, fill_value=0)
    # A new series borrows the history of similar ones where there are enough that have one.
    lend = int(((ends >= quiet) & (count >= NEW_BELOW[kind])).sum()) >= MIN_DONORS
    reasons: dict[str, str] = {}
    for name, end, seen in zip(ends.index.astype(str), ends, count, strict=True):
        if end < quiet:
            reasons[name] = f"nothing recorded since {end:%d %b %Y}: taken as discontinued"
        elif seen < (1 if lend else MIN_HISTORY[kind]):
            reasons[name] = f"only {seen} {kind}s of history, {MIN_HISTORY[kind]} are needed"
    left_out = pd.DataFrame({"unique_id": list(reasons), "reason": list(reasons.values())}, dtype=object)
    ready = sorted(set(ends.index) - set(reasons))
    if not ready:
        example = next(iter(reasons.items()))
        raise TooShortError(f"No series can be forecast; {example[0]}: {example[1]}.")
    return ready, left_out


def loan_groups(dataset: Dataset, first_origin: pd.Timestamp) -> tuple[tuple[str, str], ...]:
    """Return (unique_id, category) of the series of every category in which one may have to borrow history.

    New is a series with fewer than `NEW_BELOW` known periods at the first origin. Categories without one
    are left out: what a model is told travels with each of its tasks.
    """
    if "category" not in dataset.items:
        return ()
    told = dataset.items.set_index("unique_id")["category"].dropna().astype(str).str.strip()
    told = told[told != ""]
    before = dataset.sales[dataset.sales["ds"] <= first_origin].groupby("unique_id")["ds"].size()
    known = before.reindex(told.index, fill_value=0)
    wanted = told[known < NEW_BELOW[period_kind(dataset.frequency)]].unique()
    return tuple(sorted((str(i), category) for i, category in told[told.isin(wanted)].items()))
