"""What the model draws for one order's demand, asked by day, week or month, per item or per group."""

import numpy as np
import pandas as pd

from forecasting.dates import next_periods, period_kind
from forecasting.evaluation.blocks import GRAINS, Grain, blocks_at, filled, over_interval, window_shares
from forecasting.evaluation.tasks import run, split
from forecasting.models.registry import ModelRecipe, build_models
from forecasting.services.fixed_decision import Fixed, Moment
from forecasting.services.stages import BACKTEST_PATHS

MODEL = "exponential_smoothing"  # quick, and at home in days, weeks and months alike


def asked(fixed: Fixed, moment: Moment, grain: Grain, level: str) -> np.ndarray:
    """Return futures of demand over each order's interval, (s, n_paths), and note what was expected."""
    rng = np.random.default_rng([fixed.settings.seed, GRAINS.index(grain), len(moment.y[0])])
    lasts = fixed.periods[moment.series]
    if level == "item":
        drawn = _futures(fixed, moment.y, moment.open, fixed.unique_id[moment.series], lasts, grain, rng)
    else:
        drawn = _split(fixed, moment, lasts, grain, rng)
    expected = np.full(len(fixed.unique_id), np.nan)
    expected[moment.series] = drawn.mean(axis=1)
    moment.expected[grain, level] = expected
    return drawn


def _split(
    fixed: Fixed, moment: Moment, lasts: np.ndarray, grain: Grain, rng: np.random.Generator
) -> np.ndarray:
    """Return each item's futures: its group's, times the share it had in a past window drawn at random."""
    groups, whole = fixed.groups[moment.series], filled(moment.y)
    names, place = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(names), whole.shape[1]))
    np.add.at(sums, place, whole)
    opened = None
    if moment.open is not None:
        opened = np.zeros((len(names), moment.open.shape[1]))
        np.maximum.at(opened, place, moment.open)
    drawn = np.empty((len(whole), BACKTEST_PATHS))
    for length in np.unique(lasts):
        same = np.full(len(names), length)
        of_group = _futures(fixed, sums, opened, names, same, grain, rng)
        for i in np.flatnonzero(lasts == length):
            shares = window_shares(whole[i], sums[place[i]], int(length))
            drawn[i] = of_group[place[i]] * rng.choice(shares, size=BACKTEST_PATHS)
    return drawn


def _futures(
    fixed: Fixed, y: np.ndarray, opened: np.ndarray | None, ids: np.ndarray, lasts: np.ndarray,
    grain: Grain, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Return what the model draws for demand over the next `lasts` periods of each row, (n, n_paths)."""
    frequency = fixed.dataset.frequency
    dates = fixed.dates[: y.shape[1]]
    blocks = blocks_at(dates, frequency, grain, int(lasts.max()))
    if not len(blocks.labels):
        return np.full((len(ids), BACKTEST_PATHS), np.nan)  # not one whole block yet
    gathered = blocks.gathered(y)
    ahead = next_periods(blocks.labels[-1], len(blocks.sizes), blocks.frequency)
    history = _long(ids, blocks.labels, gathered).dropna(subset=["y"])
    future = _long(ids, ahead, np.zeros((len(ids), len(ahead)))).drop(columns="y")
    if opened is not None and grain == period_kind(frequency):
        until = y.shape[1]
        shown = opened[:, : until + len(ahead)]
        history = history.assign(open=_long(ids, blocks.labels, shown[:, :until])["y"].reindex(history.index))
        future = future.assign(open=_long(ids, ahead, _reaching(shown[:, until:], len(ahead)))["y"])
    recipe = ModelRecipe(blocks.frequency, None, BACKTEST_PATHS, fixed.settings.seed)
    (model,) = build_models((MODEL,), recipe)
    tasks = split(model, blocks.labels[-1], history, future, keep_paths=True)
    paths = np.full((len(ids), BACKTEST_PATHS, len(ahead)), np.nan)
    for result in run(tasks):
        if result.paths is not None:
            paths[pd.Index(ids).get_indexer(result.paths.unique_id)] = result.paths.values
    return over_interval(paths, blocks, y, lasts, rng)


def _reaching(shown: np.ndarray, periods: int) -> np.ndarray:
    return np.pad(shown, ((0, 0), (0, periods - shown.shape[1])), constant_values=1.0)


def _long(ids: np.ndarray, ds: pd.DatetimeIndex, values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"unique_id": np.repeat(ids, len(ds)), "ds": np.tile(ds.to_numpy(), len(ids)), "y": values.ravel()}
    ).astype({"unique_id": str})
