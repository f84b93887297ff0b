"""What one unit too few and one unit too many cost, in money.

With p price, c unit cost, v salvage, g goodwill, h = c · i / 365 holding per unit and day,
R the review period in days and B, b the cost of a unit owed (once, per day):

* season              Cu = (p − c)⁺ + g    Co = c − v + h · R
* lost sale           Cu = (p − c)⁺ + g    Co = h · R
* backorder           Cu = B               Co = h · R        ratio 1 − h · R / B
* backorder per day   Cu = b               Co = h            both per unit and day
* expires             as the sale is missed; Co = h · R + π · (c − v), π = chance that a unit expires

π is not known before the level is: `decision` adds it. These are the forms of the usual table
(Snyder & Shen 2019, Fundamentals of Supply Chain Theory, 4.3; Silver, Pyke & Thomas 2017, ch. 9);
`interval_cost` reckons with the sums they shorten.
"""

from dataclasses import dataclass

import numpy as np

from forecasting.errors import DecisionError
from forecasting.inventory.rules import Columns, Rule, first_broken
from forecasting.inventory.situations import (
    LEFTOVERS,
    MISSED,
    OWED,
    OWED_PER_DAY,
    SEASON,
    Leftover,
    Missed,
    situation,
)

DAYS_PER_YEAR = 365.0

AMOUNTS = ("price", "unit_cost", "salvage", "goodwill", "holding_rate", "days_held")
OPTIONAL = ("backorder_cost", "shelf_life_days")  # NaN: not given
WORDS = ("leftover", "missed_sale")


def holding_per_day(columns: Columns) -> np.ndarray:
    """Return h, money per unit and day."""
    return columns["unit_cost"] * columns["holding_rate"] / DAYS_PER_YEAR


def write_off(columns: Columns) -> np.ndarray:
    """Return c − v, money lost on a unit that is cleared or thrown away."""
    return columns["unit_cost"] - columns["salvage"]


def underage_cost(columns: Columns) -> np.ndarray:
    """Return Cu, money per unit short; a lost sale below cost loses only the goodwill."""
    lost = np.maximum(columns["price"] - columns["unit_cost"], 0.0) + columns["goodwill"]
    return np.where(columns["missed_sale"] == "lost", lost, columns["backorder_cost"])


def overage_cost(columns: Columns) -> np.ndarray:
    """Return Co, money per unit left over at the end of a cycle, before any chance to expire.

    A perishable that outlives the cycle is charged its write-off in full here, π = 1: the careful
    figure for whoever cannot know its level.
    """
    kind = situation(columns)
    days = np.where(kind == OWED_PER_DAY, 1.0, columns["days_held"])
    cleared = (kind == SEASON) | (columns["leftover"] == "perishable")
    return holding_per_day(columns) * days + np.where(cleared, write_off(columns), 0.0)


def critical_ratio(columns: Columns) -> np.ndarray:
    """Return the share of cycles worth covering, (n,)."""
    underage, overage = underage_cost(columns), overage_cost(columns)
    with np.errstate(invalid="ignore", divide="ignore"):
        owed = 1.0 - overage / underage
        return np.where(situation(columns) == OWED, owed, underage / (underage + overage))


def _waits(columns: Columns) -> np.ndarray:
    return np.asarray(columns["missed_sale"] != "lost")


