"""Is it worth the money over the days tested, where those are too few to speak of a year."""

import math
from dataclasses import dataclass

from forecasting.value.business_case import CaseTerms
from forecasting.value.cost_lines import CostLine, sums
from forecasting.value.gain import FEWEST_BLOCKS

DAYS_A_YEAR = 365
# A shorter evaluation cannot speak for a year: annualised, a Christmas quarter is four of them.
FEWEST_DAYS = 180


@dataclass(frozen=True)
class PeriodCase:
    """Gain and cost of the evaluated days alone: one-off costs in full, yearly ones by the day."""

    gain: float  # money over the evaluated days, before haircuts
    days: int
    lines: tuple[CostLine, ...]
    terms: CaseTerms

    @property
    def expected_gain(self) -> float:
        """Return the gain after adoption and realisation."""
        return self.terms.kept(self.gain)

    @property
    def cost_total(self) -> float:
        """Return what these days cost; NaN while no line is estimated."""
        one_off, yearly = sums(self.lines)
        return one_off + yearly * self.days / DAYS_A_YEAR

    @property
    def roi(self) -> float:
        """Return (gain − cost) / cost over the evaluated days; NaN where the cost is 0 or unknown."""
        if not self.cost_total > 0:
            return math.nan
        return (self.expected_gain - self.cost_total) / self.cost_total


def annualised(gain: float, days: int) -> float:
    """Return the gain of a year, money; NaN where fewer than `FEWEST_DAYS` days were evaluated.

    >>> round(annualised(100.0, 200), 2), annualised(100.0, 179)
    (182.5, nan)
    """
    return gain * DAYS_A_YEAR / days if days >= FEWEST_DAYS else math.nan


def folds_needed(step: int, days_per_period: float, days: int, folds: int) -> int:
    """Return how many past dates make a yearly figure and six blocks of time; `folds` where they do already.

    >>> folds_needed(28, 1.0, 112, 4)
    7
    """
    missing = max(FEWEST_DAYS - days, 0)
    return max(folds + math.ceil(missing / (step * days_per_period)), FEWEST_BLOCKS)
