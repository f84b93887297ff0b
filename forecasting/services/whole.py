"""The results of a whole assortment for a caller who looks at no stage: one model in memory at a time."""

from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from forecasting.evaluation.calibrate import calibrate_paths
from forecasting.evaluation.ensemble import ENSEMBLE, pinball_by_origin
from forecasting.evaluation.tasks import Kept, Mapper
from forecasting.execution.memory import give_back
from forecasting.paths import SamplePaths
from forecasting.services.aside import Aside, WhenAsked
from forecasting.services.calibrated import (
    FRAMES,
    CalibratedModel,
    blended_results,
    calibrated_model,
    evidence_of,
)
from forecasting.services.compute import Results, complete, each_model
from forecasting.services.dataset import Dataset
from forecasting.services.progress import Progress
from forecasting.services.reasons import stacked
from forecasting.settings import Settings

CALIBRATED = "calibrated"  # frames on disk are what a model said itself, or what became of it


@dataclass
class Spoken:
    """What every model has said, on disk: itself and calibrated. The models' workers may end now."""

    dataset: Dataset
    raw: Results  # without the rows and futures of tested models
    models: dict[str, CalibratedModel] = field(default_factory=dict)  # without their rows
    losses: dict[str, pd.DataFrame] = field(default_factory=dict)
    aside: Aside = field(default_factory=Aside)

    def results(self) -> Results:
        """Return the last of `calibrated_results`: every model calibrated, and the ensemble.

        Futures are read and calibrated when an order needs them. Raises `DataError` when no model
        could be tested on any series.
        """
        if not self.models:
            return complete(self.raw, self.dataset)
        if len(self.models) > 1 and ENSEMBLE not in self.models:
            self._blend()
            give_back()
        whole = complete(self._assembled(), self.dataset)
        give_back()
        return whole

    def take(self, one: Results) -> None:
        """Calibrate the models of some results and put them aside."""
        for name in one.models:
            for frame in FRAMES:
                self.aside.put_rows(frame, name, getattr(one, frame))
            self.aside.put_paths(name, one.paths[name])
            self.losses[name] = pinball_by_origin(one.cumulative, self.dataset.frequency)
            self._calibrate(one, name)

    def _calibrate(self, said: Results, name: str) -> None:
        model = calibrated_model(said, name, self.dataset.frequency)
        for frame in FRAMES:
            self.aside.put_frame(f"{CALIBRATED}-{frame}", name, getattr(model, frame))
        # A copy: a part of a frame, however short, would keep the whole.
        forecast, backtest, cumulative = (getattr(model, frame).iloc[:0].copy() for frame in FRAMES)
        self.models[name] = replace(model, forecast=forecast, backtest=backtest, cumulative=cumulative)

    def _blend(self) -> None:
        """Calibrate the ensemble of what was put aside, and put its futures there too."""
        spoken = WhenAsked({name: partial(self.aside.paths, name) for name in self.raw.models})
        losses = {name: self.losses[name] for name in self.raw.models}
        now = self.aside.frames(f"{CALIBRATED}-forecast", self.raw.models[:1])["cutoff"].iloc[0]
        blended = blended_results(replace(self.raw, paths=spoken), losses, self.aside.rows, now)
        if blended is not None:
            self.aside.put_paths(ENSEMBLE, blended.paths[ENSEMBLE])
            self._calibrate(blended, ENSEMBLE)

    def _assembled(self) -> Results:
        names = tuple(name for name in (*self.raw.models, ENSEMBLE) if name in self.models)
        forecast, backtest, cumulative = (self.aside.frames(f"{CALIBRATED}-{f}", names) for f in FRAMES)
        tested = {name: partial(self._futures, name) for name in names}
        untested = {name: partial(self.raw.paths.__getitem__, name) for name in self.raw.paths}
        return replace(
            self.raw,
            models=names,
            forecast=stacked([forecast, self.raw.forecast]) if len(self.raw.forecast) else forecast,
            backtest=backtest,
            cumulative=cumulative,
            paths=WhenAsked(tested | untested),
            evidence=evidence_of({name: self.models[name] for name in names}),
        )

    def _futures(self, name: str) -> SamplePaths:
        return calibrate_paths(self.aside.paths(name), self.models[name].sums)


def all_said(
    dataset: Dataset,
    settings: Settings,
    *,
    mapper: Mapper = map,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Spoken:
    """Return what all models say, live and over the past; a model is calibrated while the next are at work.

    In less memory and time than `calibrated_results`: nobody looks at the stages, so what is said
    waits on disk, and joining it waits until the workers have ended (0.25 GB each, 1,000 series).
    """
    spoken: Spoken | None = None
    for one in each_model(dataset, settings, mapper=mapper, progress=progress, kept=kept):
        emptied = _emptied(one)
        if spoken is None:
            spoken = Spoken(dataset, emptied)
        else:
            spoken.raw = _joined(spoken.raw, emptied)
        spoken.take(one)
        give_back()
    if spoken is None:
        raise AssertionError("settings always name at least one model")
    raw = spoken.raw
    names = tuple(m for m in settings.models if m in raw.models)
    seconds = {m: raw.seconds[m] for m in settings.models if m in raw.seconds}
    spoken.raw = replace(raw, models=names, seconds=seconds)
    return spoken


def _emptied(one: Results) -> Results:
    """Return the results of a model without its rows, if it has been tested: they wait elsewhere."""
    if not one.models:
        return one
    forecast, backtest, cumulative = (getattr(one, name).iloc[:0].copy() for name in FRAMES)
    return replace(one, paths={}, forecast=forecast, backtest=backtest, cumulative=cumulative)


def _joined(first: Results | None, second: Results) -> Results:
    """Return the results of models that ran by themselves as one."""
    if first is None:
        return second
    return replace(
        first,
        models=first.models + second.models,
        failed=first.failed + second.failed,
        forecast=stacked([first.forecast, second.forecast]),
        backtest=stacked([first.backtest, second.backtest]),
        cumulative=stacked([first.cumulative, second.cumulative]),
        failures=stacked([first.failures, second.failures]),
        notes=stacked([first.notes, second.notes]),
        paths={**first.paths, **second.paths},
        seconds={**first.seconds, **second.seconds},
        scored=first.scored or second.scored,
    )
