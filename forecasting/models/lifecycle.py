"""Series at the ends of their lives, and single absurd values: seen before a model meets them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.dates import days_per_period, period_kind
from forecasting.models.base import Forecaster, Panel, series_generators, to_panel
from forecasting.models.bootstrap import block_paths, block_plan
from forecasting.models.borrowed import MIN_DONORS, LoanTerms, borrow, find_donors
from forecasting.paths import SamplePaths

# With fewer known periods a series is new to a model that learns from it alone. Cut down to 1 to
# 24 periods, a fifth of M5, Dominick's and car parts lost less by borrowing at every length.
NEW_BELOW = {"day": 28, "week": 26, "month": 18}
# A value this many times the geometric mean of what the series sells is a typing error.
ABSURD = 1000.0
# A silence is remarkable when the series' own past would show one so long once in a hundred times.
RARE = 0.01
# With fewer sales than this there is no past rate to find a silence remarkable by.
MIN_SALES = 4
# Rows that stop coming mean something only after this many periods; files end at different dates.
MIN_ABSENT = {"day": 28, "week": 8, "month": 3}
# Of remarkable silences on slow daily items (M5) and monthly parts, sales after d days came back
# to about 0.45 exp(−d/400) of their past rate: a stock-out ends, a delisted item does not.
REVIVAL, REVIVAL_DAYS = 0.45, 400.0
# The share of futures left to the model, which has seen the silence too. Half and half lost less
# (pinball of 28 days' and 6 months' sums, four models) than the model alone or the rule alone.
OWN_SHARE = 0.5
# The part of its life that a revived series resumes.
LATE_LIFE = {"day": 91, "week": 26, "month": 12}


@dataclass(frozen=True)
class Lifecycle:
    """A model with labelled stand-ins for what no model can learn.

    New series (fewer known periods than `needed`) borrow the futures of similar ones, also
    with no sale of their own. Series silent for improbably long look discontinued: half their
    futures stay the model's, the others hold nothing, the more the longer the silence, or a past rate.
    A single value beyond any scale of its series is taken as unknown. Every such series has a note.
    """

    model: Forecaster
    frequency: str
    needed: int
    groups: tuple[tuple[str, str], ...] = ()  # (unique_id, category), for new series
    seed: int = 0

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def series_per_task(self) -> int | None:
        return self.model.series_per_task

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        panel, history, notes = _without_absurd(to_panel(history, future), history)
        known = np.count_nonzero(~np.isnan(panel.y), axis=1)
        paths = self._served(history, future, known)
        values, ended = self._ended(panel, paths.values, last_rows(history, panel))
        is_new = known < self.needed
        donors = find_donors(panel, ~is_new & ~np.isin(panel.unique_id, list(ended)))
        terms = LoanTerms(self.seed, dict(self.groups))
        values, lent = borrow(panel, values, np.flatnonzero(is_new), donors, terms)
        # What stands in for the model replaces what the model said of the series itself.
        said = {**paths.notes, **ended, **lent}
        joined = {i: "; ".join(n for n in (notes.get(i), said.get(i)) if n) for i in {**said, **notes}}
        return SamplePaths(paths.unique_id, paths.ds, values, joined)

    def _served(self, history: pd.DataFrame, future: pd.DataFrame, known: np.ndarray) -> SamplePaths:
        """Return the model's own paths; a series without any known sale is kept from it, and empty."""
        ids = np.array(sorted(future["unique_id"].unique()), dtype=object)
        able = np.count_nonzero(known)
        if able == len(ids) or np.count_nonzero(known >= self.needed) < MIN_DONORS:
            return self.model.forecast(history, future)
        kept = set(ids[known > 0])
        part = self.model.forecast(
            history[history["unique_id"].isin(kept)], future[future["unique_id"].isin(kept)]
        )
        values = np.zeros((len(ids), *part.values.shape[1:]), dtype=part.values.dtype)
        values[known > 0] = part.values
        alone = dict.fromkeys(ids[known == 0], "no known period and no similar series: nothing is forecast")
        return SamplePaths(ids, part.ds, values, {**part.notes, **alone})

    def _ended(
        self, panel: Panel, values: np.ndarray, rows_end: np.ndarray
    ) -> tuple[np.ndarray, dict[str, str]]:
        """Return paths in which silent series partly stay silent or resume, and a note for each of them."""
        kind = period_kind(self.frequency)
        silent = silences(panel.y, rows_end, MIN_ABSENT[kind])
        ended = values.copy() if silent.any() else values
        notes: dict[str, str] = {}
        plan = replace(block_plan(self.frequency, values.shape[1], panel.horizon), season=1)
        for i in np.flatnonzero(silent):
            generator = series_generators(self.seed, panel.unique_id[i : i + 1])[0]
            last = int(np.flatnonzero(panel.y[i] > 0)[-1])
            share = REVIVAL * float(np.exp(-silent[i] * days_per_period(self.frequency) / REVIVAL_DAYS))
            own, again = (generator.random((2, values.shape[1], 1)) < [[[OWN_SHARE]], [[share]]])[:]
            life = panel.y[i, max(0, last + 1 - LATE_LIFE[kind]) : last + 1]
            ended[i] = np.where(own, values[i], block_paths(life, plan, generator) * again)
            notes[panel.unique_id[i]] = (
                f"looks discontinued or out of stock: no sale since {panel.ds[last]:%Y-%m-%d}, "
                f"its past rate comes back in {share:.0%} of half the futures, the rest of them are empty"
            )
        return ended, notes


