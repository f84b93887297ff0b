"""The replay day by day: one ordering rule on the same shelves and days, many forecasts.

Stock is carried over from day to day and from origin to origin. Every contestant starts with the
same stock; the first periods, until no shelf remembers it, are not counted. Stock at
the end is worth its cost and so no gain by itself; perishables are worth their salvage: what a
contestant's shelf holds more of them at the end than at the start is paid for as waste.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from forecasting.inventory.simulation import OrderUpTo, Shelf, simulate
from forecasting.value.censored import Scenario
from forecasting.value.shelves import Shelves

PARTS = ("lost_margin", "waste_cost", "holding_cost", "ordering_cost")


@dataclass(frozen=True)
class Books:
    """What one contestant did, per series and block, (n, K): units, then money; cost = sum of `PARTS`."""

    sold: np.ndarray
    lost: np.ndarray
    wasted: np.ndarray
    held: np.ndarray  # units on hand at the end of a period, summed over periods
    orders: np.ndarray  # orders placed
    stock_change: np.ndarray  # units on hand at the block's end less at its start
    lost_margin: np.ndarray
    waste_cost: np.ndarray
    holding_cost: np.ndarray
    ordering_cost: np.ndarray
    goodwill: np.ndarray  # beside the cost, never in it: nobody can prove it

    @property
    def cost(self) -> np.ndarray:
        """Return what it cost, (n, K) money."""
        return self.lost_margin + self.waste_cost + self.holding_cost + self.ordering_cost


@dataclass(frozen=True)
class Course:
    """When each series is replayed, in periods from the first replayed date."""

    starts: np.ndarray  # (n,) first period of the series
    counted_from: np.ndarray  # (n,) first period that counts
    step: int  # periods in a block

    def counts(self, n_periods: int) -> np.ndarray:
        """Return which periods count, (n, n_periods)."""
        counts: np.ndarray = np.arange(n_periods) >= self.counted_from[:, None]
        return counts


def walk(
    levels: Mapping[str, np.ndarray],
    opening: np.ndarray,
    scenario: Scenario,
    shelves: Shelves,
    course: Course,
    *,
    late: np.ndarray | None = None,
) -> dict[str, Books]:
    """Return the books of every contestant.

    Parameters
    ----------
    levels
        Contestant -> order-up-to level for a review in any period, (n, n_periods) units.
    opening
        Units on every shelf when its replay starts, (n,), the same for all.
    scenario
        Demand, and which periods count.
    late
        The lead time that deliveries really take, where the rule does not know it, (n,).
    """
    demand = np.where(np.arange(scenario.demand.shape[1]) >= course.starts[:, None], scenario.demand, 0.0)
    many, n = len(levels), len(opening)

    def each(values: np.ndarray) -> np.ndarray:
        return np.tile(values, (many, *([1] * (values.ndim - 1))))

    due = np.zeros(demand.shape)
    due[np.arange(n), course.starts] = opening
    before = np.arange(demand.shape[1]) < course.starts[:, None]
    stacked = np.concatenate([np.where(before, 0.0, table) for table in levels.values()])
    shelf = Shelf(
        on_hand=0.0,
        lead_time=each(shelves.lead_time if late is None else late),
        review_period=each(shelves.review_period),
        shelf_life=each(shelves.shelf_life),
        due=each(due),
    )
    trace = simulate(each(demand), OrderUpTo(stacked), shelf)
    counted = course.counts(demand.shape[1])
    day = {
        "sold": trace.sold,
        "lost": trace.unmet,
        "wasted": trace.expired,
        "held": trace.on_hand,
        "orders": trace.orders > 0,
        "stock_change": np.diff(trace.on_hand, axis=1, prepend=0.0),
    }
    open_days = dict.fromkeys(("sold", "lost", "held", "orders"), counted & scenario.counted)
    books = {}
    for place, name in enumerate(levels):
        rows = slice(place * n, (place + 1) * n)
        units = {
            key: _by_block(np.where(open_days.get(key, counted), values[rows], 0.0), course.step)
            for key, values in day.items()
        }
        books[name] = Books(**units, **_money(units, shelves))
    return books


def _money(units: Mapping[str, np.ndarray], shelves: Shelves) -> dict[str, np.ndarray]:
    build_up = np.where(shelves.perishable[:, None], units["stock_change"], 0.0)
    return {
        "lost_margin": units["lost"] * shelves.margin[:, None],
        "waste_cost": (units["wasted"] + build_up) * shelves.written_off[:, None],
        "holding_cost": units["held"] * shelves.holding[:, None],
        "ordering_cost": units["orders"] * shelves.order_cost[:, None],
        "goodwill": units["lost"] * shelves.goodwill[:, None],
    }


def _by_block(values: np.ndarray, step: int) -> np.ndarray:
    n, n_periods = values.shape
    return values.reshape(n, n_periods // step, step).sum(axis=2)


def kept_blocks(books: Books, blocks: slice) -> Books:
    """Return the books of some of the blocks."""
    return Books(**{field.name: getattr(books, field.name)[:, blocks] for field in fields(books)})
