import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DriverError, SettingsError
from forecasting.models.base import to_panel
from forecasting.models.boosted import LEVELS as QUANTILES
from forecasting.models.boosted import BoostedTrees, past_origins, shared_pools
from forecasting.models.calendar import calendar_features, holiday_features
from forecasting.models.copula import carry_known, even_ranks, quantile_function, ranks_taken
from forecasting.models.features import build_features, season_averages
from forecasting.models.training import training_rows, winsorised
from tests.models.conftest import ahead, sales

LEVELS = np.array([0.1, 0.5, 0.9])


@pytest.fixture
def promoted():
    """Three shops whose sales triple on promotion days, which come at random."""
    rng = np.random.default_rng(0)
    frames = []
    for shop, level in {"a": 20, "b": 40, "c": 80}.items():
        promo = (rng.random(220) < 0.3).astype(float)
        units = level * (1 + 2 * promo) + rng.normal(0, 1, 220)
        frames.append(sales({shop: units}).assign(promo=promo))
    return pd.concat(frames, ignore_index=True)


def test_a_known_promotion_moves_the_forecast_of_its_day(promoted):
    future = ahead(promoted, 10)
    future["promo"] = np.tile([0.0, 1.0], 15)

    means = BoostedTrees("D", n_paths=200, trees=40).forecast(promoted, future).values.mean(axis=1)

    np.testing.assert_allclose(means[:, 1::2].mean(axis=1), [60, 120, 240], rtol=0.1)
    np.testing.assert_allclose(means[:, ::2].mean(axis=1), [20, 40, 80], rtol=0.15)


def test_a_driver_with_a_blank_ahead_or_none_in_the_past_is_refused(promoted):
    future = ahead(promoted, 4)
    with pytest.raises(DriverError, match="promo is not known"):
        BoostedTrees("D").forecast(promoted, future.assign(promo=np.nan))
    with pytest.raises(DriverError, match="no column price"):
        BoostedTrees("D").forecast(promoted, future.assign(price=1.0))


def test_what_is_known_at_an_origin_depends_on_no_later_sale(shop):
    future = ahead(shop, 14)
    cutoff = shop["ds"].iloc[150]
    changed = shop.assign(y=shop["y"].where(shop["ds"] <= cutoff, 999.0))
    before, after = (build_features(to_panel(h, future), "D", None) for h in (shop, changed))
    origin = int((cutoff - shop["ds"].min()).days)
    steps = np.arange(1, 15)
    at = (np.zeros(14, dtype=int), np.full(14, origin), steps)

    np.testing.assert_array_equal(before.rows(*at), after.rows(*at))


def test_what_each_promotion_did_to_this_very_item_is_a_feature(promoted):
    future = ahead(promoted, 2)
    future["promo"] = np.tile([0.0, 1.0], 3)
    features = build_features(to_panel(promoted, future), "D", None)

    rows = features.rows(np.array([1, 1]), np.array([219, 219]), np.array([1, 2]))

    # Shop b sells 40 without and 120 with a promotion; the last column is relative to its level.
    np.testing.assert_allclose(rows[:, -1] * features.scale[1, 219], [40, 120], rtol=0.03)
    before = promoted[promoted["ds"] <= promoted["ds"].iloc[100]]
    same = build_features(to_panel(before, ahead(before, 2).assign(promo=0.0)), "D", None)
    np.testing.assert_allclose(features.switched[:, 1, 100], same.switched[:, 1, 100])


def test_last_years_sales_around_the_date_are_a_feature_that_reads_no_later_sale():
    units = np.arange(800.0) + 1
    history = sales({"a": units})
    features = build_features(to_panel(history, ahead(history, 28)), "D", None)

    # The day 28 ahead, index 827, looks at 463 and its three neighbours either side.
    assert features.year_ago[0, 827] == pytest.approx(464.0)
    assert np.isnan(features.year_ago[0, :364]).all()


def test_season_averages_take_the_same_weekday():
    averages = season_averages(np.arange(1.0, 29)[None], 7)

    np.testing.assert_allclose(averages[0, -1], [28, (28 + 21 + 14 + 7) / 4, (28 + 21 + 14 + 7) / 4])


