import json

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from forecasting.evaluation import metrics
from tests.conftest import real_data


@pytest.fixture(scope="module")
def oracle():
    cases = json.loads(real_data("oracles.json").read_text())["cases"]
    return {c["id"]: c for c in cases}


def close(actual, expected, case):
    tolerance = case["tolerance_abs_or_rel"]
    return actual == pytest.approx(expected, rel=tolerance, abs=tolerance)


def test_errors_and_bias_with_zero_actuals_match_the_oracle(oracle):
    case = oracle["MET-12"]
    y, forecast = (np.array(case["inputs"][k], dtype=float) for k in ("actual", "forecast"))
    assert close(metrics.wape(y, forecast), case["expected"]["WAPE"], case)
    assert close(metrics.bias(y, forecast), case["expected"]["bias_pct"], case)
    assert np.isnan(metrics.mape(y, forecast))


def test_quantile_losses_match_gluonts_up_to_the_factor_two(oracle):
    case = oracle["MET-01"]
    y, f = (np.array(case["inputs"][k], dtype=float) for k in ("target", "forecast"))
    for name, level in (("ql_01", 0.1), ("ql_05", 0.5), ("ql_09", 0.9)):
        assert close(2 * metrics.pinball(y, f, level).sum(), case["expected"][name], case)
    assert close(np.abs(y - f).sum(), case["expected"]["abs_error"], case)
    assert metrics.pinball(y, f, 0.9).mean() == pytest.approx(mean_pinball_loss(y, f, alpha=0.9))


def test_scaled_error_matches_gluonts(oracle):
    case = oracle["MET-03"]
    y, f = (np.array(case["inputs"][k], dtype=float) for k in ("target", "forecast"))
    assert close(metrics.mase(y, f, case["inputs"]["seasonal_error"]), case["expected"]["mase"], case)
    assert close(metrics.mape(y, f), case["expected"]["mape"], case)


@pytest.mark.parametrize("name", ["MET-04", "MET-06"])
def test_interval_scores_match_the_m4_definition(oracle, name):
    case = oracle[name]
    given = case["inputs"]
    y, low, high = (
        np.array(given[k], dtype=float) for k in (("target" if name == "MET-04" else "y"), "lo", "hi")
    )
    scored = metrics.msis(y, low, high, given["alpha"], scale=given["seasonal_error"])
    assert close(scored, case["expected"]["msis"], case)
    if name == "MET-06":
        per_point = metrics.interval_score(y, low, high, given["alpha"])
        assert per_point.tolist() == pytest.approx(case["expected"]["per_point"])


def test_one_quantile_score_matches_the_textbook(oracle):
    case = oracle["MET-07"]
    given = case["inputs"]
    loss = metrics.pinball(np.array([given["y"]]), np.array([given["f"]]), given["p"])[0]
    assert close(loss, case["expected"]["pinball"], case)


def test_beer_accuracy_matches_the_textbook_table(oracle):
    case = oracle["MET-08"]
    train, test = (np.array(case["inputs"][k], dtype=float) for k in ("train", "test"))
    season = 4
    scale = metrics.seasonal_scale(train, season)
    naive = np.full(len(test), train[-1])
    seasonal = np.array([train[-season + h % season] for h in range(len(test))])
    for forecast, name in ((naive, "naive"), (seasonal, "snaive")):
        expected = case["expected"][name]
        assert close(metrics.mase(test, forecast, scale), expected["MASE"], case)
        assert close(100 * metrics.mape(test, forecast), expected["MAPE_pct"], case)


def test_the_m5_scale_starts_at_the_first_sale(oracle):
    case = oracle["MET-10"]
    train, test, forecast = (np.array(case["inputs"][k], dtype=float) for k in ("train", "test", "forecast"))
    score = metrics.rmsse(test, forecast, metrics.squared_scale(train))
    assert close(score, case["expected"]["rmsse_M5"], case)


def test_crps_of_an_ensemble_reaches_the_normal_closed_form(oracle):
    case = oracle["MET-13"]
    from scipy.stats import norm

    ensemble = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    for y, expected in zip(case["inputs"]["y"], case["expected"]["crps"], strict=True):
        assert metrics.crps_samples(y, ensemble) == pytest.approx(expected, abs=2e-4)


def test_weighted_quantile_loss_matches_gluonts(oracle):
    case = oracle["MET-15"]
    given = case["inputs"]
    y = np.array(given["actual"], dtype=float)
    quantiles = np.array(given["forecasts"], dtype=float)
    assert close(metrics.wql(y, quantiles, given["q"]), case["expected"]["mean_wQL"], case)


def test_unknown_actuals_are_skipped_in_pairs_and_nothing_left_is_nan():
    y, forecast = np.array([1, np.nan, 3.0]), np.array([1.0, 50, 2])
    assert metrics.wape(y, forecast) == pytest.approx(1 / 4)
    assert np.isnan(metrics.wape(np.array([np.nan]), np.array([1.0])))
    assert np.isnan(metrics.wape(np.zeros(3), np.ones(3)))
    assert np.isnan(metrics.mase(np.ones(3), np.ones(3), 0.0))


def test_exact_binomial_interval_holds_its_ends_at_the_extremes():
    assert metrics.binomial_interval(0, 10)[0] == 0.0
    assert metrics.binomial_interval(10, 10)[1] == 1.0
    assert all(np.isnan(metrics.binomial_interval(0, 0)))
