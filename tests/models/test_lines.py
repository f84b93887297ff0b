import numpy as np
import pytest

from forecasting.errors import SettingsError
from forecasting.models.seasons import find_season
from forecasting.models.theta import Drift, Theta, fit_drift, fit_theta, smoothed, straight_line
from tests.models.conftest import ahead, sales


@pytest.fixture
def months():
    """Eight years of months: a slow rise, a random walk and a yearly swing of 30 %."""
    rng = np.random.default_rng(11)
    level = 100 + np.arange(96) * 0.5 + np.cumsum(rng.normal(0, 3, 96))
    return np.round(level * (1 + 0.3 * np.sin(np.arange(96) * 2 * np.pi / 12)), 1)


def test_theta_forecasts_what_statsmodels_does(months):
    """Frozen from statsmodels 0.15 ThetaModel(period=12, method="multiplicative"), its alpha 0.9993."""
    season = find_season(months[None], 12)
    fit = fit_theta(season.removed(months[None]), 6, 0.5)

    found = season.put_back(0, fit.level[:, -1:] + fit.line)

    theirs = [157.411, 180.941, 199.388, 206.077, 199.772, 183.908]
    np.testing.assert_allclose(found[0], theirs, rtol=2e-4)


def test_the_season_is_that_of_the_classical_decomposition(months):
    """Frozen from statsmodels 0.15 seasonal_decompose, multiplicative and additive."""
    theirs = [0.99524, 1.14237, 1.25702, 1.29733, 1.25584, 1.15446]
    np.testing.assert_allclose(find_season(months[None], 12).index[0, :6], theirs, atol=1e-5)

    with_zero = months - months.min()
    units = [-0.7443, 16.889, 30.8033, 35.8229, 30.8229, 18.6616]
    np.testing.assert_allclose(find_season(with_zero[None], 12).index[0, :6], units, atol=1e-4)


def test_sales_without_a_pattern_or_two_seasons_have_no_season(months):
    noise = np.random.default_rng(0).normal(50, 5, (1, 96))

    assert not find_season(noise, 12).found[0]
    assert not find_season(months[None, :23], 12).found[0]
    assert find_season(months[None, :60], 12).found[0]


def test_a_season_taken_out_and_put_back_changes_nothing(months):
    for y in (months, months - months.min()):
        season = find_season(y[None], 12)
        last_year = season.removed(y[None])[:, -12:]
        np.testing.assert_allclose(season.put_back(0, last_year)[0], y[-12:])


def theta_by_hand(y, alpha, horizon):
    """Assimakopoulos & Nikolopoulos (2000), as written: line 2 smoothed, line 0 continued, their mean."""
    t = np.arange(len(y))
    slope, intercept = np.polyfit(t, y, 1)
    second = 2 * y - (intercept + slope * t)
    level = second[0]
    for value in second[1:]:
        level += alpha * (value - level)
    return [(level + intercept + slope * (len(y) - 1 + h)) / 2 for h in range(1, horizon + 1)]


def test_theta_is_the_mean_of_its_two_lines(months, monkeypatch):
    monkeypatch.setattr("forecasting.models.theta.ALPHAS", np.array([0.3]))
    fit = fit_theta(months[None], 4, 0.5)

    np.testing.assert_allclose((fit.level[0, -1] + fit.line[0]), theta_by_hand(months, 0.3, 4))


def test_the_best_weight_is_the_one_of_least_squared_error(months, monkeypatch):
    monkeypatch.setattr("forecasting.models.theta.ALPHAS", np.array([0.3]))

    def squared(fit):
        trend = straight_line(months[None], 1)[0]
        w = fit.line[0, 0] / trend[-1]
        return ((fit.outcome[0, 1:] - fit.level[0, :-1]) ** 2).sum(), w

    best, weight = squared(fit_theta(months[None], 1, None))
    for other in np.linspace(0, 1, 41):
        assert squared(fit_theta(months[None], 1, other))[0] >= best - 1e-9
    assert 0 <= weight <= 1


def test_the_smoothing_weight_is_the_one_of_least_squared_error(monkeypatch):
    rising = 2 * np.arange(96) + np.random.default_rng(2).normal(0, 10, 96)

    def squared(alpha):
        monkeypatch.setattr("forecasting.models.theta.ALPHAS", np.array(alpha))
        fit = fit_theta(rising[None], 1, 0.5)
        return ((fit.outcome[0, 1:] - fit.level[0, :-1]) ** 2).sum()

    grid = (0.02, 0.1, 0.3, 0.5, 0.8, 0.99)
    assert squared(grid) == pytest.approx(min(squared((alpha,)) for alpha in grid))


def test_an_unknown_period_leaves_the_level_where_it_was():
    levels = smoothed(np.array([[np.nan, 4.0, np.nan, 8.0]]), np.array([[0.5]]))

    np.testing.assert_array_equal(levels[0, :, 0], [np.nan, 4, 4, 6])


def test_drift_carries_the_line_from_the_first_to_the_last_value_on():
    fit = fit_drift(np.array([[np.nan, 2.0, 9, 4, np.nan, 10]]), 3)

    np.testing.assert_allclose(fit.level[0, -1] + fit.line[0], [12, 14, 16])


@pytest.mark.parametrize(("model", "share"), [(Drift, 1.0), (Theta, 0.5)])
def test_a_straight_line_with_a_week_on_it_goes_on_whole_or_half_as_steep(model, share):
    """Theta's mean of a flat and a full line is half as steep (Hyndman & Billah 2003)."""
    week = np.tile([0.0, 5, 10, 5, 0, -5, -15], 30)
    history = sales({"a": 9 + np.arange(210.0) + week})

    means = model("D", 50).forecast(history, ahead(history, 14)).values[0].mean(axis=0)

    expected = 9 + 209 + share * np.arange(1, 15) + week[:14]
    np.testing.assert_allclose(means, expected, rtol=0.005)


def test_a_random_walk_with_drift_strays_as_theory_says():
    """FPP3, table 5.2: variance h σ² (1 + h/(T − 1)) h steps ahead."""
    walk = 5000 + np.cumsum(np.random.default_rng(5).normal(1, 10, 3000))
    history = sales({"a": walk})

    values = Drift("D", 4000).forecast(history, ahead(history, 9)).values[0]

    assert values.var(axis=0)[8] / values.var(axis=0)[0] == pytest.approx(9, rel=0.2)
    assert values.mean() == pytest.approx(walk[-1] + 5, rel=0.01)


def test_a_weight_with_another_name_is_refused():
    with pytest.raises(SettingsError, match="half or best"):
        Theta("D", weight="third")
