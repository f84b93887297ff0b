"""Bands around sales counted in whole units, judged fairly: what they promise, and what they kept of it.

A band from zero to two around sales that are mostly zero holds far more than the 80 % in
its name, and means to. So two figures stand beside the share kept: the chance the forecast
itself gives to the whole numbers in its band, and the coverage by randomised probability
integral transform (Czado, Gneiting & Held 2009), in which an outcome to which the forecast
gives the chances from 0.0 to 0.6 counts for the share of these that the band's name covers.
Of a right forecast the last is 0.8, however coarse it is; no random number is drawn, its
expectation is taken. Whatever a forecast says between two whole numbers is read as the nearer.
"""

import numpy as np
import pandas as pd

from forecasting.evaluation.scores import COVERAGES, band_columns
from forecasting.schema import QUANTILE_LEVELS, quantile_column

LEVELS = np.array(QUANTILE_LEVELS)


def fair_coverage(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return model, promised_50/80/90, pit_50/80/90: means over open periods of known demand."""
    counted = backtest["y"].notna()
    if "open" in backtest:
        counted &= backtest["open"].fillna(1) != 0
    rows = backtest[counted]
    said = rows[[quantile_column(u) for u in QUANTILE_LEVELS]].to_numpy(dtype=float)
    y = rows["y"].to_numpy(dtype=float)
    below, within = chance(said, y - 0.5), chance(said, y + 0.5)
    table = {"model": rows["model"]}
    for coverage in COVERAGES:
        low, high = (rows[name].to_numpy(dtype=float) for name in band_columns(coverage))
        name, tail = f"{coverage * 100:g}", (1 - coverage) / 2
        inside = chance(said, np.floor(high) + 0.5) - chance(said, np.ceil(low) - 0.5)
        table[f"promised_{name}"] = np.maximum(inside, 0.0)
        table[f"pit_{name}"] = share_inside(below, within, tail, 1 - tail)
    return pd.DataFrame(table).groupby("model", sort=False).mean().reset_index()


def chance(quantiles: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the chance (n,) that quantiles (n, L) give to less than `x`, which lies between whole numbers.

    Straight lines join the levels. Beyond the outermost one nothing is known but that half of
    what is left is the middle of the guesses; nothing sells less than zero.
    """
    less = (quantiles <= x[:, None]).sum(axis=1)
    row, above = np.arange(len(x)), np.clip(less, 1, len(LEVELS) - 1)
    low, high = quantiles[row, above - 1], quantiles[row, above]
    part = np.divide(x - low, high - low, out=np.zeros(len(x)), where=high > low)
    level = LEVELS[above - 1] + part * (LEVELS[above] - LEVELS[above - 1])
    level = np.where(less == 0, LEVELS[0] / 2, np.where(less == len(LEVELS), (1 + LEVELS[-1]) / 2, level))
    return np.where(x < 0, 0.0, level)


def share_inside(below: np.ndarray, within: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return which share of every interval below … within lies in low … high; 0 or 1 where it is a point.

    >>> share_inside(np.array([0.0, 0.3]), np.array([0.6, 0.3]), 0.1, 0.9)
    array([0.83333333, 1.        ])
    """
    slack = 1e-9  # 1 − 0.9 is not 0.1
    overlap = np.maximum(np.minimum(within, high) - np.maximum(below, low), 0.0)
    point = ((below >= low - slack) & (within <= high + slack)).astype(float)
    width = within - below
    return np.divide(overlap, width, out=point, where=width > slack)
