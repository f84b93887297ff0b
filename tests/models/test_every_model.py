"""What any forecaster promises, asked of each."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DriverError, SettingsError, TooShortError
from forecasting.models.closures import ClosedDays
from forecasting.models.registry import BASELINES, MODEL_NAMES, ModelRecipe, build_models
from tests.models.conftest import ahead, sales

ALL = MODEL_NAMES
LOCAL = tuple(name for name in MODEL_NAMES if name != "boosted_trees")


def model_of(name, frequency="D", seed=0, **options):
    built = build_models([name], ModelRecipe(frequency, n_paths=60, seed=seed, **options))[0]
    # A dozen trees keep every promise asked here; a hundred only forecast better.
    if name != "boosted_trees":
        return built
    lifecycle = built.model
    return ClosedDays(replace(lifecycle, model=replace(lifecycle.model, trees=12)))


@pytest.mark.parametrize("name", ALL)
def test_paths_cover_every_series_and_are_never_negative(name, shop):
    paths = model_of(name).forecast(shop, ahead(shop, 20))

    assert list(paths.unique_id) == ["busy", "gaps", "late", "slow"]
    assert paths.values.shape == (4, 60, 20)
    assert paths.values.dtype == np.float32
    assert paths.values.min() >= 0
    assert (paths.values.std(axis=1) > 0).any(axis=1).all()


@pytest.mark.parametrize("name", ALL)
def test_the_same_seed_gives_the_same_bytes_and_another_does_not(name, shop):
    future = ahead(shop, 9)
    first, again, other = (model_of(name, seed=s).forecast(shop, future).values for s in (5, 5, 6))

    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize("name", LOCAL)
def test_a_series_is_forecast_alone_as_among_many(name, shop):
    future = ahead(shop, 9)
    among = model_of(name).forecast(shop, future).only(["late"])
    alone = model_of(name).forecast(shop[shop["unique_id"] == "late"], future[future["unique_id"] == "late"])

    np.testing.assert_allclose(alone.values, among.values, rtol=1e-4, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", LOCAL)
def test_a_series_is_forecast_alone_as_among_a_thousand(name):
    rng = np.random.default_rng(7)
    units = rng.poisson(rng.gamma(1, 8, (1000, 1)), (1000, 70)).astype(float)
    units[rng.random(units.shape) < 0.02] = np.nan
    crowd = sales({f"s{k:04d}": row for k, row in enumerate(units)})
    future = ahead(crowd, 7)
    among = model_of(name).forecast(crowd, future)

    for unique_id in ("s0000", "s0499", "s0733"):
        own, coming = (frame[frame["unique_id"] == unique_id] for frame in (crowd, future))
        alone = model_of(name).forecast(own, coming)
        np.testing.assert_allclose(alone.values, among.only([unique_id]).values, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("frequency", "periods"), [("D", 90), ("W-THU", 70), ("MS", 40)])
def test_days_weeks_and_months_shorter_than_two_seasons_are_forecast(name, frequency, periods):
    units = np.random.default_rng(1).poisson(20, periods).astype(float)
    history = sales(
        {"a": units, "b": np.where(np.arange(periods) % 9 == 4, np.nan, units)}, "2022-01-01", frequency
    )

    means = model_of(name, frequency).forecast(history, ahead(history, 6, frequency)).values.mean(axis=1)

    assert ((means > 10) & (means < 30)).all()


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("known", [1, 2, 3, 5])
def test_a_few_sales_are_enough_for_a_forecast_around_them(name, known):
    units = np.array([6.0, 4.0, 5.0, 7.0, 3.0])[:known]
    history = sales({"new": units})

    paths = model_of(name).forecast(history, ahead(history, 10))

    assert paths.values.mean() == pytest.approx(units.mean(), rel=0.35)
    assert paths.values.std() > 0


@pytest.mark.parametrize("name", ALL)
def test_nothing_ever_sold_is_forecast_as_nothing(name):
    history = sales({"dead": np.zeros(60), "live": np.arange(60.0)})

    paths = model_of(name).forecast(history, ahead(history, 5))

    assert (paths.values[0] == 0).all()
    assert paths.values[1].mean() > 5


@pytest.mark.parametrize("name", ALL)
def test_a_series_without_a_known_sale_is_named(name, shop):
    future = ahead(shop, 5)
    nothing = shop.assign(stockout=shop["unique_id"] == "slow")

    with pytest.raises(TooShortError, match=r"1 series .* first 'slow'"):
        model_of(name).forecast(nothing, future)


@pytest.mark.parametrize("name", ALL)
def test_a_stock_out_is_unknown_demand_and_not_low_demand(name):
    units = np.full(140, 50.0) + np.tile([0, 1, 2, 3, 4, 5, 6.0], 20)
    emptied = units.copy()
    emptied[-20:-10] = 0
    history = sales({"a": emptied})
    flagged = history.assign(stockout=(history["y"] == 0))

    assert model_of(name).forecast(flagged, ahead(history, 7)).values.mean() > 45


@pytest.mark.parametrize("name", ALL)
def test_no_sale_after_the_cutoff_is_read_even_if_the_future_frame_holds_it(name, shop):
    future = ahead(shop, 7)
    # `y` would be a driver the history could not separate from sales: refused or ignored, never used.
    told = future.assign(y=1e6)

    assert (
        model_of(name).forecast(shop, told).values.tobytes()
        == model_of(name).forecast(shop, future).values.tobytes()
    )


def test_names_are_those_asked_for_in_their_order():
    models = build_models(MODEL_NAMES[::-1], ModelRecipe("D"))

    assert tuple(m.name for m in models) == MODEL_NAMES[::-1]
    assert [m.name for m in models if m.series_per_task is None] == ["boosted_trees"]
    assert set(BASELINES) < set(MODEL_NAMES)


def test_an_unknown_model_is_answered_with_the_known_ones():
    with pytest.raises(SettingsError, match="no model arima; choose from seasonal_naive"):
        build_models(["arima"], ModelRecipe("D"))


@pytest.mark.parametrize("options", [{"n_paths": 0}, {"seed": -1}, {"prophet_mode": "both"}])
def test_a_recipe_that_makes_no_sense_is_refused(options):
    with pytest.raises(SettingsError):
        build_models(["prophet"], ModelRecipe("D", **options))


def test_recipes_are_hashable_so_that_a_forecast_can_be_cached():
    assert len({build_models(["boosted_trees"], ModelRecipe("D")) for _ in range(3)}) == 1


@pytest.mark.parametrize("name", ["boosted_trees", "prophet"])
def test_a_country_without_a_calendar_is_refused(name, shop):
    with pytest.raises(SettingsError, match="'XX'"):
        model_of(name, country="XX").forecast(shop, ahead(shop, 5))


@pytest.mark.parametrize("name", ALL)
def test_a_closed_day_is_zero_in_every_path_and_teaches_nothing(name):
    days = pd.date_range("2023-01-02", periods=140, freq="D")
    sunday = days.day_of_week == 6
    history = sales({"a": np.where(sunday, 0.0, 20.0 + np.arange(140) % 3)}).assign(
        open=(~sunday).astype(float)
    )
    future = ahead(history, 14)
    future["open"] = (future["ds"].dt.day_of_week != 6).astype(float)

    paths = model_of(name).forecast(history, future)

    closed = paths.ds.day_of_week == 6
    assert (paths.values[:, :, closed] == 0).all()
    assert paths.values[:, :, ~closed].mean() == pytest.approx(21, rel=0.05)


def test_a_stock_out_on_an_open_day_stays_unknown_demand():
    units = np.full(140, 50.0) + np.tile([0, 1, 2, 3, 4, 5, 6.0], 20)
    units[-20:-10] = 0
    history = sales({"a": units})
    sunday = history["ds"].dt.day_of_week == 6
    flagged = history.assign(
        stockout=(history["y"] == 0), open=(~sunday).astype(float), y=history["y"].mask(sunday, 0.0)
    )

    paths = model_of("moving_average").forecast(flagged, ahead(history, 7).assign(open=1.0))

    assert paths.values.mean() > 51


def test_an_open_column_only_in_the_future_or_with_blanks_is_refused(shop):
    future = ahead(shop, 7).assign(open=1.0)
    with pytest.raises(DriverError, match="the history does not"):
        model_of("moving_average").forecast(shop, future)
    with pytest.raises(DriverError, match="28 rows do not say"):
        model_of("moving_average").forecast(shop.assign(open=1.0), future.assign(open=np.nan))
