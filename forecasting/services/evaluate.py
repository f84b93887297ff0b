"""What each model's errors would have cost, and which model to use for each series because of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from forecasting.dates import next_periods
from forecasting.evaluation.own_plan import plan_backtest
from forecasting.evaluation.scores import fallback, leaderboard, measure, score
from forecasting.evaluation.selection import CHOSEN, UNJUDGED, choices_over_time, choose, rows_of
from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.schema import PLAN
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.plan_cycles import plan_cycles
from forecasting.settings import Settings
from forecasting.value.gain import summarise
from forecasting.value.replay import Said, left_out, replay, said


@dataclass(frozen=True)
class Measured:
    """What does not depend on any cost: worked out once per set of results, and when first asked for."""

    results: Results
    dataset: Dataset
    settings: Settings  # of them only what the forecast depends on is read

    @cached_property
    def said(self) -> Said:
        """Return the sums said at every origin, ready to be looked up under any cost and any policy."""
        return said(self.results.cumulative)

    @cached_property
    def sums(self) -> pd.DataFrame:
        """Return the sums of `scores.measure` over the scored origins."""
        scored = self.results.backtest[self.results.backtest["cutoff"].isin(self.results.scored)]
        return measure(scored, self.dataset.sales, self.settings.frequency)

    @cached_property
    def plan_sums(self) -> pd.DataFrame:
        """Return the same sums of the manager's own plan; empty without one."""
        scored = self.results.backtest[self.results.backtest["cutoff"].isin(self.results.scored)]
        rows = plan_backtest(scored, self.dataset.sales)
        return measure(rows, self.dataset.sales, self.settings.frequency) if len(rows) else self.sums.iloc[:0]

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Return cutoff and unique_id of every scored series and origin: what needs a model."""
        return self.sums[["cutoff", "unique_id"]].drop_duplicates()

    @cached_property
    def live(self) -> list[str]:
        """Return the series to be ordered today."""
        return sorted(self.results.forecast["unique_id"].unique())

    @cached_property
    def by_accuracy(self) -> pd.DataFrame:
        """Return cutoff, unique_id, model: the choice accuracy alone would have made."""
        return choices_over_time(self._in_units, self.pairs, models=self.results.models)

    @cached_property
    def live_accuracy(self) -> pd.DataFrame:
        """Return unique_id, model: what accuracy alone would pick for the next order."""
        return choose(self._in_units, self.live, models=self.results.models)

    @cached_property
    def _in_units(self) -> pd.DataFrame:
        return _losses_in_units(self.results.backtest, self.settings)


@dataclass(frozen=True)
class Evaluation:
    """The past in money under the current costs; every frame covers the scored origins.

    A part is worked out when it is first asked for and then kept: new orders after a changed cost
    need `live_choice` alone, and wait neither for the leaderboard nor for the choices of the past.
    """

    measured: Measured
    settings: Settings
    costs: pd.DataFrame  # of `item_costs`
    policies: pd.DataFrame  # of `item_policies`

    @cached_property
    def live_choice(self) -> pd.DataFrame:
        """Return unique_id, model, reason: for the next order."""
        return choose(self._in_money, self.measured.live, models=self._results.models)

    @cached_property
    def accuracy_choice(self) -> pd.DataFrame:
        """Return unique_id, model: what accuracy alone would have picked."""
        return self.measured.live_accuracy

    @cached_property
    def past_choice(self) -> pd.DataFrame:
        """Return cutoff, unique_id, model, reason: made at that cutoff from earlier ones."""
        return choices_over_time(self._in_money, self.measured.pairs, models=self._results.models)

    @cached_property
    def replayed(self) -> pd.DataFrame:
        """Return every model and `chosen`, one row per series and origin, in money."""
        return with_chosen(self._scored(self._all_replayed), self.past_choice)

    @cached_property
    def planned(self) -> pd.DataFrame:
        """Return the cycles of the manager's own plan in money, as far as it covers them; empty without one.

        Beside `replayed`, not in it: there only cycles count that every model has, and a gap in a
        plan would take them from all.
        """
        models, replayed = self._results.models, self.replayed
        frame = replayed[replayed["model"] == fallback(models)]
        return plan_cycles(frame, self.measured.dataset, self.settings.horizon)

    @cached_property
    def not_replayed(self) -> pd.DataFrame:
        """Return model, unique_id, cutoff, why: scored cycles that have no money."""
        return self._scored(left_out(self.measured.said, self.costs, self.policies))

    @cached_property
    def value(self) -> pd.DataFrame:
        """Return one row per model: cost, sales recovered, waste avoided, gain."""
        models = self._results.models
        return summarise(self.replayed, fallback(models))

    @cached_property
    def leaderboard(self) -> pd.DataFrame:
        """Return accuracy, calibration and `money` of every model and of the manager's plan, cheapest first.

        The plan's money is NaN where it does not cover every cycle that counts: a sum over fewer
        cycles would look cheap.
        """
        return _board(self._sums, pd.concat([self.value, self._value_of_plan]))

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Return the scores frame, `chosen` included."""
        return score(self._sums)

    @cached_property
    def differ(self) -> float:
        """Return the share of series where the choices by money and by accuracy are not the same."""
        return float((self.live_choice["model"] != self.accuracy_choice["model"]).mean())

    @cached_property
    def unjudged(self) -> int:
        """Return on how many scored origins nothing earlier could judge: `chosen` is the simplest there."""
        past = self.past_choice
        blind = (past["reason"] == UNJUDGED) & (past["tried"] > 1)
        return int(past.loc[blind, "cutoff"].nunique())

    @cached_property
    def price_of_accuracy(self) -> float:
        """Return the money of choosing by accuracy instead, over the scored origins; NaN unknown."""
        return _price_of_accuracy(self.replayed, self.past_choice, self.measured.by_accuracy)

    @property
    def _results(self) -> Results:
        return self.measured.results

    @cached_property
    def _all_replayed(self) -> pd.DataFrame:
        return replay(self.measured.said, self.costs, self.policies)

    @cached_property
    def _in_money(self) -> pd.DataFrame:
        return _losses_in_money(self._all_replayed, self.settings.frequency)

    @cached_property
    def _sums(self) -> pd.DataFrame:
        models = with_chosen(self.measured.sums, self.past_choice)
        planned = self.measured.plan_sums
        return pd.concat([models, planned], ignore_index=True) if len(planned) else models

    @property
    def _value_of_plan(self) -> pd.DataFrame:
        keys = ["unique_id", "cutoff"]
        fair = self.replayed[keys].value_counts() == self.replayed["model"].nunique()
        counted = self.planned.merge(fair[fair].reset_index()[keys], on=keys)
        cost = counted["cost"].sum() if len(counted) and len(counted) == fair.sum() else np.nan
        return pd.DataFrame({"model": [PLAN], "cost": [cost]})

    def _scored(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["cutoff"].isin(self._results.scored)]


