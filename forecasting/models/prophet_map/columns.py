"""The columns beside the trend, as Prophet builds them: seasons, public holidays, known drivers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.models.calendar import named_holidays

WEEKLY_WAVES = 3
YEARLY_WAVES = 10
# Prophet's prior on every season, holiday and driver.
PRIOR_SCALE = 10.0
# A weekly season needs two weeks of history, a yearly one two years; Prophet's own thresholds.
WEEKLY_SPAN, YEARLY_SPAN = 14, 730


@dataclass(frozen=True)
class CalendarColumns:
    """What depends on the date alone and is the same for every series."""

    names: tuple[str, ...]  # as Prophet calls them
    season: np.ndarray  # (K,) 'weekly', 'yearly' or 'holidays'
    history: np.ndarray  # (T, K)
    future: np.ndarray  # (H, K)

    def met(self, known: np.ndarray) -> "CalendarColumns":
        """Return the columns that are not zero throughout the known periods (T,) bool."""
        kept = (self.history[known] != 0).any(axis=0)
        names = tuple(name for name, keep in zip(self.names, kept, strict=True) if keep)
        return CalendarColumns(names, self.season[kept], self.history[:, kept], self.future[:, kept])


@dataclass(frozen=True)
class CalendarPlan:
    """Which columns may be needed by any of the series; `holidays` is a country code or None."""

    weekly: bool
    yearly_waves: int
    holidays: str | None = None


def calendar_columns(
    history: pd.DatetimeIndex, future: pd.DatetimeIndex, plan: CalendarPlan
) -> CalendarColumns:
    """Return seasons as Fourier waves and one 0/1 column per named holiday met in the history."""
    dates = pd.DatetimeIndex(history.append(future))
    parts: list[tuple[str, list[str], np.ndarray]] = []
    if plan.yearly_waves:
        parts.append(("yearly", *_season("yearly", days_since_1970(dates), 365.25, plan.yearly_waves)))
    if plan.weekly:
        parts.append(("weekly", *_season("weekly", days_since_1970(dates), 7, WEEKLY_WAVES)))
    if plan.holidays is not None:
        parts.append(("holidays", *_holidays(dates, len(history), plan.holidays)))
    season = np.array([kind for kind, names, _ in parts for _ in names], dtype=object)
    grid = np.hstack([np.empty((len(dates), 0)), *(columns for _, _, columns in parts)])
    names = tuple(name for _, names, _ in parts for name in names)
    return CalendarColumns(names, season, grid[: len(history)], grid[len(history) :])


def days_since_1970(dates: pd.DatetimeIndex) -> np.ndarray:
    """Return whole days since 1 January 1970."""
    return dates.to_numpy().astype("datetime64[D]").astype(float)


def _season(name: str, days: np.ndarray, period: float, waves: int) -> tuple[list[str], np.ndarray]:
    angles = 2 * np.pi * np.outer(days, np.arange(1, waves + 1) / period)
    columns = np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(len(days), 2 * waves)
    return [f"{name}_delim_{i + 1}" for i in range(2 * waves)], columns


def _holidays(dates: pd.DatetimeIndex, periods: int, country: str) -> tuple[list[str], np.ndarray]:
    days = dates.to_numpy().astype("datetime64[D]")
    known = named_holidays(country, tuple(range(dates[0].year, dates[-1].year + 1)))
    met = sorted({name for day, name in known if day in set(days[:periods])})
    columns = np.zeros((len(days), len(met)))
    for day, name in known:
        if name in met:
            columns[days == day, met.index(name)] = 1.0
    return [f"{name}_delim_+0" for name in met], columns


def standardised(history: np.ndarray, future: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return one driver's past (n, T) and future (n, H) on Prophet's scale.

    Each series is centred and divided by its own standard deviation over its `known` periods
    (n, T), unless the driver is 0/1 there. Unknown periods become zero, and so does all of a driver
    that never changes: nothing can be learned from it, and as a constant it could be exchanged with the
    level at will (the fit then stopped up to 7 short of the optimum that is found without it, itself
    below Stan's; forty made-up series, a price of 20).
    """
    count = known.sum(axis=1)
    values = np.where(known, history, 0.0)
    mean = values.sum(axis=1) / count
    spread = np.sqrt((known * (values - mean[:, None]) ** 2).sum(axis=1) / np.maximum(count - 1, 1))
    binary = (~known | (history == 0) | (history == 1)).all(axis=1)
    lowest = np.where(known, history, np.inf).min(axis=1)
    constant = lowest == np.where(known, history, -np.inf).max(axis=1)
    centre, scale = np.where(binary, 0.0, mean)[:, None], np.where(binary, 1.0, spread)[:, None]
    scale[constant] = np.inf
    return np.where(known, (history - centre) / scale, 0.0), (future - centre) / scale
