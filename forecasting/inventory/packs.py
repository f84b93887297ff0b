"""What can really be ordered: nothing, or whole packs from the minimum order up to the room there is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecasting.errors import DecisionError

# A quantity this close to a whole number of packs is one: 0.3 / 0.1 is not 3 in floats.
PACK_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Limits:
    """What the supplier and the shelf allow, one entry per item; units."""

    pack: np.ndarray  # (n,) > 0; NaN: any quantity
    moq: np.ndarray  # (n,) >= 0; 0: none
    room: np.ndarray  # (n,) units that still fit; inf: no limit

    def __post_init__(self) -> None:
        if (self.pack <= 0).any() or not (self.moq >= 0).all() or np.isnan(self.room).any():
            raise DecisionError(
                "Packs must be above 0, minimum orders 0 or more and the room a number or unlimited."
            )


def cheapest_feasible(
    wanted: np.ndarray, limits: Limits, cost_of: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return the feasible order of least expected cost, (n,) units.

    Parameters
    ----------
    wanted
        The best order without packs, (n,) units, >= 0.
    limits
        Pack, minimum order and room.
    cost_of
        Expected cost (money) of ordering the given (n,) units; convex in them.

    Because the cost is convex only three orders can win: nothing, and the
    feasible neighbours of `wanted`. The smaller order wins a tie.
    """
    low, high = _neighbours(wanted, limits)
    candidates = np.stack([np.zeros_like(low), low, high])  # (3, n), ascending
    costs = np.stack([cost_of(quantity) for quantity in candidates])
    # Equal costs differ by rounding; a larger order must earn its place.
    handicap = 1e-9 * costs.max(axis=0) * np.arange(3)[:, None]
    best = np.argmin(costs + handicap, axis=0)
    return np.take_along_axis(candidates, best[None], axis=0)[0]


def smallest_order(limits: Limits) -> np.ndarray:
    """Return the least that can be ordered if anything is, (n,) units: the MOQ in whole packs."""
    packs = np.maximum(np.ceil(limits.moq / limits.pack - PACK_TOLERANCE), 1.0)
    return np.where(np.isnan(limits.pack), limits.moq, packs * limits.pack)


def _neighbours(wanted: np.ndarray, limits: Limits) -> tuple[np.ndarray, np.ndarray]:
    """Return the feasible orders on either side of `wanted`; 0 where nothing may be ordered."""
    smallest, largest = smallest_order(limits), _in_packs(limits.room, limits.pack, np.floor, PACK_TOLERANCE)
    below = _in_packs(wanted, limits.pack, np.floor, PACK_TOLERANCE)
    above = _in_packs(wanted, limits.pack, np.ceil, -PACK_TOLERANCE)
    low, high = (np.minimum(np.maximum(q, smallest), largest) for q in (below, above))
    return np.where(low < smallest, 0.0, low), np.where(high < smallest, 0.0, high)


def _in_packs(
    quantity: np.ndarray, pack: np.ndarray, rounding: Callable[[np.ndarray], np.ndarray], slack: float
) -> np.ndarray:
    return np.where(np.isnan(pack), quantity, rounding(quantity / pack + slack) * pack)
