"""The best choice of one option per item under shared limits, by branch and bound over relaxations.

The relaxation splits at most as many items as there are limits. A split item is branched at the
smaller of the options it mixes: at most that much, or more (branching on ordered sets, Beale & Tomlin
1970), which moves the bound far more than fixing one option does. Its duals are the prices of the limits;
an option whose reduced cost exceeds the distance to the best plan known is in no better one.
"""

import heapq
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from forecasting.inventory.options import OptionLists
from forecasting.inventory.steps import Limit, greedy

GAP = 1e-4  # of the expected cost: below anything that can be read
SPLIT = 1e-7  # a smaller share of an option is a rounding error


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    picked: np.ndarray  # (n,) the option taken of each item
    bound: float  # money no plan can undercut
    proven: bool  # within `GAP` of the bound


@dataclass(order=True)
class _Node:
    """Part of the plans: those that use only the columns still allowed."""

    bound: float  # of the node it came from
    number: int
    allowed: np.ndarray = field(compare=False)  # (columns,) bool


class Choice:
    """The choice as matrices: a column per option, a row per limit and per item."""

    def __init__(self, options: OptionLists, shared: Mapping[str, Limit], time_limit: float) -> None:
        self.options, self.shared = options, shared
        self.until = time.monotonic() + time_limit
        n = len(options.quantity)
        self.item, self.place = np.nonzero(~np.isnan(options.quantity))
        self.units = options.quantity[self.item, self.place]
        # Costs beside the item's cheapest: large common parts would hide the gap.
        self.cost = options.cost[self.item, self.place] - np.nanmin(options.cost, axis=1)[self.item]
        self.limits: Any = np.array([lim.per_unit[self.item] * self.units for lim in shared.values()])
        self.available = np.array([lim.available for lim in shared.values()])
        columns = np.arange(len(self.item))
        self.one_each: Any = csr_array((np.ones(len(columns)), (self.item, columns)), shape=(n, len(columns)))
        self.least = float(np.nanmin(options.cost, axis=1).sum())  # money, without limits
        self.relaxed = self._relaxation(columns)

    @property
    def solvable(self) -> bool:
        """Return whether the relaxation was solved in time."""
        return bool(self.relaxed.status == 0)

    def prices(self) -> dict[str, float]:
        """Return what one more unit of each limit saves."""
        return self._prices(self.relaxed)

    def solved(self, *, integers: bool) -> Found:
        """Return the cheapest choice found in time; without `integers` the rounded relaxation as it is."""
        near = GAP * abs(self.least + float(self.relaxed.fun))
        root = _Node(float(self.relaxed.fun), 0, np.ones(len(self.item), dtype=bool))
        best, cost = self._rounded(self.relaxed, np.arange(len(self.item)))
        waiting, closed, number = [root], cost, 0  # `closed`: the lowest bound of parts given up
        while waiting and cost - waiting[0].bound > near:
            if not integers or time.monotonic() >= self.until:
                return Found(best, self.least + min(closed, waiting[0].bound), False)
            node = heapq.heappop(waiting)
            columns = np.flatnonzero(node.allowed)
            relaxed = self._relaxation(columns) if number else self.relaxed
            if relaxed.status == 2:  # nothing fits in this part
                continue
            if relaxed.status != 0:
                return Found(best, self.least + min(closed, node.bound), False)
            bound = float(relaxed.fun)
            picked, rounded = self._rounded(relaxed, columns)
            if rounded < cost:
                best, cost = picked, rounded
            split = self._split(relaxed, columns)
            if cost - bound <= near or split is None:
                closed = min(closed, bound)
                continue
            # What these columns would cost is at least the best plan known.
            node.allowed[columns[relaxed.lower.marginals > cost - bound]] = False
            above = (self.item == split[0]) & (self.place > split[1])
            below = (self.item == split[0]) & ~above
            for shut in (above, below):
                number += 1
                heapq.heappush(waiting, _Node(bound, number, node.allowed & ~shut))
        rest = waiting[0].bound if waiting else cost
        return Found(best, self.least + min(closed, rest, cost), True)

    def _relaxation(self, columns: np.ndarray) -> Any:
        """Return the cheapest mixture of the columns, as scipy says it."""
        return linprog(
            self.cost[columns],
            A_ub=self.limits[:, columns],
            b_ub=self.available,
            A_eq=self.one_each[:, columns],
            b_eq=np.ones(self.one_each.shape[0]),
            bounds=(0, None),
            method="highs",
            options={"time_limit": max(self.until - time.monotonic(), 0.0)},
        )

    def _prices(self, relaxed: Any) -> dict[str, float]:
        duals = relaxed.ineqlin.marginals
        return {name: max(-float(m), 0.0) for name, m in zip(self.shared, duals, strict=True)}

    def _rounded(self, relaxed: Any, columns: np.ndarray) -> tuple[np.ndarray, float]:
        """Return one option per item and their cost: the smallest of each mixture, which fits, filled up."""
        mixed = columns[relaxed.x > SPLIT]
        _, first = np.unique(self.item[mixed], return_index=True)  # options ascend within an item
        picked = greedy(self.options, self.shared, self._prices(relaxed), self.place[mixed[first]])
        return picked, float(self.cost[self.place == picked[self.item]].sum())

    def _split(self, relaxed: Any, columns: np.ndarray) -> tuple[int, int] | None:
        """Return the item to branch on and the smaller option it mixes; None where none is mixed.

        Of several the one whose options differ most in cost: deciding it moves the bound furthest.
        """
        mixed = columns[(relaxed.x > SPLIT) & (relaxed.x < 1 - SPLIT)]
        if not len(mixed):
            return None
        items = np.unique(self.item[mixed])
        apart = [float(np.ptp(self.cost[mixed[self.item[mixed] == item]])) for item in items]
        item = int(items[int(np.argmax(apart))])
        return item, int(self.place[mixed[self.item[mixed] == item]].min())
