"""Calibration applied: to the frames of a backtest, origin by origin, and to the futures of today."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.dates import period_kind
from forecasting.evaluation.calibration import (
    Rule,
    Shift,
    asked_for,
    learn,
    missed,
    moved,
    scores_of,
)
from forecasting.evaluation.cycles import Cycles, cycles_of
from forecasting.paths import SamplePaths
from forecasting.schema import quantile_columns

# Steps of a like weekday apart: a whole week lends errors to each of its days.
_NEAR = {"day": 3, "week": 2, "month": 1}
SUMS = Rule(window=0, sums=True)
# Rounds in which paths that have reached too much change places with others; after four, what is
# left over moved no quantile by more than 2 % in a case made to be hard (tests).
EXCHANGES = 4
# Series sorted at a time: a thousand futures of a hundred series are a few dozen MB.
SERIES_AT_ONCE = 100


def daily_rule(frequency: str) -> Rule:
    """Return the rule for single periods, whose bands promise a coverage and steer no order."""
    return Rule(window=_NEAR[period_kind(frequency)], sums=False)


def calibrate_backtest(frame: pd.DataFrame, frequency: str, rule: Rule) -> tuple[pd.DataFrame, Shift]:
    """Return one model's frame with every origin calibrated by what was known at it, and today's shift.

    `frame` is a forecast or cumulative backtest frame with y. Today's shift rests
    on every outcome in it.
    """
    cycles = cycles_of(frame, frequency)
    scores = scores_of(cycles)
    after, shift = _origin_by_origin(cycles, scores, rule)
    return _rewritten(frame, cycles, after), shift


def _origin_by_origin(cycles: Cycles, scores: np.ndarray, rule: Rule) -> tuple[np.ndarray, Shift]:
    """Return the calibrated quantiles (K, n, H, L) and today's shift.

    Bands of single periods also learn from what they lacked after earlier calibrations.
    """
    after: list[np.ndarray] = []
    misses: list[np.ndarray] = []
    complete = cycles.known_from[:, -1]

    def shift_on(date: pd.Timestamp) -> Shift:
        told = [m for m, known in zip(misses, complete, strict=False) if known <= np.datetime64(date)]
        return learn(cycles, scores, date, rule, asked_for(cycles.levels, told))

    for quantiles, y, at in zip(cycles.quantiles, cycles.y, cycles.cutoff, strict=True):
        shift = shift_on(at)
        after.append(moved(quantiles, shift.amounts(cycles.unique_id), cycles.levels, rule))
        calibrated = shift.origins > 0 and not rule.sums
        misses.append(missed(y, after[-1], cycles.levels) if calibrated else np.zeros(len(cycles.levels)))
    return np.stack(after), shift_on(pd.Timestamp(complete.max()))


def calibrate_live(frame: pd.DataFrame, shift: Shift, rule: Rule, frequency: str) -> pd.DataFrame:
    """Return one model's live forecast frame with its quantiles moved by today's shift."""
    cycles = cycles_of(frame.assign(y=np.nan), frequency)
    after = moved(cycles.quantiles[0], shift.amounts(cycles.unique_id), cycles.levels, rule)
    return _rewritten(frame, cycles, after[None])


def calibrate_paths(paths: SamplePaths, shift: Shift, rule: Rule = SUMS) -> SamplePaths:
    """Return the paths with the distribution of their running sums calibrated.

    Each path keeps its rank among the others at every step; the sum that belongs to
    the rank moves. A period in which every path is zero stays zero.
    """
    expected = paths.expectation()
    if not shift.own and not shift.pooled.any():
        return replace(paths, expected=expected)
    values = np.empty_like(paths.values)
    for start in range(0, len(values), SERIES_AT_ONCE):
        part = slice(start, start + SERIES_AT_ONCE)
        amounts = shift.amounts(paths.unique_id[part])
        values[part] = _moved_paths(paths.values[part], amounts, shift.levels, rule)
    return replace(paths, values=values, expected=expected)


def _moved_paths(values: np.ndarray, amounts: np.ndarray, levels: np.ndarray, rule: Rule) -> np.ndarray:
    sums = np.ascontiguousarray(np.cumsum(values, axis=2).transpose(2, 0, 1))  # (H, n, paths)
    order = np.argsort(sums, axis=2)
    ordered = np.take_along_axis(sums, order, axis=2)
    share = (np.arange(values.shape[1]) + 0.5) / values.shape[1]
    above = np.clip(np.searchsorted(levels, share), 1, len(levels) - 1)
    low, high = levels[above - 1], levels[above]
    weight = np.clip((share - low) / (high - low), 0.0, 1.0).astype(np.float32)

    table = _quantiles_of(ordered, levels).transpose(1, 0, 2)  # (n, H, L)
    change = (moved(table, amounts, levels, rule) - table).astype(np.float32).transpose(1, 0, 2)
    ordered += change[..., above - 1] * (1 - weight) + change[..., above] * weight
    wanted = np.sort(np.maximum(ordered, 0.0, out=ordered), axis=2)
    after = _in_order(order, wanted, closed=(values == 0).all(axis=1).T)
    return np.diff(after.transpose(1, 2, 0), axis=2, prepend=np.float32(0.0))


def _in_order(order: np.ndarray, wanted: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Return running sums (H, n, paths) that never fall and at every step take the `wanted` values.

    `wanted` (H, n, paths) is sorted along the paths, `order` their places. A path keeps
    its place among the others, unless what it has reached already lies above that
    place's sum. Nothing is added on `closed` periods (H, n).
    """
    new = np.empty_like(wanted)
    before = np.zeros_like(wanted[0])
    for h, sums in enumerate(wanted):
        reached = np.empty_like(before)
        np.put_along_axis(reached, order[h], sums, axis=1)
        for _ in range(EXCHANGES):
            rows = np.flatnonzero((reached < before).any(axis=1))
            if not rows.size:
                break
            places = np.argsort(np.maximum(reached[rows], before[rows]), axis=1)
            exchanged = np.empty_like(reached[rows])
            np.put_along_axis(exchanged, places, sums[rows], axis=1)
            reached[rows] = exchanged
        before = np.where(closed[h][:, None], before, np.maximum(reached, before))
        new[h] = before
    return new


def _quantiles_of(ordered: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the quantiles (H, n, L) of paths sorted along their last axis (H, n, paths)."""
    place = levels * (ordered.shape[2] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, ordered.shape[2] - 1)
    weight = place - below
    return ordered[..., below] * (1 - weight) + ordered[..., above] * weight


def _rewritten(frame: pd.DataFrame, cycles: Cycles, after: np.ndarray) -> pd.DataFrame:
    columns = quantile_columns(frame)
    rows = cycles.rows(after).astype(np.float32)
    fresh = pd.DataFrame(rows, columns=columns, index=frame.index)
    return frame.assign(**{c: fresh[c] for c in columns})
