"""Baselines every other model has to beat."""

from dataclasses import dataclass

import numpy as np

from forecasting.dates import period_kind, season_length
from forecasting.models.base import Panel, series_generators
from forecasting.models.bootstrap import (
    MIN_ERRORS,
    block_paths,
    block_plan,
    fill_unknown,
    from_first_known,
    resampled_paths,
)
from forecasting.models.local import Local

# The periods a moving average looks back on: four whole weeks of days, two months, half a year.
WINDOW = {"day": 28, "week": 8, "month": 6}
# Fewer past forecasts than this say too little about the errors of the next.
MIN_ORIGINS = 12


@dataclass(frozen=True)
class SeasonalNaive(Local):
    """Repeat the last season, disturbed by stretches of past season-to-season differences.

    A period whose last season is unknown repeats the newest known one. Shocks
    accumulate season by season, as in Hyndman & Athanasopoulos, FPP3, 5.2 and 5.5.
    With too few differences their place is taken by √2 times the deviations from the mean:
    the spread of the difference of two independent periods.
    """

    label = "seasonal_naive"

    def futures(self, panel: Panel) -> np.ndarray:
        season = season_length(self.frequency)
        last, differences = last_season(panel.y, season)
        seasons = -(-panel.horizon // season)
        plan = block_plan(
            self.frequency, self.n_paths, min(panel.horizon, season) if seasons == 1 else season
        )
        values = np.empty((len(last), self.n_paths, panel.horizon), dtype=np.float32)
        for i, generator in enumerate(series_generators(self.seed, panel.unique_id)):
            errors = _differences_or_spread(differences[i], panel.y[i])
            shocks = np.stack([block_paths(errors, plan, generator) for _ in range(seasons)], axis=1)
            path = last[i, : plan.horizon] + shocks.cumsum(axis=1)  # (n_paths, seasons, season)
            values[i] = path.reshape(self.n_paths, -1)[:, : panel.horizon]
        return values


@dataclass(frozen=True)
class MovingAverage(Local):
    """The mean of the last four weeks of days, eight weeks or six months, for every period ahead.

    The noise is whole past forecast errors: from each past origin, how far the
    h-th period lay from the average known then. So a path carries both the noise
    of the days and the uncertainty of the level, and its sums are honest.
    """

    label = "moving_average"

    def futures(self, panel: Panel) -> np.ndarray:
        window = WINDOW[period_kind(self.frequency)]
        levels = trailing_mean(panel.y, window)
        values = np.empty((len(levels), self.n_paths, panel.horizon), dtype=np.float32)
        for i, generator in enumerate(series_generators(self.seed, panel.unique_id)):
            values[i] = self._paths(panel, i, levels[i], generator)
        return values

    def _paths(self, panel: Panel, i: int, levels: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        y, window = from_first_known(panel.y[i]), WINDOW[period_kind(self.frequency)]
        errors = errors_by_lead(y, levels[-len(y) :], window, panel.horizon)
        if len(errors) < MIN_ORIGINS or np.isnan(errors).all():
            known = y[~np.isnan(y)][-window:]
            return resampled_paths(known, self.n_paths, panel.horizon, generator)
        # Centred, so that the forecast is the moving average and not a trend in disguise.
        errors = fill_unknown(errors - np.nanmean(errors), generator)
        return levels[-1] + errors[generator.integers(len(errors), size=self.n_paths)]


def last_season(y: np.ndarray, season: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the newest known value of each season position (n, season), and the differences (n, T).

    The first position is that of the first period ahead. A difference is taken
    against the newest known value of the same position, NaN where either is unknown.
    """
    n, periods = y.shape
    seasons = -(-periods // season)
    padded = np.concatenate([np.full((n, seasons * season - periods), np.nan), y], axis=1)
    cycles = padded.reshape(n, seasons, season)
    carried = _carry_forward(cycles)
    differences = np.full_like(cycles, np.nan)
    differences[:, 1:] = cycles[:, 1:] - carried[:, :-1]
    newest = carried[:, -1]
    known = ~np.isnan(y)
    means = np.where(known, y, 0.0).sum(axis=1) / known.sum(axis=1)
    filled = np.where(np.isnan(newest), means[:, None], newest)
    return filled, differences.reshape(n, -1)[:, -periods:]


def trailing_mean(y: np.ndarray, window: int) -> np.ndarray:
    """Return the mean of the known values in the last `window` periods, (n, T), units.

    Where the window holds none the last such mean stands; NaN before the first sale.
    """
    known = ~np.isnan(y)
    count, total = (_window_sum(a, window) for a in (known.astype(float), np.where(known, y, 0.0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(count > 0, total / count, np.nan)
    return _carry_forward(means[:, :, None])[:, :, 0]


def errors_by_lead(y: np.ndarray, levels: np.ndarray, window: int, horizon: int) -> np.ndarray:
    """Return y[t + h] − level[t] for every past origin t, (origins, horizon), NaN where unknown."""
    first = window - 1
    if len(y) - horizon <= first:
        return np.empty((0, horizon))
    ahead = np.lib.stride_tricks.sliding_window_view(y[first + 1 :], horizon)
    return ahead - levels[first : first + len(ahead), None]


def _differences_or_spread(differences: np.ndarray, y: np.ndarray) -> np.ndarray:
    if np.count_nonzero(~np.isnan(differences)) >= MIN_ERRORS:
        return differences
    return np.sqrt(2.0) * (y - np.mean(y[~np.isnan(y)]))


def _window_sum(values: np.ndarray, window: int) -> np.ndarray:
    sums = np.cumsum(values, axis=1)
    sums[:, window:] -= sums[:, :-window].copy()
    return sums


def _carry_forward(values: np.ndarray) -> np.ndarray:
    """Return (n, T, k) with every NaN replaced by the newest known value before it along axis 1."""
    periods = np.arange(values.shape[1])[None, :, None]
    newest = np.maximum.accumulate(np.where(np.isnan(values), 0, periods), axis=1)
    return np.take_along_axis(values, newest, axis=1)
