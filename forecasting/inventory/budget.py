"""The cheapest orders of all items together under a budget, a volume or a number of pallets.

min Σ_k C_k(q_k) subject to Σ_k w_kj q_k ≤ B_j, q_k from the item's list: one binary variable per choice
(multiple-choice knapsack), solved by HiGHS inside scipy. The price of a limit is the dual of the
relaxation: what one more unit of it would save. Source: Hadley & Whitin (1963), ch. 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from forecasting.errors import DecisionError
from forecasting.inventory.options import OptionLists

TIME_LIMIT = 20.0  # seconds; then the best found so far, or the greedy choice, labelled
EXACT_ITEMS = 2000  # above this many items the greedy choice is made at once
GAP = 1e-4  # a ten-thousandth of the cost: below anything that can be read


@dataclass(frozen=True)
class Limit:
    """How much there is of one thing that all orders share, and how much of it a unit of each item takes."""

    available: float
    per_unit: np.ndarray  # (n,) money, cubic metres or pallets per unit

    def __post_init__(self) -> None:
        if not (np.isfinite(self.available) and self.available >= 0):
            raise DecisionError(f"A limit must be a number of 0 or more, got {self.available:g}.")
        if not ((self.per_unit >= 0) & np.isfinite(self.per_unit)).all():
            raise DecisionError("What a unit takes of a limit must be a number of 0 or more for every item.")


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
    choice = _Choice(chosen_from, shared)
    if not shared:
        picked, exact, gap = np.nanargmin(chosen_from.cost, axis=1), True, 0.0
    elif len(options.quantity) > EXACT_ITEMS:
        picked, exact, gap = greedy(chosen_from, shared), False, float("nan")
    else:
        picked, exact, gap = choice.solved(time_limit)
    rows = np.arange(len(picked))
    return SharedPlan(
        chosen_from.quantity[rows, picked],
        float(chosen_from.cost[rows, picked].sum()),
        exact,
        gap,
        choice.prices(),
        feasible,
    )


def greedy(options: OptionLists, shared: Mapping[str, Limit]) -> np.ndarray:
    """Return which option to take of each item, (n,): steps in order of what they save for what they take.

    Steps are edges of the item's lower convex hull, so that a small first step never hides a good
    second one. A step that no longer fits is left out. Approximate: about a percent dearer where few
    items share a tight limit.
    """
    use = _use(options, shared)  # (n, options), share of all limits together
    steps = [step for item in range(len(use)) for step in _hull_steps(item, use[item], options.cost[item])]
    steps.sort(key=lambda step: -step[0])
    picked = np.array([int(np.flatnonzero(~np.isnan(row))[0]) for row in options.quantity])
    start = options.quantity[np.arange(len(picked)), picked]
    left = {name: lim.available - float(lim.per_unit @ start) for name, lim in shared.items()}
    for _, item, before, after in steps:
        if picked[item] != before:
            continue
        more = options.quantity[item, after] - options.quantity[item, before]
        needs = {name: lim.per_unit[item] * more for name, lim in shared.items()}
        if all(needs[name] <= left[name] + 1e-9 for name in needs):
            picked[item] = after
            left = {name: left[name] - needs[name] for name in left}
    return picked


def _hull_steps(item: int, use: np.ndarray, cost: np.ndarray) -> list[tuple[float, int, int, int]]:
    """Return (saving per use, item, from, to) along the lower hull from the first option to the cheapest."""
    places = [int(p) for p in np.flatnonzero(~np.isnan(cost))]
    steps: list[tuple[float, int, int, int]] = []
    at = places[0]
    while True:
        ahead = [p for p in places if p > at and cost[p] < cost[at]]
        if not ahead:
            return steps
        rates = [(cost[at] - cost[p]) / max(use[p] - use[at], 1e-12) for p in ahead]
        best = int(np.argmax(rates))
        steps.append((float(rates[best]), item, at, ahead[best]))
        at = ahead[best]


def _use(options: OptionLists, shared: Mapping[str, Limit]) -> np.ndarray:
    """Return the share of the limits that each option takes, summed over the limits, (n, options)."""
    total = np.zeros(options.quantity.shape)
    for lim in shared.values():
        total += lim.per_unit[:, None] * options.quantity / max(lim.available, 1e-12)
    return total


def _fits_at_least(options: OptionLists, shared: Mapping[str, Limit]) -> bool:
    """Return whether the smallest choices keep every limit."""
    least = np.nanmin(options.quantity, axis=1)
    return all(float(lim.per_unit @ least) <= lim.available + 1e-9 for lim in shared.values())


class _Choice:
    """The same choice as matrices: a column per option, a row per limit and per item."""

    def __init__(self, options: OptionLists, shared: Mapping[str, Limit]) -> None:
        self.shared = shared
        self.item, self.place = np.nonzero(~np.isnan(options.quantity))
        units = options.quantity[self.item, self.place]
        # Costs beside the item's cheapest: large common parts would hide the gap.
        self.cost = options.cost[self.item, self.place] - np.nanmin(options.cost, axis=1)[self.item]
        self.total = float(np.nanmin(options.cost, axis=1).sum())
        self.limits = np.array([lim.per_unit[self.item] * units for lim in shared.values()])
        self.available = np.array([lim.available for lim in shared.values()])
        n = len(options.quantity)
        ones, columns = np.ones(len(self.item)), np.arange(len(self.item))
        self.one_each: Any = csr_array((ones, (self.item, columns)), shape=(n, len(self.item)))
        self.options = options

    def solved(self, time_limit: float) -> tuple[np.ndarray, bool, float]:
        """Return the option taken of each item, whether it is the best, and the gap (share of cost)."""
        found = milp(
            self.cost,
            integrality=np.ones(len(self.cost), dtype=int),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(self.one_each, 1, 1),
                LinearConstraint(self.limits, -np.inf, self.available),
            ],
            options={"time_limit": time_limit, "mip_rel_gap": GAP},
        )
        if found.x is None:
            return greedy(self.options, self.shared), False, float("nan")
        picked = np.zeros(len(self.options.quantity), dtype=int)
        taken = found.x > 0.5
        picked[self.item[taken]] = self.place[taken]
        short = max(float(found.fun) - float(found.mip_dual_bound), 0.0)
        return picked, found.status == 0, short / max(abs(self.total + float(found.fun)), 1e-12)

    def prices(self) -> dict[str, float]:
        """Return what one more unit of each limit saves: the duals of the relaxation."""
        if not self.shared:
            return {}
        relaxed = linprog(
            self.cost,
            A_ub=self.limits,
            b_ub=self.available,
            A_eq=self.one_each,
            b_eq=np.ones(self.one_each.shape[0]),
            bounds=(0, 1),
            method="highs",
        )
        if relaxed.status != 0:
            return dict.fromkeys(self.shared, float("nan"))
        return {n: max(-float(m), 0.0) for n, m in zip(self.shared, relaxed.ineqlin.marginals, strict=True)}