RULES = (
    Rule(
        lambda c: ~np.all([np.isfinite(c[name]) for name in AMOUNTS], axis=0),
        "Price, unit cost, salvage, goodwill, holding rate and days held must all be finite numbers.",
    ),
    Rule(lambda c: c["price"] <= 0, "Price is {price:g}; it must be above 0.", "price"),
    Rule(lambda c: c["unit_cost"] <= 0, "Unit cost is {unit_cost:g}; it must be above 0.", "unit_cost"),
    Rule(
        lambda c: c["salvage"] > c["unit_cost"],
        "Salvage {salvage:g} is above the unit cost {unit_cost:g}, so leftovers would earn money and the "
        "best order would be infinite; lower the salvage or correct the cost.",
        "salvage",
    ),
    Rule(
        lambda c: c["salvage"] > c["price"],
        "Salvage {salvage:g} is above the price {price:g}; a left-over cannot fetch more than a sale.",
        "salvage",
    ),
    Rule(lambda c: c["goodwill"] < 0, "Goodwill is {goodwill:g}; it must be 0 or more.", "goodwill"),
    Rule(
        lambda c: (c["holding_rate"] < 0) | (c["holding_rate"] > 2),
        "Holding rate is {holding_rate:g}; give the fraction of the unit cost per year, between 0 and 2 "
        "(25 % is 0.25).",
        "holding_rate",
    ),
    Rule(lambda c: c["days_held"] < 0, "Days held is {days_held:g}; it must be 0 or more.", "review_period"),
    Rule(
        lambda c: ~np.isin(c["leftover"], LEFTOVERS),
        "Leftover is {leftover!r}; write perishable or carry_over.",
        "leftover",
    ),
    Rule(
        lambda c: ~np.isin(c["missed_sale"], MISSED),
        "Missed sale is {missed_sale!r}; write lost, backorder or backorder_per_day.",
        "missed_sale",
    ),
    Rule(
        lambda c: _waits(c) & ~(c["backorder_cost"] > 0),
        "A customer who waits costs something, but the backorder cost is {backorder_cost:g}; give money per "
        "unit owed (per unit and day where missed sale is backorder_per_day), above 0.",
        "backorder_cost",
    ),
    Rule(
        lambda c: (situation(c) == OWED) & (c["backorder_cost"] <= overage_cost(c)),
        "Owing a unit costs {backorder_cost:g}, no more than keeping one for a cycle, so nothing would be "
        "stocked; raise the backorder cost or lower the holding rate.",
        "backorder_cost",
    ),
    Rule(
        lambda c: overage_cost(c) <= 0,
        "A left-over unit costs nothing (holding is free and nothing is written off), so the best order "
        "would be infinite; give a holding rate, or a salvage below the unit cost {unit_cost:g}.",
        "holding_rate",
    ),
)


@dataclass(frozen=True)
class UnitCosts:
    """Money per unit short [Cu] and per unit left over [Co]."""

    underage: float
    overage: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.underage) and np.isfinite(self.overage)):
            raise DecisionError(
                f"Both unit costs must be finite numbers, got {self.underage} and {self.overage}."
            )
        if self.underage < 0:
            raise DecisionError(f"The understock cost is {self.underage:g} per unit; it must be 0 or more.")
        if self.overage <= 0:
            raise DecisionError(
                f"The overstock cost is {self.overage:g} per unit; it must be above 0, "
                "or the best order would be infinite."
            )

    @property
    def critical_ratio(self) -> float:
        """Return the share of cycles worth covering [Cu / (Cu + Co)], in [0, 1)."""
        return self.underage / (self.underage + self.overage)


@dataclass(frozen=True, kw_only=True)
class UnitEconomics:
    """The business inputs of one item; money per unit in the project's currency.

    >>> season = UnitEconomics(
    ...     price=20, unit_cost=12, salvage=8, holding_rate=0, leftover="perishable", days_held=0
    ... )
    >>> season.unit_costs()
    UnitCosts(underage=8.0, overage=4.0)
    """

    price: float
    unit_cost: float
    leftover: Leftover
    days_held: float  # days a left-over waits: the review period
    salvage: float = 0.0  # below 0: a disposal fee
    goodwill: float = 0.0  # future margin lost with an unserved customer
    holding_rate: float = 0.25  # fraction of the unit cost per year
    missed_sale: Missed = "lost"
    backorder_cost: float = float("nan")  # per unit owed; per unit and day for backorder_per_day
    shelf_life_days: float = float("nan")  # NaN: it does not expire on the shelf

    def __post_init__(self) -> None:
        problem = first_broken(RULES, self._columns())[0]
        if problem:
            raise DecisionError(problem)

    def unit_costs(self) -> UnitCosts:
        """Return what a unit short and a unit left over cost."""
        columns = self._columns()
        return UnitCosts(float(underage_cost(columns)[0]), float(overage_cost(columns)[0]))

    @property
    def critical_ratio(self) -> float:
        """Return the share of cycles worth covering."""
        return float(critical_ratio(self._columns())[0])

    def _columns(self) -> dict[str, np.ndarray]:
        amounts = {name: np.array([getattr(self, name)], dtype=float) for name in (*AMOUNTS, *OPTIONAL)}
        return amounts | {name: np.array([getattr(self, name)], dtype=object) for name in WORDS}
