"""From what models said to what may be relied on: calibrated by their past, and joined into an ensemble."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from forecasting.evaluation.calibrate import (
    SUMS,
    calibrate_backtest,
    calibrate_live,
    calibrate_paths,
    daily_rule,
)
from forecasting.evaluation.calibration import OWN, POOLED, Shift
from forecasting.evaluation.ensemble import ENSEMBLE, blend, blend_paths, pinball_by_origin, weights
from forecasting.evaluation.kept_later import PROMISED, kept_later
from forecasting.evaluation.tasks import Kept, Mapper
from forecasting.paths import SamplePaths
from forecasting.services.compute import Results, compute
from forecasting.services.dataset import Dataset
from forecasting.services.progress import Progress
from forecasting.services.reasons import stacked
from forecasting.settings import Settings

FRAMES = ("forecast", "backtest", "cumulative")
# (frame, models, cutoff) -> what these models said in it at that origin.
Rows = Callable[[str, Sequence[str], pd.Timestamp], pd.DataFrame]


@dataclass(frozen=True)
class CalibratedModel:
    """One model after calibration."""

    backtest: pd.DataFrame  # scored origins
    cumulative: pd.DataFrame  # all origins
    forecast: pd.DataFrame  # live
    sums: Shift  # what its futures are calibrated by
    kept: Mapping[int, tuple[float, float]]  # of `kept_later`, by h


@dataclass
class _Done:
    """What has been calibrated already: results grow by whole models, which then stay as they are."""

    models: dict[str, CalibratedModel] = field(default_factory=dict)
    paths: dict[str, SamplePaths] = field(default_factory=dict)
    losses: dict[str, pd.DataFrame] = field(default_factory=dict)


def calibrated_results(
    dataset: Dataset,
    settings: Settings,
    *,
    mapper: Mapper = map,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Iterator[Results]:
    """Yield the results of `compute` as pages and reports may use them: see `calibrated`."""
    said = compute(dataset, settings, mapper=mapper, progress=progress, kept=kept)
    yield from calibrated(said, dataset.frequency, models=settings.models)


def calibrated(stream: Iterable[Results], frequency: str, *, models: tuple[str, ...]) -> Iterator[Results]:
    """Yield results with every tested model calibrated, and the ensemble as the last model at the end.

    A model that has not been tested yet passes as it is. The ensemble joins when
    none of `models` is still to run, if two or more of them are complete.
    """
    done = _Done()
    for raw in stream:
        _take(done, raw, frequency, models)
        yield _assembled(raw, done)


def _take(done: _Done, raw: Results, frequency: str, models: tuple[str, ...]) -> None:
    """Calibrate the models that have been tested since the last stage."""
    for name in raw.models:
        if name not in done.models:
            _calibrate(done, raw, name, frequency)
            done.losses[name] = pinball_by_origin(_of(raw.cumulative, name), frequency)
    if len(raw.models) > 1 and ENSEMBLE not in done.models and not raw.unfinished(models):
        blended = blended_results(raw, done.losses, partial(_rows_at, raw), raw.forecast["cutoff"].iloc[0])
        if blended is not None:
            _calibrate(done, blended, ENSEMBLE, frequency)


def _calibrate(done: _Done, raw: Results, name: str, frequency: str) -> None:
    done.models[name] = calibrated_model(raw, name, frequency)
    done.paths[name] = calibrate_paths(raw.paths[name], done.models[name].sums)


def _rows_at(raw: Results, frame: str, models: Sequence[str], cutoff: pd.Timestamp) -> pd.DataFrame:
    rows: pd.DataFrame = getattr(raw, frame)
    return _of(rows[rows["cutoff"] == cutoff], *models)


def _of(frame: pd.DataFrame, *models: str) -> pd.DataFrame:
    return frame[frame["model"].isin(models)].reset_index(drop=True)


def calibrated_model(raw: Results, name: str, frequency: str) -> CalibratedModel:
    """Return a tested model of some results with its bands and sums calibrated by its own past."""
    rule = daily_rule(frequency)
    backtest, daily = calibrate_backtest(_of(raw.backtest, name), frequency, rule)
    said = _of(raw.cumulative, name)
    cumulative, sums = calibrate_backtest(said, frequency, SUMS)
    return CalibratedModel(
        backtest[backtest["cutoff"].isin(raw.scored)],
        cumulative,
        calibrate_live(_of(raw.forecast, name), daily, rule, frequency),
        sums,
        kept_later(said, cumulative, raw.scored),
    )


def blended_results(
    raw: Results, losses: Mapping[str, pd.DataFrame], rows: Rows, now: pd.Timestamp
) -> Results | None:
    """Return the ensemble of the models as they were before their own calibration.

    `rows` gives what some models said at an origin, `now` is that of the live forecast. None
    where no origin has an earlier one to learn the weights from.
    """
    origins = pd.DatetimeIndex(pd.concat([f["cutoff"] for f in losses.values()]).unique()).sort_values()
    by_origin = {at: weights(losses, at) for at in origins}
    if not any(by_origin.values()):
        return None
    today = weights(losses, max(frame["known_from"].max() for frame in losses.values()))
    return replace(
        raw,
        backtest=_mixed(rows, "backtest", by_origin),
        cumulative=_mixed(rows, "cumulative", by_origin),
        forecast=_mixed(rows, "forecast", {now: today}),
        paths={ENSEMBLE: blend_paths(raw.paths, today)},
    )


def _mixed(rows: Rows, frame: str, by_origin: Mapping[pd.Timestamp, Mapping[str, float]]) -> pd.DataFrame:
    """Return the ensemble's rows of a frame, an origin at a time: all members' at once would be too many."""
    parts = []
    for at, given in by_origin.items():
        members = [name for name, weight in given.items() if weight > 0]
        if members:
            parts.append(blend(rows(frame, members, at), {at: given}))
    return stacked(parts).sort_values(["unique_id", "cutoff", "h"], ignore_index=True)


def _assembled(raw: Results, done: _Done) -> Results:
    """Return the results with all that is calibrated; models that are not tested yet stay as they are."""
    names = tuple(name for name in (*raw.models, ENSEMBLE) if name in done.models)
    models = {name: done.models[name] for name in names}
    said = {frame: [getattr(m, frame) for m in models.values()] for frame in FRAMES}
    waiting = raw.forecast[~raw.forecast["model"].isin(raw.models)]
    untested = {name: paths for name, paths in raw.paths.items() if name not in raw.models}
    return replace(
        raw,
        models=names,
        forecast=stacked([*said["forecast"], waiting]),
        paths={**{name: done.paths[name] for name in names if name in done.paths}, **untested},
        backtest=stacked([raw.backtest.iloc[:0], *said["backtest"]]),
        cumulative=stacked([raw.cumulative.iloc[:0], *said["cumulative"]]),
        evidence=evidence_of(models),
    )


def evidence_of(models: Mapping[str, CalibratedModel]) -> pd.DataFrame:
    """Return model, h, origins, cycles, level, shift, before, after: on what the sums' calibration rests.

    `cycles` counts past sums over h periods, `level` says whose; `shift` is by how much
    the 0.9 quantile moved, in widths of the middle 80 %; `before` and `after` are how often it was
    kept without and with calibration, at the scored origins.
    """
    rows = [
        {
            "model": name,
            "h": h + 1,
            "origins": model.sums.origins,
            "cycles": int(model.sums.cycles[h]),
            "level": ", ".join([POOLED, OWN] if model.sums.own else [POOLED]),
            "shift": float(model.sums.pooled[h, int(abs(model.sums.levels - PROMISED).argmin())]),
            **dict(zip(("before", "after"), model.kept.get(h + 1, (math.nan, math.nan)), strict=True)),
        }
        for name, model in models.items()
        for h in range(len(model.sums.pooled))
    ]
    return pd.DataFrame(rows)
