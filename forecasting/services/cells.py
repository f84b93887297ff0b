"""What models say about variants of the data at the same origins: every cell asked once, then remembered.

A model that takes no drivers sees the same history whether or not a price is left out, so such
variants share its answer. Kept of an answer are the sums that orders need, not whole forecasts.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.evaluation.backtest import origins_at, tasks_at, with_actuals
from forecasting.evaluation.tasks import Mapper, Task, TaskResult, run
from forecasting.models.base import Forecaster
from forecasting.models.registry import TAKES_DRIVERS
from forecasting.report.columns import model_label
from forecasting.schema import KEY
from forecasting.services.dataset import Dataset
from forecasting.services.progress import cost_of
from forecasting.settings import Settings

MOST_CELLS = 300  # remembered; 500 series at six origins are about a megabyte each

# What models have said, by a digest of all that decides it: kept by the caller.
Said = MutableMapping[str, pd.DataFrame]
Step = Callable[[str, float], None]
Cell = tuple[str, str]  # variant, model


@dataclass(frozen=True)
class Asking:
    """What is the same for every cell."""

    origins: tuple[pd.Timestamp, ...]
    sums: tuple[int, ...]  # periods whose summed demand orders need
    settings: Settings

    def key(self, seen: str, model: Forecaster) -> str:
        """Return what names all that decides a cell; `seen` names the rows the model sees."""
        options = {k: v for k, v in self.settings.forecast_options().items() if k not in ("models", "folds")}
        words = repr((seen, model.name, self.origins, self.sums, sorted(options.items())))
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True)
class _Todo:
    key: str
    label: str
    dataset: Dataset
    model: Forecaster


def ask(
    variants: Mapping[str, Dataset],
    models: Sequence[Forecaster],
    asking: Asking,
    *,
    mapper: Mapper,
    said: Said,
    step: Step | None = None,
) -> dict[Cell, pd.DataFrame]:
    """Return the cumulative frame of every variant and model, without what happened.

    Only what `said` does not know is asked, all of it as one stream of work. `step` is called with
    what is being tested and the share done after each piece, and may raise to stop: whole cells that
    were finished stay in `said`.
    """
    seen = {name: _seen(data) for name, data in variants.items()}
    keys = {
        (name, model.name): asking.key(seen[name][model.name in TAKES_DRIVERS], model)
        for name in variants
        for model in models
    }
    held = {key: said[key] for key in keys.values() if key in said}
    todo: dict[str, _Todo] = {}
    for name, data in variants.items():
        for model in models:
            key = keys[name, model.name]
            if key not in held:
                todo.setdefault(key, _Todo(key, f"{name} ({model_label(model.name)})", data, model))
    for key, frame in _answers(list(todo.values()), asking, mapper, step):
        held[key] = said[key] = frame
    while len(said) > MOST_CELLS:
        said.pop(next(iter(said)))
    return {cell: held[key] for cell, key in keys.items()}


def _seen(dataset: Dataset) -> tuple[str, str]:
    """Return names of the rows that a model sees without drivers, and with them."""
    plain = [*KEY, *(c for c in ("y", "stockout", "open") if c in dataset.sales)]
    return _digest(dataset.sales[plain]), _digest(dataset.sales)


def _digest(frame: pd.DataFrame) -> str:
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    return hashlib.sha256(rows + repr(list(frame.columns)).encode()).hexdigest()


def _answers(
    todo: Sequence[_Todo], asking: Asking, mapper: Mapper, step: Step | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each cell's key and frame once all its pieces are back; pieces come in the order sent."""
    sent: deque[tuple[_Todo, int]] = deque()
    total, done = sum(cost_of(cell.model.name) for cell in todo), 0.0

    def work() -> Iterator[Task]:
        for cell in todo:
            tasks = _tasks(cell, asking)
            sent.append((cell, len(tasks)))
            yield from tasks

    answers: list[TaskResult] = []
    for answer in run(work(), mapper):
        answers.append(answer)
        cell, pieces = sent[0]
        done += cost_of(cell.model.name) / pieces / total
        if step:
            step(f"Testing {cell.label}", min(done, 1.0))
        if len(answers) == pieces:
            yield cell.key, _kept(answers, cell.dataset, asking)
            answers = []
            sent.popleft()


def _tasks(cell: _Todo, asking: Asking) -> list[Task]:
    data, horizon = cell.dataset, asking.settings.horizon
    starts = origins_at(data.sales, asking.origins, horizon=horizon, frequency=data.frequency)
    if not starts:
        raise DecisionError(
            f"No series is long enough on the tested past dates ({cell.label}); use a shorter horizon or "
            "bring a longer history."
        )
    return tasks_at(starts, [cell.model])


def _kept(answers: Sequence[TaskResult], dataset: Dataset, asking: Asking) -> pd.DataFrame:
    """Return the sums that orders need."""
    _, cumulative = with_actuals(answers, dataset.sales)
    needed = np.isin(cumulative["h"].to_numpy(), [*asking.sums, asking.settings.horizon])
    return cumulative[needed].drop(columns="y").reset_index(drop=True)