def measure_accuracy(results: Results, dataset: Dataset, settings: Settings) -> Measured:
    """Return the accuracy of complete results, free of costs and choices."""
    return Measured(results, dataset, settings)


def evaluate(results: Results, measured: Measured, dataset: Dataset, settings: Settings) -> Evaluation:
    """Return the evaluation of complete results under the current costs; nothing is fitted again."""
    ids = sorted(results.cumulative["unique_id"].unique())
    items, review = dataset.items_of(ids), settings.policy.review_period
    costs = item_costs(items, settings.costs, days_per_period=settings.days_per_period, review_period=review)
    return Evaluation(measured, settings, costs, item_policies(items, settings.policy))


def with_chosen(frame: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """Return a frame by model, series and origin with the rows of model `chosen` added."""
    return pd.concat([frame, rows_of(frame, choices)], ignore_index=True)


def scored_rows(frame: pd.DataFrame, results: Results, evaluation: Evaluation) -> pd.DataFrame:
    """Return the scored origins of a backtest or cumulative frame, `chosen` included."""
    return pd.concat(scored_parts(frame, results, evaluation), ignore_index=True)


def chosen_rows(frame: pd.DataFrame, results: Results, evaluation: Evaluation) -> pd.DataFrame:
    """Return the rows of `scored_rows` that are our choice, without those of every other model."""
    scored = frame[frame["cutoff"].isin(results.scored)]
    return rows_of(scored, evaluation.past_choice).reset_index(drop=True)


def scored_parts(frame: pd.DataFrame, results: Results, evaluation: Evaluation) -> Iterator[pd.DataFrame]:
    """Yield the rows of `scored_rows` model by model, `chosen` last: all of them would be a second frame."""
    scored, picked = frame["cutoff"].isin(results.scored), []
    for model in frame["model"].unique():
        rows = frame[scored & (frame["model"] == model)]
        picked.append(rows_of(rows, evaluation.past_choice))
        yield rows
    yield pd.concat(picked, ignore_index=True)


def _losses_in_money(replayed: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return the loss frame of `choose`: a cost is known once its protection interval has passed."""
    losses = replayed[["model", "unique_id", "cutoff", "cost"]].rename(columns={"cost": "loss"})
    origin, cutoffs = pd.factorize(losses["cutoff"])
    length, lengths = pd.factorize(replayed["protection_interval"])
    # The few ends there are, (lengths, cutoffs): never one date arithmetic a row.
    ends = [[next_periods(c, int(p), frequency)[-1] for c in cutoffs] for p in lengths]
    known = np.array(ends, dtype="datetime64[ns]")[length, origin]
    return losses.assign(known_from=known)


def _losses_in_units(backtest: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return Σ|y − ŷ| per model, series and origin, known once the horizon has passed."""
    errors = (backtest["y"] - backtest["mean"]).abs()
    keys = [backtest["model"], backtest["unique_id"], backtest["cutoff"]]
    losses = errors.groupby(keys, sort=False).sum(min_count=1).rename("loss").reset_index()
    ends = {
        cutoff: next_periods(cutoff, settings.horizon, settings.frequency)[-1]
        for cutoff in losses["cutoff"].unique()
    }
    return losses.assign(known_from=losses["cutoff"].map(ends))


def _board(sums: pd.DataFrame, value: pd.DataFrame) -> pd.DataFrame:
    money = value[["model", "cost"]].rename(columns={"cost": "money"})
    board = leaderboard(sums)
    # The floor belongs to the demand, not to a model: our expectation is the best guess of it.
    board["floor"] = board.loc[board["model"] == CHOSEN, "floor"].iloc[0]
    return board.merge(money, on="model", how="left").sort_values("money", ignore_index=True)


def _price_of_accuracy(past: pd.DataFrame, by_money: pd.DataFrame, by_accuracy: pd.DataFrame) -> float:
    """Return what choosing by accuracy would have cost more than choosing by money, same origins."""
    keys = ["unique_id", "cutoff"]
    accurate = rows_of(past, by_accuracy)[[*keys, "cost"]]
    cheap = rows_of(past, by_money)[[*keys, "cost"]]
    both = accurate.merge(cheap, on=keys, suffixes=("_accuracy", "_money")).dropna()
    return float((both["cost_accuracy"] - both["cost_money"]).sum()) if len(both) else float("nan")
