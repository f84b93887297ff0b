"""The cheapest orders of all items together under a budget, a volume or a number of pallets.

min Σ_k C_k(q_k) subject to Σ_k w_kj q_k ≤ B_j, q_k from the item's list (multiple-choice knapsack). The
price of a limit is the dual of the relaxation: what one more unit of it would save. Source: Hadley &
Whitin (1963), ch. 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecasting.inventory.branching import Choice
from forecasting.inventory.options import OptionLists
from forecasting.inventory.steps import Limit, greedy

__all__ = ["TIME_LIMIT", "Limit", "SharedPlan", "greedy", "shared_plan"]

TIME_LIMIT = 20.0  # seconds; then the best found so far, or the greedy choice, labelled
EXACT_ITEMS = 2000  # above this many items the rounded relaxation is taken at once


@dataclass(frozen=True)
class SharedPlan:
    """What to order of each item under shared limits."""

    quantity: np.ndarray  # (n,) units
    cost: float  # expected money, all items
    exact: bool  # False: the greedy choice, or the solver was stopped
    gap: float  # at most this share dearer than the best; NaN: not known
    price: Mapping[str, float]  # by limit: what one more unit of it saves
    feasible: bool  # False: the minimum services do not fit, and were given up


def shared_plan(
    options: OptionLists, shared: Mapping[str, Limit], time_limit: float = TIME_LIMIT
) -> SharedPlan:
    """Return the cheapest quantities that keep every limit.

    Where the minimum services cannot all be kept they are given up, `feasible` says so, and
    the plan is the least-cost subset without them. Quantities are never scaled.
    """
    bound = options.above_floors()
    feasible = _fits_at_least(bound, shared)
    chosen_from = bound if feasible else options
    if not shared or not len(options.quantity):
        picked = np.nanargmin(chosen_from.cost, axis=1)
        return _plan(chosen_from, picked, feasible)
    choice = Choice(chosen_from, shared, time_limit)
    if not choice.solvable:
        picked, unknown = greedy(chosen_from, shared), dict.fromkeys(shared, float("nan"))
        plan = _plan(chosen_from, picked, feasible)
        return replace(plan, exact=False, gap=float("nan"), price=unknown)
    found = choice.solved(integers=len(options.quantity) <= EXACT_ITEMS)
    plan = _plan(chosen_from, found.picked, feasible)
    gap = max(plan.cost - found.bound, 0.0) / max(abs(found.bound), 1e-12)
    return replace(plan, exact=found.proven, gap=gap, price=choice.prices())


def _plan(options: OptionLists, picked: np.ndarray, feasible: bool) -> SharedPlan:
    rows = np.arange(len(picked))
    cost = float(options.cost[rows, picked].sum())
    return SharedPlan(options.quantity[rows, picked], cost, True, 0.0, {}, feasible)


def _fits_at_least(options: OptionLists, shared: Mapping[str, Limit]) -> bool:
    """Return whether the smallest choices keep every limit."""
    least = np.nanmin(options.quantity, axis=1)
    return all(float(lim.per_unit @ least) <= lim.available + 1e-9 for lim in shared.values())
