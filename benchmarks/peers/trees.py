"""mlforecast with LightGBM: one recursive model of all series, conformal intervals.

mlforecast gives no joint samples. For the summed demand the model is replayed over
windows of the length of the protection interval (its own cross-validation), and the sum
is taken as normal around the summed forecast with the root mean square of those errors.
"""

import zlib
from dataclasses import dataclass

import holidays
import lightgbm
import numpy as np
import pandas as pd
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.utils import PredictionIntervals
from scipy import stats

from benchmarks.peers.frames import Answer, Request, open_days
from benchmarks.peers.regular import regular_sales

LAGS = {"D": [1, 2, 3, 4, 5, 6, 7, 14, 21, 28], "W": [1, 2, 3, 4, 8, 13], "M": [1, 2, 3, 6, 12]}
WINDOWS = {"D": [7, 28], "W": [4, 13], "M": [3, 6]}
CALENDAR = {"D": ["dayofweek", "day", "month", "dayofyear"], "W": ["month"], "M": ["month"]}
# What must be left to learn from before the first conformal window: two months, half a year, a year.
KEPT = {"D": 56, "W": 26, "M": 13}
MOST_WINDOWS, MOST_SUM_WINDOWS = 5, 10
# With so many zeros squared errors teach little; Tweedie was made for them.
INTERMITTENT = 0.3
MODEL = "LightGBM"


@dataclass(frozen=True)
class Table:
    """Regular rows for mlforecast: the series long enough, and their future drivers."""

    history: pd.DataFrame
    future: pd.DataFrame
    short: tuple[str, ...]


def lightgbm_recursive(request: Request) -> Answer:
    """Return the forecast of one LightGBM over all series; short series get their mean and spread."""
    table = tabled(request)
    long = sorted(table.history["unique_id"].unique())
    shortest = int(table.history.groupby("unique_id").size().min())
    horizon, ahead = len(request.dates), request.protection
    windows = windows_in(shortest, horizon, request.kind, MOST_WINDOWS)
    model = recipe(request, table.history)
    model.fit(
        table.history,
        static_features=["series"],
        dropna=False,
        prediction_intervals=PredictionIntervals(n_windows=windows, h=horizon),
    )
    coverages = sorted({round(abs(2 * u - 1) * 100) for u in request.levels} - {0})
    said = model.predict(
        horizon, level=coverages, X_df=table.future if len(table.future.columns) > 2 else None
    )
    said = said.sort_values(["unique_id", "ds"])
    quantiles = [said[_column(u)].to_numpy().reshape(len(long), horizon) for u in request.levels]
    mean = said[MODEL].to_numpy().reshape(len(long), horizon)
    spread = sum_spread(recipe(request, table.history), table, ahead, shortest, request.kind)
    is_open = open_days(request)[pd.Index(request.ids).get_indexer(long)]
    centre = np.maximum(mean * is_open, 0)[:, :ahead].sum(axis=1)
    total = centre[:, None] + spread.reindex(long).to_numpy()[:, None] * stats.norm.ppf(request.sum_levels)
    return with_short(request, long, Answer(mean, np.stack(quantiles, axis=-1), total), table.short)


