"""Trend, seasons and what is left of one line of sales, by STL: the one file that knows statsmodels."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecasting.dates import period_kind, year_of_periods

# A season is told from a trend once it has been seen twice.
SEEN = 2
STEADY = 101  # years in the window of the season of the year: all of them alike


@dataclass(frozen=True)
class Parts:
    """What a line of sales is made of; trend + Σ seasons + remainder = y wherever y is known."""

    trend: np.ndarray  # (T,) NaN before the first and after the last known y
    seasons: dict[str, np.ndarray]  # 'week', 'year': (T,), around zero; NaN where the trend is
    remainder: np.ndarray  # (T,) NaN where y is unknown
    note: str  # what could not be told apart; empty when everything could

    @property
    def season(self) -> np.ndarray:
        """Return all seasons together, (T,)."""
        return sum(self.seasons.values(), np.zeros(len(self.trend)))


def decompose(y: np.ndarray, frequency: str) -> Parts:
    """Return the parts of a line of sales, NaN where unknown.

    Seasonal and trend decomposition by loess with robust weights (Cleveland et al. 1990), for several
    seasons at once where there are several (Bandara, Hyndman & Bergmeir 2021). The trend is what remains
    without them over a quarter: STL's own must be longer than a year where there is a season of the
    year, and would hide that a rival opened last spring. Unknown periods are bridged for the fit, and
    have no remainder; what is before the first sale or after the last of a discontinued item has no parts.
    """
    known = np.flatnonzero(np.isfinite(y))
    span = slice(known[0], known[-1] + 1) if len(known) else slice(0, len(y))
    parts = _of_span(y[span], frequency)

    def padded(values: np.ndarray) -> np.ndarray:
        whole = np.full(len(y), np.nan)
        whole[span] = values
        return whole

    seasons = {name: padded(values) for name, values in parts.seasons.items()}
    return Parts(padded(parts.trend), seasons, padded(parts.remainder), parts.note)


def _of_span(y: np.ndarray, frequency: str) -> Parts:
    """Return the parts of a line that is known at both ends."""
    periods = _periods(frequency, len(y))
    known = np.isfinite(y)
    if not known.any() or (not periods and known.sum() < SEEN * 7):
        flat = np.full(len(y), float(np.nanmean(y)) if known.any() else np.nan)
        return Parts(flat, {}, y - flat, "The history is too short to tell a trend from a season.")
    shortest = min(periods.values(), default=1)
    bridged = _bridged(y, shortest)
    seasons = _fitted(bridged, periods)
    trend = _smooth(bridged - sum(seasons.values(), np.zeros(len(y))), year_of_periods(frequency) // 8)
    remainder = y - trend - sum(seasons.values(), np.zeros(len(y)))
    return Parts(trend, seasons, remainder, _missing(periods))


def _periods(frequency: str, length: int) -> dict[str, int]:
    year = year_of_periods(frequency)
    wanted = {"week": 7, "year": year} if period_kind(frequency) == "day" else {"year": year}
    return {name: n for name, n in wanted.items() if length >= SEEN * n + 1}


def _missing(periods: dict[str, int]) -> str:
    if "year" in periods:
        return ""
    return (
        "The history is shorter than two years: the season of the year cannot be told from the trend, "
        "and is part of it."
    )


def _bridged(y: np.ndarray, period: int) -> np.ndarray:
    """Return y with unknown periods filled by the straight line between the same place of other seasons."""
    filled, places = y.copy(), np.arange(len(y))
    for phase in range(period):
        own = places % period == phase
        known = own & np.isfinite(y)
        if known.any():
            filled[own] = np.interp(places[own], places[known], y[known])
    known = np.isfinite(filled)
    return np.interp(places, places[known], filled[known])


def _fitted(y: np.ndarray, periods: dict[str, int]) -> dict[str, np.ndarray]:
    if not periods:
        return {}
    from statsmodels.tsa.seasonal import MSTL, STL

    longest = max(periods.values())
    # Loess is worked out at every few places and interpolated between: 0.3 s instead of 3 s for three years.
    options: dict[str, Any] = {"trend_jump": max(1, longest // 26), "low_pass_jump": max(1, longest // 26)}
    options |= {"robust": True}
    # A season seen a few times is taken as the same each time: a line through three years would follow
    # anything that happened in the last one.
    if longest > 7:
        options |= {"seasonal_deg": 0}
    windows = [11 if n == 7 else STEADY for n in periods.values()]
    if len(periods) == 1:
        result = STL(y, period=longest, seasonal=windows[0], **options).fit()
        return {next(iter(periods)): np.asarray(result.seasonal)}
    result = MSTL(
        y, periods=tuple(periods.values()), windows=windows, stl_kwargs={**options, "seasonal_jump": 7}
    ).fit()
    parts = np.asarray(result.seasonal).reshape(len(y), -1)
    return {name: parts[:, k] for k, name in enumerate(periods)}


def _smooth(y: np.ndarray, half: int) -> np.ndarray:
    """Return a centred moving average over 2 · half + 1 periods, one-sided at the ends."""
    half = max(1, min(half, len(y) // 4))
    sums = np.concatenate([[0.0], np.cumsum(y)])
    places = np.arange(len(y))
    first = np.maximum(places - half, 0)
    last = np.minimum(places + half, len(y) - 1)
    return (sums[last + 1] - sums[first]) / (last + 1 - first)
