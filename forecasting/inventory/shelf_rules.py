"""Rules for orders that cost money by themselves, in the form the simulator plays."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class FillBetween:
    """(s, S): once the position is at or below `low`, order what lifts it to `high`; units, (n,)."""

    low: np.ndarray
    high: np.ndarray

    def order(self, position: np.ndarray, _period: int, /) -> np.ndarray:
        """Return units to order, (n,)."""
        return np.where(position <= self.low, self.high - position, 0.0)


@dataclass(frozen=True)
class ReorderLots:
    """(s, nQ): once the position is at or below `point`, order the fewest whole lots that lift it above."""

    point: np.ndarray
    lot: np.ndarray

    def order(self, position: np.ndarray, _period: int, /) -> np.ndarray:
        """Return units to order, (n,)."""
        lots = np.floor((self.point - position) / self.lot) + 1.0
        return np.where(position <= self.point, lots * self.lot, 0.0)
