"""The drivers of the dates to forecast: what was known, and what has to be assumed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.dates import next_periods, period_kind, year_of_periods
from forecasting.errors import DriverError
from forecasting.schema import KEY, drivers


def known_future(sales: pd.DataFrame, ids: Sequence[str], ahead: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the future frame of a past origin: the drivers that the history recorded for those dates.

    A driver is by definition known ahead (a price list, a promotion plan, opening
    hours), so its recorded value is what a planner would have had. Only
    `unique_id`, `ds`, `open` and the drivers pass: never units sold, never stock-outs.
    """
    names = _ahead_columns(sales)
    past = sales.loc[sales["ds"] < ahead[0], [*KEY, *names]]
    inside = sales.loc[(sales["ds"] >= ahead[0]) & (sales["ds"] <= ahead[-1]), [*KEY, *names]]
    return _carry_forward(_grid(ids, ahead), inside, past, names)


def live_future(
    sales: pd.DataFrame,
    given: pd.DataFrame,
    ids: Sequence[str],
    *,
    horizon: int,
    frequency: str,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the future frame after the last sale, and a sentence for every driver that was assumed.

    Values from the file win. Where it gives none, a 0/1 driver (promotion, opening)
    repeats the same season position a year earlier, or four weeks earlier in a
    short history; any other driver keeps its last value.
    """
    names = _ahead_columns(sales)
    ahead = next_periods(sales["ds"].max(), horizon, frequency)
    future = _as_given(sales, given, ids, ahead)
    assumptions = []
    for name in names:
        values = future[name]
        if values.isna().any():
            fill, how = _assumed(sales, future, name, frequency)
            share = values.isna().mean()
            future[name] = values.fillna(fill)
            part = "" if share == 1 else f" for {share:.0%} of the dates"
            assumptions.append(f"The file gives no future values of {name}{part}: {how}.")
    past = sales[[*KEY, *names]]
    return _carry_forward(_grid(ids, ahead), future, past, names), assumptions


def require_given(
    sales: pd.DataFrame, given: pd.DataFrame, ids: Sequence[str], *, horizon: int, frequency: str
) -> None:
    """Raise `DriverError` naming every driver that is blank on a date to forecast, instead of assuming it."""
    future = _as_given(sales, given, ids, next_periods(sales["ds"].max(), horizon, frequency))
    lacking = [
        f"{name} on {rows['ds'].nunique()} of {horizon} dates (first {rows['ds'].min():%Y-%m-%d}, "
        f"{rows['unique_id'].nunique()} of {len(ids)} series)"
        for name in _ahead_columns(sales)
        if len(rows := future[future[name].isna()])
    ]
    if lacking:
        raise DriverError(
            f"The file does not give {'; '.join(lacking)}. Give the future values in later rows without "
            "units, forecast fewer periods, or leave the column out of the drivers."
        )


def _as_given(
    sales: pd.DataFrame, given: pd.DataFrame, ids: Sequence[str], ahead: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return every series and date ahead with the drivers as the file gives them, NaN where it does not."""
    names = _ahead_columns(sales)
    planned = [n for n in names if n in given] if len(given) else []
    future = _grid(ids, ahead)
    if planned:
        future = future.merge(given[[*KEY, *planned]], on=KEY, how="left", validate="one_to_one")
    return future.assign(**{n: np.nan for n in names if n not in planned})


def _ahead_columns(sales: pd.DataFrame) -> list[str]:
    return [*(["open"] if "open" in sales else []), *drivers(sales)]


def _grid(ids: Sequence[str], ahead: pd.DatetimeIndex) -> pd.DataFrame:
    return pd.MultiIndex.from_product([sorted(ids), ahead], names=KEY).to_frame(index=False)


def _assumed(sales: pd.DataFrame, future: pd.DataFrame, name: str, frequency: str) -> tuple[pd.Series, str]:
    """Return assumed values aligned with `future`, and how they were assumed, in words."""
    if not sales[name].dropna().isin([0, 1]).all():
        last = sales.dropna(subset=[name]).groupby("unique_id")[name].last()
        return future["unique_id"].map(last), "the last known value was kept"
    year = year_of_periods(frequency)
    kind = period_kind(frequency)
    span = sales["ds"].nunique()
    lag = year if span > year else {"day": 28, "week": 4, "month": 1}[kind]
    offset = (
        pd.DateOffset(months=lag)
        if kind == "month"
        else pd.Timedelta(days=lag * (7 if kind == "week" else 1))
    )
    earlier = sales[[*KEY, name]].assign(ds=sales["ds"] + offset)
    found = future[KEY].merge(earlier, on=KEY, how="left")[name]
    common = earlier.groupby("ds")[name].median().round()
    return found.fillna(future["ds"].map(common)), f"the values of {lag} {kind}s earlier were repeated"


def _carry_forward(
    grid: pd.DataFrame, inside: pd.DataFrame, past: pd.DataFrame, names: list[str]
) -> pd.DataFrame:
    """Fill a grid of dates: recorded values, else the series' last one before, else the middle of all.

    A row that is missing in the history has no recorded driver either; the model
    still needs a number there. `open` is 1 where nothing says otherwise.
    """
    if not names:
        return grid
    filled = grid.merge(inside[[*KEY, *names]], on=KEY, how="left", validate="one_to_one")
    last = past.groupby("unique_id")[names].last()
    for name in names:
        values = filled.groupby("unique_id")[name].ffill()
        values = values.fillna(filled["unique_id"].map(last[name])) if name != "open" else filled[name]
        middle = 1.0 if name == "open" else past[name].median()
        filled[name] = values.fillna(middle).astype(float)
    return filled
