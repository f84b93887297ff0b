"""Levels found on simulated shelves, where the formula is only nearly right: a search along one line.

A lost sale never comes back, so with a lead time the formula for lost sales stocks a little too much; what
expires while older units are sold first has no formula at all. Around the formula's level S the same
demand is played for S · {0.8 … 1.2}: the demand of the next protection interval, one future after the
other, as if it went on. The cheapest level stands if futures that did not choose it agree that it saves
`WORTH_IT`, beyond chance; else the formula does. Sources: Zipkin (2008), Operations Research 56(5), 1256-1263
(how far order-up-to is from the best under lost sales); Broekmeulen & van Donselaar (2009), Computers &
Operations Research 36(11), 3013-3018 (perishables).
"""

from dataclasses import dataclass

import numpy as np

from forecasting.inventory.blocks import Block
from forecasting.inventory.simulation import OrderUpTo, Shelf, simulate
from forecasting.inventory.situations import EXPIRES, LOST

FACTORS = (0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2)
WORTH_IT = 0.01  # of the formula's cost
# Lost sales: above this ratio a cycle without stock is so rare that the formula was never beaten by 1 %.
HIGHEST_RATIO = 0.9
SHELVES, INTERVALS = 32, 7  # shelves that choose (as many again confirm), each over so many intervals
# Intervals not counted: shelves start full and fresh, and what that makes expire would speak against stock.
WARM_UP = 3
SURE = 2.0  # standard errors by which the confirming shelves must agree


@dataclass(frozen=True)
class _Played:
    """What each level costs per period on every shelf, (n, shelves, levels) money."""

    choosing: np.ndarray
    confirming: np.ndarray


def searched_level(block: Block, level: np.ndarray, *, whole_units: bool) -> np.ndarray:
    """Return the level of each line after the search, (n,) units; the given one where it has no place.

    Searched are carried goods whose missed sales are lost and whose delivery takes time, and goods
    that expire on the shelf; one lead time, no target.
    """
    rows = np.flatnonzero(_searchable(block) & (level > 0))
    found = level.astype(float).copy()
    if not len(rows):
        return found
    offered = level[rows, None] * np.array(FACTORS)
    offered = np.round(offered) if whole_units else offered
    offered[:, FACTORS.index(1.0)] = level[rows]
    played = _played(block, rows, offered)
    at, formula = np.argmin(played.choosing.mean(axis=1), axis=1), FACTORS.index(1.0)
    row, by_formula = np.arange(len(rows)), played.confirming[:, :, formula]
    saved = by_formula - played.confirming[row, :, at]  # (n, shelves)
    chance = SURE * saved.std(axis=1) / np.sqrt(saved.shape[1])
    worth_it = saved.mean(axis=1) > np.maximum(WORTH_IT * by_formula.mean(axis=1), chance)
    found[rows] = np.where(worth_it, offered[row, at], level[rows])
    return found


def _searchable(block: Block) -> np.ndarray:
    lines = block.columns
    lost = (lines["situation"] == LOST) & (lines["lead_time"] > 0)
    lost = lost & (lines["critical_ratio"] < HIGHEST_RATIO)
    dated = (lines["situation"] == EXPIRES) & (lines["missed_sale"] == "lost")
    fixed = np.array([draws is None for draws in lines["lead_time_draws"]])
    return np.asarray((lost | dated) & fixed & np.isnan(lines["target"]) & (lines["policy"] == "order_up_to"))


def _played(block: Block, rows: np.ndarray, offered: np.ndarray) -> _Played:
    """Return what the offered levels (n, levels) cost per period, once the start is forgotten."""
    n, n_levels = offered.shape
    lead, review = (int(block.columns[name][rows[0]]) for name in ("lead_time", "review_period"))
    demand = _ongoing(block.futures[rows], lead + review)  # (n, shelves, periods)
    shelves = demand.shape[1]
    every = np.broadcast_to(demand[:, :, None], (n, shelves, n_levels, demand.shape[2]))
    levels = np.broadcast_to(offered[:, None], (n, shelves, n_levels)).ravel()
    life = block.columns["shelf_life"][rows] if block.demand.life is not None else np.full(n, np.inf)
    shelf = Shelf(levels, lead, review, shelf_life=np.repeat(life, shelves * n_levels))
    trace = simulate(every.reshape(-1, demand.shape[2]), OrderUpTo(levels), shelf)
    happened = {
        "missed_cost": trace.unmet,
        "held_period_cost": trace.on_hand,
        "expired_cost": trace.expired,
    }
    paid = np.zeros((n, shelves, n_levels))
    for name, units in happened.items():
        price = getattr(block.terms, name)[rows]
        mean = units[:, WARM_UP * (lead + review) :].mean(axis=1).reshape(n, shelves, n_levels)
        paid += price[:, None, None] * mean
    half = shelves // 2
    return _Played(paid[:, :half], paid[:, half:])


def _ongoing(futures: np.ndarray, interval: int) -> np.ndarray:
    """Return demand that goes on, (n, shelves, periods): the interval's, of one future after another."""
    n_paths = futures.shape[1]
    first = np.arange(2 * SHELVES)[:, None] * INTERVALS + np.arange(INTERVALS)  # (shelves, intervals)
    taken = futures[:, first % n_paths, :interval]
    return np.asarray(taken.reshape(len(futures), 2 * SHELVES, INTERVALS * interval), dtype=float)
