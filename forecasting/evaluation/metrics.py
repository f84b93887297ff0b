"""Accuracy and calibration, exactly as defined; ŷ is the mean forecast, e = y − ŷ.

Every function skips pairs where the actual is unknown (NaN) and returns NaN,
never zero, where nothing is left to compute or the denominator is zero.
"""

from collections.abc import Sequence

import numpy as np
from scipy import stats


def wape(y: np.ndarray, forecast: np.ndarray) -> float:
    """Return Σ|e| / Σ|y|, a fraction.

    >>> wape(np.array([0, 2, 0, 8.0]), np.array([1, 1, 1, 6.0]))
    0.5
    """
    y, forecast = _known(y, forecast)
    return _ratio(np.abs(y - forecast).sum(), np.abs(y).sum())


def bias(y: np.ndarray, forecast: np.ndarray) -> float:
    """Return Σ(ŷ − y) / Σy, a fraction; positive means over-forecast.

    >>> bias(np.array([0, 2, 0, 8.0]), np.array([1, 1, 1, 6.0]))
    -0.1
    """
    y, forecast = _known(y, forecast)
    return _ratio((forecast - y).sum(), y.sum())


def mape(y: np.ndarray, forecast: np.ndarray) -> float:
    """Return mean |e/y|, or NaN as soon as one actual is zero: dropping it would flatter the model."""
    y, forecast = _known(y, forecast)
    if len(y) == 0 or (y == 0).any():
        return float("nan")
    return float(np.abs((y - forecast) / y).mean())


def seasonal_scale(history: np.ndarray, season_length: int) -> float:
    """Return mean |y_t − y_(t−m)| of a history, from its first sale on: the yardstick of MASE.

    Source: Hyndman & Koehler (2006), Another look at measures of forecast accuracy.
    """
    trimmed = from_first_sale(history)
    if len(trimmed) <= season_length:
        return float("nan")
    return _mean(np.abs(trimmed[season_length:] - trimmed[:-season_length]))


def squared_scale(history: np.ndarray) -> float:
    """Return mean (y_t − y_(t−1))² of a history, from its first sale on: the yardstick of RMSSE."""
    trimmed = from_first_sale(history)
    return _mean(np.diff(trimmed) ** 2) if len(trimmed) > 1 else float("nan")


def mase(y: np.ndarray, forecast: np.ndarray, scale: float) -> float:
    """Return mean |e| / `scale` (from `seasonal_scale`)."""
    y, forecast = _known(y, forecast)
    return _ratio(_mean(np.abs(y - forecast)), scale)


def rmsse(y: np.ndarray, forecast: np.ndarray, scale: float) -> float:
    """Return √(mean e² / `scale`) (from `squared_scale`). Source: M5 competition guide (2020)."""
    y, forecast = _known(y, forecast)
    return float(np.sqrt(_ratio(_mean((y - forecast) ** 2), scale)))


def pinball(y: np.ndarray, quantile: np.ndarray, quantile_level: float) -> np.ndarray:
    """Return max(u(y−q), (u−1)(y−q)) per pair, without the factor 2; same shape as the input."""
    error = np.asarray(y, dtype=float) - quantile
    return np.maximum(quantile_level * error, (quantile_level - 1) * error)


def wql(y: np.ndarray, quantiles: np.ndarray, quantile_levels: Sequence[float]) -> float:
    """Return 2 Σ pinball / Σ|y|, averaged over the levels; `quantiles` is (n, levels)."""
    known = ~np.isnan(y)
    losses = [pinball(y[known], quantiles[known, k], u).sum() for k, u in enumerate(quantile_levels)]
    return _ratio(2 * float(np.mean(losses)), np.abs(y[known]).sum())


def crps_samples(y: float, samples: np.ndarray) -> float:
    """Return E|X − y| − ½ E|X − X'| of an ensemble. Source: Gneiting & Raftery (2007), eq. 21."""
    ordered = np.sort(samples)
    n = len(ordered)
    spread = 2 * np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered) / n**2
    return float(np.abs(ordered - y).mean() - spread / 2)


def coverage(y: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Return the share of actuals inside [low, high], both ends included."""
    known = ~np.isnan(y)
    return _mean(((y >= low) & (y <= high))[known].astype(float))


def binomial_interval(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact (Clopper–Pearson) interval of a share.

    >>> low, high = binomial_interval(37, 40)
    >>> round(low, 2), round(high, 2)
    (0.8, 0.98)
    """
    if trials == 0:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(stats.beta.ppf(tail, hits, trials - hits + 1))
    high = 1.0 if hits == trials else float(stats.beta.ppf(1 - tail, hits + 1, trials - hits))
    return low, high


def interval_score(y: np.ndarray, low: np.ndarray, high: np.ndarray, alpha: float) -> np.ndarray:
    """Return (U−L) + 2/α (L−y)⁺ + 2/α (y−U)⁺ per pair. Source: Gneiting & Raftery (2007), eq. 43."""
    below, above = np.maximum(low - y, 0), np.maximum(y - high, 0)
    return (high - low) + 2 / alpha * (below + above)


def msis(y: np.ndarray, low: np.ndarray, high: np.ndarray, alpha: float, *, scale: float) -> float:
    """Return the mean interval score over `scale` (from `seasonal_scale`). Source: M4 competition guide."""
    return _ratio(_mean(interval_score(y, low, high, alpha)), scale)


def from_first_sale(history: np.ndarray) -> np.ndarray:
    """Return the history from its first non-zero known value on; empty when there is none."""
    sold = np.flatnonzero(np.nan_to_num(history) != 0)
    return np.asarray(history, dtype=float)[sold[0] :] if len(sold) else np.empty(0)


def _known(y: np.ndarray, forecast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y, forecast = np.asarray(y, dtype=float), np.asarray(forecast, dtype=float)
    known = ~np.isnan(y)
    return y[known], forecast[known]


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _ratio(numerator: float, denominator: float) -> float:
    if not np.isfinite(denominator) or denominator == 0:
        return float("nan")
    return float(numerator / denominator)
