"""A saved project of many items whose results are made up: what pages do with it does not depend on them."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.synthetic import made_up_sales
from forecasting.dates import calendar, next_periods
from forecasting.evaluation.backtest import cutoffs, with_actuals
from forecasting.evaluation.ensemble import ENSEMBLE
from forecasting.evaluation.tasks import TaskResult
from forecasting.models.registry import MODEL_NAMES
from forecasting.paths import SamplePaths
from forecasting.schema import CUMULATIVE_LEVELS, QUANTILE_LEVELS
from forecasting.services import project
from forecasting.services.compute import Results, run_id
from forecasting.services.dataset import Dataset
from forecasting.services.reasons import stacked
from forecasting.services.stages import MOST_PATH_VALUES
from forecasting.settings import Settings, usual_settings
from forecasting.store.projects import open_store

# Quantiles of the past come from so many futures: no page can tell, and a thousand items are made in seconds.
PAST_PATHS = 100
LEAST_PATHS = 200


def save_made_up(folder: Path, items: int, *, folds: int = 4) -> str:
    """Save a project with complete results of nine models in the database of `folder`; return its code."""
    return save_with_results(folder, made_up_dataset(items), folds=folds)


def save_with_results(folder: Path, dataset: Dataset, *, folds: int = 4) -> str:
    """Save a history with made-up results of nine models in the database of `folder`; return its code."""
    store, now = open_store(f"sqlite:///{folder / 'shelfwise.db'}"), datetime.now(UTC).replace(tzinfo=None)
    code = store.create(f"{len(dataset.series):,} items", now=now)
    settings = usual_settings("D", folds=folds)
    project.save_dataset(store, code, dataset, {}, now)
    project.save_results(store, code, made_up_results(dataset, settings), now)
    store.save(code, documents={"settings": settings.as_dict()}, now=now)
    return code


def made_up_dataset(items: int) -> Dataset:
    """Return a history with the stock of every item."""
    sales = made_up_sales(items)
    level = sales.groupby("unique_id")["y"].mean()
    table = pd.DataFrame({"unique_id": level.index.to_numpy(), "on_hand": (5 * level).round().to_numpy()})
    ahead = sales[["unique_id", "ds"]].iloc[:0]
    return Dataset("made-up.csv", sales, table.assign(on_order=0.0, unit_cost=2.0), ahead, "D", "0" * 64)


def made_up_results(dataset: Dataset, settings: Settings) -> Results:
    """Return complete results: each model draws the last year's level with an error of its own."""
    sales, names = dataset.sales, (*MODEL_NAMES, ENSEMBLE)
    dates = calendar(sales["ds"].min(), sales["ds"].max(), dataset.frequency)
    warm_up, scored = cutoffs(dates, settings.plan)
    fits = MOST_PATH_VALUES // (len(dataset.series) * settings.horizon)
    draw = _Drawer(dataset, settings)
    live = {name: draw(dates[-1], max(LEAST_PATHS, min(1_000, fits))) for name in names}
    past = []
    for name in names:
        said = [_told(name, cutoff, draw(cutoff, PAST_PATHS)) for cutoff in (*warm_up, *scored)]
        past.append(with_actuals(said, sales))
    backtest, cumulative = (stacked(frames) for frames in zip(*past, strict=True))
    return Results(
        run_id=run_id(dataset, settings),
        models=names,
        forecast=stacked([_told(name, dates[-1], paths).forecast for name, paths in live.items()]),
        paths=live,
        backtest=backtest[backtest["cutoff"].isin(scored)].reset_index(drop=True),
        cumulative=cumulative,
        scored=tuple(scored),
        seconds={},
        assumptions=(),
        left_out=pd.DataFrame({"unique_id": [], "reason": []}, dtype=object),
    )


class _Drawer:
    """Draws futures around each series' mean; every call errs differently, so models differ."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self._ids = np.array(dataset.series, dtype=object)
        self._level = dataset.sales.groupby("unique_id")["y"].mean().reindex(self._ids).to_numpy()
        self._horizon, self._frequency = settings.horizon, dataset.frequency
        self._generator = np.random.default_rng(settings.seed)

    def __call__(self, cutoff: pd.Timestamp, paths: int) -> SamplePaths:
        error = self._generator.uniform(0.8, 1.2, (len(self._ids), 1, 1))
        shape = (len(self._ids), paths, self._horizon)
        drawn = self._generator.negative_binomial(self._level[:, None, None] * error + 0.01, 0.5, shape)
        ahead = next_periods(cutoff, self._horizon, self._frequency)
        return SamplePaths(self._ids, ahead, drawn.astype(np.float32))


def _told(name: str, cutoff: pd.Timestamp, paths: SamplePaths) -> TaskResult:
    forecast, cumulative = paths.quantiles(QUANTILE_LEVELS), paths.cumulative(CUMULATIVE_LEVELS)
    said = (frame.assign(model=name, cutoff=cutoff) for frame in (forecast, cumulative))
    return TaskResult(name, cutoff, *said, paths=None, seconds=0.0)
