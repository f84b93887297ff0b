"""The replay day by day: one ordering rule on the same shelves and days, many forecasts.

Stock is carried over from day to day and from origin to origin. Every contestant starts with the
same stock; the first periods, until no shelf remembers it, are not counted. Stock at
the end is worth its cost and so no gain by itself; perishables are worth their salvage: what a
contestant's shelf holds more of them at the end than at the start is paid for as waste.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from forecasting.inventory.simulation import OrderUpTo, Shelf, ShelfTrace, simulate
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

    def only(self, rows: np.ndarray) -> "Course":
        """Return the course of some of the series."""
        return Course(self.starts[rows], self.counted_from[rows], self.step)

    def counts(self, n_periods: int) -> np.ndarray:
        """Return which periods count, (n, n_periods)."""
        counts: np.ndarray = np.arange(n_periods)[:, None] >= self.counted_from
        return counts.T


@dataclass(frozen=True)
class World:
    """What contestants walk through together: the same shelves, opening stock, demand and days."""

    levels: Mapping[str, np.ndarray]  # contestant -> order-up-to level for a review in any period, (n, T)
    opening: np.ndarray  # units on every shelf when its replay starts, (n,)
    scenario: Scenario  # demand, and which periods count
    shelves: Shelves
    course: Course
    late: np.ndarray | None = None  # lead time that deliveries really take, unknown to the rule, (n,)

    def only(self, rows: np.ndarray) -> "World":
        """Return the world of some of the series."""
        return World(
            {name: table[rows] for name, table in self.levels.items()},
            self.opening[rows],
            self.scenario.only(rows, self.scenario.demand.shape[1]),
            self.shelves.only(rows),
            self.course.only(rows),
            None if self.late is None else self.late[rows],
        )

    def demand(self) -> np.ndarray:
        """Return what is asked for, (n, n_periods): nothing before a series starts."""
        asked = self.scenario.demand
        demand: np.ndarray = np.where(_before(self.course, asked.shape[1]), 0.0, asked)
        return demand

    def ordered_up_to(self) -> np.ndarray:
        """Return the levels of all contestants, one below the other; 0 before a series starts."""
        before = _before(self.course, self.scenario.demand.shape[1])
        return np.concatenate([np.where(before, 0.0, table) for table in self.levels.values()])

    def due(self) -> np.ndarray:
        """Return the opening stock as a delivery on the day each series starts, (n, n_periods)."""
        due = np.zeros(self.scenario.demand.shape)
        due[np.arange(len(due)), self.course.starts] = self.opening
        return due

    def each(self, values: np.ndarray) -> np.ndarray:
        """Return values per series, once for every contestant."""
        return np.tile(values, (len(self.levels), *([1] * (values.ndim - 1))))


def walk(worlds: Sequence[World]) -> list[dict[str, Books]]:
    """Return the books of every contestant, per world; the days are walked once for all of them."""
    parts = [
        (rows, [_books(world, trace, place) for world, trace, place in part])
        for rows, part in _walked(worlds)
    ]
    whole = iter(
        [
            _joined([rows for rows, _ in parts], list(of_one))
            for of_one in zip(*(books for _, books in parts), strict=True)
        ]
    )
    return [{name: next(whole) for name in world.levels} for world in worlds]


def paid(worlds: Sequence[World]) -> list[dict[str, np.ndarray]]:
    """Return what every contestant paid per series, (n,) money, per world: quicker than its books."""
    found = [{name: np.empty(len(world.opening)) for name in world.levels} for world in worlds]
    tables = [table for of_world in found for table in of_world.values()]
    for rows, part in _walked(worlds):
        for table, (world, trace, place) in zip(tables, part, strict=True):
            table[rows] = _paid(world, trace, place)
    return found


def _walked(
    worlds: Sequence[World],
) -> Iterator[tuple[np.ndarray, list[tuple[World, ShelfTrace, slice]]]]:
    """Yield some series at a time, and what happened to them: each contestant's world, trace and rows.

    Goods that expire need a shelf for every age. They are walked apart, so that the others need none.
    """
    keeps = np.isinf(worlds[0].shelves.shelf_life)
    for rows in (np.flatnonzero(keeps), np.flatnonzero(~keeps)):
        if len(rows):
            yield rows, _one_by_one([world.only(rows) for world in worlds])


def _one_by_one(worlds: Sequence[World]) -> list[tuple[World, ShelfTrace, slice]]:
    shelf = Shelf(
        on_hand=0.0,
        lead_time=_all(worlds, lambda w: w.shelves.lead_time if w.late is None else w.late),
        review_period=_all(worlds, lambda w: w.shelves.review_period),
        shelf_life=_all(worlds, lambda w: w.shelves.shelf_life),
        due=_all(worlds, World.due),
    )
    # By columns, for a review reads one period of every shelf.
    levels = np.asfortranarray(np.concatenate([world.ordered_up_to() for world in worlds]))
    trace = simulate(_all(worlds, World.demand), OrderUpTo(levels), shelf)
    n = len(worlds[0].opening)
    who = [world for world in worlds for _ in world.levels]
    return [(world, trace, slice(place * n, place * n + n)) for place, world in enumerate(who)]


def _joined(rows: Sequence[np.ndarray], parts: Sequence[Books]) -> Books:
    """Return the books of all series from those of some each."""
    back = np.argsort(np.concatenate(rows))
    tables = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])[back]
        for field in fields(Books)
    }
    return Books(**tables)


def _all(worlds: Sequence[World], told: Callable[[World], np.ndarray]) -> np.ndarray:
    return np.concatenate([world.each(told(world)) for world in worlds])


def _before(course: Course, n_periods: int) -> np.ndarray:
    before: np.ndarray = np.arange(n_periods) < course.starts[:, None]
    return before


def _paid(world: World, trace: ShelfTrace, rows: slice) -> np.ndarray:
    counted = world.course.counts(world.scenario.demand.shape[1])
    is_open = counted & world.scenario.counted
    units = {
        "lost": _sums(trace.unmet[rows], is_open),
        "wasted": np.zeros(len(world.opening)),
        "held": _sums(trace.on_hand[rows], is_open),
        "orders": _sums(trace.orders[rows] > 0, is_open),
        "stock_change": np.zeros(len(world.opening)),
    }
    if np.isfinite(world.shelves.shelf_life).any():
        units["wasted"] = _sums(trace.expired[rows], counted)
    if world.shelves.perishable.any():
        units["stock_change"] = _sums(np.diff(trace.on_hand[rows], axis=1, prepend=0.0), counted)
    money = _money({name: table[:, None] for name, table in units.items()}, world.shelves)
    total: np.ndarray = np.sum([money[part] for part in PARTS], axis=0)[:, 0]
    return total


def _sums(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return the sums of what counts, (n,)."""
    sums: np.ndarray = (values.T * counted.T).sum(axis=0)
    return sums


