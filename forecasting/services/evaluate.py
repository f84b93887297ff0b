"""What each model's errors would have cost, and which model to use for each series because of it."""

from dataclasses import dataclass

import pandas as pd

from forecasting.dates import next_periods
from forecasting.evaluation.scores import BASELINE, leaderboard, measure, score
from forecasting.evaluation.selection import choices_over_time, choose, rows_of
from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings
from forecasting.value.gain import summarise
from forecasting.value.replay import left_out, replay


@dataclass(frozen=True)
class Measured:
    """What does not depend on any cost: worked out once per set of results."""

    sums: pd.DataFrame  # of `scores.measure`, scored origins
    by_accuracy: pd.DataFrame  # cutoff, unique_id, model: the choice accuracy alone would have made
    live_accuracy: pd.DataFrame  # unique_id, model: the same for the next order


@dataclass(frozen=True)
class Evaluation:
    """The past in money; every frame covers the scored origins."""

    replayed: pd.DataFrame  # every model and `chosen`, one row per series and origin, money
    value: pd.DataFrame  # one row per model: cost, sales recovered, waste avoided, gain
    leaderboard: pd.DataFrame  # accuracy, calibration and `money`, cheapest first
    scores: pd.DataFrame
    past_choice: pd.DataFrame  # cutoff, unique_id, model, reason: made at that cutoff from earlier ones
    live_choice: pd.DataFrame  # unique_id, model, reason: for the next order
    accuracy_choice: pd.DataFrame  # unique_id, model: what accuracy alone would have picked
    differ: float  # share of series where the two live choices are not the same
    not_replayed: pd.DataFrame  # model, unique_id, cutoff, why: scored cycles that have no money
    price_of_accuracy: float  # money: choosing by accuracy instead, over the scored origins; NaN unknown


def measure_accuracy(results: Results, dataset: Dataset, settings: Settings) -> Measured:
    """Return the accuracy of complete results, free of costs and choices."""
    scored = results.backtest[results.backtest["cutoff"].isin(results.scored)]
    sums = measure(scored, dataset.sales, settings.frequency)
    in_units = _losses_in_units(results.backtest, settings)
    pairs = sums[["cutoff", "unique_id"]].drop_duplicates()
    live = sorted(results.forecast["unique_id"].unique())
    return Measured(
        sums,
        choices_over_time(in_units, pairs, models=results.models),
        choose(in_units, live, models=results.models),
    )


def evaluate(results: Results, measured: Measured, dataset: Dataset, settings: Settings) -> Evaluation:
    """Return the evaluation of complete results under the current costs; nothing is fitted again."""
    ids = sorted(results.cumulative["unique_id"].unique())
    items, review = dataset.items_of(ids), settings.policy.review_period
    costs = item_costs(items, settings.costs, days_per_period=settings.days_per_period, review_period=review)
    policies = item_policies(items, settings.policy)
    replayed = replay(results.cumulative, costs, policies)
    without = left_out(results.cumulative, costs, policies)
    in_money = _losses_in_money(replayed, policies, settings.frequency)

    pairs = measured.sums[["cutoff", "unique_id"]].drop_duplicates()
    by_money = choices_over_time(in_money, pairs, models=results.models)
    past = with_chosen(replayed[replayed["cutoff"].isin(results.scored)], by_money)

    live = sorted(results.forecast["unique_id"].unique())
    live_money = choose(in_money, live, models=results.models)
    sums = with_chosen(measured.sums, by_money)
    value = summarise(past, BASELINE if BASELINE in results.models else results.models[0])
    return Evaluation(
        replayed=past,
        value=value,
        leaderboard=_board(sums, value),
        scores=score(sums),
        past_choice=by_money,
        live_choice=live_money,
        accuracy_choice=measured.live_accuracy,
        differ=float((live_money["model"] != measured.live_accuracy["model"]).mean()),
        not_replayed=without[without["cutoff"].isin(results.scored)],
        price_of_accuracy=_price_of_accuracy(past, by_money, measured.by_accuracy),
    )


def with_chosen(frame: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """Return a frame by model, series and origin with the rows of model `chosen` added."""
    return pd.concat([frame, rows_of(frame, choices)], ignore_index=True)


def scored_rows(frame: pd.DataFrame, results: Results, evaluation: Evaluation) -> pd.DataFrame:
    """Return the scored origins of a backtest or cumulative frame, `chosen` included."""
    return with_chosen(frame[frame["cutoff"].isin(results.scored)], evaluation.past_choice)


def _losses_in_money(replayed: pd.DataFrame, policies: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return the loss frame of `choose`: a cost is known once its protection interval has passed."""
    losses = replayed[["model", "unique_id", "cutoff", "cost"]].rename(columns={"cost": "loss"})
    length = losses["unique_id"].map(policies.set_index("unique_id")["protection_interval"])
    pairs = pd.DataFrame({"cutoff": losses["cutoff"], "length": length}).dropna().drop_duplicates()
    ends = {(c, p): next_periods(c, int(p), frequency)[-1] for c, p in pairs.itertuples(index=False)}
    known = [ends.get(pair, pd.NaT) for pair in zip(losses["cutoff"], length, strict=True)]
    return losses.assign(known_from=pd.Series(known, index=losses.index, dtype="datetime64[ns]"))


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
    return leaderboard(sums).merge(money, on="model", how="left").sort_values("money", ignore_index=True)


def _price_of_accuracy(past: pd.DataFrame, by_money: pd.DataFrame, by_accuracy: pd.DataFrame) -> float:
    """Return what choosing by accuracy would have cost more than choosing by money, same origins."""
    keys = ["unique_id", "cutoff"]
    accurate = rows_of(past, by_accuracy)[[*keys, "cost"]]
    cheap = rows_of(past, by_money)[[*keys, "cost"]]
    both = accurate.merge(cheap, on=keys, suffixes=("_accuracy", "_money")).dropna()
    return float((both["cost_accuracy"] - both["cost_money"]).sum()) if len(both) else float("nan")
