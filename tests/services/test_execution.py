"""The same numbers wherever the work runs, however often it was interrupted, whoever failed on the way."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError
from forecasting.evaluation.lost import Lost
from forecasting.execution.cluster import Cluster
from forecasting.execution.libraries import versions
from forecasting.execution.processes import Processes
from forecasting.services.compute import compute
from forecasting.services.files import write_backtest
from forecasting.services.plan import chosen_forecast, live_choice
from forecasting.services.reasons import in_short, problems
from forecasting.services.work_out import work_out
from forecasting.settings import usual_settings
from forecasting.store.batches import Batches
from tests.execution.test_cluster import local_cluster
from tests.services.test_whole_assortment import dataset, history

DATA = dataset(history(a=5, b=20, c=2))
BASE = ("seasonal_naive", "moving_average")


def settings(*models):
    return usual_settings("D", models=models, horizon=14, step=14, folds=2)


def finished(chosen, **options):
    *_, last = compute(DATA, chosen, **options)
    return last


def csv_bytes(folder, results, chosen):
    folder.mkdir()
    found = work_out(DATA, chosen, results)
    write_backtest(folder, results, found.evaluation, DATA, chosen)
    forecast, orders = chosen_forecast(results, found.choice), found.orders
    written = {p.name: p.read_bytes() for p in folder.glob("*.csv")}
    return {**written, "forecast": forecast.to_csv().encode(), "orders": orders.to_csv().encode()}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_on_any_number_of_workers(tmp_path):
    chosen = settings("seasonal_naive", "exponential_smoothing", "boosted_trees", "prophet")
    alone = csv_bytes(tmp_path / "alone", finished(chosen), chosen)
    assert {"scores.csv", "leaderboard.csv"} <= set(alone)
    processes = Processes(2)
    assert csv_bytes(tmp_path / "two", finished(chosen, mapper=processes), chosen) == alone
    processes.close()
    with local_cluster(2) as local:
        cluster = Cluster(local.scheduler_address)
        assert csv_bytes(tmp_path / "dask", finished(chosen, mapper=cluster), chosen) == alone
        cluster.close()


class Interrupted(Exception):
    pass


class Counting:
    """A `map` that counts, and stops everything after so many tasks."""

    def __init__(self, most=None):
        self.done, self.most = 0, most

    def __call__(self, function, tasks):
        for task in tasks:
            if self.done == self.most:
                raise Interrupted
            self.done += 1
            yield function(task)


@pytest.mark.slow
def test_an_interrupted_run_goes_on_where_it_stopped_and_ends_in_the_same_bytes(tmp_path):
    chosen = settings("seasonal_naive", "boosted_trees", "prophet")
    whole, first, second = Counting(), Counting(most=4), Counting()
    expected = csv_bytes(tmp_path / "whole", finished(chosen, mapper=whole), chosen)
    with pytest.raises(Interrupted), Batches(tmp_path / "kept", versions()) as kept:
        finished(chosen, mapper=first, kept=kept)
    with Batches(tmp_path / "kept", versions()) as kept:
        results = finished(chosen, mapper=second, kept=kept)
    assert second.done == whole.done - 4
    assert csv_bytes(tmp_path / "again", results, chosen) == expected
    assert not (tmp_path / "kept").exists()


def failing(model, cutoffs=None, series="b"):
    """A `map` under which one series of one model meets a number nobody can use."""

    def mapper(function, tasks):
        for task in tasks:
            if task.model.name == model and (cutoffs is None or task.cutoff in cutoffs):
                bad = (task.history["unique_id"] == series) & (task.history["ds"] == task.cutoff)
                broken = task.history.assign(y=task.history["y"].where(~bad, np.inf))
                task = replace(task, history=broken)
            yield function(task)

    return mapper


def check_plan(results, chosen):
    found = work_out(DATA, chosen, results)
    assert list(found.orders["unique_id"]) == ["a", "b", "c"]
    assert found.orders["order_quantity"].notna().all()
    served = results.forecast[["model", "unique_id"]].drop_duplicates()
    pairs = found.choice[["model", "unique_id"]]
    assert len(pairs.merge(served)) == 3
    return found


def test_a_model_that_fails_on_a_series_now_leaves_it_to_another(tmp_path):
    chosen = settings(*BASE, "boosted_trees")
    now = DATA.sales["ds"].max()
    results = finished(chosen, mapper=failing("boosted_trees", {now}))
    assert results.failures[["model", "unique_id", "cutoff"]].to_numpy().tolist() == [
        ["boosted_trees", "b", now]
    ]
    found = check_plan(results, chosen)
    # Were it chosen nonetheless, the simplest model that has a forecast would step in.
    forced = found.evaluation.live_choice.assign(model="boosted_trees")
    stepped = live_choice(results, forced).set_index("unique_id")
    assert stepped["model"].to_dict() == {
        "a": "boosted_trees", "b": "seasonal_naive", "c": "boosted_trees",
    }  # fmt: skip
    assert stepped.loc["b", "reason"] == "boosted trees could not forecast it this time"
    files = csv_bytes(tmp_path / "files", results, chosen)
    assert b"not a finite number" in files["problems.csv"]


def test_a_model_that_fails_on_a_series_always_is_absent_for_it_and_the_rest_is_scored():
    chosen = settings(*BASE, "boosted_trees")
    results = finished(chosen, mapper=failing("boosted_trees"))
    assert set(results.failures["unique_id"]) == {"b"}
    assert results.models == (*BASE, "boosted_trees")
    scores = check_plan(results, chosen).evaluation.scores
    by_model = scores.groupby("model")["unique_id"].unique().map(set)
    assert by_model["boosted_trees"] == {"a", "c"}
    assert by_model["seasonal_naive"] == {"a", "b", "c"}
    assert in_short(results.failures, results.notes).startswith("1 series had no forecast from Boosted trees")


def losing(function, tasks):
    for _ in tasks:
        yield Lost("its worker died")


def test_a_model_that_serves_nobody_is_named_and_the_plan_stands():
    chosen = settings(*BASE, "boosted_trees")
    results = finished(chosen, mapper=losing)
    assert (results.models, results.failed) == (BASE, ("boosted_trees",))
    assert not results.unfinished(chosen.models)
    assert set(results.failures["reason"]) == {"its worker died"}
    check_plan(results, chosen)


def test_when_no_model_serves_anybody_it_is_one_sentence():
    with pytest.raises(DataError, match=r"No model could forecast.*boosted_trees on a: its worker died"):
        finished(settings("boosted_trees"), mapper=losing)


def test_a_series_that_no_model_can_forecast_is_left_out_with_the_reason():
    chosen = settings("boosted_trees")
    results = finished(chosen, mapper=failing("boosted_trees", {DATA.sales["ds"].max()}))
    left = results.left_out.set_index("unique_id")["reason"]
    assert left["b"].startswith("no model could forecast it: the units of")
    orders = work_out(DATA, chosen, results).orders
    assert list(orders["unique_id"]) == ["a", "c"]


def test_problems_are_one_table():
    row = {"model": ["m"], "unique_id": ["a"], "cutoff": [pd.Timestamp("2025-01-01")], "reason": ["why"]}
    table = problems(pd.DataFrame(row), pd.DataFrame(row))
    assert list(table["problem"]) == ["no forecast", "stand-in"]
    assert list(table.columns) == ["model", "unique_id", "cutoff", "problem", "reason"]
