import numpy as np
import pytest

from forecasting.models.bootstrap import MAX_MULTIPLE, BlockPlan, block_paths, fill_unknown
from forecasting.models.naive import MovingAverage, SeasonalNaive, errors_by_lead, last_season, trailing_mean
from forecasting.models.smoothing import (
    ExponentialSmoothing,
    State,
    Weights,
    echoes,
    point_forecast,
    smooth,
    weight_grid,
)
from tests.models.conftest import ahead, sales

WEEK = np.array([10.0, 12, 14, 16, 20, 30, 25])


def test_a_noiseless_week_is_repeated_exactly_by_the_seasonal_naive(panel, fortnight):
    paths = SeasonalNaive("D", 50).forecast(panel, fortnight)

    assert (paths.values[0] == np.tile(2 * WEEK, 2)).all()
    assert (paths.values[1] == np.tile(WEEK, 2)).all()


def test_an_unknown_day_of_the_last_week_repeats_the_week_before():
    newest, differences = last_season(np.array([[1.0, 2, 3, 4, np.nan, 9]]), 3)

    np.testing.assert_array_equal(newest, [[4, 2, 9]])
    np.testing.assert_array_equal(differences, [[np.nan, np.nan, np.nan, 3, np.nan, 6]])


def test_seasonal_shocks_accumulate_with_every_week():
    """FPP3 table 5.2: the variance k weeks ahead is k times that of one week ahead."""
    units = 1000 + np.random.default_rng(0).normal(0, 10, 1400)
    history = sales({"a": units})

    spread = SeasonalNaive("D", 4000).forecast(history, ahead(history, 28)).values[0].var(axis=0)

    weekly = spread.reshape(4, 7).mean(axis=1)
    np.testing.assert_allclose(weekly / weekly[0], [1, 2, 3, 4], rtol=0.1)
    assert weekly[0] == pytest.approx(2 * 100, rel=0.1)


def test_the_moving_average_is_the_mean_of_the_last_four_weeks():
    units = np.random.default_rng(0).normal(100, 5, 300)
    history = sales({"a": units})

    means = MovingAverage("D", 4000).forecast(history, ahead(history, 28)).values[0].mean(axis=0)

    assert means.mean() == pytest.approx(units[-28:].mean(), abs=0.15)
    np.testing.assert_allclose(means, units[-28:].mean(), atol=1.5)


def test_the_trailing_mean_skips_unknown_days_and_carries_over_a_long_gap():
    y = np.array([[np.nan, 2.0, 4, np.nan, np.nan, np.nan, 8]])

    np.testing.assert_array_equal(trailing_mean(y, 2), [[np.nan, 2, 3, 4, 4, 4, 8]])


def test_errors_by_lead_are_sales_minus_the_level_known_at_the_origin():
    y = np.array([1.0, 3, 5, 9])
    levels = trailing_mean(y[None], 2)[0]

    np.testing.assert_array_equal(errors_by_lead(y, levels, 2, 1), [[3.0], [5.0]])
    np.testing.assert_array_equal(errors_by_lead(y, levels, 2, 2), [[3.0, 7.0]])


@pytest.mark.parametrize("model", [MovingAverage, ExponentialSmoothing])
def test_dependent_days_make_the_sum_wider_than_independent_ones_would(model):
    rng = np.random.default_rng(2)
    noise = np.zeros(1200)
    for t in range(1, 1200):
        noise[t] = 0.7 * noise[t - 1] + rng.normal(0, 5)
    history = sales({"a": 200 + noise})

    values = model("D", 3000).forecast(history, ahead(history, 14)).values[0]

    independent = np.sqrt(values.var(axis=0).sum())
    assert values.sum(axis=1).std() > 1.4 * independent


def test_independent_days_keep_their_narrow_sum():
    """Var of 7 iid days around an estimated 28-day mean: 7 σ² + 49 σ²/28."""
    history = sales({"a": 500 + np.random.default_rng(4).normal(0, 10, 3000)})

    total = MovingAverage("D", 4000).forecast(history, ahead(history, 7)).total(7)[0]

    assert total.var() == pytest.approx(100 * (7 + 49 / 28), rel=0.12)


def test_a_constant_series_is_smoothed_to_itself():
    history = sales({"a": np.full(100, 7.0)})

    np.testing.assert_allclose(
        ExponentialSmoothing("D", 20).forecast(history, ahead(history, 14)).values, 7.0
    )


def test_a_noiseless_week_is_smoothed_to_itself(panel, fortnight):
    paths = ExponentialSmoothing("D", 20).forecast(panel, fortnight)

    np.testing.assert_allclose(paths.values[1], np.tile(WEEK, (20, 2)), rtol=1e-5)


def test_a_noiseless_year_of_months_is_smoothed_to_itself():
    year = 100 + 50 * np.sin(np.arange(12) / 12 * 2 * np.pi)
    history = sales({"a": np.tile(year, 4)}, "2020-01-01", "MS")

    paths = ExponentialSmoothing("MS", 20).forecast(history, ahead(history, 12, "MS"))

    np.testing.assert_allclose(paths.values[0], np.tile(year, (20, 1)), rtol=1e-4)


