"""A shelf day by day: what an ordering rule would have sold, missed, kept and thrown away.

Order of events within a period, fixed: receive, fill backorders, review and
order (every R-th period, the first included), demand, sales, expiry, costs on
the stock at the end. An order placed in period t arrives at the start of t + L;
with L = 0 it is on the shelf before that period's demand.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from forecasting.errors import DecisionError
from forecasting.inventory.policy import OrderPolicy


@dataclass(frozen=True)
class ReviewRule:
    """A periodic review: every R periods order what lifts the inventory position to the level."""

    order_up_to_level: float  # units, S
    policy: OrderPolicy
    on_hand: float  # units at the start
    holding_cost: float  # money per unit on hand at a period's end
    shortage_cost: float  # money per unit lost, or per unit backordered at a period's end
    backorders: bool = False  # False: unmet demand is lost

    def __post_init__(self) -> None:
        amounts = (self.order_up_to_level, self.on_hand, self.holding_cost, self.shortage_cost)
        if not all(np.isfinite(a) and a >= 0 for a in amounts):
            raise DecisionError(
                f"Level, stock, holding and shortage cost must be numbers of 0 or more, got {amounts}."
            )


@dataclass(frozen=True)
class ShelfTrace:
    """One entry per period, in units; costs are totals in money."""

    orders: np.ndarray
    received: np.ndarray
    sales_from_stock: np.ndarray
    unmet: np.ndarray
    on_hand_end: np.ndarray
    backorders_end: np.ndarray
    holding_cost: float
    shortage_cost: float

    @property
    def total_cost(self) -> float:
        """Return holding plus shortage cost."""
        return self.holding_cost + self.shortage_cost


@dataclass(frozen=True)
class PerishableTrace:
    """One entry per period, in units."""

    sales: np.ndarray
    waste: np.ndarray
    end_stock: float


def simulate_periodic_review(demand: np.ndarray, rule: ReviewRule) -> ShelfTrace:
    """Return what happens on the shelf while `demand` (units per period) arrives.

    Source of the check: Snyder & Shen (2019), example 4.4: 4.4668 per period with backorders.
    """
    on_hand, backorders = float(rule.on_hand), 0.0
    lead_time, review_period = rule.policy.lead_time, rule.policy.review_period
    pipeline = deque([0.0] * lead_time)
    rows: list[tuple[float, ...]] = []
    for period, wanted in enumerate(np.asarray(demand, dtype=float).tolist()):
        arrived = pipeline.popleft() if lead_time else 0.0
        on_hand, backorders = _receive(on_hand, backorders, arrived)
        position = on_hand + sum(pipeline) - backorders
        order = max(rule.order_up_to_level - position, 0.0) if period % review_period == 0 else 0.0
        if lead_time:
            pipeline.append(order)
        else:
            arrived = order
            on_hand, backorders = _receive(on_hand, backorders, order)
        sold = min(on_hand, wanted)
        on_hand -= sold
        if rule.backorders:
            backorders += wanted - sold
        rows.append((order, arrived, sold, wanted - sold, on_hand, backorders))
    return _trace(np.array(rows, dtype=float).reshape(-1, 6), rule)


def fifo_perishable(demand: np.ndarray, receipts: np.ndarray, shelf_life: int) -> PerishableTrace:
    """Return sales and waste when the oldest units are sold first.

    `receipts` arrive before the period's demand and may be sold in `shelf_life`
    periods, the one of arrival included; what is left then is thrown away.
    """
    if shelf_life < 1 or len(demand) != len(receipts):
        raise DecisionError(
            f"Shelf life must be 1 period or more and demand as long as receipts, "
            f"got {shelf_life}, {len(demand)} and {len(receipts)}."
        )
    ages = deque([0.0] * shelf_life)  # units by age, oldest first
    sales, waste = [], []
    for wanted, received in zip(demand, receipts, strict=True):
        ages.popleft()  # emptied at the end of the period before
        ages.append(float(received))
        left = float(wanted)
        for age, stock in enumerate(ages):
            taken = min(stock, left)
            ages[age], left = stock - taken, left - taken
        sales.append(float(wanted) - left)
        waste.append(ages[0])
        ages[0] = 0.0
    return PerishableTrace(np.array(sales), np.array(waste), float(sum(ages)))


def _receive(on_hand: float, backorders: float, arrived: float) -> tuple[float, float]:
    """Return the stock and the backorders after goods arrive: waiting customers are served first."""
    filled = min(backorders, on_hand + arrived)
    return on_hand + arrived - filled, backorders - filled


def _trace(table: np.ndarray, rule: ReviewRule) -> ShelfTrace:
    orders, received, sold, unmet, on_hand, backorders = table.T
    charged = backorders if rule.backorders else unmet
    return ShelfTrace(
        orders,
        received,
        sold,
        unmet,
        on_hand,
        backorders,
        holding_cost=float(rule.holding_cost * on_hand.sum()),
        shortage_cost=float(rule.shortage_cost * charged.sum()),
    )
