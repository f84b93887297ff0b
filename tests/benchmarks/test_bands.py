"""A band of whole numbers is judged by what it promises, not by the number in its name."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.bands import LEVELS, chance, fair_coverage
from forecasting.schema import QUANTILE_LEVELS, quantile_column


def said(model, quantiles, y):
    table = pd.DataFrame({"model": model, "y": np.asarray(y, dtype=float)})
    return table.assign(**{quantile_column(u): q for u, q in zip(QUANTILE_LEVELS, quantiles, strict=True)})


def poisson(mean, *, truth, count=200_000):
    return said("m", stats.poisson.ppf(LEVELS, mean), np.random.default_rng(1).poisson(truth, count))


def test_a_right_forecast_of_slow_sales_covers_eighty_percent_though_its_band_holds_more():
    frame = poisson(0.4, truth=0.4)
    kept = frame["y"].between(frame["q0.1"], frame["q0.9"]).mean()
    row = fair_coverage(frame).iloc[0]

    assert kept > 0.93
    assert row["promised_80"] == pytest.approx(kept, abs=0.03)
    assert row["pit_80"] == pytest.approx(0.8, abs=0.025)  # the levels lie 0.05 apart
    assert row["pit_50"] == pytest.approx(0.5, abs=0.025)


def test_a_forecast_that_expects_too_little_is_found_out():
    row = fair_coverage(poisson(0.4, truth=1.2)).iloc[0]
    assert row["pit_80"] < 0.7
    assert row["promised_80"] == fair_coverage(poisson(0.4, truth=0.4))["promised_80"].iloc[0]


def test_where_sales_are_many_all_three_figures_are_the_plain_share():
    frame = said("m", stats.norm.ppf(LEVELS, 5000, 1000), np.random.default_rng(2).normal(5000, 1000, 5_000))
    frame["y"] = frame["y"].round()
    kept = frame["y"].between(frame["q0.1"], frame["q0.9"]).mean()
    row = fair_coverage(frame).iloc[0]
    assert row["pit_80"] == pytest.approx(kept, abs=1e-3)
    assert row["promised_80"] == pytest.approx(0.8, abs=1e-3)


def test_the_chances_of_whole_numbers_by_hand():
    quantiles = np.repeat(np.where(LEVELS < 0.62, 0.0, np.round((LEVELS - 0.6) * 20))[None], 5, axis=0)
    # Zero up to the level 0.6, then a unit more with every level, 7 at the level 0.95.
    found = chance(quantiles, np.array([-0.5, 0.5, 1.5, 6.5, 99.5]))
    assert found == pytest.approx([0.0, 0.625, 0.675, 0.925, 0.975])


def test_closed_days_and_unknown_demand_do_not_count():
    frame = said("m", stats.norm.ppf(LEVELS, 50, 10), [50.0, 500.0, np.nan]).assign(open=[1, 0, 1])
    assert fair_coverage(frame)["pit_80"].tolist() == [1.0]
