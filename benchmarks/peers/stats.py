"""statsforecast's local models: their own intervals for days, their own joint paths for sums."""

import warnings
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from statsforecast.models import AutoETS, DynamicOptimizedTheta, SeasonalNaive

from benchmarks.peers.frames import Answer, Request, total_quantiles
from benchmarks.peers.regular import regular_sales

# Above it AutoETS drops the season, and its simulate() returns zeros without a word.
LONGEST_ETS_SEASON = 24


def auto_ets(request: Request) -> Any:
    """Return AutoETS; it cannot take a season of more than 24 periods."""
    season = request.season_length if request.season_length <= LONGEST_ETS_SEASON else 1
    return AutoETS(season_length=season)


def theta(request: Request) -> Any:
    """Return the dynamic optimised Theta model."""
    return DynamicOptimizedTheta(season_length=request.season_length)


def seasonal_naive(request: Request) -> Any:
    """Return the seasonal naive model."""
    return SeasonalNaive(season_length=request.season_length)


def local(request: Request, make: Callable[[Request], Any]) -> Answer:
    """Return each series' forecast; a series the model refuses gets seasonal naive and is named."""
    # Whichever served the model better on Rossmann: exponential smoothing and Theta learn that
    # Sundays are zero, seasonal naive would repeat a public holiday.
    series = regular_sales(request, closed="repeat" if make is seasonal_naive else "zero")
    n, horizon = len(request.ids), len(request.dates)
    mean, quantiles = np.empty((n, horizon)), np.empty((n, horizon, len(request.levels)))
    paths = np.empty((n, request.paths, horizon), dtype=np.float32)
    refused = []
    for i, name in enumerate(request.ids):
        y = series[name].to_numpy()
        try:
            mean[i], quantiles[i], paths[i] = one(request, make(request), y, name)
        except (ValueError, ZeroDivisionError, FloatingPointError, IndexError, np.linalg.LinAlgError):
            refused.append(name)
            mean[i], quantiles[i], paths[i] = one(request, short_naive(request, y), y, name)
    return Answer(mean, quantiles, total_quantiles(request, paths), tuple(refused))


def one(request: Request, model: Any, y: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean (H,), quantiles (H, levels) and paths (paths, H) of one series."""
    seed = (request.seed + zlib.crc32(name.encode())) % 2**31
    horizon = len(request.dates)
    coverages = sorted({round(abs(2 * u - 1) * 100) for u in request.levels} - {0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(y)
        said = fitted.predict(h=horizon, level=coverages)
        paths = fitted.simulate(h=horizon, n_paths=request.paths, seed=seed, error_distribution="bootstrap")
    quantiles = np.stack([edge(said, u) for u in request.levels], axis=-1)
    if not (np.isfinite(said["mean"]).all() and np.isfinite(quantiles).all() and np.isfinite(paths).all()):
        raise ValueError(f"{model} says something that is not a number about {name}.")
    if not paths.any() and said["mean"].any():
        raise ValueError(f"{model} simulates nothing but zeros for {name}.")
    return said["mean"], quantiles, paths


def edge(said: dict[str, np.ndarray], quantile_level: float) -> np.ndarray:
    """Return one quantile from the edges of central intervals: q0.9 is the upper edge of the 80 % one."""
    coverage = round(abs(2 * quantile_level - 1) * 100)
    if coverage == 0:
        return said["mean"]
    return said[f"{'lo' if quantile_level < 0.5 else 'hi'}-{coverage}"]


def short_naive(request: Request, y: np.ndarray) -> Any:
    """Return seasonal naive with a season that fits twice into the history."""
    return SeasonalNaive(season_length=request.season_length if len(y) >= 2 * request.season_length else 1)
