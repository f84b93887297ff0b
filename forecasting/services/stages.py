"""The work of a computation in stages: some models now, or over the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import pandas as pd

from forecasting.dates import calendar
from forecasting.evaluation import backtest as past
from forecasting.evaluation.tasks import Kept, Mapper, Task, TaskResult, run, split
from forecasting.models.base import Forecaster
from forecasting.models.registry import ModelRecipe, build_models
from forecasting.services.dataset import Dataset, loan_groups
from forecasting.services.progress import Steps
from forecasting.settings import Settings

BACKTEST_PATHS = 500
# A critical ratio of 0.98 needs 20/(1 − 0.98) = 1,000 futures for a steady quantile …
LIVE_PATHS = 1_000
# … but all models' futures of a large assortment must fit in memory: 14 million numbers are 56 MB.
MOST_PATH_VALUES = 14_000_000

LIVE_SHARE = 0.2  # of a model's work; the backtest is the rest


@dataclass(frozen=True)
class Stage:
    """Some models' forecasts after the last sale, or their backtest."""

    names: tuple[str, ...]
    live: bool

    @property
    def label(self) -> str:
        """Return the stage in the words of the progress bar."""
        words = ", ".join(n.replace("_", " ") for n in self.names)
        return f"{'Forecasting' if self.live else 'Testing on the past'}: {words}"


@dataclass(frozen=True)
class Work:
    """The inputs every stage of one computation shares."""

    dataset: Dataset
    settings: Settings
    sales: pd.DataFrame  # of the series that can be forecast
    future: pd.DataFrame
    steps: Steps
    kept: Kept | None

    @cached_property
    def origins(self) -> list[past.Origin]:
        """Return what every backtest starts from, oldest first: made once for all models."""
        return past.origins(self.dataset.sales, self.settings.plan, frequency=self.dataset.frequency)

    @cached_property
    def scored(self) -> tuple[pd.Timestamp, ...]:
        """Return the origins that count; those before them only warm up."""
        return tuple(self._cutoffs[1])

    @cached_property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Return in which category a new series finds similar ones."""
        warm_up, scored = self._cutoffs
        return loan_groups(self.dataset, [*warm_up, *scored][0])

    @cached_property
    def _cutoffs(self) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
        sold = self.dataset.sales["ds"]
        return past.cutoffs(calendar(sold.min(), sold.max(), self.dataset.frequency), self.settings.plan)

    def answers(self, stages: list[Stage], mapper: Mapper) -> Iterator[tuple[Stage, list[TaskResult]]]:
        """Yield every stage with what came back: the next one's tasks wait at the mapper meanwhile."""
        sizes: list[int] = []

        def tasks() -> Iterator[Task]:
            for stage in stages:
                made = self._tasks(stage, mapper)
                sizes.append(len(made))
                yield from made

        coming = run(tasks(), mapper, self.kept)
        for place, stage in enumerate(stages):
            done = [next(coming)]
            weight = LIVE_SHARE if stage.live else 1 - LIVE_SHARE
            one_more = self.steps.over(stage.label, stage.names, sizes[place], weight)
            one_more()
            for result in islice(coming, sizes[place] - 1):
                done.append(result)
                one_more()
            yield stage, done

    def _tasks(self, stage: Stage, mapper: Mapper) -> list[Task]:
        models = self._models(stage.names, self._live_paths() if stage.live else BACKTEST_PATHS, mapper)
        if not stage.live:
            return past.tasks_at(self.origins, models)
        cutoff = self.sales["ds"].max()
        return [
            task
            for model in models
            for task in split(model, cutoff, self.sales, self.future, keep_paths=True)
        ]

    def _models(self, names: tuple[str, ...], n_paths: int, mapper: Mapper) -> tuple[Forecaster, ...]:
        recipe = ModelRecipe(
            frequency=self.dataset.frequency,
            country=self.settings.country or None,
            n_paths=n_paths,
            seed=self.settings.seed,
            groups=self.groups,
            # Worker processes already use every core; threads inside them would only fight.
            threads=2 if mapper is map else 1,
        )
        return build_models(names, recipe)

    def _live_paths(self) -> int:
        fits = MOST_PATH_VALUES // max(1, self.future["unique_id"].nunique() * self.settings.horizon)
        return max(200, min(LIVE_PATHS, fits))
