"""Prophet by its own package, one series at a time."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecasting.dates import period_kind
from forecasting.errors import MissingLibrary, SettingsError
from forecasting.models.base import Panel, series_generators, to_panel
from forecasting.models.bootstrap import (
    block_paths,
    block_plan,
    errors_or_spread,
    require_known,
    resampled_paths,
    settle,
)
from forecasting.models.calendar import public_holidays
from forecasting.models.prophet_map.law import LEAST_CHANGE, TrendLaw, strayed
from forecasting.paths import SamplePaths

Mode = Literal["auto", "additive", "multiplicative"]
# Multiplying makes sense where there is nearly always something to multiply: with many
# zeros a quiet spell drags trend and season to nothing together.
MAX_ZERO_SHARE = 0.1
# Below two weeks, a few months, a trend through so few points runs away within the horizon.
MIN_HISTORY = 14
# Prophet's ten yearly waves need more than twelve months a year to be told apart: with one
# month missing the forecast of that month fell to half. Four leave degrees of freedom.
MONTHLY_WAVES = 4
# Each task fits at most this many series before it hands back its batch.
SERIES_PER_TASK = 8
# A filter does not reach a child logger. Everything is muted: what goes wrong comes as an exception.
LOGGERS = ("cmdstanpy", "prophet", "prophet.models")
# The newest known periods that the fallback resamples.
FALLBACK_WINDOW = 28


@dataclass(frozen=True)
class PackageProphet:
    """Trend, seasons, public holidays and known drivers by the prophet package; noise from past errors.

    The reference for `models.prophet.Prophet`, which solves the same model for many series at
    once, its stand-in for a series it cannot solve, and the model of a single item. A series
    that is too short, constant or refused by Stan gets its recent sales resampled, with a note.
    """

    frequency: str
    country: str | None = None
    mode: Mode = "auto"
    n_paths: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        check_mode(self.mode)

    @property
    def name(self) -> str:
        return "prophet"

    @property
    def series_per_task(self) -> int | None:
        return SERIES_PER_TASK

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        panel = require_known(to_panel(history, future))
        if self.country is not None:
            public_holidays(self.country, (panel.future_ds[0].year,))  # refuses an unknown country
        values = np.empty((len(panel.y), self.n_paths, panel.horizon), dtype=np.float32)
        notes = {}
        for i, generator in enumerate(series_generators(self.seed, panel.unique_id)):
            values[i], note = self.series(panel, i, generator)
            if note:
                notes[panel.unique_id[i]] = note
        paths = settle(panel, values, self.seed)
        return replace(paths, notes=notes | dict(paths.notes))

    def series(self, panel: Panel, i: int, generator: np.random.Generator) -> tuple[np.ndarray, str]:
        """Return one series' futures (n_paths, H), not yet cut at zero; why not by Prophet, or ''."""
        known = history_of(panel, i)
        reason = why_not(known["y"].to_numpy(), unknown_drivers(panel, i))
        if not reason:
            try:
                return self._fitted(known, panel, i, generator), ""
            except RuntimeError:  # Stan gave up, Newton's method included
                reason = "Stan found no fit"
        return recent_again(panel, i, self.n_paths, generator), f"{reason}: recent sales are drawn again"

    def _fitted(
        self, known: pd.DataFrame, panel: Panel, i: int, generator: np.random.Generator
    ) -> np.ndarray:
        model, both = self.explained(panel, i)
        coming = both.iloc[len(known) :]
        errors = np.full(len(panel.ds), np.nan)
        errors[panel.ds.get_indexer(pd.DatetimeIndex(known["ds"]))] = (
            known["y"].to_numpy() - both["yhat"].to_numpy()[: len(known)]
        )
        plan = block_plan(self.frequency, self.n_paths, panel.horizon)
        noise = block_paths(errors_or_spread(errors, panel.y[i]), plan, generator)
        multiplier = 1 + coming["multiplicative_terms"].to_numpy()
        shocks = strayed(trend_law(model, panel.horizon).shocks(self.n_paths, generator))
        return np.maximum(coming["yhat"].to_numpy(), 0.0) + shocks * multiplier + noise

    def explained(self, panel: Panel, i: int) -> tuple[Any, pd.DataFrame]:
        """Return a series' fitted package model, and what it says of the known periods and those ahead."""
        known = history_of(panel, i)
        model = self._model(known, list(panel.drivers))
        with _quiet(), TemporaryDirectory(prefix="shelfwise-prophet-") as folder:
            model.fit(known, output_dir=folder, seed=self.seed)
            both = model.predict(pd.concat([known.drop(columns="y"), future_of(panel, i)], ignore_index=True))
        return model, both

    def _model(self, known: pd.DataFrame, names: list[str]) -> Any:
        mode = self.mode if self.mode != "auto" else suitable_mode(known["y"].to_numpy())
        monthly = period_kind(self.frequency) == "month" and _spans_two_years(known["ds"])
        yearly = MONTHLY_WAVES if monthly else "auto"
        model = _prophet_class()(seasonality_mode=mode, yearly_seasonality=yearly, uncertainty_samples=0)
        # Weekly and monthly stamps would meet a holiday only by accident.
        if self.country is not None and period_kind(self.frequency) == "day":
            model.add_country_holidays(country_name=self.country)
        for name in names:
            model.add_regressor(name)
        return model


