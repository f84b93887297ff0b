"""Promised shares against what came: whole numbers have no exact quantile, and few cycles prove nothing."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from forecasting.evaluation.promises import band_promises, known_rows, quantile_promises, risk_promises
from forecasting.schema import QUANTILE_LEVELS, quantile_column


def backtest(y, quantiles):
    """One model that says the same quantiles of every period."""
    frame = pd.DataFrame({"model": "m", "unique_id": "a", "y": np.asarray(y, dtype=float)})
    return frame.assign(**{quantile_column(u): q for u, q in zip(QUANTILE_LEVELS, quantiles, strict=True)})


def normal_rows(n, *, width=1.0, seed=0):
    y = np.random.default_rng(seed).normal(100, 10, n)
    return backtest(y, stats.norm.ppf(QUANTILE_LEVELS, 100, 10 * width))


def verdicts(table):
    return table.set_index("nominal")["verdict"].to_dict()


def test_the_true_distribution_keeps_every_promise():
    table = band_promises(normal_rows(2000), dependent=1)
    assert verdicts(table) == {0.5: "kept", 0.8: "kept", 0.9: "kept"}


@pytest.mark.parametrize("width", [0.6, 1.6])
def test_ranges_that_are_too_narrow_or_too_wide_break_it(width):
    table = band_promises(normal_rows(2000, width=width), dependent=1)
    assert verdicts(table)[0.8] == "broken"


def test_few_independent_cycles_cannot_tell():
    table = band_promises(normal_rows(200, width=0.5), dependent=14)
    assert set(table["verdict"]) == {"too few"}
    assert table["cycles"].tolist() == [14, 14, 14]


def test_periods_of_one_cycle_widen_the_interval():
    narrow, wide = (band_promises(normal_rows(2000), dependent=d).iloc[1] for d in (1, 14))
    assert wide["high"] - wide["low"] > 3 * (narrow["high"] - narrow["low"])


def test_the_true_distribution_of_rare_sales_keeps_its_promises_although_most_days_are_zero():
    """Poisson(0.3): 74 % of days are 0, so a band from 0 holds far more than 80 % of them."""
    y = np.random.default_rng(1).poisson(0.3, 3000)
    rows = backtest(y, stats.poisson.ppf(QUANTILE_LEVELS, 0.3))
    bands = band_promises(rows, dependent=1).set_index("nominal")
    assert bands.loc[0.8, "achieved"] > 0.9
    assert set(bands["verdict"]) == {"kept"}
    assert set(quantile_promises(rows, dependent=1)["verdict"]) == {"kept"}


def test_a_quantile_is_reached_as_often_as_its_level_says():
    table = quantile_promises(normal_rows(4000), dependent=1).set_index("nominal")["achieved"]
    assert np.allclose(table.to_numpy(), QUANTILE_LEVELS, atol=0.025)


def cycles(risk, lost):
    missing = np.asarray(lost, dtype=float)
    return pd.DataFrame({"risk": risk, "lost": missing, "left": np.where(missing > 0, 0.0, 5.0)})


def test_a_risk_of_ten_percent_that_came_true_in_forty_of_340_cycles_is_kept():
    table = risk_promises(cycles(0.1, [1] * 40 + [0] * 300))
    row = table.iloc[0]
    assert (round(row["said"], 9), row["cycles"]) == (0.1, 340)
    assert row["happened"] == pytest.approx(40 / 340)
    assert row["low"] == pytest.approx(0.0855, abs=1e-3)
    assert row["high"] == pytest.approx(0.1568, abs=1e-3)
    assert row["verdict"] == "kept"


def test_a_risk_that_came_true_twice_as_often_is_broken():
    assert risk_promises(cycles(0.1, [1] * 80 + [0] * 260))["verdict"].tolist() == ["broken"]


def test_risks_are_held_against_cycles_of_about_the_same_risk():
    both = pd.concat([cycles(0.05, [0] * 95 + [1] * 5), cycles(0.3, [0] * 70 + [1] * 30)])
    table = risk_promises(both)
    assert table["said"].tolist() == pytest.approx([0.05, 0.3])
    assert table["happened"].tolist() == pytest.approx([0.05, 0.3])


def test_closed_days_and_unknown_demand_prove_nothing():
    rows = pd.DataFrame({"y": [1.0, np.nan, 0.0], "open": [1.0, 1.0, 0.0]})
    assert known_rows(rows).index.tolist() == [0]
