"""What orders share, and the choice that takes steps in order of what they save for what they take."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecasting.errors import DecisionError
from forecasting.inventory.options import OptionLists


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