@pytest.mark.parametrize("limit", [100_000, 300])
def test_training_rows_have_known_outcomes_inside_the_history(shop, limit):
    y = to_panel(shop, ahead(shop, 14)).y
    series, origins, steps = training_rows(y, 14, limit, np.random.default_rng(0))

    assert 0 < len(series) <= limit
    assert not np.isnan(y[series, origins + steps]).any()
    assert steps.min() >= 1
    assert steps.max() <= 14
    assert len(set(zip(series, origins, steps, strict=True))) == len(series)


def test_bands_of_independent_noise_cover_what_they_promise():
    rng = np.random.default_rng(1)
    level = rng.uniform(50, 200, 40)
    units = level[:, None] * (1 + 0.2 * rng.normal(size=(40, 228)))
    history = sales({f"s{i:02}": np.maximum(units[i, :200], 0) for i in range(40)})

    paths = BoostedTrees("D", n_paths=400, trees=40, max_rows=20_000).forecast(history, ahead(history, 28))

    low, high = np.quantile(paths.values, [0.1, 0.9], axis=1)
    covered = ((units[:, 200:] >= low) & (units[:, 200:] <= high)).mean()
    assert covered == pytest.approx(0.8, abs=0.06)


def test_common_good_and_bad_spells_widen_the_sum():
    rng = np.random.default_rng(7)
    mood = np.zeros((12, 300))
    for t in range(1, 300):
        mood[:, t] = 0.9 * mood[:, t - 1] + rng.normal(0, 0.08, 12)
    units = 100 * np.exp(mood)
    history = sales({f"s{i:02}": units[i] for i in range(12)})

    values = (
        BoostedTrees("D", n_paths=400, trees=40, max_rows=20_000).forecast(history, ahead(history, 14)).values
    )

    independent = np.sqrt(values.var(axis=1).sum(axis=1))
    assert (values.sum(axis=2).std(axis=1) / independent).mean() > 1.5


