"""Run every model, live and over the past, in stages a page can show as they come."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version

import pandas as pd

from forecasting.dates import calendar
from forecasting.errors import TooShortError
from forecasting.evaluation import backtest as past
from forecasting.evaluation.future import live_future
from forecasting.models.base import Forecaster
from forecasting.models.registry import BASELINES, ModelRecipe, build_models
from forecasting.paths import SamplePaths, concatenate
from forecasting.services.dataset import Dataset, divide
from forecasting.settings import Settings

BACKTEST_PATHS = 500
# A critical ratio of 0.98 needs 20/(1 − 0.98) = 1,000 futures for a steady quantile …
LIVE_PATHS = 1_000
# … but all models' futures of a large assortment must fit in memory: 40 million numbers are 160 MB.
MOST_PATH_VALUES = 40_000_000

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Results:
    """Everything models have said so far; complete for the models in `models`, and only for them."""

    run_id: str
    models: tuple[str, ...]  # simplest first
    forecast: pd.DataFrame  # live forecast frame
    paths: Mapping[str, SamplePaths]  # live, by model
    backtest: pd.DataFrame  # forecast frame with y; warm-up and scored origins
    cumulative: pd.DataFrame  # cumulative frame with y; warm-up and scored origins
    scored: tuple[pd.Timestamp, ...]
    seconds: Mapping[str, float]
    assumptions: tuple[str, ...]
    left_out: pd.DataFrame  # unique_id, reason


def run_id(dataset: Dataset, settings: Settings) -> str:
    """Return twelve characters that name this data, these options and these library versions."""
    parts = {
        "data": dataset.sha256,
        "columns": list(dataset.sales.columns),
        "options": settings.forecast_options(),
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def versions() -> dict[str, str]:
    """Return the versions of the libraries that decide the numbers."""
    names = ("numpy", "pandas", "scipy", "prophet", "lightgbm", "scikit-learn", "streamlit")
    return {name: version(name) for name in names}


def compute(
    dataset: Dataset, settings: Settings, *, mapper: past.Mapper = map, progress: Progress | None = None
) -> Iterator[Results]:
    """Yield results that grow: first forecasts of the baselines, their backtest, then each further model.

    `mapper` runs the models after the baselines and may fan out to processes;
    `progress(stage, share)` is called after every piece and may raise to stop.
    """
    ready, left_out = divide(dataset)
    sales = dataset.sales[dataset.sales["unique_id"].isin(ready)]
    future, assumptions = live_future(
        sales, dataset.future, ready, horizon=settings.horizon, frequency=dataset.frequency
    )
    work = _Work(dataset, settings, sales, future)
    results = Results(
        run_id(dataset, settings), (), pd.DataFrame(), {}, pd.DataFrame(), pd.DataFrame(), (), {},
        tuple(assumptions), left_out,
    )  # fmt: skip
    report = progress or (lambda _stage, _share: None)

    quick = tuple(m for m in settings.models if m in BASELINES)
    slow = tuple(m for m in settings.models if m not in BASELINES)
    steps = _Steps(report, len(settings.models))
    for name in quick:
        results = work.live(results, (name,), map, steps)
        yield results
    if quick:
        results = work.backtested(results, quick, map, steps)
        yield results
    for name in slow:
        results = work.live(results, (name,), mapper, steps)
        results = work.backtested(results, (name,), mapper, steps)
        yield results


@dataclass
class _Steps:
    """Share of the whole work that is done; every model counts the same."""

    report: Progress
    models: int
    done: float = 0.0

    def over(self, label: str, total: int, weight: float) -> Callable[[], None]:
        def one_more() -> None:
            self.done += weight / total / self.models
            self.report(label, min(self.done, 1.0))

        self.report(label, min(self.done, 1.0))
        return one_more


@dataclass(frozen=True)
class _Work:
    """The inputs every stage of one computation shares."""

    dataset: Dataset
    settings: Settings
    sales: pd.DataFrame  # of the series that can be forecast
    future: pd.DataFrame

    def live(self, results: Results, names: tuple[str, ...], mapper: past.Mapper, steps: _Steps) -> Results:
        """Add the forecasts after the last sale."""
        cutoff = self.sales["ds"].max()
        models = self._models(names, self._live_paths(), mapper)
        tasks = [
            task
            for model in models
            for task in past.split(model, cutoff, self.sales, self.future, keep_paths=True)
        ]
        done = self._run(
            tasks, mapper, steps.over(f"Forecasting: {_words(names)}", len(tasks), 0.3 * len(names))
        )
        paths = {
            name: concatenate([r.paths for r in done if r.model == name and r.paths is not None])
            for name in names
        }
        return replace(
            results,
            forecast=pd.concat([results.forecast, *(r.forecast for r in done)], ignore_index=True),
            paths={**results.paths, **paths},
            seconds=_added(results.seconds, done),
        )

    def backtested(
        self, results: Results, names: tuple[str, ...], mapper: past.Mapper, steps: _Steps
    ) -> Results:
        """Add what the models would have said in the past; only now they count as complete."""
        plan, frequency = self.settings.plan, self.dataset.frequency
        tasks = past.backtest_tasks(
            self._models(names, BACKTEST_PATHS, mapper), self.dataset.sales, plan, frequency=frequency
        )
        label = f"Testing on the past: {_words(names)}"
        done = self._run(tasks, mapper, steps.over(label, len(tasks), 0.7 * len(names)))
        forecast, cumulative = past.with_actuals(done, self.dataset.sales)
        dates = calendar(self.dataset.sales["ds"].min(), self.dataset.sales["ds"].max(), frequency)
        scored = past.cutoffs(dates, plan)[1]
        complete = {*results.models, *names}
        return replace(
            results,
            models=tuple(m for m in self.settings.models if m in complete),
            backtest=pd.concat(
                [results.backtest, forecast[forecast["cutoff"].isin(scored)]], ignore_index=True
            ),
            cumulative=pd.concat([results.cumulative, cumulative], ignore_index=True),
            scored=tuple(scored),
            seconds=_added(results.seconds, done),
        )

    def _run(
        self, tasks: list[past.Task], mapper: past.Mapper, one_more: Callable[[], None]
    ) -> list[past.TaskResult]:
        done = []
        for result in past.run(tasks, mapper):
            done.append(result)
            one_more()
        return done

    def _models(self, names: tuple[str, ...], n_paths: int, mapper: past.Mapper) -> tuple[Forecaster, ...]:
        recipe = ModelRecipe(
            frequency=self.dataset.frequency,
            country=self.settings.country or None,
            n_paths=n_paths,
            seed=self.settings.seed,
            # Worker processes already use every core; threads inside them would only fight.
            threads=2 if mapper is map else 1,
        )
        return build_models(names, recipe)

    def _live_paths(self) -> int:
        fits = MOST_PATH_VALUES // max(1, self.future["unique_id"].nunique() * self.settings.horizon)
        return max(200, min(LIVE_PATHS, fits))


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(n.replace("_", " ") for n in names)


def _added(seconds: Mapping[str, float], done: list[past.TaskResult]) -> dict[str, float]:
    total = dict(seconds)
    for result in done:
        total[result.model] = total.get(result.model, 0.0) + result.seconds
    return total


def feasible_settings(dataset: Dataset, settings: Settings) -> Settings:
    """Return the settings with as many origins as the history can carry, at least one.

    A page starts with what works and says so; the command line refuses instead.
    """
    dates = calendar(dataset.sales["ds"].min(), dataset.sales["ds"].max(), dataset.frequency)
    least = past.MIN_HISTORY[settings.period]
    room = (len(dates) - least - settings.horizon) // settings.step + 1
    if room < 1:
        horizon = settings.policy.protection_interval
        if len(dates) < least + horizon:
            raise TooShortError(
                f"The history has {len(dates)} {settings.period}s; at least {least + horizon} are needed: "
                f"{least} to learn from and {horizon} to test on."
            )
        return replace(settings, horizon=horizon, step=horizon, folds=1)
    return replace(settings, folds=min(settings.folds, room))
