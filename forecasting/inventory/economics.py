"""The two unit costs of every item, and what their ratio means in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.cost_words import explain_ratio
from forecasting.inventory.policy import with_rules
from forecasting.inventory.rules import (
    at_row,
    either,
    first_broken,
    number,
    read_problems,
    together,
    unreadable,
)
from forecasting.inventory.situations import (
    EXPIRES,
    LEFTOVERS,
    MISSED,
    SEASON,
    TYPED,
    Leftover,
    Missed,
    situation,
)
from forecasting.inventory.unit_costs import (
    RULES,
    UnitCosts,
    UnitEconomics,
    critical_ratio,
    holding_per_day,
    overage_cost,
    underage_cost,
    write_off,
)
from forecasting.schema import ITEM_MONEY, ITEM_WORDS, validate_items

__all__ = [
    "CostDefaults",
    "Leftover",
    "UnitCosts",
    "UnitEconomics",
    "explain_ratio",
    "item_costs",
]

KEPT = ["unique_id", "price", "unit_cost", "leftover", "missed_sale", "days_held", "order_cost"]
# Money per unit missed, per unit and period missed, per unit left over at the end of the interval,
# per unit held at the end of a period, per unit expired.
TERMS = ("missed_cost", "missed_period_cost", "leftover_cost", "held_period_cost", "expired_cost")


@dataclass(frozen=True)
class CostDefaults:
    """The project's answers where an item says nothing; all of them editable on screen."""

    understock: float = 4.0  # money per unit short, typed directly
    overstock: float = 1.0  # money per unit left over, typed directly
    salvage_share: float = 0.0  # fraction of the unit cost a left-over still fetches
    goodwill: float = 0.0  # money per unit short; 0 because nobody can prove another number
    holding_rate: float = 0.25  # fraction of the unit cost per year; 20 to 30 % is usual
    leftover: Leftover = "carry_over"
    missed_sale: Missed = "lost"
    backorder_cost: float | None = None  # money per unit owed (per unit and day: backorder_per_day)
    order_cost: float = 0.0  # money per order line, K; only rules that batch orders use it
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
        if self.missed_sale not in MISSED or not self.order_cost >= 0:
            raise DecisionError(
                f"Expected missed_sale {', '.join(MISSED)} and an order cost of 0 or more, "
                f"got {self.missed_sale!r} and {self.order_cost:g}."
            )
        if self.backorder_cost is not None and not self.backorder_cost > 0:
            raise DecisionError(f"The backorder cost is {self.backorder_cost:g}; it must be above 0.")
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
    unique_id, price, unit_cost, leftover, missed_sale, situation, days_held (days),
    underage and overage (money per unit), critical_ratio, basis ('price and cost' or
    'typed'), order_cost (money per order), `TERMS`, note, problem. A row with a
    problem has NaN costs.
    """
    items = with_rules(validate_items(items))
    values = _business_inputs(items, defaults, days_per_period, review_period)
    if defaults.source == "typed":
        typed, problem = np.ones(len(items), dtype=bool), np.full(len(items), "", dtype=object)
    else:
        typed = np.isnan(values["price"]) | np.isnan(values["unit_cost"])
        problem = _problems(items, values, typed)
    problem = at_row(items, either(read_problems(items), problem))
    table = pd.DataFrame({"unique_id": items["unique_id"].to_numpy(), **values})
    usable = problem == ""
    kind = np.where(typed, TYPED, situation(values)).astype(object)
    costs = _unit_costs(values, defaults, typed) | _terms(values, defaults, kind, days_per_period)
    return table[KEPT].assign(
        situation=kind,
        **{name: np.where(usable, amounts, np.nan) for name, amounts in costs.items()},
        basis=np.where(typed, "typed", "price and cost"),
        note=_notes(values, typed, defaults.source),
        problem=problem,
    )


def _unit_costs(
    values: Mapping[str, np.ndarray], defaults: CostDefaults, typed: np.ndarray
) -> dict[str, np.ndarray]:
    """Return underage and overage (money per unit) and their critical ratio."""
    ratio = defaults.understock / (defaults.understock + defaults.overstock)
    return {
        "underage": np.where(typed, defaults.understock, underage_cost(values)),
        "overage": np.where(typed, defaults.overstock, overage_cost(values)),
        "critical_ratio": np.where(typed, ratio, critical_ratio(values)),
    }


def _terms(
    values: Mapping[str, np.ndarray], defaults: CostDefaults, kind: np.ndarray, days_per_period: float
) -> dict[str, np.ndarray]:
    """Return `TERMS`: what is paid, and how often, in the words of `interval_cost`."""
    typed, season = kind == TYPED, kind == SEASON
    by_day = ~typed & (values["missed_sale"] == "backorder_per_day")
    missed, left = underage_cost(values), overage_cost(values)
    left = np.where(typed, defaults.overstock, np.where(season, left, 0.0))
    held = np.where(typed | season, 0.0, holding_per_day(values) * days_per_period)
    return {
        "missed_cost": np.where(typed, defaults.understock, np.where(by_day, 0.0, missed)),
        "missed_period_cost": np.where(by_day, missed * days_per_period, 0.0),
        "leftover_cost": left,
        "held_period_cost": held,
        "expired_cost": np.where(kind == EXPIRES, write_off(values), 0.0),
    }


def _business_inputs(
    items: pd.DataFrame, defaults: CostDefaults, days_per_period: float, review_period: int
) -> dict[str, np.ndarray]:
    columns = {name: number(items, name) for name in ITEM_MONEY}
    review = number(items, "review_period")
    owed = np.nan if defaults.backorder_cost is None else defaults.backorder_cost
    blank: dict[str, float | np.ndarray] = {
        "salvage": columns["unit_cost"] * defaults.salvage_share,
        "goodwill": defaults.goodwill,
        "holding_rate": defaults.holding_rate,
        "backorder_cost": owed,
        "order_cost": defaults.order_cost,
    }
    filled = {name: np.where(np.isnan(columns[name]), value, columns[name]) for name, value in blank.items()}
    # An impossible review period or shelf life is for policy and supply to report, not for the costs.
    life = number(items, "shelf_life")
    times = {
        "days_held": np.where(review >= 1, review, review_period) * days_per_period,
        "shelf_life_days": np.where(life > 0, life, np.nan) * days_per_period,
    }
    words = {name: _word(items, name, getattr(defaults, name)) for name in ITEM_WORDS}
    return columns | filled | times | words


def _word(items: pd.DataFrame, column: str, default: str) -> np.ndarray:
    if column not in items:
        return np.full(len(items), default, dtype=object)
    written = items[column].astype("string").str.strip().str.lower().str.replace(r"[ -]", "_", regex=True)
    return written.mask(written == "").fillna(default).to_numpy(dtype=object)


def _problems(items: pd.DataFrame, values: Mapping[str, np.ndarray], typed: np.ndarray) -> np.ndarray:
    problem = np.full(len(items), "", dtype=object)
    problem[~typed] = first_broken(RULES, {name: column[~typed] for name, column in values.items()})
    return either(unreadable(items, ITEM_MONEY), problem)


def _notes(values: Mapping[str, np.ndarray], typed: np.ndarray, source: str) -> np.ndarray:
    missing = np.where(
        typed & (source == "items"), "Price or unit cost not given: the two costs of such items are used.", ""
    )
    no_margin = ~typed & (values["missed_sale"] == "lost") & (values["price"] <= values["unit_cost"])
    worthless = no_margin & (values["goodwill"] <= 0)
    unprofitable = np.select(
        [worthless, no_margin],
        [
            "Price does not exceed unit cost: there is no margin to lose and no money to be made.",
            "Price does not exceed unit cost: there is no margin to lose, only goodwill.",
        ],
        "",
    )
    return together(missing, unprofitable)
