"""What a question of the finance director is, and what every answer may read."""

from dataclasses import dataclass, field

import pandas as pd

from forecasting.report.tables import money
from forecasting.services.findings import Findings
from forecasting.services.stairs import Worth
from forecasting.value.staircase import Staircase


@dataclass(frozen=True)
class Answer:
    """A question, its number, the words around it and the table it comes from."""

    question: str
    number: str
    words: str
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    part: str = ""  # the part of a report that prints this table anyway


@dataclass(frozen=True)
class Asked:
    """What every answer may read."""

    found: Findings
    worth: Worth
    stairs: Staircase

    def money(self, amount: float) -> str:
        """Return an amount in the project's currency."""
        return money(amount, self.found.settings.currency)

    def shown(self, amount: float) -> float:
        """Return money of the evaluated days as it is shown: a year's, or theirs."""
        return amount * self.worth.scale

    def amounts(self, named: dict[str, float]) -> pd.DataFrame:
        """Return named money of the evaluated days as a table of shown amounts."""
        return pd.DataFrame({"name": list(named), "amount": [self.shown(v) for v in named.values()]})
