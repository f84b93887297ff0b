"""What the models that look at every series by itself have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from forecasting.models.base import Panel, to_panel
from forecasting.models.bootstrap import MIN_KNOWN, require_known, settle, too_short
from forecasting.paths import SamplePaths

# Such models take this many series at a time: enough for numpy to be worth its calls, few enough
# for two cores to share a thousand series and for a worker's memory.
SERIES_TOGETHER = 250


@dataclass(frozen=True)
class Local(ABC):
    """A frozen recipe whose series do not know each other: a model is its `label` and its `futures`."""

    label: ClassVar[str]
    needs: ClassVar[float] = MIN_KNOWN  # known periods

    frequency: str
    n_paths: int = 500
    seed: int = 0

    @property
    def name(self) -> str:
        return self.label

    @property
    def series_per_task(self) -> int | None:
        return SERIES_TOGETHER

    def unserved(self, panel: Panel) -> dict[str, str]:
        """Return why some series get their past sales drawn again instead, unique_id -> reason."""
        return too_short(panel, self.needs)

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        panel = require_known(to_panel(history, future))
        return settle(panel, self.futures(panel), self.seed, unserved=self.unserved(panel))

    @abstractmethod
    def futures(self, panel: Panel) -> np.ndarray:
        """Return the model's own futures, (n, n_paths, H) units, before they are settled."""