def _books(world: World, trace: ShelfTrace, rows: slice) -> Books:
    counted = world.course.counts(world.scenario.demand.shape[1])
    is_open = counted & world.scenario.counted
    held = trace.on_hand[rows]
    units = {
        "sold": _by_block(trace.sold[rows], is_open, world.course.step),
        "lost": _by_block(trace.unmet[rows], is_open, world.course.step),
        "wasted": _by_block(trace.expired[rows], counted, world.course.step),
        "held": _by_block(held, is_open, world.course.step),
        "orders": _by_block(trace.orders[rows] > 0, is_open, world.course.step),
        "stock_change": _by_block(np.diff(held, axis=1, prepend=0.0), counted, world.course.step),
    }
    return Books(**units, **_money(units, world.shelves))


def _money(units: Mapping[str, np.ndarray], shelves: Shelves) -> dict[str, np.ndarray]:
    build_up = np.where(shelves.perishable[:, None], units["stock_change"], 0.0)
    return {
        "lost_margin": units["lost"] * shelves.margin[:, None],
        "waste_cost": (units["wasted"] + build_up) * shelves.written_off[:, None],
        "holding_cost": units["held"] * shelves.holding[:, None],
        "ordering_cost": units["orders"] * shelves.order_cost[:, None],
        "goodwill": units["lost"] * shelves.goodwill[:, None],
    }


def _by_block(values: np.ndarray, counted: np.ndarray, step: int) -> np.ndarray:
    """Return the sums of what counts per block, (n, K); a period of all shelves lies together in memory."""
    kept = values.T * counted.T  # (n_periods, n)
    sums: np.ndarray = kept.reshape(-1, step, kept.shape[1]).sum(axis=1).T
    return sums


def kept_blocks(books: Books, blocks: slice) -> Books:
    """Return the books of some of the blocks."""
    return Books(**{field.name: getattr(books, field.name)[:, blocks] for field in fields(books)})
