"""The cheapest orders of all items together under a budget, a volume or a number of pallets.

min Σ_k C_k(q_k) subject to Σ_k w_kj q_k ≤ B_j, q_k from the item's list: one binary variable per choice
(multiple-choice knapsack), solved by HiGHS inside scipy. The price of a limit is the dual of the
relaxation: what one more unit of it would save. Source: Hadley & Whitin (1963), ch. 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from forecasting.errors import DecisionError
from forecasting.inventory.options import OptionLists

TIME_LIMIT = 20.0  # seconds; then the best found so far, or the greedy choice, labelled
EXACT_ITEMS = 2000  # above this many items the greedy choice is made at once
GAP = 1e-4  # of the expected cost: below anything that can be read


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
    if not shared:
        picked = np.nanargmin(chosen_from.cost, axis=1)
        return _plan(chosen_from, picked, feasible)
    choice = _Choice(chosen_from, shared, time_limit)
    if choice.relaxed.status != 0:
        picked, unknown = greedy(chosen_from, shared), dict.fromkeys(shared, float("nan"))
        plan = _plan(chosen_from, picked, feasible)
        return replace(plan, exact=False, gap=float("nan"), price=unknown)
    picked, least, exact = choice.solved(time_limit, integers=len(options.quantity) <= EXACT_ITEMS)
    plan = _plan(chosen_from, picked, feasible)
    gap = max(plan.cost - least, 0.0) / max(abs(least), 1e-12)
    return replace(plan, exact=exact, gap=gap, price=choice.prices())


def _plan(options: OptionLists, picked: np.ndarray, feasible: bool) -> SharedPlan:
    rows = np.arange(len(picked))
    cost = float(options.cost[rows, picked].sum())
    return SharedPlan(options.quantity[rows, picked], cost, True, 0.0, {}, feasible)


def greedy(
    options: OptionLists,
    shared: Mapping[str, Limit],
    prices: Mapping[str, float] | None = None,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Return which option to take of each item, (n,): steps in order of what they save for what they take.

    Steps are edges of the item's lower convex hull, so that a small first step never hides a good
    second one; a step that no longer fits is left out. What a step takes is priced by `prices`, else
    as a share of each limit. It begins with `start`, else with the least of every item.
    """
    use = _use(options, shared, prices)  # (n, options)
    first = np.argmax(~np.isnan(options.quantity), axis=1)
    picked = first if start is None else start.copy()
    rows = range(len(use))
    steps = [s for k in rows for s in _hull_steps(k, use[k], options.cost[k], int(picked[k]))]
    steps.sort(key=lambda step: -step[0])
    taken = options.quantity[np.arange(len(picked)), picked]
    left = {name: lim.available - float(lim.per_unit @ taken) for name, lim in shared.items()}
    for _, item, before, after in steps:
        if picked[item] != before:
            continue
        more = options.quantity[item, after] - options.quantity[item, before]
        needs = {name: lim.per_unit[item] * more for name, lim in shared.items()}
        if all(needs[name] <= left[name] + 1e-9 for name in needs):
            picked[item] = after
            left = {name: left[name] - needs[name] for name in left}
    return picked


def _hull_steps(
    item: int, use: np.ndarray, cost: np.ndarray, start: int
) -> list[tuple[float, int, int, int]]:
    """Return (saving per use, item, from, to) along the lower hull from an option to the cheapest."""
    places = [int(p) for p in np.flatnonzero(~np.isnan(cost))]
    steps: list[tuple[float, int, int, int]] = []
    at = start
    while True:
        ahead = [p for p in places if p > at and cost[p] < cost[at]]
        if not ahead:
            return steps
        rates = [(cost[at] - cost[p]) / max(use[p] - use[at], 1e-12) for p in ahead]
        best = int(np.argmax(rates))
        steps.append((float(rates[best]), item, at, ahead[best]))
        at = ahead[best]


def _use(options: OptionLists, shared: Mapping[str, Limit], prices: Mapping[str, float] | None) -> np.ndarray:
    """Return what each option takes of all limits, (n, options), by price or as share of each limit."""
    total = np.zeros(options.quantity.shape)
    for name, lim in shared.items():
        weight = 1.0 / max(lim.available, 1e-12) if prices is None else prices[name]
        total += weight * lim.per_unit[:, None] * options.quantity
    return total


