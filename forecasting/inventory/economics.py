"""The two unit costs of every item, and what their ratio means in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.rules import either, first_broken, number, together, unreadable
from forecasting.inventory.unit_costs import (
    LEFTOVERS,
    RULES,
    Leftover,
    UnitCosts,
    UnitEconomics,
    overage_cost,
    underage_cost,
)
from forecasting.schema import ITEM_MONEY, validate_items

__all__ = [
    "CostDefaults",
    "Leftover",
    "UnitCosts",
    "UnitEconomics",
    "explain_ratio",
    "item_costs",
]


@dataclass(frozen=True)
class CostDefaults:
    """The project's answers where an item says nothing; all of them editable on screen."""

    understock: float = 4.0  # money per unit short, typed directly
    overstock: float = 1.0  # money per unit left over, typed directly
    salvage_share: float = 0.0  # fraction of the unit cost a left-over still fetches
    goodwill: float = 0.0  # money per unit short; 0 because nobody can prove another number
    holding_rate: float = 0.25  # fraction of the unit cost per year; 20 to 30 % is usual
    leftover: Leftover = "carry_over"
    source: Literal["items", "typed"] = "items"  # "typed": the two numbers above, for every item

    def __post_init__(self) -> None:
        UnitCosts(self.understock, self.overstock)
        if not (np.isfinite(self.salvage_share) and self.salvage_share <= 1):
            raise DecisionError(
                f"Salvage is {self.salvage_share:g} of the unit cost; above 1 leftovers would earn money."
            )
        if not (np.isfinite(self.goodwill) and self.goodwill >= 0):
            raise DecisionError(f"Goodwill is {self.goodwill:g}; it must be 0 or more.")
        if not 0 <= self.holding_rate <= 2:
            raise DecisionError(
                f"Holding rate is {self.holding_rate:g}; give a fraction of the unit cost per year, 0 to 2."
            )
        if self.leftover not in LEFTOVERS or self.source not in ("items", "typed"):
            raise DecisionError(
                f"Expected leftover perishable or carry_over and source items or typed, "
                f"got {self.leftover!r} and {self.source!r}."
            )


def item_costs(
    items: pd.DataFrame, defaults: CostDefaults, *, days_per_period: float, review_period: int
) -> pd.DataFrame:
    """Return what a unit short and a unit left over cost, one row per item in the order of `items`.

    Parameters
    ----------
    items
        The items frame; blank entries take the project's defaults.
    defaults
        What to use where an item says nothing.
    days_per_period
        Days in one period of the data.
    review_period
        Periods between orders, where the item does not give its own.

    Returns
    -------
    unique_id, price, unit_cost, leftover, days_held (days), underage and
    overage (money per unit), critical_ratio, basis ('price and cost' or
    'typed'), note, problem. A row with a problem has NaN costs.
    """
    validate_items(items)
    values = _business_inputs(items, defaults, days_per_period, review_period)
    if defaults.source == "typed":
        typed, problem = np.ones(len(items), dtype=bool), np.full(len(items), "", dtype=object)
    else:
        typed = np.isnan(values["price"]) | np.isnan(values["unit_cost"])
        problem = _problems(items, values, typed)
    table = pd.DataFrame({"unique_id": items["unique_id"].to_numpy(), **values})
    return table.drop(columns=["salvage", "goodwill", "holding_rate"]).assign(
        **_unit_costs(values, defaults, typed, usable=problem == ""),
        basis=np.where(typed, "typed", "price and cost"),
        note=_notes(values, typed, defaults.source),
        problem=problem,
    )


def _unit_costs(
    values: Mapping[str, np.ndarray], defaults: CostDefaults, typed: np.ndarray, *, usable: np.ndarray
) -> dict[str, np.ndarray]:
    """Return underage and overage (money per unit) and their critical ratio; NaN where not usable."""
    underage = np.where(typed, defaults.understock, underage_cost(values))
    overage = np.where(typed, defaults.overstock, overage_cost(values))
    underage, overage = np.where(usable, underage, np.nan), np.where(usable, overage, np.nan)
    return {"underage": underage, "overage": overage, "critical_ratio": underage / (underage + overage)}


def explain_ratio(critical_ratio: float) -> str:
    """Return what a critical ratio says about the two costs and how often to be covered.

    >>> explain_ratio(0.95)
    '0.95: a lost sale costs you 19 times an unsold unit, so be covered in 19 of 20 cycles.'
    """
    if not 0 <= critical_ratio < 1:
        raise DecisionError(f"A critical ratio lies between 0 and 1, got {critical_ratio:g}.")
    if critical_ratio == 0:
        return "0: a lost sale costs you nothing, so order nothing."
    times = critical_ratio / (1 - critical_ratio)
    covered = _as_odds(critical_ratio)
    advice = f"be covered in {covered.numerator} of {covered.denominator} cycles"
    if critical_ratio < 0.5:
        advice = f"you plan to run out more often than not and {advice}"
    return f"{critical_ratio:.3g}: a lost sale costs you {times:.3g} times an unsold unit, so {advice}."


def _as_odds(share: float) -> Fraction:
    """Return a share as a fraction one can say aloud: at most twentieths, or all but one of n."""
    if share <= 0.95:
        return max(Fraction(share).limit_denominator(20), Fraction(1, 20))
    misses_one_in = round(1 / (1 - share))
    return Fraction(misses_one_in - 1, misses_one_in)


def _business_inputs(
    items: pd.DataFrame, defaults: CostDefaults, days_per_period: float, review_period: int
) -> dict[str, np.ndarray]:
    columns = {name: number(items, name) for name in ITEM_MONEY}
    review = number(items, "review_period")
    blank: dict[str, float | np.ndarray] = {
        "salvage": columns["unit_cost"] * defaults.salvage_share,
        "goodwill": defaults.goodwill,
        "holding_rate": defaults.holding_rate,
    }
    filled = {name: np.where(np.isnan(columns[name]), value, columns[name]) for name, value in blank.items()}
    # An impossible review period is the policy's problem to report, not the costs'.
    days_held = np.where(review >= 1, review, review_period) * days_per_period
    return columns | filled | {"leftover": _leftover(items, defaults.leftover), "days_held": days_held}


def _leftover(items: pd.DataFrame, default: Leftover) -> np.ndarray:
    if "leftover" not in items:
        return np.full(len(items), default, dtype=object)
    written = items["leftover"].astype("string").str.strip().str.lower().str.replace(r"[ -]", "_", regex=True)
    return written.mask(written == "").fillna(default).to_numpy(dtype=object)


def _problems(items: pd.DataFrame, values: Mapping[str, np.ndarray], typed: np.ndarray) -> np.ndarray:
    problem = np.full(len(items), "", dtype=object)
    problem[~typed] = first_broken(RULES, {name: column[~typed] for name, column in values.items()})
    return either(unreadable(items, ITEM_MONEY), problem)


def _notes(values: Mapping[str, np.ndarray], typed: np.ndarray, source: str) -> np.ndarray:
    missing = np.where(typed & (source == "items"), "Price or unit cost not given: typed costs used.", "")
    no_margin = ~typed & (values["price"] <= values["unit_cost"])
    unprofitable = np.where(no_margin, "Price does not exceed unit cost: there is no margin to lose.", "")
    return together(missing, unprofitable)
