"""What one unit too few and one unit too many cost, in money.

Rows A and B of the usual table (Snyder & Shen 2019, Fundamentals of Supply
Chain Theory, 4.3; Silver, Pyke & Thomas 2017, ch. 9):

* perishable: a left-over is cleared at the end of the cycle; Co = c − v + h · days held
* carry_over: a left-over is sold in the next cycle;        Co = h · days held

with Cu = (p − c)⁺ + g and h = c · i / 365, money per unit and day.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecasting.errors import DecisionError
from forecasting.inventory.rules import Columns, Rule, first_broken

Leftover = Literal["perishable", "carry_over"]
LEFTOVERS = ("perishable", "carry_over")
DAYS_PER_YEAR = 365.0

AMOUNTS = ("price", "unit_cost", "salvage", "goodwill", "holding_rate", "days_held")


def underage_cost(columns: Columns) -> np.ndarray:
    """Return Cu, money per unit short; below cost only the goodwill is lost."""
    return np.maximum(columns["price"] - columns["unit_cost"], 0.0) + columns["goodwill"]


def overage_cost(columns: Columns) -> np.ndarray:
    """Return Co, money per unit left over at the end of a cycle."""
    holding = columns["unit_cost"] * columns["holding_rate"] / DAYS_PER_YEAR * columns["days_held"]
    written_off = np.where(
        columns["leftover"] == "perishable", columns["unit_cost"] - columns["salvage"], 0.0
    )
    return written_off + holding


RULES = (
    Rule(
        lambda c: ~np.all([np.isfinite(c[name]) for name in AMOUNTS], axis=0),
        "Price, unit cost, salvage, goodwill, holding rate and days held must all be finite numbers.",
    ),
    Rule(lambda c: c["price"] <= 0, "Price is {price:g}; it must be above 0."),
    Rule(lambda c: c["unit_cost"] <= 0, "Unit cost is {unit_cost:g}; it must be above 0."),
    Rule(
        lambda c: c["salvage"] > c["unit_cost"],
        "Salvage {salvage:g} is above the unit cost {unit_cost:g}, so leftovers would earn money and the "
        "best order would be infinite; lower the salvage or correct the cost.",
    ),
    Rule(
        lambda c: c["salvage"] > c["price"],
        "Salvage {salvage:g} is above the price {price:g}; a left-over cannot fetch more than a sale.",
    ),
    Rule(lambda c: c["goodwill"] < 0, "Goodwill is {goodwill:g}; it must be 0 or more."),
    Rule(
        lambda c: (c["holding_rate"] < 0) | (c["holding_rate"] > 2),
        "Holding rate is {holding_rate:g}; give the fraction of the unit cost per year, between 0 and 2 "
        "(25 % is 0.25).",
    ),
    Rule(lambda c: c["days_held"] < 0, "Days held is {days_held:g}; it must be 0 or more."),
    Rule(
        lambda c: ~np.isin(c["leftover"], LEFTOVERS),
        "Leftover is {leftover!r}; write perishable or carry_over.",
    ),
    Rule(
        lambda c: overage_cost(c) <= 0,
        "A left-over unit costs nothing (holding is free and nothing is written off), so the best order "
        "would be infinite; give a holding rate, or a salvage below the unit cost {unit_cost:g}.",
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

    def __post_init__(self) -> None:
        problem = first_broken(RULES, self._columns())[0]
        if problem:
            raise DecisionError(problem)

    def unit_costs(self) -> UnitCosts:
        """Return what a unit short and a unit left over cost."""
        columns = self._columns()
        return UnitCosts(float(underage_cost(columns)[0]), float(overage_cost(columns)[0]))

    def _columns(self) -> dict[str, np.ndarray]:
        amounts = {name: np.array([getattr(self, name)], dtype=float) for name in AMOUNTS}
        return amounts | {"leftover": np.array([self.leftover], dtype=object)}