def suitable_mode(sales: np.ndarray) -> Literal["additive", "multiplicative"]:
    """Return 'multiplicative' where at most a tenth of the sales are zero, else 'additive'."""
    return "multiplicative" if np.mean(sales == 0) <= MAX_ZERO_SHARE else "additive"


def _spans_two_years(dates: pd.Series) -> bool:
    """Return whether Prophet itself would look for a yearly season."""
    return bool(dates.iloc[-1] - dates.iloc[0] >= pd.Timedelta(days=730))


def history_of(panel: Panel, i: int) -> pd.DataFrame:
    """Return one series' periods of known sales and drivers: ds, y and a column a driver."""
    columns = {"ds": panel.ds, "y": panel.y[i]} | {k: v[i] for k, v in panel.drivers.items()}
    return pd.DataFrame(columns).dropna(ignore_index=True)


def future_of(panel: Panel, i: int) -> pd.DataFrame:
    """Return one series' periods to forecast: ds and a column a driver."""
    return pd.DataFrame({"ds": panel.future_ds} | {k: v[i] for k, v in panel.future_drivers.items()})


def unknown_drivers(panel: Panel, i: int) -> list[str]:
    """Return the drivers that are blank in some period of a series' known sales."""
    sold = ~np.isnan(panel.y[i])
    return [name for name, past in panel.drivers.items() if np.isnan(past[i, sold]).any()]


def why_not(sales: np.ndarray, unknown: Sequence[str] = ()) -> str:
    """Return why Prophet cannot serve a series with these known sales, or ''.

    Known are periods in which no driver is blank; `unknown` are those that are, somewhere.
    """
    if len(sales) < MIN_HISTORY:
        blank = f" ({', '.join(unknown)} is blank in others)" if unknown else ""
        return f"{len(sales)} known periods{blank} are fewer than the {MIN_HISTORY} that Prophet needs"
    # Prophet itself short-cuts a constant series, with no uncertainty at all.
    return "all known sales are the same" if np.ptp(sales) == 0 else ""


def recent_again(panel: Panel, i: int, n_paths: int, generator: np.random.Generator) -> np.ndarray:
    """Return futures (n_paths, H) drawn from a series' newest sales, with or without known drivers."""
    sales, y = history_of(panel, i)["y"].to_numpy(), panel.y[i]
    usable = sales if len(sales) else y[~np.isnan(y)]
    return resampled_paths(usable[-FALLBACK_WINDOW:], n_paths, panel.horizon, generator)


def check_mode(mode: str) -> None:
    """Raise `SettingsError` for a mode Prophet does not have."""
    if mode not in ("auto", "additive", "multiplicative"):
        raise SettingsError(f"Prophet's mode is auto, additive or multiplicative, got {mode!r}.")


def trend_law(model: Any, periods: int) -> TrendLaw:
    """Return how a fitted package model's trend may stray; drawn by us from a seeded generator."""
    step = model.history["ds"].diff().median() / model.t_scale
    size = np.mean(np.abs(model.params["delta"][0])) + LEAST_CHANGE
    return TrendLaw(len(model.changepoints_t) * step, size * step * model.y_scale, periods)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence two lines a fit from cmdstanpy, whose level resets itself, and Prophet's pandas 3 warnings."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addFilter(_never)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning, module=r"prophet\..*")
            yield
    finally:
        for logger in loggers:
            logger.removeFilter(_never)


def _never(record: logging.LogRecord) -> bool:
    return record.levelno > logging.CRITICAL


def _prophet_class() -> Any:
    try:
        from prophet import Prophet as Package
    except ImportError:
        raise MissingLibrary("Prophet is not installed; install it with: pip install prophet.") from None
    return Package
