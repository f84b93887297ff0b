"""How much to order at a time when an order itself costs money and demand is known.

Source throughout: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, ch. 3.
Demand rate, holding cost and shortage cost share one unit of time (a day, a year);
the answer does not depend on which.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.errors import DecisionError


@dataclass(frozen=True)
class LotSize:
    """Units per order and money per unit of time."""

    quantity: float
    cost: float


@dataclass(frozen=True)
class LotTerms:
    """What an order and a unit on the shelf cost."""

    order_cost: float  # money per order, K
    holding_cost: float  # money per unit and unit of time, h
    demand_rate: float  # units per unit of time, λ

    def __post_init__(self) -> None:
        if not (self.order_cost >= 0 and self.holding_cost > 0 and self.demand_rate >= 0):
            raise DecisionError(
                f"An order must cost 0 or more, holding more than 0 and demand be 0 or more; got "
                f"{self.order_cost:g}, {self.holding_cost:g} and {self.demand_rate:g}."
            )


def economic_order_quantity(terms: LotTerms) -> LotSize:
    """Return the order that balances ordering and holding, √(2Kλ/h), at √(2Kλh).

    >>> economic_order_quantity(LotTerms(order_cost=8, holding_cost=0.225, demand_rate=1300))
    LotSize(quantity=304.0467800264368, cost=68.41052550594829)
    """
    fixed = 2 * terms.order_cost * terms.demand_rate
    return LotSize(math.sqrt(fixed / terms.holding_cost), math.sqrt(fixed * terms.holding_cost))


def lots(order_cost: np.ndarray, holding_cost: np.ndarray, demand_rate: np.ndarray) -> np.ndarray:
    """Return the economic order quantity of many items, (n,) units; 0 where an order costs nothing."""
    return np.sqrt(2.0 * order_cost * np.maximum(demand_rate, 0.0) / holding_cost)


def quantity_with_backorders(terms: LotTerms, shortage_cost: float) -> LotSize:
    """Return the order when customers wait at `shortage_cost` [b] per unit and unit of time.

    The lot grows by √((h + b)/b) and its cost falls by as much.
    """
    if not shortage_cost > 0:
        raise DecisionError(f"A unit owed must cost more than 0 per period, got {shortage_cost:g}.")
    longer = math.sqrt((terms.holding_cost + shortage_cost) / shortage_cost)
    plain = economic_order_quantity(terms)
    return LotSize(plain.quantity * longer, plain.cost / longer)


def quantity_with_discounts(
    order_cost: float, holding_rate: float, demand_rate: float, prices: Sequence[tuple[float, float]]
) -> LotSize:
    """Return the order of least total cost, goods included, when larger orders make every unit cheaper.

    Parameters
    ----------
    order_cost
        Money per order, K.
    holding_rate
        Share of the unit cost per unit of time, i; h = i · c.
    demand_rate
        Units per unit of time.
    prices
        Smallest order and the unit cost from it on, smallest first, the first from 0 units on.

    Within a price the cost is convex, so only its own EOQ and its smallest order can win.
    """
    starts = [start for start, _ in prices]
    if not prices or starts != sorted(set(starts)) or starts[0] != 0:
        raise DecisionError(f"Price breaks must start at 0 and rise, got {starts}.")
    found = []
    for (start, price), end in zip(prices, [*starts[1:], math.inf], strict=True):
        terms = LotTerms(order_cost, holding_rate * price, demand_rate)
        quantity = max(economic_order_quantity(terms).quantity, start)
        if 0 < quantity < end:
            running = order_cost * demand_rate / quantity + terms.holding_cost * quantity / 2
            found.append(LotSize(quantity, price * demand_rate + running))
    return min(found, key=lambda lot: lot.cost)


def lots_for_known_demand(
    demand: Sequence[float], order_cost: float, holding_cost: float
) -> tuple[np.ndarray, float]:
    """Return what to order in each period, and the cost, when demand is a contract and not a guess.

    A unit is held at the end of every period it waits. Wagner & Whitin (1958): an
    order always covers whole periods, so the cheapest last order of the first n
    periods is found from the cheapest plans of fewer.

    >>> lots_for_known_demand([90, 120, 80, 70], order_cost=500, holding_cost=2)
    (array([210.,   0., 150.,   0.]), 1380.0)
    """
    LotTerms(order_cost, holding_cost, 0.0)
    units = np.asarray(demand, dtype=float)
    if not ((units >= 0) & np.isfinite(units)).all():
        raise DecisionError("Known demand must be a number of 0 or more in every period.")
    best, last_order = [0.0], []
    for end in range(1, len(units) + 1):
        costs = [best[s] + _one_order(units[s:end], order_cost, holding_cost) for s in range(end)]
        last_order.append(int(np.argmin(costs)))
        best.append(min(costs))
    orders, end = np.zeros(len(units)), len(units)
    while end > 0:
        start = last_order[end - 1]
        orders[start] = units[start:end].sum()
        end = start
    return orders, float(best[-1])


def _one_order(demand: np.ndarray, order_cost: float, holding_cost: float) -> float:
    """Return what covering these periods by an order in the first costs; nothing where nothing is wanted."""
    if not demand.any():
        return 0.0
    return float(order_cost + holding_cost * (np.arange(len(demand)) * demand).sum())
