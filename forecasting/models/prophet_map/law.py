"""The futures of a fitted batch: Prophet's own law for the trend, and noise of two kinds."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecasting.models.bootstrap import BlockPlan, block_paths, errors_or_spread
from forecasting.models.prophet_map.design import CHANGES, COLUMNS, Design, combined
from forecasting.models.prophet_map.posterior import Fit

Noise = Literal["blocks", "normal"]
# Prophet adds this to the mean change of slope, so that a straight trend keeps a law.
LEAST_CHANGE = 1e-8


@dataclass(frozen=True)
class TrendLaw:
    """How one series' trend may stray: its slope changes with this chance a period, by this much."""

    chance: float
    size: float  # units a period, mean of the absolute changes
    periods: int

    def shocks(self, n_paths: int, generator: np.random.Generator) -> np.ndarray:
        """Return changes of slope, (n_paths, periods) float32, most of them zero."""
        changes = np.zeros((n_paths, self.periods), dtype=np.float32)
        happens = generator.random(changes.shape, dtype=np.float32) < self.chance
        changes[happens] = generator.laplace(0.0, self.size, np.count_nonzero(happens))
        return changes


def strayed(changes: np.ndarray) -> np.ndarray:
    """Return how far the trend strays from its continuation, for changes of slope (..., H).

    A change is half felt in its first period, then adds up (Taylor & Letham 2018, 3.1.4,
    in the form of the package's vectorised sampler).
    """
    ahead = np.arange(changes.shape[-1])
    echo = np.maximum(ahead - ahead[:, None] + 0.5, 0.0).astype(changes.dtype)
    return changes @ echo


@dataclass(frozen=True)
class Outlook:
    """What a fitted batch says about its history and future, in units of sales."""

    errors: np.ndarray  # (n, T) sales minus fit, NaN where unknown
    expected: np.ndarray  # (n, H)
    factor: np.ndarray  # (n, H) what multiplies the trend
    sigma: np.ndarray  # (n,)
    laws: list[TrendLaw]


def outlook(
    design: Design,
    fit: Fit,
    days: np.ndarray,
    columns: np.ndarray,
    drivers: np.ndarray,
    *,
    multiplicative: bool,
) -> Outlook:
    """Return the outlook on future days (H,) with their columns (H, K) and drivers (n, R, H)."""
    parameters, units = fit.parameters, design.y_scale[:, None]
    trend = combined(design.clock.trend_rows(days), parameters[:, :COLUMNS])
    after = COLUMNS + columns.shape[1]
    season = parameters[:, COLUMNS:after] @ columns.T + combined(drivers, parameters[:, after:])
    past, swing = design.trend_values(parameters), design.season_values(parameters)
    fitted = past * (1 + swing) if multiplicative else past + swing
    return Outlook(
        np.where(design.known > 0, (design.y - fitted) * units, np.nan),
        (trend * (1 + season) if multiplicative else trend + season) * units,
        1 + season if multiplicative else np.ones_like(season),
        fit.sigma * design.y_scale,
        _laws(design, fit, len(days)),
    )


def _laws(design: Design, fit: Fit, periods: int) -> list[TrendLaw]:
    clock, n = design.clock, len(fit.sigma)
    step, changes = (np.broadcast_to(v, n) for v in (clock.step / clock.span, clock.changes))
    total = np.abs(fit.parameters[:, CHANGES]).sum(axis=1)
    size = np.where(changes > 0, total / np.maximum(changes, 1) + LEAST_CHANGE, 0.0) * step * design.y_scale
    return [TrendLaw(c, s, periods) for c, s in zip(changes * step, size, strict=True)]


def paths(
    view: Outlook, generators: list[np.random.Generator], plan: BlockPlan, noise: Noise, sales: np.ndarray
) -> np.ndarray:
    """Return joint futures (n, n_paths, H) float32, in units, not yet cut at zero.

    "normal" draws each period's noise by itself, as Prophet does; "blocks" lays stretches of past
    errors end to end. An expectation below zero counts as zero: only noise is cut off later.
    """
    drawn = np.empty((len(generators), plan.n_paths, plan.horizon), dtype=np.float32)
    changes = np.empty_like(drawn)
    for i, generator in enumerate(generators):
        changes[i] = view.laws[i].shocks(plan.n_paths, generator)
        if noise == "normal":
            drawn[i] = generator.standard_normal(drawn.shape[1:], dtype=np.float32) * view.sigma[i]
        else:
            drawn[i] = block_paths(errors_or_spread(view.errors[i], sales[i]), plan, generator)
    drawn += strayed(changes) * view.factor[:, None, :].astype(np.float32)
    drawn += np.maximum(view.expected, 0.0)[:, None, :].astype(np.float32)
    return drawn
