"""Fill up to S whenever stock is at s or below: the rule for orders that cost money, periodic review.

Customers wait; the cost of a period falls at its end. `exact_min_max` is Zheng &
Federgruen (1991), Operations Research 39(4), as told by Snyder & Shen (2019), 4.4.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from forecasting.errors import DecisionError
from forecasting.inventory.unit_costs import UnitCosts


@dataclass(frozen=True)
class MinMax:
    """Reorder at `low` [s], fill up to `high` [S]; units. `cost` is money per period."""

    low: float
    high: float
    cost: float = math.nan


def exact_min_max(pmf: Mapping[int, float], costs: UnitCosts, order_cost: float) -> MinMax:
    """Return the (s, S) of least cost per period for whole units and no lead time.

    `pmf` holds the probability of each demand in one period; `costs` are money per
    unit short and left at a period's end. The search rests on renewals: between two
    orders the position passes S, S − 1, …, each for an expected time m(j).
    """
    if not order_cost >= 0:
        raise DecisionError(f"An order must cost 0 or more, got {order_cost:g}.")
    chain = _Renewals(pmf, costs, order_cost)
    best = chain.cheapest_position()
    low, high = best - 1, best
    while chain.cost(low, high) > chain.position_cost(low):
        low -= 1
    cost, candidate = chain.cost(low, high), high + 1
    while chain.position_cost(candidate) <= cost:
        if chain.cost(low, candidate) < cost:
            high = candidate
            while chain.cost(low, high) <= chain.position_cost(low + 1):
                low += 1
            cost = chain.cost(low, high)
        candidate += 1
    return MinMax(float(low), float(high), cost)


def approximate_min_max(
    per_period: NormalDist, protected: NormalDist, costs: UnitCosts, order_cost: float
) -> MinMax:
    """Return (s, S) by the power approximation, without a cost: quick, and within a tenth of the best.

    `per_period` is demand in one period, `protected` over lead time and review.
    Source: Ehrhardt & Mosier (1984), Management Science 30(5), 618-622.
    """
    mean, spread = per_period.mean, protected.stdev
    lot = 1.30 * mean**0.494 * (order_cost / costs.overage) ** 0.506 * (1 + (spread / mean) ** 2) ** 0.116
    newsvendor = protected.inv_cdf(costs.critical_ratio)
    if lot == 0:
        return MinMax(newsvendor, newsvendor)
    z = math.sqrt(lot * costs.overage / (spread * costs.underage))
    low = 0.973 * protected.mean + spread * (0.183 / z + 1.063 - 2.192 * z)
    if lot / mean > 1.5:
        return MinMax(low, low + lot)
    return MinMax(min(low, newsvendor), min(low + lot, newsvendor))


class _Renewals:
    """What a cycle from S down to s costs, kept as far as it has been asked for."""

    def __init__(self, pmf: Mapping[int, float], costs: UnitCosts, order_cost: float) -> None:
        self.units = np.arange(max(pmf) + 1)
        self.share = np.array([pmf.get(int(k), 0.0) for k in self.units])
        if self.share[0] >= 1 or not np.isclose(self.share.sum(), 1.0, atol=1e-9):
            raise DecisionError("Demand needs probabilities that add up to 1, some of them above 0 units.")
        self.costs, self.order_cost = costs, order_cost
        self.visits = [1.0 / (1.0 - self.share[0])]  # m(j)
        self.known: dict[int, float] = {}

    def position_cost(self, position: int) -> float:
        """Return G(y), the expected cost of a period that starts with `position` units."""
        if position not in self.known:
            left = position - self.units
            cost = np.where(left >= 0, self.costs.overage * left, -self.costs.underage * left)
            self.known[position] = float(cost @ self.share)
        return self.known[position]

    def cheapest_position(self) -> int:
        covered = np.cumsum(self.share) >= self.costs.critical_ratio - 1e-12
        return int(np.argmax(covered))

    def cost(self, low: int, high: int) -> float:
        """Return c(s, S), money per period."""
        steps = high - low
        self._extend(steps)
        visits = self.visits[:steps]
        paid = sum(m * self.position_cost(high - j) for j, m in enumerate(visits))
        return (self.order_cost + paid) / sum(visits)

    def _extend(self, steps: int) -> None:
        while len(self.visits) < steps:
            j = len(self.visits)
            reach = min(j, len(self.share) - 1)
            earlier = np.array(self.visits[j - reach : j])[::-1]  # m(j-1) … m(j-reach)
            self.visits.append(float(self.share[1 : reach + 1] @ earlier) / (1.0 - self.share[0]))
