"""What every model must be able to do, and the arrays they all start from."""

import zlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from forecasting.dates import calendar, infer_frequency
from forecasting.errors import DataError, DriverError
from forecasting.paths import SamplePaths
from forecasting.schema import drivers, places_of


class Forecaster(Protocol):
    """A frozen recipe: hyper-parameters in, sample paths out, nothing remembered."""

    @property
    def name(self) -> str:
        """Return the value of the `model` column."""

    @property
    def series_per_task(self) -> int | None:
        """Return how many series may travel as one task; None: all together (a global model)."""

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        """Learn from `history` (sales frame) and simulate the rows of `future` (future frame).

        `future` holds every series to forecast on the same dates. The drivers
        used are exactly the covariate columns of `future`. Series of `future`
        come back sorted by unique_id; values are >= 0 and finite.
        """


@dataclass(frozen=True)
class Panel:
    """A history and its future as arrays on one shared calendar."""

    unique_id: np.ndarray  # (n,) str, sorted; exactly the series of `future`
    ds: pd.DatetimeIndex  # (T,) every period up to the forecast, oldest first
    y: np.ndarray  # (n, T) units, NaN where demand is unknown (absent or stock-out)
    future_ds: pd.DatetimeIndex  # (H,)
    drivers: dict[str, np.ndarray]  # name -> (n, T) known history, NaN where absent
    future_drivers: dict[str, np.ndarray]  # name -> (n, H), never NaN

    @property
    def horizon(self) -> int:
        """Return the number of periods to forecast."""
        return len(self.future_ds)


def to_panel(history: pd.DataFrame, future: pd.DataFrame) -> Panel:
    """Return the arrays of a history and its future; stock-out rows become unknown demand.

    Raises `DriverError` naming a driver that the history lacks or the future leaves blank, and
    `DataError` naming a series with two rows for one period or with infinite or negative sales.
    """
    ids = np.array(sorted(future["unique_id"].unique()), dtype=object)
    future_ds = pd.DatetimeIndex(np.sort(future["ds"].unique()))
    ds = _history_calendar(history["ds"], future_ds)
    names = drivers(future)
    lacking = [n for n in names if n not in history]
    if lacking:
        raise DriverError(f"The history has no column {', '.join(lacking)}; leave it out of the drivers.")

    known = history["y"].astype(float)
    if "stockout" in history:
        known = known.mask(history["stockout"].fillna(False).astype(bool))
    rows = places_of(history["unique_id"], ids)
    columns = ds.get_indexer(pd.DatetimeIndex(history["ds"]))
    _check_rows(history, rows, columns, known)
    ahead_rows = places_of(future["unique_id"], ids)
    ahead_columns = future_ds.get_indexer(pd.DatetimeIndex(future["ds"]))

    shape, ahead = (len(ids), len(ds)), (len(ids), len(future_ds))
    past = {n: _grid(shape, rows, columns, history[n]) for n in names}
    coming = {n: _grid(ahead, ahead_rows, ahead_columns, future[n]) for n in names}
    blank = [n for n, values in coming.items() if np.isnan(values).any()]
    if blank:
        raise DriverError(
            f"{', '.join(blank)} is not known for every date to forecast; "
            "give its future values or leave it out of the drivers."
        )
    return Panel(ids, ds, _grid(shape, rows, columns, known), future_ds, past, coming)


def series_generators(seed: int, unique_ids: np.ndarray) -> list[np.random.Generator]:
    """Return one generator per series, seeded by (seed, unique_id).

    The same series draws the same noise alone, among a thousand, or on another worker.
    """
    return [np.random.default_rng([seed, zlib.crc32(str(i).encode())]) for i in unique_ids]


def _history_calendar(dates: pd.Series, future_ds: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return every period from the first sale to the one before the forecast, gaps included.

    A day on which the whole company was closed must still take its place in the week.
    """
    frequency = infer_frequency(pd.Series(pd.DatetimeIndex(dates.unique()).append(future_ds)))
    whole = calendar(dates.min(), future_ds[-1], frequency)
    return whole[whole < future_ds[0]]


def _check_rows(history: pd.DataFrame, rows: np.ndarray, columns: np.ndarray, known: pd.Series) -> None:
    place = rows.astype(np.int64) * (columns.max(initial=0) + 1) + columns
    place[(rows < 0) | (columns < 0)] = -1
    twice = np.bincount(place[place >= 0]) > 1
    if twice.any():
        first = history.iloc[int(np.argmax(twice[place] & (place >= 0)))]
        raise DataError(
            f"Series {first['unique_id']!r} has two rows for {first['ds']:%Y-%m-%d}; keep one per period."
        )
    units = known.to_numpy()
    odd = (rows >= 0) & (np.isinf(units) | (units < 0))
    if odd.any():
        first = history.iloc[int(np.argmax(odd))]
        raise DataError(
            f"Series {first['unique_id']!r} sold {first['y']} on {first['ds']:%Y-%m-%d}; "
            "units sold must be a number from 0 on, so correct the row or leave it out."
        )


def _grid(shape: tuple[int, int], rows: np.ndarray, columns: np.ndarray, values: pd.Series) -> np.ndarray:
    grid = np.full(shape, np.nan)
    inside = (rows >= 0) & (columns >= 0)
    grid[rows[inside], columns[inside]] = values.to_numpy(dtype=float)[inside]
    return grid
