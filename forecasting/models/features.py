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
# Sales with and without a promotion are compared over a longer past: promotions are rare.
SWITCH_WINDOW = {"day": 91, "week": 26, "month": 24}
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
    switches: np.ndarray  # (b,) places of the 0/1 drivers
    switched: np.ndarray  # (2, n, T, b) units: mean sales known at t while each was off, and on
    year_ago: np.ndarray  # (n, T + H) units, smoothed; NaN beyond reach
    short_season: int

    def rows(self, series: np.ndarray, origins: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Return the feature matrix (rows, features) float32 for series, origins t and steps h ≥ 1."""
        scale = self.scale[series, origins, None]
        targets = origins + steps
        same = targets - self.short_season * -(-steps // self.short_season)
        seasonal = self.rounds[series, np.maximum(same, 0)] / scale
        seasonal[same < 0] = np.nan
        state = (self.drivers[series, targets][:, self.switches] > 0.5).astype(int)  # (rows, b)
        alike = self.switched[state, series[:, None], origins[:, None], np.arange(len(self.switches))]
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
            alike / scale,
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
    switches = np.flatnonzero([_is_switch(past[:, :, d]) for d in range(past.shape[2])])
    usual = [rolling_mean(past[:, :, d], SCALE_WINDOW[kind]) for d in range(past.shape[2])]
    return Features(
        origin=_origin_features(y, scale, kind),
        scale=scale,
        rounds=season_averages(y, SHORT_SEASON[kind]),
        calendar=np.stack(list(dated.values()), axis=1) if dated else np.empty((len(dates), 0)),
        drivers=np.concatenate([past, ahead], axis=1),
        usual=np.stack(usual, axis=2) if usual else past,
        switches=switches,
        switched=_switched_means(y, past[:, :, switches], SWITCH_WINDOW[kind]),
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


def _is_switch(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    return bool(known.size) and bool(np.isin(known, (0.0, 1.0)).all())


def _switched_means(y: np.ndarray, switches: np.ndarray, window: int) -> np.ndarray:
    """Return the series' mean sales while each 0/1 driver was off and on, (2, n, T, b) units, NaN before any.

    What a promotion does to this very item: over the last `window` periods, else its whole past.
    """
    means = np.full((2, *switches.shape), np.nan, dtype=np.float32)
    for b in range(switches.shape[2]):
        for state in (0, 1):
            units = np.where(switches[:, :, b] == state, y, np.nan)
            recent = rolling_mean(units, window)
            means[state, :, :, b] = np.where(np.isnan(recent), rolling_mean(units, y.shape[1]), recent)
    return means


def _origin_features(y: np.ndarray, scale: np.ndarray, kind: str) -> np.ndarray:
    windows = WINDOWS[kind]
    zero = np.where(np.isnan(y), np.nan, y == 0)
    means = [rolling_mean(y, k) for k in windows]
    variance = rolling_mean(y * y, windows[3]) - means[3] * means[3]
    parts = [mean / scale for mean in means]
    parts.append(np.sqrt(np.maximum(variance, 0.0)) / scale)
    parts += [rolling_mean(zero, windows[3]), rolling_mean(zero, windows[1])]
    parts += [_shifted(y, lag) / scale for lag in range(LAGS[kind])]
    parts.append(np.log(scale))
    return np.stack([part.astype(np.float32) for part in parts], axis=2)


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
