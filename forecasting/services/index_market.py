"""An index from outside as the market: what it grew by, and sales held against it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import days_per_period, infer_frequency
from forecasting.history.growth import Window
from forecasting.history.market import rolling_sum

LEAST_KNOWN = 0.9  # share of the periods of both spans for which the index must be known


@dataclass(frozen=True)
class Outside:
    """A market that is not in the file: an index by period of the sales."""

    name: str
    values: np.ndarray  # (T,) NaN where it says nothing

    def growth(self, window: Window) -> float:
        """Return its mean over a window over that a year ago (1.05: five percent more).

        NaN where it does not cover both, or is not above zero.
        """
        if window.year_ago is None:
            return float("nan")
        now, then = self.values[window.now], self.values[window.year_ago]
        known = min(np.isfinite(now).mean(), np.isfinite(then).mean())
        if known < LEAST_KNOWN or not np.nanmin(np.concatenate([now, then])) > 0:
            return float("nan")
        return float(np.nanmean(now) / np.nanmean(then))

    def note(self, window: Window) -> str:
        """Return why nothing can be split against it, '' where it can."""
        if window.year_ago is None or np.isfinite(self.growth(window)):
            return ""
        return (
            f"{self.name} does not cover the time looked at and the same a year ago with values above zero; "
            "look at a time it covers, or bring a newer one."
        )

    def rolled(self, rolling: int) -> np.ndarray:
        """Return its sum over the latest periods, (T,); NaN until it is known for all of them."""
        known = rolling_sum(np.isfinite(self.values).astype(float), rolling)
        return np.where(known == rolling, rolling_sum(self.values, rolling), np.nan)

    def held_against(self, sold: np.ndarray, rolling: int) -> np.ndarray:
        """Return rolling sums of sales, (T,), over those of the index; 1 where they begin."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = rolling_sum(np.nan_to_num(sold), rolling) / self.rolled(rolling)
        first = np.flatnonzero(np.nan_to_num(ratio, posinf=0.0, neginf=0.0) > 0)
        return ratio / ratio[first[0]] if len(first) else ratio * np.nan


def outside_of(name: str, index: pd.Series, ds: pd.DatetimeIndex) -> Outside:
    """Return an index (indexed by the first day of its periods) at the periods of the sales.

    A period has the value of the index period it begins in; after the last one it has none.
    """
    starts = pd.DatetimeIndex(index.index)
    length = pd.Timedelta(days=float(np.ceil(days_per_period(infer_frequency(pd.Series(starts))))))
    place = starts.searchsorted(ds, side="right") - 1
    held = np.maximum(place, 0)
    inside = (place >= 0) & (ds < starts[held] + length)
    return Outside(name, np.where(inside, index.to_numpy(dtype=float)[held], np.nan))


def markets_of(external: pd.DataFrame) -> list[str]:
    """Return the external series that may stand for a market: amounts above zero, no calendars."""
    return [
        str(name)
        for name, part in external.groupby("name", sort=True)
        if (part["value"] > 0).all() and part["value"].max() > part["value"].min()
    ]
