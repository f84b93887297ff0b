"""What a series usually sells on a day: all checks start from it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from forecasting.dates import season_length
from forecasting.history.panel import Panel, panel_of, places_of

BLOCK = 4  # seasons that make one level: four weeks of days; months and weeks take what they have


@dataclass(frozen=True)
class Grid:
    """A history laid out, what is usual in it, and where each row of its sales frame stands."""

    panel: Panel
    codes: np.ndarray  # (rows,) place among the series of each row of the sales frame
    places: np.ndarray  # (rows,) place among the periods of each row of the sales frame

    @cached_property
    def first(self) -> np.ndarray:
        """Return the place of each series' first row, (n,)."""
        return (~np.isnan(self.panel.y)).argmax(axis=1)

    @cached_property
    def inside(self) -> np.ndarray:
        """Return the periods between a series' first and last row, (n, T) bool."""
        there, place = ~np.isnan(self.panel.y), np.arange(len(self.panel.ds))
        last = len(self.panel.ds) - 1 - there[:, ::-1].argmax(axis=1)
        return (place >= self.first[:, None]) & (place <= last[:, None])

    @cached_property
    def promoted(self) -> np.ndarray:
        """Return the periods with a promotion, (n, T) bool: a switch whose name says so is on."""
        on = [values > 0 for name, values in self.panel.switches.items() if "promo" in name.lower()]
        return np.logical_or.reduce(on) if on else np.zeros(self.panel.y.shape, dtype=bool)

    @cached_property
    def demand(self) -> np.ndarray:
        """Return units on open periods with stock, NaN elsewhere, (n, T); worked out once."""
        return self.panel.demand

    @cached_property
    def price(self) -> np.ndarray | None:
        """Return money a unit where there is a row, (n, T); None where the sales carry no prices."""
        return np.where(np.isnan(self.panel.y), np.nan, self.panel.price) if self.panel.priced else None

    @cached_property
    def usual(self) -> np.ndarray:
        """Return what a series usually sells on each period, units, (n, T): level around it x weekday.

        Levels are means over blocks of four seasons, so one period moves them little; promotions are
        left out. NaN where a series has nothing known at all.
        """
        calm = np.where(self.promoted, np.nan, self.demand)
        season = season_length(self.panel.frequency) if self.panel.frequency == "D" else 1
        block = BLOCK * season if season > 1 else 8
        level = _filled(_block_means(calm, block))
        return level * _season_factors(calm, level, season)


def grid_of(sales: pd.DataFrame, frequency: str, panel: Panel | None = None) -> Grid:
    """Return the grid of a sales frame; `panel` is its layout, where it is known already."""
    if panel is None:
        panel = panel_of(sales, pd.DataFrame({"unique_id": []}, dtype=object), frequency)
    return Grid(panel, *places_of(sales, panel.unique_id, panel.ds))


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
