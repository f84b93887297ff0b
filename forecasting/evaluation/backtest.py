"""Rolling-origin evaluation: what would we have said, standing in the past?"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from forecasting.dates import calendar, next_periods, period_kind
from forecasting.errors import SettingsError, TooShortError
from forecasting.evaluation.future import known_future
from forecasting.evaluation.tasks import Task, TaskResult, split
from forecasting.models.base import Forecaster
from forecasting.schema import KEY

# Two weeks, two months or half a year: below that no model here can tell a season from chance.
MIN_HISTORY = {"day": 14, "week": 8, "month": 6}
# Nothing recorded for this long before an origin, or the end of the file: taken as discontinued.
SILENT_PERIODS = {"day": 28, "week": 8, "month": 6}


@dataclass(frozen=True)
class BacktestPlan:
    """How the past is replayed: `folds` origins, `step` periods apart, `horizon` periods each.

    `warm_up` older origins are added where the history allows. They are never
    scored: they only give the first scored origin something to choose a model by.
    """

    horizon: int
    folds: int
    step: int
    warm_up: int = 4

    def __post_init__(self) -> None:
        for name, least in (("horizon", 1), ("folds", 1), ("step", 1), ("warm_up", 0)):
            if getattr(self, name) < least:
                raise SettingsError(f"{name} must be at least {least}, got {getattr(self, name)}.")


def cutoffs(dates: pd.DatetimeIndex, plan: BacktestPlan) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """Return (warm-up origins, scored origins), oldest first, one calendar date for all series.

    The newest origin leaves exactly `horizon` periods to score; each older
    one lies `step` periods earlier.
    """
    places = [len(dates) - 1 - plan.horizon - k * plan.step for k in range(plan.folds + plan.warm_up)]
    least = MIN_HISTORY[period_kind(_frequency_of(dates))] - 1
    if places[plan.folds - 1] < least:
        needed = least + 1 + plan.horizon + (plan.folds - 1) * plan.step
        raise TooShortError(
            f"{plan.folds} folds of {plan.horizon} periods need {needed} periods of history, "
            f"got {len(dates)}; use a shorter horizon or fewer folds."
        )
    scored = [dates[p] for p in reversed(places[: plan.folds])]
    warm_up = [dates[p] for p in reversed(places[plan.folds :]) if p >= least]
    return warm_up, scored


def eligible(sales: pd.DataFrame, cutoff: pd.Timestamp, frequency: str) -> list[str]:
    """Return the series with enough known periods up to `cutoff` whose rows had not stopped by then.

    What comes later has no say: a series that ends right after an origin is learned from and forecast
    there, as it would have been; its outcomes are unknown.
    """
    kind, past = period_kind(frequency), sales[sales["ds"] <= cutoff]
    if past.empty:
        return []
    known = past[~past["stockout"].fillna(False).astype(bool)] if "stockout" in past else past
    count = known.groupby("unique_id")["y"].size()
    dates = calendar(past["ds"].min(), cutoff, frequency)
    quiet = dates[max(0, len(dates) - SILENT_PERIODS[kind] - 1)]
    ends = past.groupby("unique_id")["ds"].max()
    return sorted(count.index[count >= MIN_HISTORY[kind]].intersection(ends.index[ends >= quiet]))


@dataclass(frozen=True)
class Origin:
    """A date in the past, with what was known on it and what there was to forecast."""

    cutoff: pd.Timestamp
    history: pd.DataFrame  # sales frame, nothing after the cutoff
    future: pd.DataFrame  # future frame


def origins(sales: pd.DataFrame, plan: BacktestPlan, *, frequency: str) -> list[Origin]:
    """Return the origins of a backtest at which some series is ready, warm-up first."""
    dates = calendar(sales["ds"].min(), sales["ds"].max(), frequency)
    warm_up, scored = cutoffs(dates, plan)
    found = origins_at(sales, [*warm_up, *scored], horizon=plan.horizon, frequency=frequency)
    if not found:
        raise TooShortError(
            f"No series has {MIN_HISTORY[period_kind(frequency)]} known periods before "
            f"{scored[-1]:%Y-%m-%d}; use a shorter horizon, fewer folds or a longer history."
        )
    return found


def origins_at(
    sales: pd.DataFrame, dates: Sequence[pd.Timestamp], *, horizon: int, frequency: str
) -> list[Origin]:
    """Return the origins on given dates; those at which no series is ready are left out."""
    found = []
    for cutoff in dates:
        ids = eligible(sales, cutoff, frequency)
        if ids:
            ahead = next_periods(cutoff, horizon, frequency)
            history = sales[(sales["ds"] <= cutoff) & sales["unique_id"].isin(ids)]
            found.append(Origin(cutoff, history, known_future(sales, ids, ahead)))
    return found


def tasks_at(origins: Sequence[Origin], models: Sequence[Forecaster]) -> list[Task]:
    """Return the work of a backtest, model by model, in batches the models allow."""
    return [
        task
        for model in models
        for origin in origins
        for task in split(model, origin.cutoff, origin.history, origin.future)
    ]


def backtest_tasks(
    models: Sequence[Forecaster], sales: pd.DataFrame, plan: BacktestPlan, *, frequency: str
) -> list[Task]:
    """Return the work of a backtest of some sales, model by model."""
    return tasks_at(origins(sales, plan, frequency=frequency), models)


def with_actuals(results: Sequence[TaskResult], sales: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the backtest and cumulative frames with what happened beside what was said.

    `y` is NaN where demand is unknown: an absent period, or a stock-out that cut sales off.
    """
    forecast = pd.concat([r.forecast for r in results], ignore_index=True)
    cumulative = pd.concat([r.cumulative for r in results], ignore_index=True)
    actual = sales[[*KEY, "y", *(["open"] if "open" in sales else [])]].copy()
    if "stockout" in sales:
        actual["y"] = actual["y"].mask(sales["stockout"].fillna(False).astype(bool))
    order = ["model", "unique_id", "cutoff", "h"]
    forecast = forecast.merge(actual, on=KEY, how="left", validate="many_to_one").sort_values(order)
    sums = forecast[[*order, "y"]].copy()
    sums["y"] = sums.groupby(["model", "unique_id", "cutoff"], sort=False)["y"].cumsum(skipna=False)
    cumulative = cumulative.merge(sums, on=order, how="left", validate="one_to_one").sort_values(order)
    first = ["model", "unique_id", "cutoff", "ds", "h"]
    return _columns_first(forecast, first), _columns_first(cumulative, order)


def _columns_first(frame: pd.DataFrame, first: list[str]) -> pd.DataFrame:
    return frame[[*first, *(c for c in frame.columns if c not in first)]].reset_index(drop=True)


def _frequency_of(dates: pd.DatetimeIndex) -> str:
    return "D" if dates.freqstr is None else dates.freqstr
