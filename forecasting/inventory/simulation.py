"""Many shelves day by day: what an ordering rule would have sold, missed, kept and thrown away.

Order of events within a period, fixed: receive, fill backorders, review and
order (every R-th period, the first included), demand, sales, expiry, count of
the stock at the end. An order placed in period t arrives at the start of t + L;
with L = 0 it is on the shelf before that period's demand.

Rows are shelves that know nothing of each other: items, sample paths or both.
Periods are walked one by one, all rows at once.
"""

from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np

from forecasting.errors import DecisionError


class OrderingRule(Protocol):
    """What to order at a review, seen from the shelf."""

    def order(self, position: np.ndarray, period: int, /) -> np.ndarray:
        """Return units to order, (n,), 0 or more, given on hand + on order − backorders, (n,)."""
        ...


@dataclass(frozen=True)
class OrderUpTo:
    """Order what lifts the inventory position to a level, which may change from period to period."""

    levels: np.ndarray  # units, (n,) for all periods or (n, n_periods); read at reviews only

    def order(self, position: np.ndarray, period: int, /) -> np.ndarray:
        level = self.levels if self.levels.ndim == 1 else self.levels[:, period]
        return np.maximum(level - position, 0.0)


@dataclass(frozen=True)
class FixedOrders:
    """Order what was decided beforehand, whatever is on the shelf."""

    quantities: np.ndarray  # units, (n, n_periods); read at reviews only

    def order(self, _position: np.ndarray, period: int, /) -> np.ndarray:
        return self.quantities[:, period]


@dataclass(frozen=True)
class Shelf:
    """What the shelves are like before the first period; a single number holds for every row.

    Opening stock is fresh: it keeps as long as units received in the first period.
    """

    on_hand: np.ndarray | float  # units
    lead_time: np.ndarray | int  # periods, L >= 0
    review_period: np.ndarray | int  # periods, R >= 1
    backorders: bool = False  # False: unmet demand is lost
    # Periods a unit may be sold in, the one of arrival included; inf: it does not expire.
    shelf_life: np.ndarray | float = np.inf
    lifo_share: float = 0.0  # share of demand that takes the freshest unit instead of the oldest
    due: np.ndarray | None = None  # units already ordered, by period of arrival, (n, k)


@dataclass(frozen=True)
class ShelfTrace:
    """What happened, in units, every array (n, n_periods).

    Units are conserved: opening stock + received = sold + backorders filled + expired + on hand at
    the end, where a period fills its opening backorders + unmet − closing backorders.
    """

    orders: np.ndarray
    received: np.ndarray
    sold: np.ndarray  # to this period's customers, from stock
    unmet: np.ndarray  # lost, or added to the backorders
    expired: np.ndarray
    on_hand: np.ndarray  # at the period's end
    backorders: np.ndarray  # at the period's end


def simulate(demand: np.ndarray, rule: OrderingRule, shelf: Shelf) -> ShelfTrace:
    """Return what happens on every shelf while its `demand` (units, (n, n_periods)) arrives.

    Source of the check: Snyder & Shen (2019), example 4.4: 4.4668 per period with backorders.

    >>> days = np.array([[4.0, 6.0, 5.0]])
    >>> trace = simulate(days, OrderUpTo(np.array([8.0])), Shelf(on_hand=8, lead_time=1, review_period=1))
    >>> trace.sold
    array([[4., 4., 4.]])
    """
    demand = _checked(np.asarray(demand, dtype=float))
    stock = _Stock(shelf, *demand.shape)
    # Written a period at a time, so the rows of a period lie together in memory.
    # What never happens, as backorders on most shelves, stays the zeros it began with.
    book = {field.name: np.zeros(demand.shape[::-1]) for field in fields(ShelfTrace)}
    for period, wanted in enumerate(np.ascontiguousarray(demand.T)):
        delivered = stock.deliver(period)
        orders = _reviewed(rule, stock, period)
        at_once = None if orders is None else stock.place(orders, period)
        sold = stock.sell(wanted)
        unmet = wanted - sold
        happened = {
            "orders": orders,
            "received": _added(delivered, at_once),
            "sold": sold,
            "unmet": unmet,
            "expired": stock.expire(),
            "on_hand": stock.on_hand,
            "backorders": stock.owe(unmet),
        }
        for name, units in happened.items():
            if units is not None:
                book[name][period] = units
    return ShelfTrace(**{name: table.T for name, table in book.items()})


