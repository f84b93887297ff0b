"""Run every model, live and over the past, in stages a page can show as they come."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from forecasting.dates import calendar
from forecasting.errors import DataError, TooShortError
from forecasting.evaluation import backtest as past
from forecasting.evaluation.future import live_future
from forecasting.evaluation.tasks import Kept, Mapper, TaskResult
from forecasting.execution.libraries import versions
from forecasting.ingest.notes import counted
from forecasting.models.registry import BASELINES, GLOBAL
from forecasting.paths import SamplePaths, concatenate
from forecasting.services.dataset import Dataset, divide
from forecasting.services.progress import Progress, Steps, cost_of
from forecasting.services.reasons import failures_of, no_reasons, notes_of, stacked
from forecasting.services.stages import Stage, Work
from forecasting.settings import Settings

# From so many series on the baselines' backtests are worth the way to a worker.
MANY_SERIES = 200


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

    def tested(self, models: tuple[str, ...]) -> int:
        """Return how many of these models have run to their end, whether or not they succeeded."""
        return len({*self.models, *self.failed} & set(models))

    def unfinished(self, models: tuple[str, ...]) -> bool:
        """Return whether some of these models have still to run."""
        return not set(models) <= {*self.models, *self.failed}


def time_for(results: Results, more: int, workers: int) -> float:
    """Return the seconds all models would take with so many more past dates, by what they took so far.

    Every date, the live forecast included, is taken to cost alike, and the workers to share it evenly.
    """
    asked = results.cumulative["cutoff"].nunique() + 1
    return sum(results.seconds.values()) / asked * (asked + more) / max(workers, 1)


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
    work, results = _begun(dataset, settings, progress, kept)
    quick = tuple(m for m in settings.models if m in BASELINES)
    slow = tuple(m for m in settings.models if m not in BASELINES)
    live, tested = [Stage((name,), live=True) for name in quick], [Stage(quick, live=False)] if quick else []
    later = [Stage((name,), live) for name in slow for live in (True, False)]
    many = work.future["unique_id"].nunique() >= MANY_SERIES
    for stages, by in ((live, map), (tested, mapper if many else map), (later, mapper)):
        for stage, done in work.answers(stages, by):
            results = _added(results, stage, done, work)
            if results.models if not stage.live else (results.paths and stage in live):
                yield results
    whole = complete(results, dataset)
    if whole is not results:
        yield whole


def each_model(
    dataset: Dataset,
    settings: Settings,
    *,
    mapper: Mapper = map,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Iterator[Results]:
    """Yield the results of every model by itself, for a caller who does not need all of them at once.

    Models that learn from all series at once come first: the memory they need is there
    as long as little has been said.
    """
    work, nothing = _begun(dataset, settings, progress, kept)
    ordered = sorted(settings.models, key=lambda m: m not in GLOBAL)
    alone = nothing
    for stage, done in work.answers(
        [Stage((name,), live) for name in ordered for live in (True, False)], mapper
    ):
        alone = _added(alone, stage, done, work)
        if not stage.live:
            yield alone
            alone = nothing


def complete(results: Results, dataset: Dataset) -> Results:
    """Return final results: series that no model could forecast are left out, each with a reason.

    Raises `DataError` when no model could forecast anything.
    """
    if not results.models:
        first = results.failures.iloc[0]
        raise DataError(
            "No model could forecast and be tested on any of the series; "
            f"{first['model']} on {first['unique_id']}: {first['reason']}."
        )
    live = set(results.forecast["unique_id"])
    without = [i for i in divide(dataset)[0] if i not in live]
    if not without:
        return results
    reasons = results.failures.drop_duplicates("unique_id").set_index("unique_id")["reason"]
    rows = pd.DataFrame(
        {"unique_id": without, "reason": [f"no model could forecast it: {reasons[i]}" for i in without]},
        dtype=object,
    )
    return replace(results, left_out=pd.concat([results.left_out, rows], ignore_index=True))


def _begun(
    dataset: Dataset, settings: Settings, progress: Progress | None, kept: Kept | None
) -> tuple[Work, Results]:
    """Return the work of a computation, and its results while there are none."""
    ready, left_out = divide(dataset)
    sales = dataset.sales[dataset.sales["unique_id"].isin(ready)]
    future, assumptions = live_future(
        sales, dataset.future, ready, horizon=settings.horizon, frequency=dataset.frequency
    )
    steps = Steps(progress or (lambda _stage, _share: None), sum(cost_of(m) for m in settings.models))
    frame = pd.DataFrame()
    nothing = Results(
        run_id(dataset, settings), (), frame, {}, frame, frame, (), {}, tuple(assumptions), left_out
    )
    return Work(dataset, settings, sales, future, steps, kept), nothing


def _added(results: Results, stage: Stage, done: list[TaskResult], work: Work) -> Results:
    """Return the results with a stage more; a model counts as complete once it has been tested."""
    results = replace(_with_reasons(results, done), seconds=_more_seconds(results.seconds, done))
    return _spoken(results, stage, done) if stage.live else _tested(results, stage, done, work)


def _spoken(results: Results, stage: Stage, done: list[TaskResult]) -> Results:
    parts = {n: [r.paths for r in done if r.model == n and r.paths is not None] for n in stage.names}
    return replace(
        results,
        forecast=stacked([results.forecast, *(r.forecast for r in done)]),
        paths={**results.paths, **{name: concatenate(found) for name, found in parts.items() if found}},
    )


def _tested(results: Results, stage: Stage, done: list[TaskResult], work: Work) -> Results:
    # Model by model: all of them at once would be held four times over while they are joined and sorted.
    parts = [
        past.with_actuals([r for r in done if r.model == name], work.dataset.sales)
        for name in sorted({r.model for r in done})
    ]
    forecast, cumulative = (stacked(frames) for frames in zip(*parts, strict=True))
    scored = work.scored
    inside = forecast[forecast["cutoff"].isin(scored)]
    complete = {*results.models, *(set(inside["model"]) & set(results.paths))}
    return replace(
        results,
        models=tuple(m for m in work.settings.models if m in complete),
        failed=(*results.failed, *(m for m in stage.names if m not in complete)),
        backtest=stacked([results.backtest, forecast]),
        cumulative=stacked([results.cumulative, cumulative]),
        scored=tuple(scored),
    )


def _more_seconds(seconds: Mapping[str, float], done: list[TaskResult]) -> dict[str, float]:
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


def least_periods(settings: Settings) -> int:
    """Return how many periods a history needs: enough to learn from, and one order's time to test on."""
    return past.MIN_HISTORY[settings.period] + settings.policy.protection_interval


def feasible_settings(dataset: Dataset, settings: Settings) -> Settings:
    """Return the settings with as many origins as the history can carry, at least one.

    A page starts with what works and says so; the command line refuses instead.
    """
    dates = calendar(dataset.sales["ds"].min(), dataset.sales["ds"].max(), dataset.frequency)
    least = past.MIN_HISTORY[settings.period]
    room = (len(dates) - least - settings.horizon) // settings.step + 1
    if room < 1:
        horizon, needed = settings.policy.protection_interval, least_periods(settings)
        if len(dates) < needed:
            raise TooShortError(
                f"The history has {counted(len(dates), settings.period)}; at least {needed} are needed: "
                f"{least} to learn from and {horizon} to test on."
            )
        return replace(settings, horizon=horizon, step=horizon, folds=1)
    return replace(settings, folds=min(settings.folds, room))
