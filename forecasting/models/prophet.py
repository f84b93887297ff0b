"""Prophet for many series at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.dates import period_kind
from forecasting.errors import SettingsError
from forecasting.models.base import Panel, series_generators, to_panel
from forecasting.models.bootstrap import block_plan, require_known, settle
from forecasting.models.calendar import public_holidays
from forecasting.models.prophet_map.additive import fit_additive
from forecasting.models.prophet_map.batches import batches
from forecasting.models.prophet_map.columns import (
    YEARLY_WAVES,
    CalendarColumns,
    CalendarPlan,
    calendar_columns,
    days_since_1970,
    standardised,
)
from forecasting.models.prophet_map.design import Design, design
from forecasting.models.prophet_map.law import Noise, Outlook, outlook, paths
from forecasting.models.prophet_map.multiplicative import fit_multiplicative
from forecasting.models.prophet_map.posterior import Fit
from forecasting.models.prophet_package import (
    MONTHLY_WAVES,
    Mode,
    PackageProphet,
    check_mode,
    recent_again,
    suitable_mode,
    unknown_drivers,
    why_not,
)
from forecasting.paths import SamplePaths
from forecasting.threads import one_thread

# Enough to share matrices, few enough that a plan's progress moves and a worker's memory stays small.
SERIES_PER_TASK = 256


@dataclass(frozen=True)
class Prophet:
    """Trend, seasons, public holidays and known drivers by Prophet's model, solved for all series together.

    `mode` says how seasons, holidays and drivers join the trend; "auto" multiplies where at
    most a tenth of the known periods are zero. Trend futures follow Prophet's law. `noise`
    "blocks" replaces its independent normal noise by stretches of in-sample errors, since days
    drawn one by one make sums over a lead time too certain. A series that is too short or
    constant gets its recent sales resampled, one that is not solved the prophet package;
    either way a note says so.
    """

    frequency: str
    country: str | None = None
    mode: Mode = "auto"
    n_paths: int = 500
    seed: int = 0
    noise: Noise = "blocks"
    flat: bool = False  # a level instead of a trend, Prophet's growth="flat"

    def __post_init__(self) -> None:
        check_mode(self.mode)
        if self.noise not in ("blocks", "normal"):
            raise SettingsError(f"Prophet's noise is blocks or normal, got {self.noise!r}.")

    @property
    def name(self) -> str:
        return "prophet"

    @property
    def series_per_task(self) -> int | None:
        return SERIES_PER_TASK

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        panel = require_known(to_panel(history, future))
        notes = {}
        if self.country is not None:
            public_holidays(self.country, (panel.future_ds[0].year,))  # refuses an unknown country
        values = np.empty((len(panel.y), self.n_paths, panel.horizon), dtype=np.float32)
        sales = learnable(panel)
        reasons = self.unserved(panel)
        left = {
            i: f"{reasons[unique_id]}: recent sales are drawn again"
            for i, unique_id in enumerate(panel.unique_id)
            if unique_id in reasons
        }
        with one_thread():
            for rows, multiplicative in self._batches(sales, np.array(sorted(left), dtype=int)):
                solved = self._write(panel, sales, rows, values, multiplicative=multiplicative)
                left |= dict.fromkeys(rows[~solved], "")
        for i, reason in left.items():
            values[i], note = self._left(panel, i, reason)
            notes[panel.unique_id[i]] = note
        settled = settle(panel, values, self.seed)
        return replace(settled, notes=dict(settled.notes) | notes)

    def unserved(self, panel: Panel) -> dict[str, str]:
        """Return the series that Prophet cannot be fitted to, unique_id -> why not."""
        rows = enumerate(zip(panel.unique_id, learnable(panel), strict=True))
        reasons = {
            unique_id: why_not(row[~np.isnan(row)], unknown_drivers(panel, i)) for i, (unique_id, row) in rows
        }
        return {unique_id: reason for unique_id, reason in reasons.items() if reason}

    def _batches(self, sales: np.ndarray, left: np.ndarray) -> Iterator[tuple[np.ndarray, bool]]:
        """Yield rows that are solved together, and whether their seasons multiply."""
        able = np.setdiff1d(np.arange(len(sales)), left)
        multiply = np.array([self._mode(sales[i]) == "multiplicative" for i in able], dtype=bool)
        for multiplicative in (False, True):
            rows = able[multiply == multiplicative]
            if rows.size:
                for batch in batches(~np.isnan(sales[rows])):
                    yield rows[batch], multiplicative

    def _mode(self, sales: np.ndarray) -> str:
        return self.mode if self.mode != "auto" else suitable_mode(sales[~np.isnan(sales)])

    def _write(
        self, panel: Panel, sales: np.ndarray, rows: np.ndarray, values: np.ndarray, *, multiplicative: bool
    ) -> np.ndarray:
        """Write the futures of some series into `values`; return which of them are solved, (len(rows),)."""
        solved = self.solve(panel, sales, rows, multiplicative=multiplicative)
        view = solved.outlook(panel.future_ds)
        plan = block_plan(self.frequency, self.n_paths, panel.horizon)
        generators = series_generators(self.seed, panel.unique_id[rows])
        values[rows] = paths(view, generators, plan, self.noise, sales[rows])
        return solved.fit.solved & np.isfinite(view.expected).all(axis=1)

    def solve(self, panel: Panel, sales: np.ndarray, rows: np.ndarray, *, multiplicative: bool) -> "Solved":
        """Return the most probable parameters of some rows of `sales` (n, T), as `learnable` gives them."""
        part = sales[rows]
        calendar = self._calendar(panel, ~np.isnan(part).all(axis=0))
        past, ahead = _drivers(panel, rows, ~np.isnan(part))
        model = design(part, days_since_1970(panel.ds), calendar, past, flat=self.flat)
        fit = (fit_multiplicative if multiplicative else fit_additive)(model)
        return Solved(model, fit, calendar, ahead, multiplicative)

    def _calendar(self, panel: Panel, known: np.ndarray) -> CalendarColumns:
        kind = period_kind(self.frequency)
        waves = MONTHLY_WAVES if kind == "month" else YEARLY_WAVES
        # Weekly and monthly stamps would meet a holiday only by accident.
        country = self.country if kind == "day" else None
        plan = CalendarPlan(weekly=kind == "day", yearly_waves=waves, holidays=country)
        return calendar_columns(panel.ds, panel.future_ds, plan).met(known)

    def _left(self, panel: Panel, i: int, reason: str) -> tuple[np.ndarray, str]:
        """Return the futures of a series that the solver does not serve, and why."""
        generator = series_generators(self.seed, panel.unique_id[i : i + 1])[0]
        if reason:
            return recent_again(panel, i, self.n_paths, generator), reason
        package = PackageProphet(self.frequency, self.country, self.mode, self.n_paths, self.seed)
        values, note = package.series(panel, i, generator)
        return values, note or "the solver for many series did not settle: fitted by the prophet package"


@dataclass(frozen=True)
class Solved:
    """A fitted batch and the columns it was fitted with."""

    design: Design
    fit: Fit
    calendar: CalendarColumns
    drivers: np.ndarray  # (n, R, H)
    multiplicative: bool

    def outlook(self, future_ds: pd.DatetimeIndex) -> Outlook:
        """Return what the fit says about its history and these dates (H,)."""
        return outlook(
            self.design,
            self.fit,
            days_since_1970(future_ds),
            self.calendar.future,
            self.drivers,
            multiplicative=self.multiplicative,
        )


def learnable(panel: Panel) -> np.ndarray:
    """Return sales (n, T), NaN where they or a driver are unknown."""
    unknown = np.isnan(panel.y)
    for past in panel.drivers.values():
        unknown = unknown | np.isnan(past)
    return np.where(unknown, np.nan, panel.y)


def _drivers(panel: Panel, rows: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the standardised drivers of some series, past (n, R, T) and future (n, R, H)."""
    pairs = [
        standardised(panel.drivers[name][rows], panel.future_drivers[name][rows], known)
        for name in panel.drivers
    ]
    n = len(rows)
    past = np.stack([p for p, _ in pairs], axis=1) if pairs else np.empty((n, 0, len(panel.ds)))
    ahead = np.stack([a for _, a in pairs], axis=1) if pairs else np.empty((n, 0, panel.horizon))
    return past, ahead
