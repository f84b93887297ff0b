"""The reformulation advisor: one decision asked in other ways, each judged by what its orders cost.

Item, order interval, costs, past dates and demand are the same for all; the model is held fixed.
What changes is the question: in days, weeks or months; of each item or of its group; answered by
all futures, by one number, or by yes or no.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from forecasting.dates import period_kind, year_of_periods
from forecasting.errors import DecisionError
from forecasting.evaluation.backtest import BacktestPlan, cutoffs
from forecasting.evaluation.blocks import GRAINS, Grain, filled
from forecasting.evaluation.run_out import heights_asked
from forecasting.services.asked_futures import asked
from forecasting.services.dataset import Dataset
from forecasting.services.fixed_decision import Fixed, Moment
from forecasting.settings import Settings
from forecasting.value.gain import gain_interval
from forecasting.value.practice import cheapest_multiple
from forecasting.value.replay import refilled

TESTED, EARLIER = 6, 4  # past dates: those that count, and those before that teach a single number its buffer
COVERAGE = 0.9
Step = Callable[[str, float], None]


@dataclass(frozen=True)
class Way:
    """One way to ask: in which periods, of what, and in which form the answer comes."""

    grain: Grain
    level: str  # "item" or "group"
    form: str  # "distribution", "point" or "question"

    @property
    def key(self) -> str:
        """Return the name under which its cycles stand."""
        return f"{self.grain} {self.level} {self.form}"


@dataclass(frozen=True)
class Reformulations:
    """What every way to ask would have cost, on the same cycles; the first row is how it is asked today."""

    gains: pd.DataFrame  # grain, level, form, cycles, cost, gain, low, high, blocks, beyond_noise, note
    group: str  # the column that groups items, or "everything"
    origins: tuple[pd.Timestamp, ...]
    asked_of: Mapping[str, Any] = field(default_factory=dict)  # of `services.asked_of`; empty: not kept


def ways(frequency: str) -> tuple[Way, ...]:
    """Return the ways that sales of this frequency can be asked, today's first."""
    grains = GRAINS[GRAINS.index(period_kind(frequency)) :]
    asked = [Way(g, level, "distribution") for level in ("item", "group") for g in grains]
    return (*asked, *(Way(g, "item", "point") for g in grains), Way(grains[0], "item", "question"))


def reformulate(dataset: Dataset, settings: Settings, *, step: Step | None = None) -> Reformulations:
    """Return what each way to ask the same decision costs, with ranges wide enough for all that were tried.

    `step` is called with a stage and the share done after every past date, and may raise to stop.
    `DecisionError` where no order cycle can be judged.
    """
    fixed = Fixed.of(dataset, settings)
    origins = _origins(fixed, settings)
    tested = set(origins[min(EARLIER, max(len(origins) - TESTED, 0)) :])
    parts, told = [], []
    for place, cutoff in enumerate(origins):
        moment = fixed.at(cutoff)
        if not len(moment.series):
            continue
        told.append(moment)
        if cutoff in tested:
            parts.append(_levels(fixed, moment, told))
        else:
            _teach(fixed, moment)
        if step:
            step(f"Asked standing at {cutoff:%d %b %Y}", (place + 1) / len(origins))
    if not parts:
        raise DecisionError("No series is known long enough before the tested dates.")
    cycles = pd.concat(parts, ignore_index=True)
    return Reformulations(
        _gains(cycles, ways(dataset.frequency), settings), fixed.group, tuple(sorted(tested))
    )


def _origins(fixed: Fixed, settings: Settings) -> list[pd.Timestamp]:
    plan = BacktestPlan(settings.horizon, 1, settings.step, TESTED + EARLIER - 1)
    earlier, last = cutoffs(fixed.dates, plan)
    return [*earlier, *last]


def _teach(fixed: Fixed, moment: Moment) -> None:
    """Ask only what teaches a single number its buffer: what each grain expected at this date."""
    for way in ways(fixed.dataset.frequency):
        if way.form == "point":
            asked(fixed, moment, way.grain, way.level)


