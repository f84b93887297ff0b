"""How the real files are read for measuring; made-up sales for speed."""

import io

import numpy as np
import pandas as pd
import pytest

from benchmarks import datasets
from benchmarks.datasets import SETS, folds, only, open_set, priced
from benchmarks.synthetic import made_up_fold, made_up_sales
from forecasting.evaluation.backtest import backtest_tasks
from forecasting.inventory.economics import item_costs
from forecasting.models.registry import ModelRecipe, build_models
from forecasting.services.dataset import Dataset
from tests.conftest import real_data


def dataset(sales):
    items = pd.DataFrame({"unique_id": sorted(sales["unique_id"].unique())})
    return Dataset("t", sales, items, pd.DataFrame(), "D", "0")


def test_origins_are_those_of_our_own_backtest(settings):
    sales = made_up_sales(3, days=120)
    model = build_models(["seasonal_naive"], ModelRecipe("D"))[0]
    tasks = backtest_tasks([model], sales, settings.plan, frequency="D")[settings.plan.warm_up :]
    ours = list(folds(dataset(sales), settings))
    assert [f.cutoff for f in ours] == [t.cutoff for t in tasks]
    for fold, task in zip(ours, tasks, strict=True):
        pd.testing.assert_frame_equal(fold.history, task.history)
        pd.testing.assert_frame_equal(fold.future, task.future)


def test_a_cut_down_set_keeps_series_spread_over_all():
    kept = only(dataset(made_up_sales(9, days=20)), 3)
    assert kept.sales["unique_id"].unique().tolist() == ["item-0", "item-4", "item-8"]
    assert kept.items["unique_id"].tolist() == ["item-0", "item-4", "item-8"]
    assert kept.sha256 != "0"


def test_missing_files_end_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    with pytest.raises(SystemExit, match=r"not on this machine: .*m5\.csv\.gz is missing"):
        open_set(SETS["m5"])


def test_the_stated_margin_makes_a_critical_ratio_of_four_fifths(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("store_id,item_id,price\nCA_1,FOODS_1,10\n")
    items = pd.read_csv(io.BytesIO(priced(path))).assign(unique_id="a")
    costs = item_costs(items, SETS["m5"].costs, days_per_period=1, review_period=7)
    assert costs["underage"].tolist() == pytest.approx([3.0])
    # A tenth of the cost of 7, and a week's interest at 25 % a year.
    assert costs["overage"].tolist() == pytest.approx([0.7 + 7 * 0.25 / 365 * 7])
    assert costs["critical_ratio"].iloc[0] == pytest.approx(0.80, abs=0.01)


def test_made_up_sales_are_the_same_for_a_seed_whatever_their_number():
    few, many = made_up_sales(2, days=60), made_up_sales(8, days=60)
    pd.testing.assert_frame_equal(few, many[many["unique_id"].isin(["item-0", "item-1"])])
    assert not few["y"].equals(made_up_sales(2, days=60, seed=1)["y"])
    assert (few["y"] >= 0).all()
    assert np.array_equal(few["y"], few["y"].round())


def test_a_made_up_origin_has_two_years_and_four_weeks():
    fold = made_up_fold(3)
    assert fold.history.groupby("unique_id").size().tolist() == [731] * 3
    assert fold.future.groupby("unique_id").size().tolist() == [28] * 3
    assert fold.future["ds"].min() == fold.cutoff + pd.Timedelta(days=1)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "series", "frequency", "drivers"),
    [
        ("rossmann", 50, "D", {"open", "promo", "SchoolHoliday"}),
        ("dominicks", 440, "W-THU", {"price", "deal", "feat"}),
        ("carparts", 749, "MS", set()),
    ],
)
def test_real_sets_have_four_origins_and_their_known_drivers(name, series, frequency, drivers):
    real_data(f"bench/{SETS[name].file}")
    data, settings = open_set(SETS[name]), SETS[name].settings
    origins = list(folds(data, settings))
    assert data.frequency == frequency
    assert len(origins) == 4
    for fold in origins:
        assert set(fold.future) == {"unique_id", "ds"} | drivers
        assert fold.future["unique_id"].nunique() == series
        assert fold.history["ds"].max() <= fold.cutoff < fold.future["ds"].min()
