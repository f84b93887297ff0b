"""Sales made up from a seed, for speed and memory: the figures prove nothing about accuracy."""

import numpy as np
import pandas as pd

from benchmarks.datasets import Fold

DAYS, HORIZON = 731, 28


def made_up_sales(series: int, *, days: int = DAYS, seed: int = 0) -> pd.DataFrame:
    """Return a sales frame of daily counts: level, bent trend, week, year and noise differ by series.

    The first k series of a longer frame are those of a shorter one.
    """
    ds = pd.date_range("2024-01-01", periods=days, freq="D")
    values = [_one(np.random.default_rng([seed, k]), days) for k in range(series)]
    width = len(str(max(series - 1, 1)))
    ids = np.array([f"item-{k:0{width}d}" for k in range(series)], dtype=object)
    return pd.DataFrame(
        {"unique_id": np.repeat(ids, days), "ds": np.tile(ds, series), "y": np.concatenate(values)}
    )


def made_up_fold(series: int, *, seed: int = 0) -> Fold:
    """Return the sales as one origin with four weeks to forecast and no drivers."""
    history = made_up_sales(series, seed=seed)
    cutoff = history["ds"].max()
    ahead = pd.date_range(cutoff, periods=HORIZON + 1, freq="D")[1:]
    grid = pd.MultiIndex.from_product([history["unique_id"].unique(), ahead], names=["unique_id", "ds"])
    return Fold(cutoff, history, grid.to_frame(index=False))


def _one(generator: np.random.Generator, days: int) -> np.ndarray:
    t = np.arange(days)
    level = np.exp(generator.normal(2.5, 0.8))
    bends = np.sort(generator.integers(0, days, 3))
    slopes = generator.normal(0, 0.4 / days, 3)
    trend = 1 + sum(slope * np.maximum(t - bend, 0) for slope, bend in zip(slopes, bends, strict=True))
    week = generator.normal(0, 0.25, 7)[t % 7]
    year = generator.uniform(0, 0.3) * np.sin(2 * np.pi * (t / 365.25 + generator.random()))
    mean = level * np.maximum(trend + week + year, 0.05)
    # Variance is twice the mean: counts of a shop, a little wilder than Poisson.
    return generator.negative_binomial(mean, 0.5).astype(float)