def _added(one: np.ndarray | None, other: np.ndarray | None) -> np.ndarray | None:
    """Return the sum of two tables of units, None for nothing."""
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _checked(demand: np.ndarray) -> np.ndarray:
    if demand.ndim != 2:
        raise DecisionError(f"Demand must be a table, shelves × periods; it has {demand.ndim} dimensions.")
    broken = ~((demand >= 0) & np.isfinite(demand))
    if broken.any():
        raise DecisionError(
            f"Demand must be a number of 0 or more in every period; {broken.sum():,} entries are not. "
            "Fill or leave out unknown periods first."
        )
    return demand


def _reviewed(rule: OrderingRule, stock: "_Stock", period: int) -> np.ndarray | None:
    """Return units ordered, (n,); None where nobody reviews."""
    due = period % stock.review_period == 0
    if not due.any():
        return None
    orders = np.where(due, rule.order(stock.position, period), 0.0)
    if not (orders >= 0).all():
        raise DecisionError(
            f"The ordering rule gives {orders[~(orders >= 0)][0]:g} in period {period}; at least 0 is needed."
        )
    return orders


class _Stock:
    """The units on every shelf and on their way, changed by one event after the other.

    Units are kept by the periods they may still be sold in: row k of `ages` holds those with k + 1
    periods left, the last row those that never expire. Shelves lie along the last axis of every table:
    what is done to all of them at once reads memory in one go.
    """

    def __init__(self, shelf: Shelf, n: int, n_periods: int) -> None:
        lead_time, review_period, life, on_hand = _per_row(shelf, n)
        self.lead_time, self.review_period = lead_time.astype(int), _one(review_period.astype(int))
        keeps = np.isfinite(life)
        longest = int(life[keeps].max()) if keeps.any() else 0
        fresh = np.where(keeps, np.where(keeps, life, 1) - 1, longest).astype(int)
        rows = np.arange(n)
        # Places in the flattened tables: where an order of period 0 arrives, and where fresh units go.
        self.arrival = self.lead_time * n + rows
        alike = _one(self.lead_time)
        self.same_lead = int(alike[0]) if len(alike) == 1 else None
        self.fresh: np.ndarray | slice = fresh * n + rows if longest else slice(None)
        self.ages = np.zeros((longest + 1, n))
        self.ages.reshape(-1)[self.fresh] = on_hand
        self.arriving = np.zeros((n_periods + int(lead_time.max(initial=0)) + 1, n))
        if shelf.due is not None:
            known = min(shelf.due.shape[1], len(self.arriving))
            self.arriving[:known] = shelf.due[:, :known].T
        self.some_at_once = bool((self.lead_time == 0).any())
        self.on_order = np.zeros(n) if shelf.due is None else shelf.due.sum(axis=1)
        self.backorders, self.owes, self.lifo_share = np.zeros(n), shelf.backorders, shelf.lifo_share

    @property
    def on_hand(self) -> np.ndarray:
        return self.ages[0].copy() if len(self.ages) == 1 else self.ages.sum(axis=0)

    @property
    def position(self) -> np.ndarray:
        return self.on_hand + self.on_order - self.backorders

    def deliver(self, period: int) -> np.ndarray | None:
        """Put what arrives on the shelf, serve waiting customers, and return what arrived; None: nothing."""
        arrived = self.arriving[period]
        if not arrived.any():
            return None
        self.on_order = self.on_order - arrived
        self._receive(arrived)
        return arrived

    def place(self, orders: np.ndarray, period: int) -> np.ndarray | None:
        """Send the orders off; return, and receive, those that come at once; None: none do."""
        at_once = np.where(self.lead_time == 0, orders, 0.0) if self.some_at_once else None
        later = orders if at_once is None else orders - at_once
        if self.same_lead is not None:
            self.arriving[period + self.same_lead] += later
        else:
            self.arriving.reshape(-1)[self.arrival + period * len(orders)] += later
        self.on_order = self.on_order + later
        if at_once is not None:
            self._receive(at_once)
        return at_once

    def sell(self, wanted: np.ndarray) -> np.ndarray:
        """Take units for customers, some of them the freshest first; return units sold."""
        if not self.lifo_share:
            return self._take(wanted, oldest_first=True)
        fresh = self._take(self.lifo_share * wanted, oldest_first=False)
        return fresh + self._take(wanted - fresh, oldest_first=True)

    def expire(self) -> np.ndarray | None:
        """Throw away what could be sold for the last time in this period; return units, None: none can."""
        if len(self.ages) == 1:
            return None
        expired = self.ages[0].copy()
        self.ages[:-2] = self.ages[1:-1]
        self.ages[-2] = 0.0
        return expired

    def owe(self, unmet: np.ndarray) -> np.ndarray | None:
        """Note unmet demand where customers wait; return units owed, None where nobody waits."""
        if not self.owes:
            return None
        self.backorders = self.backorders + unmet
        return self.backorders

    def _receive(self, arrived: np.ndarray) -> None:
        self.ages.reshape(-1)[self.fresh] += arrived
        if self.owes:
            self.backorders = self.backorders - self._take(self.backorders, oldest_first=True)

    def _take(self, wanted: np.ndarray, *, oldest_first: bool) -> np.ndarray:
        ages = self.ages if oldest_first else self.ages[::-1]  # a view: taking changes `self.ages`
        if len(ages) == 1:
            left = np.maximum(ages[0] - wanted, 0.0)
            taken: np.ndarray = ages[0] - left
            ages[0] = left
            return taken
        before = ages.copy()
        for row in range(1, len(ages)):  # a cumsum over few long rows takes ten times as long
            before[row] += before[row - 1]
        left = np.maximum(before - wanted, 0.0)
        np.subtract(left[1:], left[:-1], out=ages[1:])
        ages[0] = left[0]
        return before[-1] - left[-1]


