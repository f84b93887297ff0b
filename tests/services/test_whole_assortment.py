"""From a history to choices and orders, without a browser."""

from dataclasses import replace

import pandas as pd
import pytest

from forecasting.errors import DecisionError, TooShortError
from forecasting.services.calibrated import calibrated_results
from forecasting.services.compute import compute, feasible_settings, run_id
from forecasting.services.dataset import divide
from forecasting.services.project import frame_paths, paths_frame
from forecasting.services.whole import all_said
from forecasting.services.work_out import work_out
from forecasting.settings import Settings
from tests.services.conftest import FEW, dataset, history


def test_results_grow_and_the_first_forecast_comes_before_any_test(settings):
    stages = list(compute(dataset(history(a=5)), settings))
    assert list(stages[0].paths) == ["seasonal_naive"]
    assert stages[0].models == ()
    assert stages[-1].models == FEW


def test_the_last_stage_alone_is_the_last_of_all_stages(settings):
    data, more = dataset(history(a=5, b=2)), replace(settings, models=("seasonal_naive", "drift", "theta"))
    *_, last = calibrated_results(data, more)
    alone = all_said(data, more).results()

    for name in ("forecast", "backtest", "cumulative", "evidence", "left_out"):
        pd.testing.assert_frame_equal(getattr(alone, name), getattr(last, name), check_exact=True)
    assert alone.models == last.models == ("seasonal_naive", "drift", "theta", "ensemble")
    assert list(alone.paths) == list(last.paths)
    for name, paths in last.paths.items():
        assert (alone.paths[name].values == paths.values).all()
        assert (alone.paths[name].expectation() == paths.expectation()).all()


def test_progress_is_told_and_may_stop_the_work(settings):
    seen = []
    list(compute(dataset(history(a=5)), settings, progress=lambda stage, share: seen.append(share)))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

    def refuse(stage, share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        next(compute(dataset(history(a=5)), settings, progress=refuse))


def test_a_cost_changes_orders_and_choices_but_no_forecast(found):
    dear = replace(found.settings, costs=replace(found.settings.costs, understock=50.0))
    again = work_out(found.dataset, dear, found.results)
    assert again.results is found.results
    assert (again.orders["order_quantity"] >= found.orders["order_quantity"]).all()
    assert again.orders["order_quantity"].sum() > found.orders["order_quantity"].sum()


def test_every_order_of_our_forecast_costs_what_the_model_chosen_for_it_costs(found):
    evaluation = found.evaluation
    keys = ["unique_id", "cutoff"]
    ours = evaluation.replayed[evaluation.replayed["model"] == "chosen"].merge(
        evaluation.past_choice[[*keys, "model"]], on=keys, suffixes=("", "_picked")
    )
    theirs = evaluation.replayed.rename(columns={"model": "model_picked", "cost": "their_cost"})
    both = ours.merge(theirs[[*keys, "model_picked", "their_cost"]], on=[*keys, "model_picked"])
    assert len(both) == len(ours) > 0
    assert both["cost"].tolist() == both["their_cost"].tolist()


def test_silent_and_new_items_are_left_out_with_a_reason():
    sales = history(a=5, gone=5)
    sales = sales[(sales["unique_id"] == "a") | (sales["ds"] < "2025-03-01")]
    young = history(days=150, young=3).tail(5)
    ready, left_out = divide(dataset(pd.concat([sales, young], ignore_index=True)))
    assert ready == ["a"]
    reasons = left_out.set_index("unique_id")["reason"]
    assert "discontinued" in reasons["gone"]
    assert "only 5 days" in reasons["young"]


def test_an_order_that_must_outlast_the_forecast_is_refused(found):
    beyond = replace(found.settings, policy=replace(found.settings.policy, lead_time=30))
    with pytest.raises(DecisionError, match="forecast at least 37 days"):
        work_out(found.dataset, beyond, found.results)


def test_a_short_history_gets_fewer_folds_or_a_sentence():
    assert feasible_settings(dataset(history(days=75, a=5)), Settings()).folds == 2
    with pytest.raises(TooShortError, match="at least 26"):
        feasible_settings(dataset(history(days=20, a=5)), Settings())


def test_the_run_id_names_data_and_options_but_not_costs(found):
    same = replace(found.settings, costs=replace(found.settings.costs, understock=9.0))
    other = replace(found.settings, seed=1)
    assert run_id(found.dataset, same) == run_id(found.dataset, found.settings)
    assert run_id(found.dataset, other) != run_id(found.dataset, found.settings)


def test_settings_and_paths_survive_the_store(found):
    assert Settings.from_dict(found.settings.as_dict()) == found.settings
    paths = found.results.paths["seasonal_naive"]
    again = frame_paths(paths_frame(paths), paths.ds)
    assert again.values.tobytes() == paths.values.tobytes()
    assert list(again.unique_id) == list(paths.unique_id)
