"""What the global model sees: one row per series, forecast origin and step ahead."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import period_kind, year_of_periods
from forecasting.models.base import Panel
from forecasting.models.calendar import calendar_features

# Averages over the near, middle and far past, in periods.
WINDOWS = {"day": (3, 7, 14, 28, 91), "week": (2, 4, 8, 13, 26), "month": (2, 3, 6, 12, 24)}
# The window whose mean sets a series' scale at an origin, and how many periods of its whole
# past are mixed in, so that a quiet month does not blow the scaled targets up.
SCALE_WINDOW = {"day": 56, "week": 13, "month": 6}
SCALE_PRIOR = 0.25
# Rounds of the short season behind the seasonal averages (a week; elsewhere a year says it).
ROUNDS = (1, 4, 8)
SHORT_SEASON = {"day": 7, "week": 1, "month": 1}
# Periods smoothed around the same date a year ago: one day a year is too noisy to copy.
YEAR_AGO_WINDOW = {"day": 7, "week": 3, "month": 1}
# The lags a model sees as they are.
LAGS = {"day": 7, "week": 4, "month": 3}


@dataclass(frozen=True)
class Features:
    """Everything known per origin, per target date and about pairs of the two, ready to be looked up."""

    origin: np.ndarray  # (n, T, k) scaled, known at the end of period t
    scale: np.ndarray  # (n, T) units: the level a target is divided by
    rounds: np.ndarray  # (n, T, r) scaled later: season averages ending at t
    calendar: np.ndarray  # (T + H, c)
    drivers: np.ndarray  # (n, T + H, d)
    usual: np.ndarray  # (n, T, d) the drivers' recent mean
    year_ago: np.ndarray  # (n, T + H) units, smoothed; NaN beyond reach
    short_season: int

    def rows(self, series: np.ndarray, origins: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Return the feature matrix (rows, features) float32 for series, origins t and steps h ≥ 1."""
        scale = self.scale[series, origins, None]
        targets = origins + steps
        same = targets - self.short_season * -(-steps // self.short_season)
        seasonal = self.rounds[series, np.maximum(same, 0)] / scale
        seasonal[same < 0] = np.nan
        coming, usual = self.drivers[series, targets], self.usual[series, origins]
        with np.errstate(invalid="ignore", divide="ignore"):
            relative = np.where(usual > 0, coming / usual, np.nan)
        parts = (
            self.origin[series, origins],
            seasonal,
            self.year_ago[series, targets, None] / scale,
            steps[:, None],
            self.calendar[targets],
            coming,
            usual,
            relative,
        )
        return np.concatenate([np.asarray(p, dtype=np.float32) for p in parts], axis=1)


def build_features(panel: Panel, frequency: str, country: str | None) -> Features:
    """Return the look-up arrays of a panel; nothing at an origin depends on a later sale."""
    kind, year = period_kind(frequency), year_of_periods(frequency)
    y, horizon = panel.y, panel.horizon
    scale = scale_at(y, SCALE_WINDOW[kind])
    dates = pd.DatetimeIndex(panel.ds.append(panel.future_ds))
    dated = calendar_features(dates, frequency, country, yearly=y.shape[1] > 2 * year)
    past, ahead = _stacked(panel.drivers, y.shape), _stacked(panel.future_drivers, (len(y), horizon))
    usual = [rolling_mean(past[:, :, d], SCALE_WINDOW[kind]) for d in range(past.shape[2])]
    return Features(
        origin=_origin_features(y, scale, kind),
        scale=scale,
        rounds=season_averages(y, SHORT_SEASON[kind]),
        calendar=np.stack(list(dated.values()), axis=1) if dated else np.empty((len(dates), 0)),
        drivers=np.concatenate([past, ahead], axis=1),
        usual=np.stack(usual, axis=2) if usual else past,
        year_ago=_year_ago(y, horizon, year, YEAR_AGO_WINDOW[kind]),
        short_season=SHORT_SEASON[kind],
    )


def rolling_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Return the mean of the known values among the last `window`, (n, T); NaN where none is known."""
    known = ~np.isnan(values)
    count, total = (
        np.cumsum(a, axis=1, dtype=float) for a in (known.astype(float), np.where(known, values, 0.0))
    )
    if window < values.shape[1]:
        count[:, window:], total[:, window:] = (a[:, window:] - a[:, :-window] for a in (count, total))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0.5, total / count, np.nan)


def scale_at(y: np.ndarray, window: int) -> np.ndarray:
    """Return each series' level as known at each period, (n, T) units, > 0."""
    recent, whole = rolling_mean(y, window), rolling_mean(y, y.shape[1])
    recent = np.where(np.isnan(recent), whole, recent)
    level = (1 - SCALE_PRIOR) * recent + SCALE_PRIOR * whole
    # Before the first sale there is no level: such origins are never used.
    return np.where(level > 0, level, 1.0)


def season_averages(y: np.ndarray, season: int) -> np.ndarray:
    """Return the mean of the last 1, 4 and 8 known periods of the same season position, (n, T, 3) units."""
    n, periods = y.shape
    rounds = -(-periods // season)
    padded = np.concatenate([np.full((n, rounds * season - periods), np.nan), y], axis=1)
    cycles = padded.reshape(n, rounds, season)
    flat = np.moveaxis(cycles, 2, 1).reshape(n * season, rounds)
    means = np.stack([rolling_mean(flat, k) for k in ROUNDS], axis=2)
    back = np.moveaxis(means.reshape(n, season, rounds, len(ROUNDS)), 1, 2)
    return back.reshape(n, rounds * season, len(ROUNDS))[:, -periods:]


def _stacked(drivers: dict[str, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Return the drivers side by side, (n, T, d), also when there are none."""
    return np.stack(list(drivers.values()), axis=2) if drivers else np.empty((*shape, 0))


def _origin_features(y: np.ndarray, scale: np.ndarray, kind: str) -> np.ndarray:
    windows = WINDOWS[kind]
    known = ~np.isnan(y)
    parts = [rolling_mean(y, k) / scale for k in windows]
    middle = rolling_mean(y, windows[3])
    variance = rolling_mean(y * y, windows[3]) - middle * middle
    parts.append(np.sqrt(np.maximum(variance, 0.0)) / scale)
    parts.append(rolling_mean(np.where(known, y == 0, np.nan), windows[3]))
    parts.append(rolling_mean(np.where(known, y == 0, np.nan), windows[1]))
    parts += [_shifted(y, lag) / scale for lag in range(LAGS[kind])]
    parts.append(np.log(scale))
    return np.stack(parts, axis=2).astype(np.float32)


def _shifted(y: np.ndarray, lag: int) -> np.ndarray:
    shifted = np.full_like(y, np.nan)
    shifted[:, lag:] = y[:, : max(y.shape[1] - lag, 0)]
    return shifted


def _year_ago(y: np.ndarray, horizon: int, year: int, window: int) -> np.ndarray:
    """Return sales around the same date a year before, (n, T + H) units; later sales than the origin's never.

    Every value lies at least year − window//2 − horizon periods before the target's origin,
    so a horizon of most of a year would look ahead: then there is none.
    """
    n, periods = y.shape
    result = np.full((n, periods + horizon), np.nan)
    half = window // 2
    if horizon + half > year or periods <= year:
        return result
    centred = rolling_mean(np.concatenate([y, np.full((n, half), np.nan)], axis=1), window)[:, half:]
    result[:, year:] = centred[:, : periods + horizon - year]
    return result


def training_rows(
    y: np.ndarray, horizon: int, limit: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return series, origins and steps of at most `limit` past forecasts whose outcome is known.

    Newer origins are likelier: what sold two years ago says less about next month.
    """
    known = ~np.isnan(y)
    n, periods = y.shape
    first = known.argmax(axis=1)
    few = n * periods * horizon <= 2 * limit
    flat = (
        np.arange(n * periods * horizon)
        if few
        else _recent_first(generator, (n, periods, horizon), 2 * limit)
    )
    series, rest = np.divmod(flat, periods * horizon)
    origins, steps = np.divmod(rest, horizon)
    steps = steps + 1
    inside = origins + steps < periods
    series, origins, steps = series[inside], origins[inside], steps[inside]
    usable = known[series, origins + steps] & (origins >= first[series])
    chosen = np.flatnonzero(usable)
    if len(chosen) > limit:
        chosen = np.sort(generator.choice(chosen, limit, replace=False))
    return series[chosen], origins[chosen], steps[chosen]


def _recent_first(generator: np.random.Generator, shape: tuple[int, int, int], size: int) -> np.ndarray:
    n, periods, horizon = shape
    # The square root of a uniform number: density rises linearly towards the newest origin.
    origins = (periods * np.sqrt(generator.random(size))).astype(int)
    series, steps = generator.integers(n, size=size), generator.integers(horizon, size=size)
    return np.unique((series * periods + origins) * horizon + steps)
