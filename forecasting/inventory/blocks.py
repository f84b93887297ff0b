"""Order lines taken together: those whose order is judged over the same times, a block of series each."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.inventory.interval_cost import CostTerms
from forecasting.inventory.interval_demand import IntervalDemand, Times, interval_demand
from forecasting.inventory.lead_times import varying_lead_times
from forecasting.paths import SamplePaths

# Series decided at once: the sums of 1000 paths for this many stay in the processor's cache.
BLOCK = 128


@dataclass(frozen=True)
class Block:
    """Some rows of the lines, the demand they are judged by and what is paid for missing it."""

    rows: np.ndarray  # places in the lines
    columns: dict[str, np.ndarray]  # of these rows
    terms: CostTerms
    demand: IntervalDemand
    futures: np.ndarray  # (n, n_paths, horizon) units
    per_period: np.ndarray  # expected demand, (n, horizon) units
    expected: np.ndarray  # expected demand over the protection interval, (n,) units


def blocks(paths: SamplePaths, lines: pd.DataFrame) -> Iterator[Block]:
    """Yield all lines without a problem; `lines` holds one row per series of `paths`, in their order."""
    columns = {str(name): lines[name].to_numpy() for name in lines}
    terms = CostTerms.of(columns)
    per_period = paths.expectation()
    expected = np.cumsum(per_period, axis=1)  # (n_series, horizon)
    decidable, n_paths = columns["problem"] == "", paths.values.shape[1]
    keys = _keys(columns, terms)
    for key in np.unique(keys[decidable], axis=0):
        same = np.flatnonzero(decidable & (keys == key).all(axis=1))
        lead_time, review, life, varies, by_period, waiting = (int(k) for k in key)
        for start in range(0, len(same), BLOCK):
            rows = same[start : start + BLOCK]
            chosen = {name: values[rows] for name, values in columns.items()}
            when: int | np.ndarray = lead_time
            if varies:
                when = varying_lead_times(chosen["lead_time_draws"], n_paths, chosen["unique_id"])
            times = Times(when, review, bool(by_period), bool(waiting), life)
            futures = paths.values[rows]
            demand = interval_demand(futures, times)
            when_expected = _expected(expected[rows], when, review)
            yield Block(rows, chosen, terms.only(rows), demand, futures, per_period[rows], when_expected)


def _keys(columns: dict[str, np.ndarray], terms: CostTerms) -> np.ndarray:
    """Return what rows of one block share: lead time, review period, life, and what has to be summed."""
    life = np.where(terms.expired_cost > 0, columns["shelf_life"], 0.0)
    varies = np.array([draws is not None for draws in columns["lead_time_draws"]])
    by_period = (terms.held_period_cost > 0) | (terms.missed_period_cost > 0)
    lead_time = np.where(varies, 0.0, columns["lead_time"])
    return np.stack(
        [lead_time, columns["review_period"], life, varies, by_period, terms.missed_period_cost > 0], axis=1
    ).astype(float)


def _expected(total: np.ndarray, lead_time: int | np.ndarray, review: int) -> np.ndarray:
    """Return expected demand over the protection interval from running totals (n, horizon), (n,)."""
    if isinstance(lead_time, int):
        return np.asarray(total[:, lead_time + review - 1])
    return np.take_along_axis(total, lead_time + review - 1, axis=1).mean(axis=1)
