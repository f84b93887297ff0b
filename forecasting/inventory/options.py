"""What each item could be ordered in, and what every choice costs: the lists a shared limit picks from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.inventory.blocks import Block, blocks
from forecasting.inventory.decision import cost_of_order
from forecasting.inventory.newsvendor import newsvendor_quantity
from forecasting.inventory.packs import PACK_TOLERANCE, Limits, smallest_order
from forecasting.inventory.supply import limits
from forecasting.paths import SamplePaths

OPTIONS = 16
# Share of the cost by which each unit less counts at least: of equal costs the suggestion wins.
FALLING_SHORT = 1e-9


@dataclass(frozen=True)
class OptionLists:
    """Quantities each item may be ordered in, ascending, and what they cost; NaN where a list is shorter.

    Rows are items. `floor` is the least that keeps the item's minimum service, 0 where none is asked for.
    """

    unique_id: np.ndarray  # (n,)
    quantity: np.ndarray  # (n, options) units; the first is 0
    cost: np.ndarray  # (n, options) money per protection interval
    floor: np.ndarray  # (n,) units

    def above_floors(self) -> "OptionLists":
        """Return the lists without the quantities that break a minimum service."""
        broken = self.quantity < self.floor[:, None] - PACK_TOLERANCE
        return OptionLists(
            self.unique_id,
            np.where(broken, np.nan, self.quantity),
            np.where(broken, np.nan, self.cost),
            self.floor,
        )


def option_lists(paths: SamplePaths, lines: pd.DataFrame, most: int = OPTIONS) -> OptionLists:
    """Return up to `most` quantities per line: nothing, the suggestion, the floor, and packs spread between.

    `lines` are order lines with their suggestion (`order_quantity`, `implied_underage`), in the order of
    the paths; more than the suggestion is never worth its money, so nothing above it is offered but a floor.
    """
    shape = (len(lines), most)
    quantity, cost, floor = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(len(lines))
    for block in blocks(paths, lines):
        position = block.columns["inventory_position"].astype(float)
        floor[block.rows] = _floor(block, position)
        offered = _offered(block.columns["order_quantity"], floor[block.rows], limits(block.columns), most)
        quantity[block.rows], cost[block.rows] = offered, _costs(block, offered)
    return OptionLists(lines["unique_id"].to_numpy(), quantity, cost, floor)


def _costs(block: Block, offered: np.ndarray) -> np.ndarray:
    """Return what each quantity is expected to cost, (n, most) money, by the cost that chose the suggestion.

    Below a lot the interval's cost may fall, for it knows nothing of the next orders a lot saves; less
    than the suggestion is therefore never cheaper than it.
    """
    implied, suggested = block.columns["implied_underage"], block.columns["order_quantity"]
    asked = np.nan_to_num(offered)
    costs = np.stack([cost_of_order(block, implied, units) for units in asked.T], axis=1)
    best = cost_of_order(block, implied, suggested)[:, None]
    behind = FALLING_SHORT * np.abs(best) * np.maximum(suggested[:, None] - asked, 0.0)
    costs = np.where(asked < suggested[:, None], np.maximum(costs, best + behind), costs)
    return np.where(np.isnan(offered), np.nan, costs)


def _floor(block: Block, position: np.ndarray) -> np.ndarray:
    """Return the smallest allowed order that covers the minimum share of cycles, (n,) units."""
    share = block.columns["minimum_service"].astype(float)
    asked = (share > 0) & (share < 1)
    level = newsvendor_quantity(block.demand.whole, np.where(asked, share, 0.0))
    short = np.maximum(level - position, 0.0)
    allowed = limits(block.columns)
    up = np.maximum(_packs(short, allowed, np.ceil, -PACK_TOLERANCE), smallest_order(allowed))
    most = _packs(allowed.room, allowed, np.floor, PACK_TOLERANCE)
    return np.where(asked & (short > 0), np.minimum(up, most), 0.0)


def _offered(wanted: np.ndarray, floor: np.ndarray, allowed: Limits, most: int) -> np.ndarray:
    """Return the quantities of each list, (n, most), ascending, without doubles, NaN at the end."""
    top, least = np.maximum(wanted, floor), smallest_order(allowed)
    share = np.linspace(0.0, 1.0, most - 2)
    spread = least[:, None] + share * np.maximum(top - least, 0.0)[:, None]
    pack = Limits(allowed.pack[:, None], allowed.moq[:, None], allowed.room[:, None])
    spread = np.minimum(_packs(spread, pack, np.floor, PACK_TOLERANCE), top[:, None])
    listed = np.concatenate([np.zeros((len(top), 1)), spread, floor[:, None]], axis=1)
    listed[:, -2] = top  # the suggestion itself, whatever its packs
    listed = np.sort(np.where(listed < least[:, None] - PACK_TOLERANCE, 0.0, listed), axis=1)
    doubled = np.diff(listed, axis=1, prepend=-1.0) <= PACK_TOLERANCE
    return np.sort(np.where(doubled, np.nan, listed), axis=1)


def _packs(units: np.ndarray, allowed: Limits, rounding: np.ufunc, slack: float) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.where(np.isnan(allowed.pack), units, rounding(units / allowed.pack + slack) * allowed.pack)