def windows_in(length: int, horizon: int, kind: str, most: int) -> int:
    """Return how many windows of `horizon` leave enough of the shortest series to learn from, at least 2."""
    return int(np.clip((length - KEPT[kind]) // horizon, 2, most))


def recipe(request: Request, history: pd.DataFrame) -> MLForecast:
    """Return an unfitted model: lags, rolling means, calendar, the series' number; drivers as columns."""
    objective = "tweedie" if (history["y"] == 0).mean() > INTERMITTENT else "regression"
    booster = lightgbm.LGBMRegressor(
        n_estimators=300, learning_rate=0.05, num_leaves=31, objective=objective, verbosity=-1,
        random_state=request.seed, n_jobs=request.jobs, deterministic=True, force_row_wise=True,
    )  # fmt: skip
    return MLForecast(
        models={MODEL: booster},
        freq=request.frequency,
        lags=LAGS[request.kind],
        lag_transforms={1: [RollingMean(w, min_samples=1) for w in WINDOWS[request.kind]]},
        date_features=CALENDAR[request.kind],
        num_threads=request.jobs,
    )


def tabled(request: Request) -> Table:
    """Return the history on a regular calendar with drivers, openness and holidays as columns.

    A closed day keeps its zero, since the model is told when the shop is open; in an
    absent period drivers keep their last value.
    """
    series = regular_sales(request, closed="zero")
    shortest = KEPT[request.kind] + 2 * len(request.dates)
    short = tuple(name for name in request.ids if len(series[name]) < shortest)
    names = [*request.drivers, *(["open"] if "open" in request.future else [])]
    past = pd.concat(
        [
            pd.DataFrame({"unique_id": name, "ds": series[name].index, "y": series[name].to_numpy()})
            for name in request.ids
            if name not in short
        ],
        ignore_index=True,
    )
    if names:
        past = past.merge(request.history[["unique_id", "ds", *names]], on=["unique_id", "ds"], how="left")
        past[names] = past.groupby("unique_id")[names].ffill().fillna(0.0)
    future = request.future.loc[~request.future["unique_id"].isin(short), ["unique_id", "ds", *names]]
    numbers = {name: k for k, name in enumerate(request.ids)}
    # As a category: with a plain number the trees gained little (Dominick's WQL 0.50, so 0.43).
    past = with_holidays(request, past).assign(series=past["unique_id"].map(numbers).astype("category"))
    return Table(past, with_holidays(request, future), short)


def with_holidays(request: Request, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with a column `holiday` where the request names a country and dates are days."""
    if not request.country or request.kind != "D":
        return frame
    years = range(frame["ds"].min().year, frame["ds"].max().year + 1)
    days = pd.DatetimeIndex(list(holidays.country_holidays(request.country, years=years)))
    return frame.assign(holiday=frame["ds"].isin(days).astype(float))


def sum_spread(model: MLForecast, table: Table, ahead: int, shortest: int, kind: str) -> pd.Series:
    """Return the root mean square error of the summed forecast by series, from past windows."""
    windows = windows_in(shortest, ahead, kind, MOST_SUM_WINDOWS)
    past = model.cross_validation(
        table.history, n_windows=windows, h=ahead, static_features=["series"], dropna=False, refit=False
    )
    errors = (past["y"] - past[MODEL].clip(lower=0)).groupby([past["unique_id"], past["cutoff"]]).sum()
    return (errors**2).groupby(level="unique_id").mean() ** 0.5


def with_short(request: Request, long: list[str], answer: Answer, short: tuple[str, ...]) -> Answer:
    """Return the answer for every series: a short one gets the mean and quantiles of its own last year."""
    if not short:
        return answer
    horizon, series = len(request.dates), regular_sales(request, closed="zero")
    places = pd.Index(request.ids).get_indexer(long)
    mean = np.empty((len(request.ids), horizon))
    quantiles = np.empty((len(request.ids), horizon, len(request.levels)))
    total = np.empty((len(request.ids), len(request.sum_levels)))
    mean[places], quantiles[places], total[places] = answer.mean, answer.quantiles, answer.total
    for name in short:
        i, y = request.ids.index(name), series[name].to_numpy()
        draws = np.random.default_rng([request.seed, zlib.crc32(name.encode())])
        sums = draws.choice(y, (1000, request.protection)).sum(axis=1)
        mean[i], quantiles[i] = y.mean(), np.quantile(y, request.levels)
        total[i] = np.quantile(sums, request.sum_levels)
    return Answer(mean, quantiles, total, short)


def _column(quantile_level: float) -> str:
    coverage = round(abs(2 * quantile_level - 1) * 100)
    if coverage == 0:
        return MODEL
    return f"{MODEL}-{'lo' if quantile_level < 0.5 else 'hi'}-{coverage}"
