"""What data cost to have: bought once, stored every month, kept up every year, source by source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from forecasting.errors import DecisionError
from forecasting.value.cost_lines import CONFIDENCES, Confidence, CostLine

KINDS = ("file", "database", "web address", "open data")
MONTHS = 12


@dataclass(frozen=True)
class DataSource:
    """A source of data and what it costs to have. None means not estimated, which is not zero.

    What is free to read is not free to have: somebody exports it, mends it, and pays for the disk.
    """

    name: str
    kind: str = "file"
    origin: str = ""  # who gave or sold it, or where it was read
    purchase: float | None = None  # money, once
    storage: float | None = None  # money a month
    upkeep: float | None = None  # money a year: fees, and hours of care × their rate
    confidence: Confidence = "estimate"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise DecisionError("A source of data needs a name, so that a reader knows what is paid for.")
        if self.kind not in KINDS:
            raise DecisionError(f"{self.name} is a {self.kind!r}; choose one of {', '.join(KINDS)}.")
        if self.confidence not in CONFIDENCES:
            raise DecisionError(
                f"{self.name} has confidence {self.confidence!r}; choose quote, estimate or guess."
            )
        for amount in (self.purchase, self.storage, self.upkeep):
            if amount is not None and not (math.isfinite(amount) and amount >= 0):
                raise DecisionError(
                    f"{self.name} costs {amount:g}; give 0 or more, or leave it blank if not known."
                )

    @property
    def yearly(self) -> float | None:
        """Return storage and upkeep of a year, None while neither is estimated.

        >>> DataSource("weather", storage=2.5, upkeep=400).yearly
        430.0
        """
        running = [MONTHS * self.storage if self.storage is not None else None, self.upkeep]
        known = [amount for amount in running if amount is not None]
        return math.fsum(known) if known else None

    @property
    def not_estimated(self) -> tuple[str, ...]:
        """Return which of its costs nobody has put a number on."""
        costs = {"purchase": self.purchase, "storage": self.storage, "upkeep": self.upkeep}
        return tuple(name for name, amount in costs.items() if amount is None)


def cost_lines_of(sources: Sequence[DataSource]) -> tuple[CostLine, ...]:
    """Return a line of the business case per source; what is not estimated is said in its source."""
    return tuple(_line(source) for source in sources)


def with_source(sources: Sequence[DataSource], new: DataSource) -> tuple[DataSource, ...]:
    """Return the sources with one more; one of the same name keeps its costs and takes the new origin."""
    known = {source.name: source for source in sources}
    if new.name in known:
        old = known[new.name]
        new = DataSource(
            old.name, new.kind, new.origin, old.purchase, old.storage, old.upkeep, old.confidence
        )
    return tuple({**known, new.name: new}.values())


def _line(source: DataSource) -> CostLine:
    missing = source.not_estimated
    parts = [source.kind, source.origin, f"{', '.join(missing)} not estimated" if missing else ""]
    said = "; ".join(part for part in parts if part)
    return CostLine(f"Data: {source.name}", source.purchase, source.yearly, said, source.confidence)
