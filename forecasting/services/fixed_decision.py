"""What no way of asking changes: items, costs, order intervals, past dates, and what came after them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import calendar
from forecasting.errors import DecisionError
from forecasting.evaluation.backtest import eligible
from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings
from forecasting.value.censored import Recorded

# The columns that may group items, the first that does is used; without one all are a single group.
GROUPS = ("category", "department", "family", "brand")
ALL = "everything"


@dataclass
class Moment:
    """One past date: what was known, what came, and what each way expected (filled in as it is asked)."""

    cutoff: pd.Timestamp
    series: np.ndarray  # places of the series that can be asked about
    y: np.ndarray  # (s, T) units up to the date, NaN unknown
    came: np.ndarray  # (s,) demand over each interval, NaN unknown
    open: np.ndarray | None  # (s, T + ahead)
    expected: dict[
        tuple[str, str], np.ndarray
    ]  # by grain and level: (n,) expected demand over the interval, NaN not asked


@dataclass(frozen=True)
class Fixed:
    """The decision and its data, which no way of asking changes."""

    dataset: Dataset
    settings: Settings
    unique_id: np.ndarray  # (n,)
    dates: pd.DatetimeIndex
    y: np.ndarray  # (n, T) units, NaN unknown
    open: np.ndarray | None  # (n, T)
    periods: np.ndarray  # (n,) that an order must last
    costs: pd.DataFrame
    review: np.ndarray
    groups: np.ndarray  # (n,) the group of each series
    group: str

    @classmethod
    def of(cls, dataset: Dataset, settings: Settings) -> "Fixed":
        items = dataset.items_of(list(dataset.series))
        review = settings.policy.review_period
        days = settings.days_per_period
        costs = item_costs(items, settings.costs, days_per_period=days, review_period=review)
        policies = item_policies(items, settings.policy)
        usable = ((costs["problem"] == "") & (policies["problem"] == "")).to_numpy()
        if not usable.any():
            raise DecisionError("No item has usable costs and times; complete the items first.")
        costs, policies, items = (f[usable].reset_index(drop=True) for f in (costs, policies, items))
        ids = items["unique_id"].to_numpy(dtype=object)
        sales = dataset.sales
        dates = calendar(sales["ds"].min(), sales["ds"].max(), dataset.frequency)
        recorded = Recorded.of(sales, ids, dates)
        group = next((c for c in GROUPS if c in items and 1 < items[c].nunique() < len(items)), ALL)
        groups = items[group].fillna("").astype(str).to_numpy() if group != ALL else np.full(len(ids), ALL)
        shown = None
        if "open" in sales:
            shown = Recorded.of(
                sales[["unique_id", "ds", "open"]].rename(columns={"open": "y"}), ids, dates
            ).sold
            shown = np.where(np.isnan(shown), 1.0, shown)
        return cls(
            dataset, settings, ids, dates, np.where(recorded.sold_out, np.nan, recorded.sold), shown,
            policies["protection_interval"].to_numpy(dtype=int), costs,
            policies["review_period"].to_numpy(), groups, group,
        )  # fmt: skip

    def at(self, cutoff: pd.Timestamp) -> Moment:
        """Return what was known at a past date, and what came after it."""
        end = int(self.dates.searchsorted(cutoff)) + 1
        able = eligible(self.dataset.sales, cutoff, self.dataset.frequency)
        series = np.flatnonzero(np.isin(self.unique_id, np.array(able, dtype=object)))
        lasts = self.periods[series]
        came = np.array([_sum(self.y[i], end, length) for i, length in zip(series, lasts, strict=True)])
        return Moment(
            cutoff, series, self.y[series, :end], came,
            None if self.open is None else self.open[series], {},
        )  # fmt: skip


def _sum(y: np.ndarray, start: int, length: int) -> float:
    return float(y[start : start + length].sum()) if start + length <= len(y) else np.nan
