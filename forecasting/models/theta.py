"""Straight lines and what strays from them: the random walk with drift, and the theta method."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecasting.dates import season_length
from forecasting.errors import SettingsError
from forecasting.models.base import Panel, series_generators
from forecasting.models.bootstrap import fill_unknown, from_first_known
from forecasting.models.local import Local
from forecasting.models.naive import MIN_ORIGINS, errors_by_lead
from forecasting.models.seasons import Season, find_season

# A line from the first sale to the last runs away when both are a handful of periods apart.
DRIFT_NEEDS = 8
ALPHAS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.99])


@dataclass(frozen=True)
class Fit:
    """What is known of the deseasonalised series after every period.

    The forecast at origin t for period u is level[t] + line[u]; `outcome` is what the level
    has to meet: sales less season and line.
    """

    outcome: np.ndarray  # (n, T) units, NaN where unknown
    level: np.ndarray  # (n, T) units
    line: np.ndarray  # (n, H) units: the part of the forecast that goes on in a straight line


@dataclass(frozen=True)
class Drift(Local):
    """The last value, carried on along the straight line from the first to the last, plus season.

    Hyndman & Athanasopoulos, FPP3, 5.2. Noise is whole past forecast errors of the same
    rule, so the uncertainty of the last value stays in every period of a path.
    """

    label = "drift"
    needs = DRIFT_NEEDS

    def futures(self, panel: Panel) -> np.ndarray:
        season = find_season(panel.y, season_length(self.frequency))
        fit = fit_drift(season.removed(panel.y), panel.horizon)
        return _simulated(panel, season, fit, self)


@dataclass(frozen=True)
class Theta(Local):
    """The mean of a straight line through all sales and of a smoothed level, plus season.

    The theta method of Assimakopoulos & Nikolopoulos (2000): theta lines 0 and 2, the second
    smoothed by the alpha of least squared one-step error. `weight="best"` lets that error
    choose the share of the line too (the optimised theta method, Fiorucci et al. 2016): it is
    a least-squares coefficient, 1 − 1/θ, held within [0, 1]. Noise is whole past forecast errors.
    """

    label = "theta"

    weight: Literal["half", "best"] = "half"

    def __post_init__(self) -> None:
        if self.weight not in ("half", "best"):
            raise SettingsError(f"Theta's weight of the line is half or best, got {self.weight!r}.")

    def futures(self, panel: Panel) -> np.ndarray:
        length = season_length(self.frequency)
        season = find_season(panel.y, length)
        fit = fit_theta(season.removed(panel.y), panel.horizon, None if self.weight == "best" else 0.5)
        return _simulated(panel, season, fit, self)


def fit_drift(y: np.ndarray, horizon: int) -> Fit:
    """Return the random walk with drift of deseasonalised sales (n, T)."""
    known, rows = ~np.isnan(y), np.arange(len(y))
    first, last = known.argmax(axis=1), y.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    slope = (y[rows, last] - y[rows, first]) / np.maximum(last - first, 1)
    periods = np.arange(y.shape[1] + horizon) - (y.shape[1] - 1.0)
    line = slope[:, None] * periods
    outcome = y - line[:, : y.shape[1]]
    return Fit(outcome, smoothed(outcome, np.ones((1, 1)))[..., 0], line[:, y.shape[1] :])


def fit_theta(y: np.ndarray, horizon: int, weight: float | None) -> Fit:
    """Return the theta method's level and line of deseasonalised sales (n, T).

    `weight` is the line's share, 1 − 1/θ (½ for θ = 2); None chooses it by squared error.
    Smoothing is linear, so with L the fitted line the forecast is S(y) + w (L − S(L)):
    the error of every w is known from two smoothed series.
    """
    trend = straight_line(y, horizon)
    fitted = np.where(np.isnan(y), np.nan, trend[:, : y.shape[1]])
    own, lines = smoothed(y, ALPHAS[None]), smoothed(fitted, ALPHAS[None])  # (n, T, g)
    error, gain = _one_step(y, own), _one_step(fitted, lines)
    crossed, power = (error * gain).sum(axis=1), (gain * gain).sum(axis=1)  # (n, g)
    with np.errstate(invalid="ignore", divide="ignore"):
        best = np.clip(np.where(power > 0, crossed / power, 0.0), 0.0, 1.0)
    share = best if weight is None else np.full_like(best, weight)
    squared = (error * error).sum(axis=1) - 2 * share * crossed + share * share * power
    chosen = squared.argmin(axis=1)[:, None]
    w = np.take_along_axis(share, chosen, axis=1)  # (n, 1)
    level = [np.take_along_axis(a, chosen[:, None], axis=2)[..., 0] for a in (own, lines)]
    return Fit(y - w * trend[:, : y.shape[1]], level[0] - w * level[1], w * trend[:, y.shape[1] :])


def straight_line(y: np.ndarray, horizon: int) -> np.ndarray:
    """Return the least-squares line through the known values, over history and future, (n, T + H) units."""
    known = ~np.isnan(y)
    count = known.sum(axis=1)
    periods = np.arange(y.shape[1] + horizon) - (y.shape[1] - 1.0)
    t = np.where(known, periods[: y.shape[1]], 0.0)
    middle, mean = t.sum(axis=1) / count, np.where(known, y, 0.0).sum(axis=1) / count
    from_middle = np.where(known, t - middle[:, None], 0.0)
    squares = (from_middle**2).sum(axis=1)
    products = (from_middle * np.where(known, y - mean[:, None], 0.0)).sum(axis=1)
    slope = np.where(squares > 0, products / np.where(squares > 0, squares, 1.0), 0.0)
    return mean[:, None] + slope[:, None] * (periods - middle[:, None])


def smoothed(y: np.ndarray, alphas: np.ndarray) -> np.ndarray:
    """Return the exponentially smoothed level after every period, (n, T, g); an unknown one changes nothing.

    It starts at the first known value and is NaN before it.
    """
    n, periods = y.shape
    levels = np.empty((n, periods, alphas.shape[1]))
    level = np.full((n, alphas.shape[1]), np.nan)
    for t in range(periods):
        now = y[:, t, None]
        moved = level + alphas * (now - level)
        level = np.where(np.isnan(now), level, np.where(np.isnan(level), now, moved))
        levels[:, t] = level
    return levels


def _one_step(y: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return y[t] − level[t−1], (n, T − 1, g), 0 where either is unknown."""
    errors = y[:, 1:, None] - levels[:, :-1]
    return np.where(np.isnan(errors), 0.0, errors)


