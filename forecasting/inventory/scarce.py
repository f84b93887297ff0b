"""Too little for all: a continuous budget by one price, and one item's stock shared out among stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from forecasting.errors import DecisionError
from forecasting.inventory.closed_form import normal_expected_cost
from forecasting.inventory.unit_costs import UnitCosts


@dataclass(frozen=True)
class BudgetItem:
    """One item under a budget: demand over the protection interval, unit costs, money per unit."""

    demand: NormalDist
    costs: UnitCosts
    unit_cost: float


@dataclass(frozen=True)
class BudgetedOrders:
    """Units per item, the price of the budget [λ], and the expected money lost."""

    quantity: np.ndarray
    price: float
    expected_cost: float


def budgeted_newsvendor(items: Sequence[BudgetItem], budget: float) -> BudgetedOrders:
    """Return the orders of least expected cost whose money is within the budget.

    Every item is covered up to (Cu − λ c) / (Cu + Co); λ is what one more unit of money would
    save, found by bisection. Source: Hadley & Whitin (1963), ch. 6: the yardstick of `budget`.
    """
    low, high = 0.0, max(i.costs.underage / i.unit_cost for i in items)
    if _spend(items, _quantities(items, 0.0)) <= budget:
        high = 0.0
    for _ in range(100):
        middle = (low + high) / 2
        within = _spend(items, _quantities(items, middle)) <= budget
        low, high = (low, middle) if within else (middle, high)
    quantity = _quantities(items, high)
    cost = sum(normal_expected_cost(q, i.demand, i.costs) for q, i in zip(quantity, items, strict=True))
    return BudgetedOrders(quantity, high, float(cost))


def _quantities(items: Sequence[BudgetItem], price: float) -> np.ndarray:
    ratios = [(i.costs.underage - price * i.unit_cost) / (i.costs.underage + i.costs.overage) for i in items]
    return np.array(
        [max(i.demand.inv_cdf(r), 0.0) if r > 0 else 0.0 for i, r in zip(items, ratios, strict=True)]
    )


def _spend(items: Sequence[BudgetItem], quantity: np.ndarray) -> float:
    return float(sum(i.unit_cost * q for i, q in zip(items, quantity, strict=True)))


def shared_out(cost: np.ndarray, least: np.ndarray, steps: int) -> np.ndarray:
    """Return how many packs of a scarce stock each store gets, (n,).

    Parameters
    ----------
    cost
        Expected money of giving a store 0, 1, 2 … packs, (n, packs + 1); convex in the packs.
    least
        Packs each store must have (its minimum service), (n,).
    steps
        Packs there are.

    Each pack goes where it saves most: best for convex costs (Fox 1966, Management Science 13(3)).
    A pack that saves nothing stays in the warehouse.
    """
    if least.sum() > steps:
        raise DecisionError(
            f"The stores' minimum is {least.sum():g} packs, but there are {steps}; lower a minimum or share "
            "out without them."
        )
    saves = -np.diff(cost, axis=1)  # (n, packs): of the next pack
    place = np.arange(saves.shape[1])
    saves = np.where(place < least[:, None], np.inf, saves)
    order = np.argsort(-saves, axis=None, kind="stable")
    worth = order[saves.ravel()[order] > 0][:steps]
    return np.bincount(worth // saves.shape[1], minlength=len(cost))