@pytest.mark.slow
def test_quantiles_are_as_good_as_those_of_scikit_learns_trees():
    """The same past forecasts to learn from, other trees: pinball loss of two weeks nobody has seen."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    rng = np.random.default_rng(2)
    level, week = rng.uniform(20, 200, 30), np.array([0.8, 0.8, 0.9, 1.0, 1.1, 1.3, 1.1])
    promo = (rng.random((30, 314)) < 0.15).astype(float)
    units = rng.poisson(level[:, None] * week[np.arange(314) % 7] * (1 + promo)).astype(float)
    whole = sales({f"s{i:02}": row for i, row in enumerate(units)}).assign(promo=promo.ravel())
    ds = whole["ds"].unique()
    past, coming = whole[whole["ds"] < ds[300]], whole[whole["ds"] >= ds[300]].drop(columns="y")
    panel = to_panel(past, coming)
    features, model = build_features(panel, "D", None), BoostedTrees("D", trees=40)
    chosen = training_rows(panel.y, 14, 10_000, np.random.default_rng(0))
    ours = model._ahead(panel, features, model._fit(panel, features, chosen))

    series, steps = np.divmod(np.arange(30 * 14), 14)
    rows, asked = features.rows(*chosen), features.rows(series, np.full(420, 299), steps + 1)
    usable = ~np.isnan(rows).all(axis=0)
    target = panel.y[chosen[0], chosen[1] + chosen[2]] / features.scale[chosen[0], chosen[1]]
    for place in (1, 5):
        other = HistGradientBoostingRegressor(loss="quantile", quantile=QUANTILES[place], max_iter=40)
        said = other.fit(rows[:, usable], target).predict(asked[:, usable]).reshape(30, 14)
        theirs = said * features.scale[:, 299, None]
        lost = [pinball(units[:, 300:], q, QUANTILES[place]) for q in (ours[..., place], theirs)]
        assert lost[0] < 1.05 * lost[1]


def pinball(y, quantile, level):
    return np.maximum(level * (y - quantile), (level - 1) * (y - quantile)).mean()


@pytest.mark.parametrize("options", [{"trees": 0}, {"leaves": 1}, {"threads": 0}, {"learning_rate": 0}])
def test_trees_that_could_not_grow_are_refused(options):
    with pytest.raises(SettingsError):
        BoostedTrees("D", **options)


def test_the_quantile_function_returns_the_quantiles_it_was_given():
    quantiles = np.array([[1.0, 5, 9], [10, 20, 60]])
    u = np.repeat(LEVELS[:, None], 2, axis=1)

    np.testing.assert_allclose(quantile_function(quantiles, LEVELS, u), quantiles.T)


def test_beyond_the_outer_levels_the_tail_goes_on_as_an_exponential_one():
    """Exponential demand, Q(u) = −ln(1 − u): the tail from 0.5 and 0.9 is exact."""
    quantiles = -np.log(1 - LEVELS)[None]

    assert quantile_function(quantiles, LEVELS, np.array([[0.99]]))[0, 0] == pytest.approx(-np.log(0.01))


def test_ranks_and_the_quantile_function_undo_each_other():
    quantiles = np.tile([1.0, 5, 9], (4, 1))
    u = np.array([[0.2, 0.4, 0.5, 0.85]])

    y = quantile_function(quantiles, LEVELS, u)
    np.testing.assert_allclose(ranks_taken(quantiles[None], LEVELS, y), u)


def test_an_outcome_beyond_the_levels_ranks_first_or_last_and_an_unknown_one_not_at_all():
    quantiles = np.tile([1.0, 5, 9], (3, 1))

    np.testing.assert_array_equal(ranks_taken(quantiles, LEVELS, np.array([0.5, 99, np.nan])), [0, 1, np.nan])


def test_borrowed_ranks_are_spread_evenly_and_keep_their_order():
    spread = even_ranks(np.array([[0.3], [0.9], [0.1], [0.5]]), np.zeros((4, 1)))

    np.testing.assert_allclose(spread[:, 0], [0.375, 0.875, 0.125, 0.625])


def test_an_unknown_step_of_a_trajectory_repeats_its_neighbour():
    carried = carry_known(np.array([[np.nan, 0.2, np.nan, 0.7]]))

    np.testing.assert_array_equal(carried, [[0.2, 0.2, 0.2, 0.7]])


def test_past_origins_leave_room_for_the_whole_horizon_and_follow_the_first_sale(shop):
    y = to_panel(shop, ahead(shop, 14)).y
    series, origins = past_origins(y, 14)

    assert origins.max() == y.shape[1] - 1 - 14
    assert origins[series == 2].min() >= 120


def test_a_series_borrows_from_those_of_like_volume():
    series = np.repeat([0, 1, 2], 400)
    pools = shared_pools(series[:, None].astype(float), series, np.array([5.0, 500.0, 50.0]))

    assert [np.median(p) for p in pools] == [0, 1, 2]
    assert all(len(p) == 400 for p in pools)


def test_a_spike_is_held_to_ten_times_what_a_series_usually_sells_on_a_good_day():
    y = np.array([[*([0.0] * 80), *([2.0] * 19), 500.0], [np.nan] * 50 + [7.0] * 50, [0.0] * 100])

    held = winsorised(y)

    assert held[0, -1] == 20
    np.testing.assert_array_equal(held[0, :-1], y[0, :-1])
    np.testing.assert_array_equal(held[1:], y[1:])


def test_the_calendar_counts_the_days_to_and_from_a_holiday():
    christmas = pd.date_range("2023-12-22", periods=6, freq="D")
    found = holiday_features(christmas, "D", "DE")

    assert list(found["holidays"]) == [0, 0, 0, 1, 1, 0]
    assert list(found["days_to_holiday"]) == [3, 2, 1, 0, 0, 5]
    assert list(found["days_since_holiday"]) == [14, 14, 14, 0, 0, 1]


def test_a_week_counts_the_holidays_within_it():
    weeks = pd.date_range("2023-12-18", periods=3, freq="W-MON")

    assert list(holiday_features(weeks, "W-MON", "DE")["holidays"]) == [0, 2, 1]


def test_places_in_the_year_are_kept_from_a_model_with_a_single_year():
    days = pd.date_range("2023-01-01", periods=3, freq="D")

    assert "day_of_year" not in calendar_features(days, "D", None, yearly=False)
    assert list(calendar_features(days, "D", None, yearly=True)["day_of_year"]) == [1, 2, 3]
