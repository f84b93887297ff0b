"""Periods that a later file leaves out, under the rule by which the project's own were read."""

from dataclasses import replace

import pandas as pd

from forecasting.dates import calendar
from forecasting.schema import KEY, PLAN, PRICE_PAID, validate_sales
from forecasting.services.dataset import Dataset

PRICES = ("price", PRICE_PAID)


def with_silent_periods(before: Dataset, later: Dataset, gaps: str) -> Dataset:
    """Return the later file with zero sales where no row means, in this project, that nothing was sold.

    `gaps` is the project's rule, "zero" or "unknown". Read alone, a file knows a series only from its first
    sale in it, and one that sold nothing not at all; together they are one history. What is known of a
    day for all series (a holiday) holds for these rows too, a price is that of the sale before.
    """
    if gaps != "zero":
        return later
    silent = _silent(before.sales, later.sales, before.frequency)
    if silent.empty:
        return later
    added = silent.assign(y=0.0)
    for column in (str(c) for c in later.sales if c not in added):
        added[column] = False if column == "stockout" else _of_the_day(later.sales, column, silent["ds"])
    if "open" in added:
        added["open"] = added["open"].fillna(1.0)
    sales = pd.concat([later.sales, added[list(later.sales.columns)]], ignore_index=True)
    sales = sales.sort_values(KEY, ignore_index=True)
    for column in (c for c in PRICES if c in sales):
        earlier = before.sales.groupby("unique_id")[column].last() if column in before.sales else pd.Series()
        paid = sales.groupby("unique_id")[column].ffill()
        sales[column] = paid.fillna(sales["unique_id"].map(earlier).astype(float))
    return replace(later, sales=validate_sales(sales))


def _silent(before: pd.DataFrame, later: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return unique_id and ds of the file's periods in which a series the project knows has no row."""
    periods = calendar(later["ds"].min(), later["ds"].max(), frequency)
    first = before.groupby("unique_id")["ds"].min()
    whole = pd.MultiIndex.from_product([first.index, periods], names=KEY).to_frame(index=False)
    whole = whole[whole["ds"] >= whole["unique_id"].map(first)]
    there = whole.merge(later[KEY], on=KEY, how="left", indicator=True)["_merge"] == "both"
    return whole[~there.to_numpy()].reset_index(drop=True)


def _of_the_day(sales: pd.DataFrame, column: str, ds: pd.Series) -> pd.Series:
    """Return the value all series share on each day, NaN where they differ and for prices and plans."""
    if column in (*PRICES, PLAN):
        return pd.Series(float("nan"), ds.index)
    days = sales.groupby("ds")[column].agg(["min", "max"])
    return ds.map(days["min"].where(days["min"] == days["max"])).astype(float)
