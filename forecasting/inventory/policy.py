"""When orders are placed and how long each must last."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.rules import Rule, either, first_broken, number, unreadable
from forecasting.schema import validate_items


def _not_whole(values: np.ndarray) -> np.ndarray:
    return values != np.floor(values)


RULES = (
    Rule(
        lambda c: (c["lead_time"] < 0) | _not_whole(c["lead_time"]),
        "Lead time is {lead_time:g}; it must be a whole number of periods, 0 or more.",
    ),
    Rule(
        lambda c: (c["review_period"] < 1) | _not_whole(c["review_period"]),
        "Review period is {review_period:g}; it must be a whole number of periods, 1 or more.",
    ),
)


@dataclass(frozen=True)
class OrderPolicy:
    """Order up to a level every `review_period` periods; the goods come `lead_time` periods later.

    >>> OrderPolicy(lead_time=4, review_period=1).protection_interval
    5
    """

    lead_time: int  # periods, L >= 0
    review_period: int  # periods, R >= 1

    def __post_init__(self) -> None:
        columns = {name: np.array([float(getattr(self, name))]) for name in ("lead_time", "review_period")}
        problem = first_broken(RULES, columns)[0]
        if problem:
            raise DecisionError(problem)

    @property
    def protection_interval(self) -> int:
        """Return the periods one order must last, P = R + L: until the next one has come in."""
        return self.review_period + self.lead_time


def item_policies(items: pd.DataFrame, default: OrderPolicy) -> pd.DataFrame:
    """Return unique_id, lead_time, review_period, protection_interval (periods) and problem per item.

    An item's own numbers win over the default; a row with a problem has NaN.
    """
    validate_items(items)
    columns = {
        name: _or_default(number(items, name), getattr(default, name))
        for name in ("lead_time", "review_period")
    }
    problem = either(unreadable(items, tuple(columns)), first_broken(RULES, columns))
    usable = {name: np.where(problem == "", values, np.nan) for name, values in columns.items()}
    return pd.DataFrame(
        {
            "unique_id": items["unique_id"].to_numpy(),
            **usable,
            "protection_interval": usable["lead_time"] + usable["review_period"],
            "problem": problem,
        }
    )


def _or_default(values: np.ndarray, default: int) -> np.ndarray:
    return np.where(np.isnan(values), float(default), values)
