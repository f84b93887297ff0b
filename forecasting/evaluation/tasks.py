"""Work that can travel: batches of series for one model at one origin, and what comes back of them."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pandas as pd

from forecasting.errors import MissingLibrary, SettingsError
from forecasting.evaluation.inputs import unusable
from forecasting.evaluation.lost import Lost
from forecasting.evaluation.travel import Packed, pack
from forecasting.models.base import Forecaster
from forecasting.paths import SamplePaths, concatenate
from forecasting.schema import CUMULATIVE_LEVELS, QUANTILE_LEVELS, places_of

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

# What a series may do to a model. ValueError covers our own tree and numpy's LinAlgError, ArithmeticError
# overflow and division by zero, RuntimeError an optimiser that gives up, MemoryError a batch too large for
# this machine, half of which may fit. Anything else is a bug.
DEFEATS = (ValueError, ArithmeticError, RuntimeError, MemoryError)
# What no series is to blame for, and no smaller batch would mend.
NOT_OF_A_SERIES = (MissingLibrary, SettingsError)


@dataclass(frozen=True)
class Task:
    """One piece of work that can travel: a model, an origin and the rows it may see."""

    model: Forecaster
    cutoff: pd.Timestamp
    history: pd.DataFrame
    future: pd.DataFrame
    keep_paths: bool = False

    @property
    def unique_ids(self) -> np.ndarray:
        """Return the series to forecast, sorted."""
        return np.array(sorted(self.future["unique_id"].unique()), dtype=object)

    def only(self, unique_ids: Sequence[str] | np.ndarray) -> "Task":
        """Return the same task for some of its series."""
        history, future = (f[f["unique_id"].isin(unique_ids)] for f in (self.history, self.future))
        return replace(self, history=history, future=future)

    def __reduce__(self) -> tuple[Callable[..., "Task"], tuple[Any, ...]]:
        # Pickled as arrays: what travels is a third of the frames.
        return _unpacked, (self.model, self.cutoff, pack(self.history), pack(self.future), self.keep_paths)


@dataclass(frozen=True)
class TaskResult:
    """What came back: forecast and cumulative frames, and the paths when they were asked for.

    A series stands either in the frames or in `failures`.
    """

    model: str
    cutoff: pd.Timestamp
    forecast: pd.DataFrame
    cumulative: pd.DataFrame
    paths: SamplePaths | None  # None too when no series could be served
    seconds: float
    failures: Mapping[str, str] = field(default_factory=dict)  # unique_id -> why there is no forecast
    notes: Mapping[str, str] = field(default_factory=dict)  # unique_id -> what stands in for the model's own


class Kept(Protocol):
    """Results of tasks that are finished, kept from an earlier, interrupted run."""

    def load(self, task: Task) -> TaskResult | None:
        """Return the result of the very same task, or None."""

    def keep(self, task: Task, result: TaskResult) -> None:
        """Remember a result."""


def split(
    model: Forecaster,
    cutoff: pd.Timestamp,
    history: pd.DataFrame,
    future: pd.DataFrame,
    *,
    keep_paths: bool = False,
) -> list[Task]:
    """Return one task per batch of series that the model lets travel together."""
    ids = np.array(sorted(future["unique_id"].unique()), dtype=object)
    size = model.series_per_task or max(len(ids), 1)
    if len(ids) <= size:
        return [Task(model, cutoff, history, future, keep_paths)]
    parts = zip(_batches(history, ids, size), _batches(future, ids, size), strict=True)
    return [Task(model, cutoff, past, ahead, keep_paths) for past, ahead in parts]


def run_task(task: Task) -> TaskResult:
    """Return the frames of one task; paths are reduced to quantiles where the work was done.

    A series that defeats the model becomes a row of `failures`; the others are forecast without it.
    """
    started = time.perf_counter()
    served, failures = _served(task)
    paths = concatenate(served) if served else None
    return _result(task, paths, failures, time.perf_counter() - started)


def run(tasks: Iterable[Task], mapper: Mapper = map, kept: Kept | None = None) -> Iterator[TaskResult]:
    """Yield results in the order of the tasks; `mapper` is anything shaped like the builtin `map`.

    Tasks that `kept` knows are not run again; it is given every other result. Tasks are
    taken as the mapper asks for them, so work may be made while earlier work is done.
    """
    waiting: deque[tuple[Task, TaskResult | None]] = deque()

    def unknown() -> Iterator[Task]:
        for task in tasks:
            known = kept.load(task) if kept else None
            waiting.append((task, known))
            if known is None:
                yield task

    for answer in mapper(run_task, unknown()):
        yield from _known(waiting)
        task, _ = waiting.popleft()
        if isinstance(answer, Lost):  # not kept: another day, or a larger machine, may do it
            yield _result(task, None, dict.fromkeys(task.unique_ids, answer.reason), 0.0)
            continue
        if kept:
            kept.keep(task, answer)
        yield answer
    yield from _known(waiting)


def _known(waiting: "deque[tuple[Task, TaskResult | None]]") -> Iterator[TaskResult]:
    """Yield the results at the head of the line that are there already."""
    while waiting and (known := waiting[0][1]) is not None:
        waiting.popleft()
        yield known


def _served(task: Task) -> tuple[list[SamplePaths], dict[str, str]]:
    """Return the paths of the series that the model can serve, and why it cannot serve the others."""
    # An infinity need not raise: a model that learns from all series would spread it over them.
    if np.isinf(task.history["y"].to_numpy(dtype=float)).any() and (
        bad := unusable(task.history, task.future)
    ):
        return _without(task, bad)
    try:
        return [task.model.forecast(task.history, task.future)], {}
    except NOT_OF_A_SERIES:
        raise
    except DEFEATS as error:
        return _after_defeat(task, f"{error}" or type(error).__name__)


def _after_defeat(task: Task, reason: str) -> tuple[list[SamplePaths], dict[str, str]]:
    """Return what can be served after a failure: bad inputs are set aside, then batches are halved.

    A global model learns from all of its series, so it is never halved.
    """
    if bad := unusable(task.history, task.future):
        return _without(task, bad)
    ids = task.unique_ids
    if len(ids) == 1 or task.model.series_per_task is None:
        return [], dict.fromkeys(ids, reason)
    left, right = (_served(task.only(half)) for half in np.array_split(ids, 2))
    return [*left[0], *right[0]], {**left[1], **right[1]}


def _without(task: Task, bad: dict[str, str]) -> tuple[list[SamplePaths], dict[str, str]]:
    good = [i for i in task.unique_ids if i not in bad]
    served, failures = _served(task.only(good)) if good else ([], {})
    return served, {**bad, **failures}


def _result(task: Task, paths: SamplePaths | None, failures: Mapping[str, str], seconds: float) -> TaskResult:
    shown = paths or _nobody(task)
    return TaskResult(
        task.model.name,
        task.cutoff,
        shown.quantiles(QUANTILE_LEVELS).assign(model=task.model.name, cutoff=task.cutoff),
        shown.cumulative(CUMULATIVE_LEVELS).assign(model=task.model.name, cutoff=task.cutoff),
        paths if task.keep_paths else None,
        seconds,
        dict(failures),
        dict(shown.notes),
    )


def _nobody(task: Task) -> SamplePaths:
    """Return paths of no series at all: their frames have every column and no row."""
    ds = pd.DatetimeIndex(np.sort(task.future["ds"].unique()))
    return SamplePaths(np.empty(0, dtype=object), ds, np.empty((0, 1, len(ds)), dtype=np.float32))


def _batches(frame: pd.DataFrame, ids: np.ndarray, size: int) -> list[pd.DataFrame]:
    """Return the rows of each batch of `size` series; rows of other series are left out.

    One pass over the rows however many batches there are: asking each batch for its
    series again would make the cost grow with the square of the assortment. Rows that lie
    together, as they do in a sorted frame, are not copied.
    """
    batch = places_of(frame["unique_id"], ids) // size  # −1 for a series not asked for
    edges = np.arange(-(-len(ids) // size) + 1)
    if (np.diff(batch) >= 0).all():
        return [frame.iloc[start:end] for start, end in pairwise(np.searchsorted(batch, edges))]
    order = np.argsort(batch, kind="stable")
    return [frame.iloc[order[start:end]] for start, end in pairwise(np.searchsorted(batch[order], edges))]


def _unpacked(
    model: Forecaster, cutoff: pd.Timestamp, history: Packed, future: Packed, keep_paths: bool
) -> Task:
    return Task(model, cutoff, history.frame(), future.frame(), keep_paths)
