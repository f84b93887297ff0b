"""What comes later changes no recommendation that was made before, through calibration and choice as well."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.models.registry import MODEL_NAMES
from forecasting.services.calibrated import calibrated_results
from forecasting.services.evaluate import evaluate, measure_accuracy
from forecasting.services.whole import all_said
from forecasting.services.work_out import work_out
from forecasting.settings import usual_settings
from forecasting.value.replay import replay
from tests.services.conftest import dataset, history

KEY = ["model", "unique_id", "cutoff"]


def said_at(data, settings):
    """The level every model would have ordered up to at every past date."""
    *_, results = calibrated_results(data, settings)
    items = data.items_of(data.series)
    costs = item_costs(items, settings.costs, days_per_period=1.0, review_period=7)
    levels = replay(results.cumulative, costs, item_policies(items, settings.policy))
    return results, levels.set_index(KEY)["order_up_to_level"].sort_index()


def test_sales_after_an_origin_change_no_level_ordered_at_it_or_before(settings):
    sales = history(a=5, b=20)
    results, before = said_at(dataset(sales), settings)
    middle = sorted(results.scored)[1]
    rng = np.random.default_rng(9)
    storm = sales["ds"] > middle
    altered = sales.assign(y=sales["y"].mask(storm, rng.poisson(90, len(sales)) * 1.0))

    _, after = said_at(dataset(altered), settings)

    early = before.index.get_level_values("cutoff") <= middle
    assert early.sum() >= 12
    pd.testing.assert_series_equal(before[early], after[early])
    assert (before[~early] != after[~early]).any()


def test_sales_after_an_origin_change_no_choice_of_a_model_at_it(settings):
    sales = history(a=5, b=20)
    altered = sales.copy()
    results, _ = said_at(dataset(sales), settings)
    middle = sorted(results.scored)[1]
    altered.loc[altered["ds"] > middle, "y"] *= 7

    def chosen(data):
        *_, found = calibrated_results(data, settings)
        past = evaluate(found, measure_accuracy(found, data, settings), data, settings).past_choice
        return past[past["cutoff"] <= middle].reset_index(drop=True)

    before = chosen(dataset(sales))
    assert len(before) >= 4
    pd.testing.assert_frame_equal(before, chosen(dataset(altered)))


@pytest.mark.parametrize("weeks", [52, -104])
def test_the_same_sales_some_weeks_earlier_or_later_are_ordered_alike(settings, weeks):
    data = dataset(history(a=5, b=20))
    moved = replace(data, sales=data.sales.assign(ds=data.sales["ds"] + pd.Timedelta(weeks=weeks)))

    def ordered(of):
        *_, results = calibrated_results(of, settings)
        return work_out(of, settings, results).orders

    before, after = ordered(data), ordered(moved)
    numbers = [c for c in before if c not in ("stockout_date", "reason")]
    pd.testing.assert_frame_equal(before[numbers], after[numbers])


def shop():
    """Seven series with a price, promotions, closed days and stock-outs: everything a model may be shown."""
    sales = history(**{f"s{k}": 4 + 3 * k for k in range(7)})
    rng, day = np.random.default_rng(3), sales.groupby("unique_id").cumcount()
    return sales.assign(
        price=2.0 + (rng.random(len(sales)) < 0.2),
        promo=(rng.random(len(sales)) < 0.2).astype(float),
        open=(day % 30 != 11).astype(float),
        stockout=day % 41 == 7,
    )


class Watching:
    """A `map` that writes down what every task is shown before it runs."""

    def __init__(self):
        self.seen = []

    def __call__(self, function, tasks):
        for task in tasks:
            self.seen.append(task)
            yield function(task)


ALL = usual_settings("D", models=MODEL_NAMES, horizon=14, step=14, folds=1)


@pytest.mark.slow
def test_no_model_is_shown_a_date_after_its_origin_or_the_units_of_the_dates_to_forecast():
    watch = Watching()
    all_said(dataset(shop()), ALL, mapper=watch)

    assert {task.model.name for task in watch.seen} == set(MODEL_NAMES)
    assert len({task.cutoff for task in watch.seen}) == 6  # today, one scored origin, four before it
    for task in watch.seen:
        assert task.history["ds"].max() == task.cutoff
        assert task.future["ds"].min() == task.cutoff + pd.Timedelta(days=1)
        assert set(task.future) == {"unique_id", "ds", "open", "price", "promo"}


@pytest.mark.slow
def test_a_storm_after_an_origin_changes_nothing_that_any_model_its_calibration_or_the_ensemble_said():
    sales = shop()
    before = all_said(dataset(sales), ALL).results()
    storm = sales["ds"] > before.scored[0]
    changed = sales["y"].mask(storm, np.random.default_rng(9).poisson(90, len(sales)) * 1.0)
    stormy = sales.assign(y=changed, stockout=sales["stockout"] & ~storm)
    after = all_said(dataset(stormy), ALL).results()

    assert set(before.models) == {*MODEL_NAMES, "ensemble"}
    for name in ("backtest", "cumulative"):
        one, other = (
            frame[frame["cutoff"] <= before.scored[0]].drop(columns="y").reset_index(drop=True)
            for frame in (getattr(before, name), getattr(after, name))
        )
        assert set(one["model"]) == set(before.models)
        pd.testing.assert_frame_equal(one, other)
    assert not before.forecast["mean"].equals(after.forecast["mean"])
