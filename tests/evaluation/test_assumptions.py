"""Each assumption is planted to hold and to fail, and the check must tell the two apart."""

import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation import assumptions


def wide(values):
    return pd.DataFrame(values, columns=pd.date_range("2022-01-03", periods=values.shape[1], freq="D"))


def noise(n=20, periods=900, seed=0):
    return np.random.default_rng(seed).poisson(30, (n, periods)).astype(float)


def cycles(phi, n=60, horizon=14):
    """Backtest rows whose errors are AR(1) with this coefficient."""
    rng = np.random.default_rng(4)
    shocks = rng.normal(size=(n, horizon + 20))
    error = np.zeros_like(shocks)
    for t in range(1, shocks.shape[1]):
        error[:, t] = phi * error[:, t - 1] + shocks[:, t]
    parts = [
        pd.DataFrame({"unique_id": str(i), "h": range(1, horizon + 1), "y": 20.0 + e[20:]})
        for i, e in enumerate(error)
    ]
    return pd.concat(parts, ignore_index=True).assign(cutoff=0, mean=20.0)


def test_errors_that_follow_each_other_are_found():
    assert assumptions.error_correlation(cycles(0.7)).holds is False
    assert assumptions.error_correlation(cycles(0.7)).value > 0.35


def test_independent_errors_pass():
    assert assumptions.error_correlation(cycles(0.0)).holds


def test_swings_that_doubled_are_found_and_steady_ones_pass():
    steady = noise()
    grown = steady.copy()
    grown[:, 675:] = 30 + 2 * (grown[:, 675:] - 30)
    assert assumptions.growing_swings(wide(steady), 7).holds
    found = assumptions.growing_swings(wide(grown), 7)
    assert found.holds is False
    assert found.value == pytest.approx(2, rel=0.1)


def sums(draw):
    y = draw(np.random.default_rng(2))
    low, high = np.quantile(y, [0.1, 0.9])
    return pd.DataFrame({"h": 7, "y": y, "mean": y.mean(), "q0.1": low, "q0.9": high})


def test_skewed_sums_are_not_normal_and_normal_ones_are():
    assert assumptions.normality(sums(lambda r: r.gamma(1.0, 10, 400)), 7).holds is False
    assert assumptions.normality(sums(lambda r: r.normal(100, 10, 400)), 7).holds


def test_a_level_that_left_in_the_last_weeks_is_counted():
    values = noise()
    values[3, -28:] += 25
    found = assumptions.recent_shift(wide(values), "D")
    assert (found.series, found.of, found.holds) == (1, 20, False)
    assert assumptions.recent_shift(wide(noise()), "D").holds


def test_a_lasting_break_is_counted_and_noise_is_none():
    values = noise()
    values[5, 600:] += 15
    assert assumptions.structural_break(wide(values), "D").series == 1
    assert assumptions.structural_break(wide(noise(n=40, seed=9)), "D").series == 0


def test_a_yearly_season_is_no_break():
    season = 10 * np.sin(2 * np.pi * np.arange(900) / 364)
    assert assumptions.structural_break(wide(noise() + season), "D").series == 0


def test_a_series_that_began_late_has_too_short_a_history():
    values = noise()
    values[2, :500] = np.nan
    found = assumptions.short_histories(wide(values), "D")
    assert (found.series, found.holds) == (1, False)


def test_what_cannot_be_measured_is_not_known_rather_than_fine():
    few = wide(noise(periods=20))
    assert assumptions.growing_swings(few, 7).holds is None
    assert assumptions.error_correlation(cycles(0.5, n=1, horizon=3)).holds is None


def test_stock_outs_and_closed_days_are_unknown_demand():
    sales = pd.DataFrame(
        {
            "unique_id": "a",
            "ds": pd.date_range("2025-01-01", periods=4),
            "y": [1.0, 0.0, 0.0, 4.0],
            "stockout": [False, True, False, False],
            "open": [1, 1, 0, 1],
        }
    )
    assert assumptions.wide_sales(sales, "D").iloc[0].isna().tolist() == [False, True, True, False]