def _one(values: np.ndarray) -> np.ndarray:
    """Return the values, or the one they all are: quicker to calculate with."""
    return values[:1] if len(values) and (values == values[0]).all() else values


def _per_row(shelf: Shelf, n: int) -> tuple[np.ndarray, ...]:
    """Return lead time, review period, shelf life and stock, each (n,), and refuse what cannot be."""
    given = (shelf.lead_time, shelf.review_period, shelf.shelf_life, shelf.on_hand)
    times, reviews, lives, stocks = (np.broadcast_to(np.asarray(v, dtype=float), (n,)) for v in given)
    whole = np.where(np.isinf(lives), 1.0, lives)
    rules = (
        ((times >= 0) & (times == np.floor(times)), "Lead time must be whole periods, 0 or more", times),
        ((reviews >= 1) & (reviews == np.floor(reviews)), "Review period must be whole, 1 or more", reviews),
        ((whole >= 1) & (whole == np.floor(whole)), "Shelf life must be 1 period or more, whole", lives),
        ((stocks >= 0) & np.isfinite(stocks), "Stock must be a number of 0 or more", stocks),
    )
    for good, sentence, values in rules:
        if not good.all():
            raise DecisionError(f"{sentence}; got {values[~good][0]:g}.")
    if not 0 <= shelf.lifo_share <= 1:
        raise DecisionError(f"The share of customers who take the freshest is {shelf.lifo_share:g}; 0 to 1.")
    return times, reviews, lives, stocks