def _levels(fixed: Fixed, moment: Moment, told: Sequence[Moment]) -> pd.DataFrame:
    """Return the cycles of every way at a past date in money."""
    costs, at = fixed.costs, moment.series
    ratio, lasts = costs["critical_ratio"].to_numpy()[at], fixed.periods[at]
    rows = pd.DataFrame(
        {
            "unique_id": fixed.unique_id[at], "cutoff": moment.cutoff, "protection_interval": lasts,
            "review_period": fixed.review[at], "demand": moment.came,
            "underage": costs["underage"].to_numpy()[at], "overage": costs["overage"].to_numpy()[at],
        }
    )  # fmt: skip
    parts = []
    samples: dict[tuple[str, str], np.ndarray] = {}
    for way in ways(fixed.dataset.frequency):
        if way.form == "question":
            level = heights_asked(filled(moment.y), lasts, ratio, year_of_periods(fixed.dataset.frequency))
        else:
            if (way.grain, way.level) not in samples:
                samples[way.grain, way.level] = asked(fixed, moment, way.grain, way.level)
            drawn = samples[way.grain, way.level]
            level = (
                _quantile(drawn, ratio) if way.form == "distribution" else _buffered(fixed, moment, way, told)
            )
        cycles = refilled(rows.assign(model=way.key), level)
        parts.append(cycles[cycles["cost"].notna()])
    return pd.concat(parts, ignore_index=True)


def _quantile(drawn: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Return each row's critical-ratio quantile, the smallest sample that reaches it; NaN without samples."""
    rank = np.clip(np.ceil(drawn.shape[1] * ratio - 1e-9).astype(int), 1, drawn.shape[1]) - 1
    return np.take_along_axis(np.sort(drawn, axis=1), rank[:, None], axis=1)[:, 0]


def _buffered(fixed: Fixed, moment: Moment, way: Way, told: Sequence[Moment]) -> np.ndarray:
    """Return one number times the buffer that was cheapest at dates whose outcome was known by then."""
    n, expected, came = len(fixed.unique_id), [], []
    now = int(fixed.dates.searchsorted(moment.cutoff))
    for earlier in told[:-1]:
        then = int(fixed.dates.searchsorted(earlier.cutoff))
        known = np.full(n, np.nan)
        known[earlier.series] = earlier.came
        came.append(np.where(then + fixed.periods <= now, known, np.nan))
        expected.append(earlier.expected[way.grain, way.level])
    under, over = (fixed.costs[c].to_numpy() for c in ("underage", "overage"))
    factor = cheapest_multiple(np.array(expected), np.array(came), under, over) if came else 1.0
    return moment.expected[way.grain, way.level][moment.series] * factor


def _gains(cycles: pd.DataFrame, asked: Sequence[Way], settings: Settings) -> pd.DataFrame:
    """Return one row per way; gains are against the first, ranges hold for all at once (Bonferroni)."""
    fair = cycles[cycles.groupby(["unique_id", "cutoff"])["cost"].transform("size") == len(asked)]
    if fair.empty:
        raise DecisionError("No order cycle could be asked in every way; a longer history is needed.")
    base = asked[0].key
    coverage = 1 - (1 - COVERAGE) / max(len(asked) - 1, 1)
    cost = fair.groupby("model")["cost"].sum()
    rows = []
    for way in asked:
        row = {"grain": way.grain, "level": way.level, "form": way.form, "cycles": len(fair) // len(asked)}
        row |= {"cost": float(cost[way.key]), "gain": float(cost[base] - cost[way.key])}
        if way.key == base:
            rows.append(row | {"low": np.nan, "high": np.nan, "blocks": 0, "beyond_noise": False, "note": ""})
            continue
        found = gain_interval(
            fair,
            way.key,
            base,
            days_per_period=settings.days_per_period,
            seed=settings.seed,
            coverage=coverage,
        )
        beyond = bool(found.low > 0 or found.high < 0)
        rows.append(
            row | {"low": found.low, "high": found.high, "blocks": found.blocks, "beyond_noise": beyond,
                   "note": found.note}
        )  # fmt: skip
    return pd.DataFrame(rows)
