"""Run every model, live and over the past, in stages a page can show as they come."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from forecasting.dates import calendar
from forecasting.errors import DataError, TooShortError
from forecasting.evaluation import backtest as past
from forecasting.evaluation.future import live_future
from forecasting.evaluation.tasks import Kept, Mapper, Task, TaskResult, run, split
from forecasting.execution.libraries import versions
from forecasting.models.base import Forecaster
from forecasting.models.registry import BASELINES, ModelRecipe, build_models
from forecasting.paths import SamplePaths, concatenate
from forecasting.services.dataset import Dataset, divide
from forecasting.services.progress import Progress, Steps, cost_of
from forecasting.services.reasons import failures_of, no_reasons, notes_of, stacked
from forecasting.settings import Settings

BACKTEST_PATHS = 500
# A critical ratio of 0.98 needs 20/(1 − 0.98) = 1,000 futures for a steady quantile …
LIVE_PATHS = 1_000
# … but all models' futures of a large assortment must fit in memory: 14 million numbers are 56 MB.
MOST_PATH_VALUES = 14_000_000

# From so many series on the baselines' backtests are worth the way to a worker.
MANY_SERIES = 200
LIVE_SHARE = 0.2  # of a model's work; the backtest is the rest


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
    evidence: pd.DataFrame = field(default_factory=pd.DataFrame)  # on what calibration rests, by model
    # model, unique_id, cutoff, reason: the model has no forecast of the series from this origin …
    failures: pd.DataFrame = field(default_factory=no_reasons)
    # … or something simpler stands in for the model's own.
    notes: pd.DataFrame = field(default_factory=no_reasons)
    failed: tuple[str, ...] = ()  # models that could not serve a single series

    def unfinished(self, models: tuple[str, ...]) -> bool:
        """Return whether some of these models have still to run."""
        return not set(models) <= {*self.models, *self.failed}


def run_id(dataset: Dataset, settings: Settings) -> str:
    """Return twelve characters that name this data, these options and these library versions."""
    parts = {
        "data": dataset.sha256,
        "columns": list(dataset.sales.columns),
        "options": settings.forecast_options(),
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def compute(
    dataset: Dataset,
    settings: Settings,
    *,
    mapper: Mapper = map,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Iterator[Results]:
    """Yield results that grow: first forecasts of the baselines, their backtest, then each further model.

    `mapper` runs the models after the baselines and may fan out to processes or a cluster;
    `progress(stage, share)` is called after every piece and may raise to stop; `kept` holds
    the finished pieces of an interrupted run and takes those of this one.
    """
    ready, left_out = divide(dataset)
    sales = dataset.sales[dataset.sales["unique_id"].isin(ready)]
    future, assumptions = live_future(
        sales, dataset.future, ready, horizon=settings.horizon, frequency=dataset.frequency
    )
    steps = Steps(progress or (lambda _stage, _share: None), sum(cost_of(m) for m in settings.models))
    work = _Work(dataset, settings, sales, future, steps, kept)
    results = _nothing_yet(run_id(dataset, settings), assumptions, left_out)
    quick = tuple(m for m in settings.models if m in BASELINES)
    slow = tuple(m for m in settings.models if m not in BASELINES)
    for name in quick:
        results = work.live(results, (name,), map)
        if results.paths:
            yield results
    if quick:
        results = work.backtested(results, quick, mapper if len(ready) >= MANY_SERIES else map)
        if results.models:
            yield results
    for name in slow:
        results = work.live(results, (name,), mapper)
        results = work.backtested(results, (name,), mapper)
        if results.models:
            yield results
    complete = _complete(results, ready)
    if complete is not results:
        yield complete


def _nothing_yet(run: str, assumptions: list[str], left_out: pd.DataFrame) -> Results:
    frame = pd.DataFrame()
    return Results(run, (), frame, {}, frame, frame, (), {}, tuple(assumptions), left_out)


def _complete(results: Results, ready: list[str]) -> Results:
    """Return final results: series that no model could forecast are left out, each with a reason."""
    if not results.models:
        first = results.failures.iloc[0]
        raise DataError(
            "No model could forecast and be tested on any of the series; "
            f"{first['model']} on {first['unique_id']}: {first['reason']}."
        )
    live = set(results.forecast["unique_id"])
    without = [i for i in ready if i not in live]
    if not without:
        return results
    reasons = results.failures.drop_duplicates("unique_id").set_index("unique_id")["reason"]
    rows = pd.DataFrame(
        {"unique_id": without, "reason": [f"no model could forecast it: {reasons[i]}" for i in without]},
        dtype=object,
    )
    return replace(results, left_out=pd.concat([results.left_out, rows], ignore_index=True))


@dataclass(frozen=True)
class _Work:
    """The inputs every stage of one computation shares."""

    dataset: Dataset
    settings: Settings
    sales: pd.DataFrame  # of the series that can be forecast
    future: pd.DataFrame
    steps: Steps
    kept: Kept | None

    def live(self, results: Results, names: tuple[str, ...], mapper: Mapper) -> Results:
        """Add the forecasts after the last sale."""
        cutoff = self.sales["ds"].max()
        models = self._models(names, self._live_paths(), mapper)
        tasks = [
            task
            for model in models
            for task in split(model, cutoff, self.sales, self.future, keep_paths=True)
        ]
        done = self._run(tasks, mapper, self.steps.over(f"Forecasting: {_words(names)}", tasks, LIVE_SHARE))
        parts = {name: [r.paths for r in done if r.model == name and r.paths is not None] for name in names}
        paths = {name: concatenate(found) for name, found in parts.items() if found}
        return replace(
            _with_reasons(results, done),
            forecast=stacked([results.forecast, *(r.forecast for r in done)]),
            paths={**results.paths, **paths},
            seconds=_added(results.seconds, done),
        )

    def backtested(self, results: Results, names: tuple[str, ...], mapper: Mapper) -> Results:
        """Add what the models would have said in the past; only now they count as complete."""
        plan, frequency = self.settings.plan, self.dataset.frequency
        models = self._models(names, BACKTEST_PATHS, mapper)
        tasks = past.backtest_tasks(models, self.dataset.sales, plan, frequency=frequency)
        label = f"Testing on the past: {_words(names)}"
        done = self._run(tasks, mapper, self.steps.over(label, tasks, 1 - LIVE_SHARE))
        # Model by model: all of them at once would be held four times over while they are joined and sorted.
        parts = [
            past.with_actuals([r for r in done if r.model == name], self.dataset.sales)
            for name in sorted({r.model for r in done})
        ]
        forecast, cumulative = (stacked(frames) for frames in zip(*parts, strict=True))
        dates = calendar(self.dataset.sales["ds"].min(), self.dataset.sales["ds"].max(), frequency)
        scored = past.cutoffs(dates, plan)[1]
        inside = forecast[forecast["cutoff"].isin(scored)]
        complete = {*results.models, *(set(inside["model"]) & set(results.paths))}
        return replace(
            _with_reasons(results, done),
            models=tuple(m for m in self.settings.models if m in complete),
            failed=(*results.failed, *(m for m in names if m not in complete)),
            backtest=stacked([results.backtest, forecast]),
            cumulative=stacked([results.cumulative, cumulative]),
            scored=tuple(scored),
            seconds=_added(results.seconds, done),
        )

    def _run(self, tasks: list[Task], mapper: Mapper, one_more: Callable[[], None]) -> list[TaskResult]:
        done = []
        for result in run(tasks, mapper, self.kept):
            done.append(result)
            one_more()
        return done

    def _models(self, names: tuple[str, ...], n_paths: int, mapper: Mapper) -> tuple[Forecaster, ...]:
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


def _added(seconds: Mapping[str, float], done: list[TaskResult]) -> dict[str, float]:
    total = dict(seconds)
    for result in done:
        total[result.model] = total.get(result.model, 0.0) + result.seconds
    return total


def _with_reasons(results: Results, done: list[TaskResult]) -> Results:
    """Add why series have no forecast, and what stands in for a model's own."""
    return replace(
        results,
        failures=stacked([results.failures, failures_of(done)]),
        notes=stacked([results.notes, notes_of(done)]),
    )


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
