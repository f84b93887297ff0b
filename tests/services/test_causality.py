"""What comes later changes no recommendation that was made before, through calibration and choice as well."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.economics import item_costs
from forecasting.inventory.policy import item_policies
from forecasting.services.calibrated import calibrated_results
from forecasting.services.evaluate import evaluate, measure_accuracy
from forecasting.services.work_out import work_out
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