def silences(y: np.ndarray, rows_end: np.ndarray, min_absent: int) -> np.ndarray:
    """Return how many periods each series has been remarkably silent, (n,), 0 where it is not.

    A silence of zeros is remarkable when its length is at least ln(0.01)/ln(p0), p0 the share of zeros
    in its life before, and longer than any earlier. `rows_end` (n,) is the place of a series'
    last row: rows absent since then are silence too when at least `min_absent`, and then absent
    rows of its life count as zeros in p0. Unknown periods that have rows (stock-outs) are none.
    """
    periods = np.arange(y.shape[1])
    sold, known = y > 0, ~np.isnan(y)
    sales, first = sold.sum(axis=1), sold.argmax(axis=1)
    last = y.shape[1] - 1 - sold[:, ::-1].argmax(axis=1)
    absent = y.shape[1] - 1 - rows_end
    absent = np.where(absent >= min_absent, absent, 0)
    length = (known & (periods > last[:, None])).sum(axis=1) + absent
    inside = (periods >= first[:, None]) & (periods <= last[:, None])
    lived = np.where(absent > 0, last - first + 1, (known & inside).sum(axis=1))
    quiet = (lived - sales + 1.0) / (lived + 2.0)  # never 0 or 1, however short the life
    longest = _longest_gap(sold)
    remarkable = (sales >= MIN_SALES) & (length >= np.log(RARE) / np.log(quiet)) & (length > longest)
    return np.where(remarkable, length, 0)


def absurd_values(y: np.ndarray) -> np.ndarray:
    """Return which sales exceed `ABSURD` times the geometric mean of the series', (n, T) bool."""
    sold = y > 0
    logs = np.log(np.where(sold, y, 1.0))
    middle = logs.sum(axis=1) / np.maximum(sold.sum(axis=1), 1)
    return sold & (logs > middle[:, None] + np.log(ABSURD))


def last_rows(history: pd.DataFrame, panel: Panel) -> np.ndarray:
    """Return the place on the panel's calendar of each series' last row, (n,); −1 without rows."""
    last = history.groupby("unique_id", sort=False)["ds"].max().reindex(panel.unique_id)
    return panel.ds.get_indexer(pd.DatetimeIndex(last))


def _longest_gap(sold: np.ndarray) -> np.ndarray:
    """Return the longest stretch between two periods with sales, (n,)."""
    periods = np.arange(sold.shape[1])
    newest = np.maximum.accumulate(np.where(sold, periods, -1), axis=1)
    before = np.concatenate([np.full((len(sold), 1), -1), newest[:, :-1]], axis=1)
    return np.where(sold & (before >= 0), periods - before - 1, 0).max(axis=1)


def _without_absurd(panel: Panel, history: pd.DataFrame) -> tuple[Panel, pd.DataFrame, dict[str, str]]:
    """Return panel and history in which absurd values are unknown, and a note for each such series."""
    absurd = absurd_values(panel.y)
    if not absurd.any():
        return panel, history, {}
    rows = pd.Index(panel.unique_id).get_indexer(history["unique_id"])
    columns = panel.ds.get_indexer(pd.DatetimeIndex(history["ds"]))
    wrong = absurd[rows, columns] & (rows >= 0) & (columns >= 0)
    notes = {
        panel.unique_id[i]: f"a sale of {panel.y[i, absurd[i]].max():g} is beyond belief and taken as unknown"
        for i in np.flatnonzero(absurd.any(axis=1))
    }
    return replace(panel, y=np.where(absurd, np.nan, panel.y)), history[~wrong], notes
