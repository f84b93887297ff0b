"""Models and origins stay, the data change: one truth, the same cycles, money."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.models.registry import MODEL_NAMES, TAKES_DRIVERS, ModelRecipe, build_models
from forecasting.report.columns import model_label
from forecasting.services.bench_view import best_first, grid_table, models_to_compare, unlike_accuracy
from forecasting.services.workbench import QUICK_MODELS, Comparison, common_truth, compare
from forecasting.settings import usual_settings
from tests.services.test_whole_assortment import dataset, history

SETTINGS = usual_settings("D", horizon=14, step=14, folds=6, lead_time=2, review_period=7)
QUICK = ("moving_average", "exponential_smoothing")


@pytest.fixture(scope="module")
def clean():
    return dataset(history(160, a=5, b=20, c=40, d=12, e=30, f=16, g=25, h=60))


def with_sales(data, **columns):
    return replace(data, sales=data.sales.assign(**columns))


def censored(data):
    """Return sales cut to a tenth on the five days up to each origin, and which days these are."""
    day = (data.sales["ds"] - data.sales["ds"].min()).dt.days
    hit = (day - 145) % 14 >= 10
    hit |= (day - 145) % 14 == 0
    return data.sales["y"].where(~hit, np.floor(data.sales["y"] * 0.1)), hit


def test_a_repair_that_deletes_demand_looks_dear_not_cheap(clean):
    halved = with_sales(clean, y=clean.sales["y"].where(clean.sales["ds"] > "2025-03-10", 0.0))
    found = compare({"as it came": clean, "deleted": halved}, SETTINGS, models=("moving_average",))
    gain = found.gains.set_index("variant")["gain"]
    assert gain["as it came"] == 0
    assert gain["deleted"] < 0


def test_days_on_which_variants_disagree_count_for_nobody(clean):
    hit = clean.sales["ds"] == clean.sales["ds"].max()
    other = with_sales(clean, y=clean.sales["y"].where(~hit, 999.0))
    flagged = with_sales(clean, stockout=clean.sales["ds"] == clean.sales["ds"].min())
    truth = common_truth([clean, other, flagged])
    blank = truth.loc[truth["y"].isna(), "ds"].unique()
    assert set(blank) == {clean.sales["ds"].min(), clean.sales["ds"].max()}
    known = truth.merge(clean.sales, on=["unique_id", "ds"], suffixes=("", "_sold")).dropna()
    assert (known["y"] == known["y_sold"]).all()


def test_every_cell_has_the_same_cycles_and_the_same_demand(clean):
    cut, hit = censored(clean)
    came = with_sales(clean, y=cut)
    masked = with_sales(clean, y=cut, stockout=hit)
    found = compare({"came": came, "masked": masked}, SETTINGS, models=QUICK)
    cells = [
        cell.sort_values(["unique_id", "cutoff"])[["unique_id", "cutoff", "demand"]].reset_index(drop=True)
        for _, cell in found.cycles.groupby(["variant", "model"])
    ]
    assert len(cells) == 4
    for cell in cells[1:]:
        pd.testing.assert_frame_equal(cell, cells[0])
    total = found.cycles.groupby(["variant", "model"])["cost"].sum()
    for row in found.gains.itertuples():
        assert row.cost == pytest.approx(total[row.variant, row.model])
        assert row.gain == pytest.approx(total["came", row.model] - total[row.variant, row.model])


def test_masking_days_without_stock_pays_and_stands_beyond_noise(clean):
    cut, hit = censored(clean)
    variants = {"came": with_sales(clean, y=cut), "masked": with_sales(clean, y=cut, stockout=hit)}
    found = compare(variants, SETTINGS, models=("moving_average",)).gains.set_index("variant")
    assert found.loc["masked", "gain"] > 0
    assert found.loc["masked", "beyond_noise"]
    assert found.loc["masked", "low"] > 0
    assert not found.loc["came", "beyond_noise"]


def test_the_same_data_under_another_name_gain_nothing(clean):
    found = compare(
        {"one": clean, "other": replace(clean, name="b")}, SETTINGS, models=("moving_average",)
    ).gains
    assert (found["gain"] == 0).all()
    assert not found["beyond_noise"].any()


def test_a_narrow_grid_begins_with_the_model_its_sentences_speak_of(clean):
    found = compare({"came": clean}, SETTINGS, models=QUICK)
    cost = found.gains.set_index("model")["cost"]
    first, second = best_first(found)
    assert first == model_label(cost.idxmin())
    assert {first, second} == {model_label(name) for name in QUICK}
    assert set(grid_table(found, "EUR").columns) == {"Data", first, second}
    dearer = replace(found, gains=found.gains.assign(cost=-found.gains["cost"]))
    assert best_first(dearer) == [second, first]


@pytest.mark.slow
def test_a_driver_that_moves_sales_earns_its_place_and_noise_does_not(clean):
    rng = np.random.default_rng(9)
    options = {"models": ("boosted_trees",), "origins": 2}
    days = pd.Series(rng.random(160) < 0.25, index=clean.sales["ds"].unique())
    promoted = clean.sales["ds"].map(days)
    lifted = with_sales(clean, y=np.where(promoted, clean.sales["y"] * 3, clean.sales["y"]))
    variants = {
        "without": lifted,
        "with promo": with_sales(lifted, promo=promoted.astype(float)),
        "with noise": with_sales(lifted, dice=rng.random(len(lifted.sales))),
    }
    found = compare(variants, SETTINGS, **options).gains.set_index("variant")
    assert found.loc["with promo", "beyond_noise"]
    assert found.loc["with promo", "gain"] > 0
    assert not (found.loc["with noise", "low"] > 0)


def counting(asked):
    """A map that writes down how much it was asked."""

    def mapper(task, work):
        work = list(work)
        asked.append(len(work))
        return map(task, work)

    return mapper


def test_what_a_variant_has_said_is_not_asked_again(clean):
    said, asked = {}, []
    hit = clean.sales["ds"] == "2025-02-03"
    variants = {"came": clean, "other": with_sales(clean, stockout=hit)}
    options = {"models": ("moving_average",), "mapper": counting(asked), "said": said}
    first = compare(variants, SETTINGS, **options)
    again = compare(variants, SETTINGS, **options)
    assert asked == [12, 0]
    pd.testing.assert_frame_equal(first.gains, again.gains)


def test_variants_that_a_model_cannot_tell_apart_share_its_answer(clean):
    asked = []
    priced = with_sales(clean, price=2.0 + clean.sales["y"] % 2)
    variants = {"with price": priced, "without": clean}
    found = compare(variants, SETTINGS, models=QUICK, mapper=counting(asked)).gains
    assert asked == [2 * 6]  # two models at six origins, once each
    assert (found["gain"] == 0).all()


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_a_model_is_listed_as_taking_drivers_when_a_driver_moves_it_and_only_then(clean, name):
    days = pd.date_range("2025-01-01", periods=168)
    rng = np.random.default_rng(2)
    on = pd.Series(np.repeat(rng.random(24) < 0.3, 7).astype(float), index=days)
    sales = clean.sales[clean.sales["unique_id"].isin(["a", "b", "c"])]
    shift = days[0] - sales["ds"].min()
    sales = sales.assign(ds=sales["ds"] + shift)
    sales["promo"] = sales["ds"].map(on)
    sales["y"] = sales["y"] * (1 + 2 * sales["promo"])
    ahead = [d for d in days if d > sales["ds"].max()]
    future = pd.DataFrame([(u, d, 1.0) for u in "abc" for d in ahead], columns=["unique_id", "ds", "promo"])
    model = build_models([name], ModelRecipe("D", n_paths=50, threads=1))[0]
    seen = model.forecast(sales, future).values
    blind = model.forecast(sales.drop(columns="promo"), future.drop(columns="promo")).values
    assert np.array_equal(seen, blind) == (name not in TAKES_DRIVERS)


def test_a_comparison_that_is_stopped_keeps_its_finished_cells_and_goes_on_from_there(clean):
    said, asked, shares = {}, [], []

    def stopping(_stage, share):
        shares.append(share)
        if share > 0.6:
            raise InterruptedError

    options = {"models": QUICK, "said": said}
    with pytest.raises(InterruptedError):
        compare({"came": clean}, SETTINGS, step=stopping, **options)
    assert len(said) == 1
    assert shares == sorted(shares)
    compare({"came": clean}, SETTINGS, mapper=counting(asked), **options)
    assert asked == [6]


def test_models_see_nothing_after_their_origin(clean):
    seen = []

    def watching(task, work):
        for piece in work:
            seen.append(piece.history["ds"].max() <= piece.cutoff < piece.future["ds"].min())
            yield task(piece)

    compare({"came": clean}, SETTINGS, models=("moving_average",), mapper=watching)
    assert seen
    assert all(seen)


def test_variants_that_share_no_known_day_are_refused(clean):
    other = with_sales(clean, y=clean.sales["y"] + 1)
    with pytest.raises(DecisionError, match="No cycle of the backtest"):
        compare({"came": clean, "other": other}, SETTINGS, models=("moving_average",))


def test_the_comparison_begins_with_the_model_most_items_are_forecast_by():
    def begun(*models):
        return models_to_compare(pd.DataFrame({"unique_id": range(len(models)), "model": models}))

    assert begun("theta", "theta", "prophet") == ("theta", *QUICK_MODELS)
    assert begun("prophet") == ("prophet", "moving_average", "exponential_smoothing")
    assert begun("ensemble") == models_to_compare(None) == QUICK_MODELS


def test_amounts_of_other_dates_are_not_taken_for_those_of_the_accuracy_page():
    grid = Comparison(
        "as it came", pd.DataFrame(), pd.DataFrame(), tuple(pd.date_range("2025", periods=6)), 0.0
    )

    (said,) = unlike_accuracy(grid, 4)

    assert "that one sums 4 past dates" in said
    assert "this one sums 6 past dates" in said
    assert unlike_accuracy(grid, 0) == []
