"""What is done today: whose forecast, and how far above it the shelf is filled."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from forecasting.errors import DecisionError
from forecasting.value.levels import Said
from forecasting.value.shelves import Shelves

Forecast = Literal["auto", "manager_plan", "last_year", "moving_average", "seasonal_naive"]
LAST_YEAR = "last_year"
FORECASTS: tuple[Forecast, ...] = get_args(Forecast)
# Multiples of the expected demand over the protection interval that a manager might settle on.
MULTIPLES = (0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0)


@dataclass(frozen=True)
class Practice:
    """Today's ordering rule: order up to so many periods of expected demand.

    `auto` takes the manager's plan where the file has one, else the simple forecast that turns out
    cheapest: the strongest baseline, never a convenient one. Without a stated cover the multiple
    that would have been cheapest at the earlier origins is assumed: experience, not a straw man.
    """

    forecast: Forecast = "auto"
    cover: float | None = None  # periods of expected demand that the shelf is filled up to

    def __post_init__(self) -> None:
        if self.forecast not in FORECASTS:
            raise DecisionError(
                f"Today's forecast reads {self.forecast!r}; choose from {', '.join(FORECASTS)}."
            )
        if self.cover is not None and not (math.isfinite(self.cover) and self.cover > 0):
            raise DecisionError(
                f"Today's cover is {self.cover:g} periods; give a number above 0, or leave it blank."
            )


def expected_over(said: Said, periods: np.ndarray) -> np.ndarray:
    """Return expected demand over the next `periods` (n,), at most the horizon, (K, n)."""
    step = np.clip(periods.astype(int), 1, said.means.shape[2]) - 1
    places = np.broadcast_to(step[:, None], (*said.means.shape[:2], 1))
    return np.take_along_axis(said.means, places, axis=2)[..., 0]


def todays_rule(said: Said, shelves: Shelves, cover: float | None, multiple: float) -> Said:
    """Return the forecast with today's rule in place of the best one."""
    periods = shelves.protection_interval
    factor = multiple if cover is None else cover / periods
    return Said(said.means, expected_over(said, periods) * factor)


def learned_multiple(expected: np.ndarray, came: np.ndarray, shelves: Shelves) -> float:
    """Return the multiple of expected demand that was cheapest over earlier protection intervals.

    `expected` and `came` are (K, n) units at origins before the first counted one, NaN where not
    known. 1 where there is none: the shelf is filled up to what is expected.
    """
    underage = shelves.margin + shelves.goodwill
    ratio = shelves.critical_ratio
    overage = underage * (1 - ratio) / np.where(ratio > 0, ratio, np.nan)
    return cheapest_multiple(expected, came, underage, overage)


def cheapest_multiple(
    expected: np.ndarray, came: np.ndarray, underage: np.ndarray, overage: np.ndarray
) -> float:
    """Return the one of `MULTIPLES` of expected demand that would have cost least; 1 where none is known.

    `expected` and `came` are (K, n) units, NaN where not known; `underage`, `overage` money per unit, (n,).
    """
    known = np.isfinite(expected) & np.isfinite(came)
    if not known.any():
        return 1.0
    paid = []
    for multiple in MULTIPLES:
        error = np.where(known, came - multiple * expected, 0.0)
        paid.append(np.nansum(underage * np.maximum(error, 0) + overage * np.maximum(-error, 0)))
    return MULTIPLES[int(np.argmin(paid))]
