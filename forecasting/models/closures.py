"""Closed days: never learned from, always forecast as zero."""

from dataclasses import dataclass

import pandas as pd

from forecasting.errors import DriverError
from forecasting.models.base import Forecaster
from forecasting.paths import SamplePaths


@dataclass(frozen=True)
class ClosedDays:
    """A model that knows when the shop is open, where the `future` frame says so (column `open`).

    Closed days are unknown demand in the history rather than no demand,
    and are exactly zero in every path. Without the column the model runs as it is.
    """

    model: Forecaster

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def series_per_task(self) -> int | None:
        return self.model.series_per_task

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        if "open" not in future:
            return self.model.forecast(history.drop(columns="open", errors="ignore"), future)
        _check_open(history, future)
        paths = self.model.forecast(_unknown_while_closed(history), future.drop(columns="open"))
        calendar = future.pivot(index="unique_id", columns="ds", values="open")
        is_open = calendar.reindex(index=paths.unique_id, columns=paths.ds).to_numpy(dtype=float) > 0
        return paths.with_values(paths.values * is_open[:, None, :].astype(paths.values.dtype))


def _unknown_while_closed(history: pd.DataFrame) -> pd.DataFrame:
    """Return the history with closed days as stock-outs: rows without known demand.

    Leaving the rows out would look like a series whose data stop.
    """
    closed = history["open"] == 0
    if "stockout" in history:
        closed |= history["stockout"].fillna(False).astype(bool)
    return history.drop(columns="open").assign(stockout=closed)


def _check_open(history: pd.DataFrame, future: pd.DataFrame) -> None:
    if "open" not in history:
        raise DriverError(
            "The dates to forecast say when the shop is open, the history does not; "
            "give the history a column open (0 or 1) or leave it out of both."
        )
    blank = int(history["open"].isna().sum() + future["open"].isna().sum())
    if blank:
        raise DriverError(
            f"{blank} rows do not say whether the shop was open; fill the column open with 0 or 1."
        )
