"""The model of a batch of series as arrays."""

from dataclasses import dataclass, replace

import numpy as np

from forecasting.models.prophet_map.clock import CHANGEPOINTS, Clock, clocks
from forecasting.models.prophet_map.columns import (
    PRIOR_SCALE,
    WEEKLY_SPAN,
    YEARLY_SPAN,
    CalendarColumns,
)

# Prophet's prior scale of slope and level at the start.
TREND_SCALE = 5.0
# Slope and level stand before the changes of slope, calendar columns and drivers after them.
CHANGES = slice(2, 2 + CHANGEPOINTS)
COLUMNS = 2 + CHANGEPOINTS


@dataclass(frozen=True)
class Design:
    """A batch ready to be solved: n series, m = 1 where they share their dates, else m = n.

    Parameters of a series stand in the order slope, level, changes of slope, calendar
    columns, drivers: P = COLUMNS + K + R. A column that a series' model does not have
    has scale 0.
    """

    clock: Clock
    known: np.ndarray  # (m, T) 1 where the series has a value, else 0
    trend: np.ndarray  # (m, COLUMNS, T), zero where not known
    calendar: np.ndarray  # (T, K)
    drivers: np.ndarray  # (n, R, T), zero where not known
    scale: np.ndarray  # (m, 2 + K + R) prior scale of everything but the changes of slope
    y: np.ndarray  # (n, T) divided by y_scale, zero where not known
    y_scale: np.ndarray  # (n,) units

    @property
    def periods(self) -> np.ndarray:
        """Return the number of known periods of each series, (n,)."""
        return np.broadcast_to(self.known.sum(axis=1), len(self.y))

    def rows(self, at: np.ndarray) -> "Design":
        """Return the design of some series."""
        return replace(
            self,
            clock=self.clock.rows(at),
            known=some_rows(self.known, at),
            trend=some_rows(self.trend, at),
            drivers=self.drivers[at],
            scale=some_rows(self.scale, at),
            y=self.y[at],
            y_scale=self.y_scale[at],
        )

    def trend_values(self, parameters: np.ndarray) -> np.ndarray:
        """Return the trend at the known periods, (n, T), zero elsewhere."""
        return combined(self.trend, parameters[:, :COLUMNS])

    def season_values(self, parameters: np.ndarray) -> np.ndarray:
        """Return the sum of seasons, holidays and drivers at the known periods, (n, T), zero elsewhere."""
        after = COLUMNS + self.calendar.shape[1]
        values = parameters[:, COLUMNS:after] @ self.calendar.T
        if self.drivers.shape[1]:
            values += combined(self.drivers, parameters[:, after:])
        return values * self.known

    def against(self, trend: np.ndarray, season: np.ndarray) -> np.ndarray:
        """Return the inner products of trend rows with one (n, T), of columns with another, (n, P)."""
        parts = [inner(self.trend, trend), season @ self.calendar]
        if self.drivers.shape[1]:
            parts.append(inner(self.drivers, season))
        return np.hstack(parts)


def design(
    y: np.ndarray, days: np.ndarray, calendar: CalendarColumns, drivers: np.ndarray, *, flat: bool = False
) -> Design:
    """Return the arrays of a batch from sales (n, T), NaN where unknown, and standardised drivers (n, R, T).

    Series that all know the same dates share one clock and one set of trend rows.
    """
    known = ~np.isnan(y)
    mask = known[:1] if (known == known[0]).all() else known
    clock = clocks(mask, days, flat=flat)
    filled = np.where(known, y, 0.0)
    y_scale = np.abs(filled).max(axis=1)
    return Design(
        clock,
        mask.astype(float),
        clock.trend_rows(days) * mask[:, None, :],
        calendar.history,
        drivers,
        _scales(clock, calendar, drivers.shape[1], flat),
        filled / y_scale[:, None],
        y_scale,
    )


def _scales(clock: Clock, calendar: CalendarColumns, drivers: int, flat: bool) -> np.ndarray:
    m = len(clock.span)
    weekly = (clock.span >= WEEKLY_SPAN) & (clock.closest < 7)
    has = {"weekly": weekly, "yearly": clock.span >= YEARLY_SPAN, "holidays": np.ones(m, dtype=bool)}
    slope = np.full((m, 1), 0.0 if flat else TREND_SCALE)
    seasons = np.array([has[kind] for kind in calendar.season]).reshape(-1, m).T * PRIOR_SCALE
    return np.hstack([slope, np.full((m, 1), TREND_SCALE), seasons, np.full((m, drivers), PRIOR_SCALE)])


def some_rows(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return some rows of an array, or the single row that all series share."""
    return values if len(values) == 1 else values[at]


def combined(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return weights (n, R) times rows (n or 1, R, T), (n, T)."""
    return weights @ rows[0] if len(rows) == 1 else (weights[:, None, :] @ rows)[:, 0]


def inner(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the inner product of every row (n or 1, R, T) with values (n, T), (n, R)."""
    return values @ rows[0].T if len(rows) == 1 else (rows @ values[:, :, None])[:, :, 0]
