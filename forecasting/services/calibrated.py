"""From what models said to what may be relied on: calibrated by their past, and joined into an ensemble."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

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
from forecasting.evaluation.tasks import Kept, Mapper
from forecasting.paths import SamplePaths
from forecasting.services.compute import Results, compute
from forecasting.services.dataset import Dataset
from forecasting.services.progress import Progress
from forecasting.services.reasons import stacked
from forecasting.settings import Settings

FRAMES = ("forecast", "backtest", "cumulative")


@dataclass(frozen=True)
class _Model:
    """One model after calibration."""

    backtest: pd.DataFrame  # scored origins
    cumulative: pd.DataFrame  # all origins
    forecast: pd.DataFrame  # live
    paths: SamplePaths
    sums: Shift


@dataclass
class _Done:
    """What has been calibrated already: results grow by whole models, which then stay as they are."""

    models: dict[str, _Model] = field(default_factory=dict)
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


def final_results(
    dataset: Dataset,
    settings: Settings,
    *,
    mapper: Mapper = map,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Results:
    """Return the last of `calibrated_results` alone, in less memory and time: nobody looks at the stages.

    Nothing is calibrated before every model has spoken, and what a model drew goes as it is calibrated.
    """
    raw: Results | None = None
    for stage in compute(dataset, settings, mapper=mapper, progress=progress, kept=kept):
        raw = stage
    del stage
    if raw is None:
        raise AssertionError("settings always name at least one model")
    frequency, done = dataset.frequency, _Done()
    done.losses = {name: pinball_by_origin(_of(raw.cumulative, name), frequency) for name in raw.models}
    blended = _blended(raw, done.losses) if len(raw.models) > 1 else None
    frames, paths = {name: getattr(raw, name) for name in FRAMES}, dict(raw.paths)
    raw = _with_frames(raw, {name: frame.iloc[:0].copy() for name, frame in frames.items()}, {})
    # Table by table, so that only one of them is held twice.
    parts = {name: _by_model(frames.pop(name), raw.models) for name in FRAMES}
    for name in raw.models:
        drawn = {frame: by_model.pop(name) for frame, by_model in parts.items()}
        one = _with_frames(raw, drawn, {name: paths.pop(name)})
        done.models[name] = _of_model(one, name, frequency)
    if blended is not None:
        done.models[ENSEMBLE] = _of_model(blended, ENSEMBLE, frequency)
    waiting = [frame for name, frame in parts["forecast"].items() if name not in raw.models]
    return _assembled(replace(raw, forecast=stacked([raw.forecast, *waiting]), paths=paths), done)


def _with_frames(
    raw: Results, frames: Mapping[str, pd.DataFrame], paths: Mapping[str, SamplePaths]
) -> Results:
    forecast, backtest, cumulative = (frames[name] for name in FRAMES)
    return replace(raw, forecast=forecast, backtest=backtest, cumulative=cumulative, paths=paths)


def _by_model(frame: pd.DataFrame, models: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Return the rows of every model by its name, the given ones first; all of them, whoever is named."""
    others = [str(name) for name in frame["model"].unique() if name not in models]
    return {name: _of(frame, name) for name in (*models, *others)}


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
            done.models[name] = _of_model(raw, name, frequency)
            done.losses[name] = pinball_by_origin(_of(raw.cumulative, name), frequency)
    if len(raw.models) > 1 and ENSEMBLE not in done.models and not raw.unfinished(models):
        blended = _blended(raw, done.losses)
        done.models |= {ENSEMBLE: _of_model(blended, ENSEMBLE, frequency)} if blended else {}


def _of(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    return frame[frame["model"] == model].reset_index(drop=True)


def _of_model(raw: Results, name: str, frequency: str) -> _Model:
    rule = daily_rule(frequency)
    backtest, daily = calibrate_backtest(_of(raw.backtest, name), frequency, rule)
    cumulative, sums = calibrate_backtest(_of(raw.cumulative, name), frequency, SUMS)
    return _Model(
        backtest[backtest["cutoff"].isin(raw.scored)],
        cumulative,
        calibrate_live(_of(raw.forecast, name), daily, rule, frequency),
        calibrate_paths(raw.paths[name], sums),
        sums,
    )


def _blended(raw: Results, losses: dict[str, pd.DataFrame]) -> Results | None:
    """Return the ensemble of the models as they were before their own calibration.

    None where no origin has an earlier one to learn the weights from.
    """
    origins = pd.DatetimeIndex(raw.cumulative["cutoff"].unique()).sort_values()
    by_origin = {at: weights(losses, at) for at in origins}
    backtest, cumulative = blend(raw.backtest, by_origin), blend(raw.cumulative, by_origin)
    if backtest.empty:
        return None
    today = weights(losses, max(frame["known_from"].max() for frame in losses.values()))
    live = raw.forecast[raw.forecast["model"].isin(raw.models)]
    return replace(
        raw,
        backtest=backtest,
        cumulative=cumulative,
        forecast=blend(live, {live["cutoff"].iloc[0]: today}),
        paths={ENSEMBLE: blend_paths({name: raw.paths[name] for name in raw.models}, today)},
    )


def _assembled(raw: Results, done: _Done) -> Results:
    names = tuple(name for name in (*raw.models, ENSEMBLE) if name in done.models)
    models = [done.models[name] for name in names]
    waiting = raw.forecast[~raw.forecast["model"].isin(raw.models)]
    untested = {name: paths for name, paths in raw.paths.items() if name not in raw.models}
    return replace(
        raw,
        models=names,
        forecast=stacked([*(m.forecast for m in models), waiting]),
        paths={**{name: done.models[name].paths for name in names}, **untested},
        backtest=stacked([raw.backtest.iloc[:0], *(m.backtest for m in models)]),
        cumulative=stacked([raw.cumulative.iloc[:0], *(m.cumulative for m in models)]),
        evidence=_evidence(dict(zip(names, models, strict=True))),
    )


def _evidence(models: dict[str, _Model]) -> pd.DataFrame:
    """Return model, h, origins, cycles, level, shift: on how much the sums' calibration of today rests.

    `cycles` counts past sums over h periods, `level` says whose; `shift` is by how much
    the 0.9 quantile moved, in widths of the middle 80 %.
    """
    rows = [
        {
            "model": name,
            "h": h + 1,
            "origins": model.sums.origins,
            "cycles": int(model.sums.cycles[h]),
            "level": ", ".join([POOLED, OWN] if model.sums.own else [POOLED]),
            "shift": float(model.sums.pooled[h, int(abs(model.sums.levels - 0.9).argmin())]),
        }
        for name, model in models.items()
        for h in range(len(model.sums.pooled))
    ]
    return pd.DataFrame(rows)
