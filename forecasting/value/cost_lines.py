"""What the solution costs, line by line, each with where its amount comes from."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from forecasting.errors import DecisionError

Confidence = Literal["quote", "estimate", "guess"]
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)


@dataclass(frozen=True)
class CostLine:
    """One thing the solution costs. None means not estimated, which is not zero.

    A line counts as estimated as soon as one of its two amounts is given.
    """

    label: str
    one_off: float | None = None  # money, once
    yearly: float | None = None  # money a year
    source: str = ""
    confidence: Confidence = "estimate"

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise DecisionError("A cost line needs a name, so that a reader knows what is paid for.")
        for amount in (self.one_off, self.yearly):
            if amount is not None and not (math.isfinite(amount) and amount >= 0):
                raise DecisionError(
                    f"{self.label} costs {amount:g}; give 0 or more, or leave it blank if not known."
                )
        if self.confidence not in CONFIDENCES:
            raise DecisionError(
                f"{self.label} has confidence {self.confidence!r}; choose quote, estimate or guess."
            )

    @property
    def estimated(self) -> bool:
        """Return whether anybody has put a number on this line."""
        return self.one_off is not None or self.yearly is not None


def sums(lines: tuple[CostLine, ...]) -> tuple[float, float]:
    """Return what all lines cost once and what they cost a year; NaN while no line is estimated."""
    if not any(line.estimated for line in lines):
        return math.nan, math.nan
    one_off, yearly = (
        math.fsum(amount for line in lines if (amount := getattr(line, name)) is not None)
        for name in ("one_off", "yearly")
    )
    return one_off, yearly


# What such a solution costs, without amounts: they are the buyer's, and a made-up number would
# look like advice. `source` says where to look for each.
DEFAULT_COST_LINES = (
    CostLine("Build", source="hours of set-up and configuration × their rate"),
    CostLine("Integration", source="hours to connect tills, stock and ordering × their rate"),
    CostLine("Data cleaning", source="hours of mapping and repairing files × their rate"),
    CostLine("Training and change", source="hours of the people who will order by it × their rate"),
    CostLine("Compute", source="server or cloud bill for forecasting runs"),
    CostLine("Data storage", source="database and backups"),
    CostLine("Licences", source="paid software; write 0 if none is bought"),
    CostLine("Purchased data", source="weather, market or holiday data; write 0 if none is bought"),
    CostLine("Monitoring", source="hours a year to watch errors and alarms × their rate"),
    CostLine("Retraining", source="runs a year × their compute and hours"),
    CostLine("Upkeep", source="fixes, updates and support; 15 to 20 % of the build a year is usual"),
    CostLine("Analyst hours", source="hours a year spent on orders and exceptions × their rate"),
)
