"""What all orders of one day share, and the plan that keeps to it."""

from dataclasses import dataclass

import pandas as pd

from forecasting.inventory.budget import SharedPlan

UNIT_OF = {"money": "", "volume": "cubic metre", "pallets": "pallet"}


@dataclass(frozen=True)
class SharedLimits:
    """What all orders of one day share; None: no limit."""

    money: float | None = None  # in the project's currency
    volume: float | None = None  # cubic metres
    pallets: float | None = None
    floors: bool = True  # keep each item's minimum_service where it has one

    def given(self) -> dict[str, float]:
        """Return the limits that are set."""
        return {n: v for n in UNIT_OF if (v := getattr(self, n)) is not None}


@dataclass(frozen=True)
class BudgetPlan:
    """The orders under shared limits.

    `table` has unique_id, suggested and budgeted (units), spend, volume, pallets (of the budgeted
    quantity), cost_rise (money: what the limits cost on this line) and outcome: 'as suggested',
    'less', 'more' or 'dropped'. `aside` are lines that take part in no limit, with why.
    """

    table: pd.DataFrame
    aside: pd.DataFrame  # unique_id, why
    solution: SharedPlan
    floor_price: float  # money: what the minimum services cost; 0 where there are none
    sentences: tuple[str, ...]

    @property
    def dropped(self) -> list[str]:
        """Return the series that should be ordered and are not."""
        return self.table.loc[self.table["outcome"] == "dropped", "unique_id"].tolist()


def budgeted(table: pd.DataFrame) -> dict[str, float]:
    """Return the units of every line of a plan's table that its limits changed."""
    moved = table[table["outcome"] != "as suggested"]
    return dict(zip(moved["unique_id"], moved["budgeted"].astype(float), strict=True))