def _simulated(panel: Panel, season: Season, fit: Fit, model: Drift | Theta) -> np.ndarray:
    values = np.empty((len(panel.y), model.n_paths, panel.horizon), dtype=np.float32)
    for i, generator in enumerate(series_generators(model.seed, panel.unique_id)):
        noise = _noise(fit.outcome[i], fit.level[i], panel.horizon, model.n_paths, generator)
        values[i] = season.put_back(i, fit.level[i, -1] + fit.line[i] + noise)
    return values


def _noise(
    outcome: np.ndarray, level: np.ndarray, horizon: int, n_paths: int, generator: np.random.Generator
) -> np.ndarray:
    """Return centred past forecast errors, whole trajectories, (n_paths, horizon) units."""
    own = from_first_known(outcome)
    errors = errors_by_lead(own, level[-len(own) :], 1, horizon)
    if len(errors) < MIN_ORIGINS or np.isnan(errors).all():
        steps = np.diff(own[~np.isnan(own)])
        if not steps.size:
            return np.zeros((n_paths, horizon))
        return generator.choice(steps - steps.mean(), (n_paths, horizon))
    # Centred at every step, so that the mean forecast is the line's and the level's own.
    errors = fill_unknown(errors - _known_mean(errors), generator)
    return errors[generator.integers(len(errors), size=n_paths)]


def _known_mean(errors: np.ndarray) -> np.ndarray:
    """Return the mean of the known errors at each step, (horizon,), 0 where none is known."""
    known = ~np.isnan(errors)
    return np.where(known, errors, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
