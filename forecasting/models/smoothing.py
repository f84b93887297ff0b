"""Exponential smoothing of every series at once, on a grid of smoothing weights."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from forecasting.dates import season_length
from forecasting.models.base import Panel, series_generators
from forecasting.models.bootstrap import (
    block_paths,
    block_plan,
    errors_or_spread,
)
from forecasting.models.local import Local

ALPHAS = (0.03, 0.1, 0.2, 0.4, 0.8)
# (beta as a share of alpha, phi): no trend, or a trend that levels off within weeks or months.
TRENDS = ((0.0, 1.0), (0.1, 0.9), (0.1, 0.98))
# (season kept, gamma as a share of 1 − alpha): none, fixed, or slowly to quickly learned.
SEASONS = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.05), (1.0, 0.15), (1.0, 0.3))
# The periods that only start the state off: four weeks give a weekly pattern less noise than
# one; of a year there are rarely two to spend.
START_UP = {7: 28, 12: 12, 52: 52}


@dataclass(frozen=True)
class Weights:
    """Smoothing weights, one array a parameter: (grid,) for the search, (n, 1) for the chosen."""

    alpha: np.ndarray
    beta: np.ndarray
    gamma: np.ndarray
    phi: np.ndarray
    seasonal: np.ndarray  # 1 where the starting season is kept, 0 where there is none

    def chosen(self, best: np.ndarray) -> "Weights":
        """Return the grid point of each series, (n, 1)."""
        parts = (self.alpha, self.beta, self.gamma, self.phi, self.seasonal)
        return Weights(*(part[best][:, None] for part in parts))


@dataclass(frozen=True)
class State:
    """Level, slope and season after the last period; the season starts with the first period ahead."""

    level: np.ndarray  # (n, g)
    slope: np.ndarray  # (n, g)
    season: np.ndarray  # (season, n, g)


@dataclass(frozen=True)
class ExponentialSmoothing(Local):
    """Additive damped exponential smoothing, ETS(A, Ad or N, A or N), all series in one pass.

    The least squared one-step error after the start-up picks each series' weights
    from the grid. Unknown periods leave the state as it was expected to be. A
    season needs two full rounds of known periods. Paths feed stretches of past
    one-step errors through the model (Hyndman et al. 2008, Forecasting with
    Exponential Smoothing, 6.1: y[T+h] = μ[h] + Σ c[j] e[T+h−j] + e[T+h]).
    """

    label = "exponential_smoothing"

    def futures(self, panel: Panel) -> np.ndarray:
        season = season_length(self.frequency)
        start, counted = start_state(panel.y, season)
        grid = weight_grid()
        _, _, squared = smooth(panel.y, start, grid, counted)
        may_season = np.count_nonzero(~np.isnan(panel.y), axis=1) >= 2 * season
        squared[np.ix_(~may_season, grid.seasonal > 0)] = np.inf
        weights = grid.chosen(squared.argmin(axis=1))
        state, errors, _ = smooth(panel.y, start, weights, counted)
        mean = point_forecast(state, weights, panel.horizon)
        return mean[:, None, :].astype(np.float32) + self._noise(panel, errors, counted, weights)

    def _noise(self, panel: Panel, errors: np.ndarray, counted: np.ndarray, weights: Weights) -> np.ndarray:
        plan = block_plan(self.frequency, self.n_paths, panel.horizon)
        usable = np.where(counted, errors, np.nan)
        shocks = np.stack(
            [
                block_paths(errors_or_spread(usable[i], panel.y[i]), plan, generator).astype(np.float32)
                for i, generator in enumerate(series_generators(self.seed, panel.unique_id))
            ]
        )
        return shocks @ echoes(weights, season_length(self.frequency), panel.horizon).astype(np.float32)


def weight_grid() -> Weights:
    """Return every combination of smoothing weights, simplest first so that ties stay simple."""
    rows = [
        (alpha, alpha * trend, (1 - alpha) * gamma, phi, seasonal)
        for (trend, phi), (seasonal, gamma), alpha in product(TRENDS, SEASONS, ALPHAS)
    ]
    return Weights(*np.array(rows).T)


def start_state(y: np.ndarray, season: int) -> tuple[State, np.ndarray]:
    """Return the state before the first sale, and which periods count as one-step errors (n, T).

    Level and season come from the first `START_UP` periods from the first sale;
    errors count after them, or, when too little would be left, after the first sale.
    """
    known, periods = ~np.isnan(y), np.arange(y.shape[1])
    first = known.argmax(axis=1)[:, None]
    window = known & (periods < first + START_UP[season])
    level = _mean_where(y, window)
    deviations = np.where(window, y - level[:, None], 0.0)
    place = (periods - y.shape[1]) % season
    pattern = np.zeros((season, len(y), 1))
    for position in range(season):
        at = place == position
        pattern[position, :, 0] = _mean_where(deviations[:, at], window[:, at])
    late = known & (periods >= first + START_UP[season])
    enough = late.sum(axis=1) >= max(14, season // 2)
    counted = np.where(enough[:, None], late, known & (periods > first))
    return State(level[:, None], np.zeros((len(y), 1)), pattern), counted


def smooth(
    y: np.ndarray, start: State, weights: Weights, counted: np.ndarray
) -> tuple[State, np.ndarray, np.ndarray]:
    """Return the last state, the one-step errors of the first grid point (n, T), and squared errors (n, g).

    Error-correction form, Hyndman et al. 2008, table 2.3; an unknown period
    has no error, so the state moves on as expected.
    """
    (n, periods), grid = y.shape, weights.alpha.shape[-1]
    season = len(start.season)
    level = np.repeat(start.level, grid, axis=1)
    slope = np.zeros((n, grid))
    pattern = start.season * weights.seasonal  # (season, n, g)
    squared, errors = np.zeros((n, grid)), np.empty((n, periods))
    unknown = np.isnan(y)
    for t in range(periods):
        place = pattern[(t - periods) % season]
        slope = slope * weights.phi
        level = level + slope
        error = y[:, t, None] - level - place
        error[unknown[:, t]] = 0.0
        level += weights.alpha * error
        slope += weights.beta * error
        place += weights.gamma * error
        squared += error * error * counted[:, t, None]
        errors[:, t] = error[:, 0]
    return State(level, slope, pattern), errors, squared


def point_forecast(state: State, weights: Weights, horizon: int) -> np.ndarray:
    """Return the expected demand of every period ahead, (n, horizon)."""
    ahead = np.arange(1, horizon + 1)
    damping = np.cumsum(weights.phi**ahead, axis=1)  # (n, horizon)
    places = (ahead - 1) % len(state.season)
    return state.level + state.slope * damping + state.season[places, :, 0].T


def echoes(weights: Weights, season: int, horizon: int) -> np.ndarray:
    """Return how an error at one step ahead moves the later ones, (n, horizon, horizon).

    Row: the step of the error; column: the step it moves. One on the diagonal, c[j] beyond it.
    """
    lag = np.arange(horizon)
    damping = np.cumsum(weights.phi ** np.maximum(lag, 1), axis=1) - weights.phi  # Σ φ^k, k = 1 … lag
    at_season = (lag > 0) & (lag % season == 0)
    moved = weights.alpha + weights.beta * damping + weights.gamma * at_season  # (n, horizon)
    moved[:, 0] = 1.0
    distance = lag[None, :] - lag[:, None]
    return np.where(distance >= 0, moved[:, np.abs(distance)], 0.0)


def _mean_where(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the mean of the chosen values of each row, 0 where none is chosen."""
    total = np.where(chosen, values, 0.0).sum(axis=1)
    return total / np.maximum(chosen.sum(axis=1), 1)