def test_a_straight_line_goes_on_rising_but_levels_off():
    history = sales({"a": np.arange(200.0)})

    means = ExponentialSmoothing("D", 200).forecast(history, ahead(history, 28)).values[0].mean(axis=0)

    assert means[0] == pytest.approx(200, abs=1)
    assert 214 < means[-1] <= 227.5


def test_a_jump_in_level_is_followed():
    units = np.concatenate([np.full(150, 20.0), np.full(60, 80.0)]) + np.random.default_rng(0).normal(
        0, 1, 210
    )
    history = sales({"a": units})

    means = ExponentialSmoothing("D", 200).forecast(history, ahead(history, 7)).values.mean()

    assert means == pytest.approx(80, rel=0.05)


def test_echoes_are_what_an_error_does_to_the_equations():
    """Hyndman et al. 2008: c[j] = α + β(φ + … + φ^j), + γ a whole season later."""
    one = np.ones((1, 1))
    weights = Weights(0.5 * one, 0.1 * one, 0.2 * one, 0.9 * one, one)

    moved = echoes(weights, 3, 5)[0]

    second = 0.5 + 0.1 * (0.9 + 0.81)
    third = 0.5 + 0.1 * (0.9 + 0.81 + 0.729) + 0.2
    np.testing.assert_allclose(moved[0, :4], [1, 0.5 + 0.1 * 0.9, second, third])
    assert (np.tril(moved, -1) == 0).all()
    np.testing.assert_allclose(moved[1, 1:], moved[0, :4])


def test_a_random_walk_strays_as_theory_says():
    """The variance h steps ahead is h σ², though the grid's largest α is below the ideal 1."""
    history = sales({"a": 5000 + np.cumsum(np.random.default_rng(5).normal(0, 10, 1500))})

    spread = ExponentialSmoothing("D", 4000).forecast(history, ahead(history, 8)).values[0].var(axis=0)

    assert spread[7] / spread[0] == pytest.approx(8, rel=0.2)


def test_no_path_exceeds_a_multiple_of_the_record():
    units = np.concatenate([np.full(60, 1.0), np.exp(np.linspace(0, 8, 30))])
    history = sales({"a": units})

    for model in (SeasonalNaive, MovingAverage, ExponentialSmoothing):
        highest = model("D", 300).forecast(history, ahead(history, 60)).values.max()
        assert highest <= MAX_MULTIPLE * units.max() * (1 + 1e-6)


def test_cutting_at_zero_adds_no_sales_to_a_slow_item():
    units = np.random.default_rng(6).poisson(1.0, 903).astype(float)
    history = sales({"a": units})

    mean = SeasonalNaive("D", 3000).forecast(history, ahead(history, 7)).values.mean()

    assert mean == pytest.approx(units[-7:].mean(), rel=0.03)


def test_stretches_are_cut_whole_and_begin_on_the_right_weekday():
    errors = np.arange(70.0)
    paths = block_paths(errors, BlockPlan(40, 14, 7, 7), np.random.default_rng(0))

    assert (np.diff(paths[:, :7], axis=1) == 1).all()
    assert (paths[:, 0] % 7 == 0).all()
    assert (paths[:, 7] % 7 == 0).all()


def test_an_unknown_error_is_replaced_by_a_known_one_and_never_by_zero():
    filled = fill_unknown(np.array([5.0, np.nan, -5, np.nan]), np.random.default_rng(0))

    assert set(np.abs(filled)) == {5.0}


@pytest.mark.parametrize("point", [0, 9, 37, 74])
def test_a_grid_point_smooths_and_forecasts_as_statsmodels_does(point):
    """ETS(A, Ad, A) with the same weights and the same start: errors, their sum of squares, 14 days ahead."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    rng = np.random.default_rng(4)
    y = 40 + 0.1 * np.arange(140) + np.tile(WEEK, 20) + rng.normal(0, 4, 140)
    grid = weight_grid()
    alpha, beta, gamma, phi, seasonal = (
        float(part[point]) for part in (grid.alpha, grid.beta, grid.gamma, grid.phi, grid.seasonal)
    )
    week = seasonal * (WEEK - WEEK.mean())
    theirs = ETSModel(
        y, trend="add", damped_trend=True, seasonal="add", seasonal_periods=7,
        initialization_method="known", initial_level=55.0, initial_trend=0.0, initial_seasonal=week,
    ).smooth([alpha, beta, gamma, phi])  # fmt: skip

    start = State(np.array([[55.0]]), np.zeros((1, 1)), (WEEK - WEEK.mean())[:, None, None])
    counted = np.ones((1, 140), dtype=bool)
    state, errors, squared = smooth(y[None], start, grid.chosen(np.array([point])), counted)

    np.testing.assert_allclose(errors[0], theirs.resid, atol=1e-8)
    assert squared[0, 0] == pytest.approx(theirs.sse)
    ahead14 = point_forecast(state, grid.chosen(np.array([point])), 14)[0]
    np.testing.assert_allclose(ahead14, theirs.forecast(14), rtol=1e-9)
