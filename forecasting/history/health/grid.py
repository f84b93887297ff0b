"""A sales history as arrays, and what a series usually sells on a day: all checks start from these."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from forecasting.dates import calendar, season_length

BLOCK = 4  # seasons that make one level: four weeks of days; months and weeks take what they have


@dataclass(frozen=True)
class Grid:
    """Series x periods; NaN where a period has no row. Closed and flagged periods keep their units."""

    unique_id: np.ndarray  # (n,) sorted
    ds: pd.DatetimeIndex  # (T,)
    y: np.ndarray  # (n, T) units
    stockout: np.ndarray  # (n, T) bool: flagged, sales are less than demand
    closed: np.ndarray  # (n, T) bool: known to be closed
    promoted: np.ndarray  # (n, T) bool
    price: np.ndarray | None  # (n, T) money; None without a column
    frequency: str
    codes: np.ndarray  # (rows,) place among the series of each row of the sales frame
    places: np.ndarray  # (rows,) place among the periods of each row of the sales frame

    @cached_property
    def first(self) -> np.ndarray:
        """Return the place of each series' first row, (n,)."""
        return (~np.isnan(self.y)).argmax(axis=1)

    @cached_property
    def inside(self) -> np.ndarray:
        """Return the periods between a series' first and last row, (n, T) bool."""
        there, place = ~np.isnan(self.y), np.arange(len(self.ds))
        last = len(self.ds) - 1 - there[:, ::-1].argmax(axis=1)
        return (place >= self.first[:, None]) & (place <= last[:, None])

    @cached_property
    def demand(self) -> np.ndarray:
        """Return units on open periods with stock, NaN elsewhere, (n, T)."""
        return np.where(self.stockout | self.closed, np.nan, self.y)

    @cached_property
    def usual(self) -> np.ndarray:
        """Return what a series usually sells on each period, units, (n, T): level around it x weekday.

        Levels are means over blocks of four seasons, so one period moves them little; promotions are
        left out. NaN where a series has nothing known at all.
        """
        calm = np.where(self.promoted, np.nan, self.demand)
        season = season_length(self.frequency) if self.frequency == "D" else 1
        block = BLOCK * season if season > 1 else 8
        level = _filled(_block_means(calm, block))
        return level * _season_factors(calm, level, season)


def grid_of(sales: pd.DataFrame, frequency: str) -> Grid:
    """Return the arrays of a sales frame; a promotion is a 0/1 column whose name says so."""
    ds = calendar(sales["ds"].min(), sales["ds"].max(), frequency)
    codes, ids = pd.factorize(sales["unique_id"], sort=True)
    place = ds.get_indexer(pd.DatetimeIndex(sales["ds"]))
    shape = (len(ids), len(ds))

    def spread(values: pd.Series, empty: float) -> np.ndarray:
        table = np.full(shape, empty)
        table[codes, place] = values.to_numpy(dtype=float)
        return table

    def flag(name: str, *, when: float) -> np.ndarray:
        if name not in sales:
            return np.zeros(shape, dtype=bool)
        return spread(sales[name].fillna(1 - when).astype(float), 1 - when) == when

    promotions = [c for c in sales.columns if "promo" in c.lower() and sales[c].dropna().isin([0, 1]).all()]
    return Grid(
        np.asarray(ids, dtype=object),
        ds,
        spread(sales["y"], np.nan),
        flag("stockout", when=1.0),
        flag("open", when=0.0),
        flag(promotions[0], when=1.0) if promotions else np.zeros(shape, dtype=bool),
        spread(sales["price"], np.nan) if "price" in sales else None,
        frequency,
        codes,
        place,
    )


def _block_means(values: np.ndarray, block: int) -> np.ndarray:
    """Return the mean of each block of periods, repeated over its periods; NaN where a block knows none."""
    periods = values.shape[1]
    edges = np.arange(0, periods, block)
    known = ~np.isnan(values)
    total = np.add.reduceat(np.where(known, values, 0.0), edges, axis=1)
    count = np.add.reduceat(known.astype(float), edges, axis=1)
    # A level of less than a quarter of its block would be one odd week.
    means = np.divide(total, count, out=np.full(total.shape, np.nan), where=count >= max(1, block // 4))
    return np.repeat(means, np.diff([*edges, periods]), axis=1)


def _filled(levels: np.ndarray) -> np.ndarray:
    """Return levels with gaps taken from before, else from after."""
    table = pd.DataFrame(levels.T)
    return table.ffill().bfill().to_numpy().T


def _season_factors(values: np.ndarray, level: np.ndarray, season: int) -> np.ndarray:
    """Return how a position of the season stands to the level, (n, T); 1 without a season."""
    if season == 1:
        return np.ones(values.shape)
    factors = np.ones(values.shape)
    for position in range(season):
        day = np.s_[:, position::season]
        known = ~np.isnan(values[day])
        sold = np.where(known, values[day], 0.0).sum(axis=1)
        expected = np.where(known, level[day], 0.0).sum(axis=1)
        factors[day] = np.divide(sold, expected, out=np.ones_like(sold), where=expected > 0)[:, None]
    return factors
