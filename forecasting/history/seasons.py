"""How sales differ by weekday and through the year, as shares of what is usual (1 = usual)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import period_kind

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Seasons:
    """Profiles of one line of sales; a profile that the data do not show is empty."""

    week: pd.DataFrame  # weekday, index, seen; daily data only
    year: pd.DataFrame  # month, index, seen
    heatmap: pd.DataFrame  # rows × columns of mean units; rows named by `index.name`
    notes: tuple[str, ...]


def season_profiles(y: np.ndarray, trend: np.ndarray, ds: pd.DatetimeIndex, frequency: str) -> Seasons:
    """Return the season profiles of a line of sales (T,) around its trend; NaN is unknown."""
    kind = period_kind(frequency)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.where(trend > 0, trend, np.nan)
        share = y / level
    notes = []
    empty = pd.DataFrame(columns=["index", "seen"])
    week = _profile(share, np.asarray(ds.day_of_week), WEEKDAYS, "weekday") if kind == "day" else empty
    year = empty
    if _years(ds) >= 1:
        # The trend of less than two years holds the season of the year: compare with the overall mean.
        base = share if _years(ds) >= 2 else y / np.nanmean(y)
        year = _profile(base, np.asarray(ds.month) - 1, MONTHS, "month")
        if _years(ds) < 2:
            notes.append("Only one year is there: growth within it looks like a season of the year.")
    else:
        notes.append("A profile of the year needs at least one whole year of sales.")
    return Seasons(week, year, _heatmap(y, ds, kind), tuple(notes))


def _years(ds: pd.DatetimeIndex) -> float:
    return float((ds[-1] - ds[0]).days + 1) / 364


def _profile(share: np.ndarray, place: np.ndarray, names: tuple[str, ...], name: str) -> pd.DataFrame:
    known = np.isfinite(share)
    seen = np.bincount(place[known], minlength=len(names))
    sums = np.bincount(place[known], weights=share[known], minlength=len(names))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(seen > 0, sums / seen, np.nan)
    usual = np.nanmean(mean) if known.any() else np.nan
    table = pd.DataFrame({name: list(names), "index": mean / usual, "seen": seen})
    return table[table["seen"] > 0].reset_index(drop=True)


def _heatmap(y: np.ndarray, ds: pd.DatetimeIndex, kind: str) -> pd.DataFrame:
    """Return mean units: weekday × week of the year (daily), year × week (weekly), year × month."""
    week = ds.isocalendar().week.to_numpy(dtype=int)
    column = {"day": week, "week": week, "month": np.asarray(ds.month)}[kind]
    row = np.asarray(ds.day_of_week) if kind == "day" else np.asarray(ds.year)
    name = {"day": "weekday", "week": "year", "month": "year"}[kind]
    table = pd.DataFrame({name: row, "column": column, "y": y}).dropna()
    grid = table.groupby([name, "column"])["y"].mean().unstack("column")
    grid.columns.name = "month" if kind == "month" else "week"
    if kind == "day":
        grid.index = pd.Index([WEEKDAYS[int(day)] for day in grid.index], name=name)
    return grid
