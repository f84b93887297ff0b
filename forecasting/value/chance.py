"""How sure a gain is when stock is carried over: whole items and whole blocks of time, drawn together."""

from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import pandas as pd

from forecasting.value.gain import FEWEST_BLOCKS, Blocks, drawn_gains

COVERAGE = 0.9


@dataclass(frozen=True)
class Chance:
    """What resampling says of a gain; NaN, with the reason in `note`, below `FEWEST_BLOCKS` blocks."""

    low: float  # money over the evaluated periods
    high: float
    p_positive: float
    by_block: tuple[float, ...]  # the gain of each block of time, oldest first
    blocks: int  # independent blocks
    note: str = ""
    draws: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)

    def p_above(self, amount: float) -> float:
        """Return the chance that the gain is above an amount of money; NaN where it cannot be said."""
        return float((self.draws > amount).mean()) if len(self.draws) else float("nan")


def chance_of(gain: np.ndarray, *, overlap: int, seed: int) -> Chance:
    """Return how sure the total of gains (n series, K blocks) is.

    `overlap` is how many adjacent blocks share a protection interval: the time they span
    together is one piece of evidence, however many origins cut it.
    """
    by_block = tuple(gain.sum(axis=0).tolist())
    length = max(1, min(overlap, gain.shape[1]))
    blocks = Blocks(gain.shape[1] // length, length)
    if blocks.independent < FEWEST_BLOCKS:
        note = (
            f"Only {blocks.independent} independent blocks of time were tested; a range and a chance need "
            f"{FEWEST_BLOCKS}. The blocks themselves are shown instead."
        )
        return Chance(np.nan, np.nan, np.nan, by_block, blocks.independent, note)
    draws = drawn_gains(pd.DataFrame(gain), blocks, seed=seed)
    low, high = np.quantile(draws, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]).tolist()
    return Chance(low, high, float((draws > 0).mean()), by_block, blocks.independent, "", draws)


def winners_curse(models: int) -> float:
    """Return by how many standard errors the best of so many equal models looks better than it is.

    The expected maximum of K independent standard normal numbers.

    >>> round(winners_curse(2), 4), round(winners_curse(5), 4)
    (0.5642, 1.163)
    """
    if models < 2:
        return 0.0
    normal, z = NormalDist(), np.linspace(-8, 8, 4001)
    below = np.array([normal.cdf(v) for v in z])
    density = np.array([normal.pdf(v) for v in z])
    return float(np.trapezoid(models * z * density * below ** (models - 1), z))
