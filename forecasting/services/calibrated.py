"""From what models said to what may be relied on: calibrated by their past, and joined into an ensemble."""

from collections.abc import Iterable, Iterator
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


def calibrated(stream: Iterable[Results], frequency: str, *, models: tuple[str, ...]) -> Iterator[Results]:
    """Yield results with every tested model calibrated, and the ensemble as the last model at the end.

    A model that has not been tested yet passes as it is. The ensemble joins when
    none of `models` is still to run, if two or more of them are complete.
    """
    done = _Done()
    for raw in stream:
        for name in raw.models:
            if name not in done.models:
                done.models[name] = _of_model(raw, name, frequency)
                done.losses[name] = pinball_by_origin(_of(raw.cumulative, name), frequency)
        if len(raw.models) > 1 and ENSEMBLE not in done.models and not raw.unfinished(models):
            ensemble = _ensemble(raw, done.losses, frequency)
            done.models |= {ENSEMBLE: ensemble} if ensemble else {}
        yield _assembled(raw, done)


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


def _ensemble(raw: Results, losses: dict[str, pd.DataFrame], frequency: str) -> _Model | None:
    """Return the calibrated ensemble of the models as they were before their own calibration.

    None where no origin has an earlier one to learn the weights from.
    """
    origins = pd.DatetimeIndex(raw.cumulative["cutoff"].unique()).sort_values()
    by_origin = {at: weights(losses, at) for at in origins}
    backtest, cumulative = blend(raw.backtest, by_origin), blend(raw.cumulative, by_origin)
    if backtest.empty:
        return None
    today = weights(losses, max(frame["known_from"].max() for frame in losses.values()))
    live = raw.forecast[raw.forecast["model"].isin(raw.models)]
    joined = replace(
        raw,
        backtest=backtest,
        cumulative=cumulative,
        forecast=blend(live, {live["cutoff"].iloc[0]: today}),
        paths={ENSEMBLE: blend_paths({name: raw.paths[name] for name in raw.models}, today)},
    )
    return _of_model(joined, ENSEMBLE, frequency)


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
        evidence=_evidence(done.models),
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
