"""Order a fixed quantity as soon as the inventory position falls to a reorder point: (r, Q), normal demand.

Source: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 5.2 and 5.4; customers wait.
The yardstick for reorder rules whose numbers come from sample paths.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from forecasting.errors import DecisionError
from forecasting.inventory.closed_form import STANDARD_NORMAL, standard_normal_loss
from forecasting.inventory.lot_sizes import LotTerms, quantity_with_backorders

# Halving an interval this often reaches the last bit of a float.
HALVINGS = 200


@dataclass(frozen=True)
class ReorderRule:
    """Order `quantity` units whenever the inventory position is at or below `reorder_point`."""

    reorder_point: float
    quantity: float


@dataclass(frozen=True)
class ReorderTerms:
    """Costs, and demand over the lead time (units)."""

    lot: LotTerms
    shortage_cost: float  # money per unit owed and unit of time, b
    lead_demand: NormalDist

    def __post_init__(self) -> None:
        if not self.shortage_cost > 0:
            raise DecisionError(f"A unit owed must cost more than 0 per period, got {self.shortage_cost:g}.")


def reorder_cost(rule: ReorderRule, terms: ReorderTerms) -> float:
    """Return money per unit of time: (Kλ + ∫ G(y) dy from r to r + Q) / Q."""
    low, high = rule.reorder_point, rule.reorder_point + rule.quantity
    demand, h, b = terms.lead_demand, terms.lot.holding_cost, terms.shortage_cost
    held = h * (0.5 * (high**2 - low**2) - demand.mean * rule.quantity)
    z_low, z_high = ((y - demand.mean) / demand.stdev for y in (low, high))
    short = demand.variance * (_second_loss(z_low) - _second_loss(z_high))
    return (terms.lot.order_cost * terms.lot.demand_rate + held + (h + b) * short) / rule.quantity


def best_reorder_point(quantity: float, terms: ReorderTerms) -> float:
    """Return the reorder point of least cost for this quantity: G(r) = G(r + Q)."""
    demand = terms.lead_demand

    def uphill(point: float) -> bool:
        return _position_cost(point + quantity, terms) >= _position_cost(point, terms)

    return _first_true(uphill, demand.mean - 20 * demand.stdev - quantity, demand.mean + 20 * demand.stdev)


def quick_reorder_rule(terms: ReorderTerms) -> ReorderRule:
    """Return the rule whose quantity is the EOQ with backorders and whose point is the best for it."""
    quantity = quantity_with_backorders(terms.lot, terms.shortage_cost).quantity
    return ReorderRule(best_reorder_point(quantity, terms), quantity)


def best_reorder_rule(terms: ReorderTerms) -> ReorderRule:
    """Return the rule of least cost: at the best quantity G(r) equals the whole cost."""

    def large_enough(quantity: float) -> bool:
        point = best_reorder_point(quantity, terms)
        return _position_cost(point, terms) >= reorder_cost(ReorderRule(point, quantity), terms)

    start = quick_reorder_rule(terms).quantity
    quantity = _first_true(large_enough, start * 1e-3, 10 * start + 10 * terms.lead_demand.stdev)
    return ReorderRule(best_reorder_point(quantity, terms), quantity)


def _position_cost(position: float, terms: ReorderTerms) -> float:
    """Return G(y): what holding and owing cost per unit of time at this inventory position."""
    demand, h = terms.lead_demand, terms.lot.holding_cost
    short = demand.stdev * standard_normal_loss((position - demand.mean) / demand.stdev)
    return h * (position - demand.mean) + (h + terms.shortage_cost) * short


def _second_loss(z: float) -> float:
    """Return ∫ E(Z − t)⁺ dt from z on: ((z² + 1)(1 − Φ(z)) − z φ(z)) / 2."""
    return 0.5 * ((z * z + 1) * (1 - STANDARD_NORMAL.cdf(z)) - z * STANDARD_NORMAL.pdf(z))


def _first_true(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Return where a statement that is false below and true above turns true."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if math.isclose(low, high, rel_tol=1e-14, abs_tol=1e-12):
            break
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
