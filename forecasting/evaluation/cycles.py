"""The past forecasts of one model as arrays: what was said, what came, and since when that is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import next_periods
from forecasting.schema import places_of, quantile_columns, quantile_level


@dataclass(frozen=True)
class Cycles:
    """One model's forecast or cumulative backtest frame on a grid of origin, series and step."""

    cutoff: pd.DatetimeIndex  # (K,) origins, oldest first
    unique_id: np.ndarray  # (n,) str, sorted
    levels: np.ndarray  # (L,) quantile levels, lowest first
    quantiles: np.ndarray  # (K, n, H, L) units, NaN where there is no forecast
    y: np.ndarray  # (K, n, H) units, NaN where the outcome is unknown or proves nothing
    known_from: np.ndarray  # (K, H) datetime64, the date on which an outcome has been seen
    places: tuple[np.ndarray, np.ndarray, np.ndarray]  # origin, series and step of every row of the frame

    def rows(self, cube: np.ndarray) -> np.ndarray:
        """Return the entries of a (K, n, H, …) array in the order of the frame's rows."""
        return cube[self.places]


def cycles_of(frame: pd.DataFrame, frequency: str) -> Cycles:
    """Return the cycles of one model's backtest or cumulative frame (unique_id, cutoff, h, y, quantiles).

    The outcome of a closed day proves nothing about a forecast of zero: with a
    column `open`, such rows count as unknown.
    """
    columns = quantile_columns(frame)
    cutoff = pd.DatetimeIndex(np.sort(frame["cutoff"].unique()))
    ids = np.array(sorted(frame["unique_id"].unique()), dtype=object)
    horizon = int(frame["h"].max())
    places = (
        cutoff.get_indexer(pd.DatetimeIndex(frame["cutoff"])),
        places_of(frame["unique_id"], ids),
        frame["h"].to_numpy() - 1,
    )
    outcome = frame["y"].to_numpy(dtype=float)
    if "open" in frame:
        outcome = np.where(frame["open"].fillna(1).to_numpy() == 0, np.nan, outcome)
    shape = (len(cutoff), len(ids), horizon)
    quantiles, y = np.full((*shape, len(columns)), np.nan), np.full(shape, np.nan)
    quantiles[places], y[places] = frame[columns].to_numpy(dtype=float), outcome
    known = np.stack([next_periods(c, horizon, frequency).to_numpy() for c in cutoff])
    levels = np.array([quantile_level(c) for c in columns])
    return Cycles(cutoff, ids, levels, quantiles, y, known, places)