def _fits_at_least(options: OptionLists, shared: Mapping[str, Limit]) -> bool:
    """Return whether the smallest choices keep every limit."""
    least = np.nanmin(options.quantity, axis=1)
    return all(float(lim.per_unit @ least) <= lim.available + 1e-9 for lim in shared.values())


class _Choice:
    """The same choice as matrices: a column per option, a row per limit and per item.

    The relaxation comes first. Its duals are the prices; its cost is a bound; an option whose reduced
    cost exceeds the distance between that bound and a rounded plan is in no better plan, so that the
    integer problem is left with few columns.
    """

    def __init__(self, options: OptionLists, shared: Mapping[str, Limit], time_limit: float) -> None:
        self.options, self.shared = options, shared
        n = len(options.quantity)
        self.item, self.place = np.nonzero(~np.isnan(options.quantity))
        self.units = options.quantity[self.item, self.place]
        # Costs beside the item's cheapest: large common parts would hide the gap.
        self.cost = options.cost[self.item, self.place] - np.nanmin(options.cost, axis=1)[self.item]
        self.limits: Any = np.array([lim.per_unit[self.item] * self.units for lim in shared.values()])
        self.available = np.array([lim.available for lim in shared.values()])
        self.one_each = _one_each(self.item, n)
        self.relaxed: Any = linprog(
            self.cost,
            A_ub=self.limits,
            b_ub=self.available,
            A_eq=self.one_each,
            b_eq=np.ones(n),
            bounds=(0, None),
            method="highs",
            options={"time_limit": time_limit},
        )
        self.least = float(np.nanmin(options.cost, axis=1).sum())  # money, without limits

    @property
    def bound(self) -> float:
        """Return what no plan can undercut, in money."""
        return self.least + float(self.relaxed.fun)

    def solved(self, time_limit: float, *, integers: bool) -> tuple[np.ndarray, float, bool]:
        """Return the option taken of each item, what no plan can undercut, and whether this is the best.

        Without `integers` the rounded plan is taken as it is.
        """
        rounded = greedy(self.options, self.shared, self.prices(), self._rounded())
        chosen = np.flatnonzero(self.place == rounded[self.item])
        distance = float(self.cost[chosen].sum() - self.relaxed.fun)
        allowed = GAP * abs(self.bound)
        if not integers or distance <= allowed:
            return rounded, self.bound, distance <= allowed
        kept = np.union1d(np.flatnonzero(self.relaxed.lower.marginals <= distance), chosen)
        found = milp(
            self.cost[kept],
            integrality=np.ones(len(kept), dtype=int),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(self.one_each[:, kept], 1, 1),
                LinearConstraint(self.limits[:, kept], -np.inf, self.available),
            ],
            options={"time_limit": time_limit, "mip_rel_gap": min(allowed / self.relaxed.fun, 0.5)},
        )
        if found.x is None:
            return rounded, self.bound, False
        if found.fun <= self.cost[chosen].sum():
            columns = kept[found.x > 0.5]
            rounded[self.item[columns]] = self.place[columns]
        return rounded, self.least + float(found.mip_dual_bound), found.status == 0

    def prices(self) -> dict[str, float]:
        """Return what one more unit of each limit saves."""
        duals = self.relaxed.ineqlin.marginals
        return {name: max(-float(m), 0.0) for name, m in zip(self.shared, duals, strict=True)}

    def _rounded(self) -> np.ndarray:
        """Return one option per item: of what the relaxation mixes, the smallest order, so that all fits."""
        mixed = np.flatnonzero(self.relaxed.x > 1e-7)
        _, first = np.unique(self.item[mixed], return_index=True)  # options ascend within an item
        return np.asarray(self.place[mixed[first]])


def _one_each(item: np.ndarray, n: int) -> Any:
    """Return the sparse rows that say: one option of each item."""
    columns = np.arange(len(item))
    return csr_array((np.ones(len(columns)), (item, columns)), shape=(n, len(columns)))
