"""Errors by segment, and the floor that chance leaves."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from forecasting.evaluation.noise_floor import lowest_wape, poisson_deviation
from forecasting.evaluation.segments import errors_by, possible_segments, with_segments

BOTH = {"ours": "ours", "baseline": "naive"}


def test_a_perfect_forecast_of_one_unit_a_day_still_errs_by_74_percent():
    """Decisions guide, section 3: Poisson λ = 1 gives 73.6 %, λ = 100 gives 8.0 %."""
    assert lowest_wape(np.full(5, 1.0), np.full(5, 1.0)) == pytest.approx(0.7358, abs=1e-4)
    assert lowest_wape(np.full(5, 100.0), np.full(5, 100.0)) == pytest.approx(0.080, abs=5e-4)


@pytest.mark.parametrize("rate", [0.05, 0.5, 2.0, 2.7, 40.0])
def test_the_floor_is_the_mean_deviation_of_the_poisson_distribution(rate):
    counts = np.arange(400)
    exact = (np.abs(counts - rate) * stats.poisson.pmf(counts, rate)).sum()
    assert float(poisson_deviation(np.array([rate]))[0]) == pytest.approx(exact, rel=1e-9)


def test_nothing_sold_has_no_error_in_percent():
    assert np.isnan(lowest_wape(np.array([1.0]), np.array([0.0])))


def rows(model, error):
    ds = pd.date_range("2025-01-06", periods=56, freq="D")
    parts = [
        pd.DataFrame({"model": model, "unique_id": i, "ds": ds, "h": 1, "y": 10.0, "mean": 10.0 + error})
        for i in ("a", "b")
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(mean=np.where(table["unique_id"] == "b", table["mean"] + error, table["mean"]))


@pytest.fixture
def tested():
    items = pd.DataFrame({"unique_id": ["a", "b"], "store": ["North", "South"]})
    ds = pd.date_range("2025-01-06", periods=56, freq="D")
    promos = [
        pd.DataFrame({"unique_id": i, "ds": ds, "promo": (ds.day_of_week == 5).astype(float)}) for i in "ab"
    ]
    return with_segments(pd.concat([rows("ours", 1.0), rows("naive", 3.0)]), items, pd.concat(promos))


def test_the_error_is_split_by_store_beside_the_baseline(tested):
    table = errors_by(tested, "store", BOTH).set_index("store")
    assert table["wape"].to_dict() == pytest.approx({"North": 0.1, "South": 0.2})
    assert table["baseline_wape"].to_dict() == pytest.approx({"North": 0.3, "South": 0.6})
    assert table["bias"].to_dict() == pytest.approx({"North": 0.1, "South": 0.2})


def test_the_sums_of_segments_are_the_whole(tested):
    for segment in possible_segments(tested):
        table = errors_by(tested, segment, BOTH)
        assert table["units"].sum() == 56 * 2 * 10
        assert table["periods"].sum() == 56 * 2


def test_weekdays_come_in_their_order_and_promotions_apart(tested):
    assert errors_by(tested, "weekday", BOTH)["weekday"].astype(str).tolist()[0] == "Monday"
    assert errors_by(tested, "promotion", BOTH)["periods"].to_dict() == {0: 96, 1: 16}


def test_too_few_periods_have_no_error_rather_than_a_lucky_one(tested):
    few = tested[tested["ds"] < "2025-01-10"]
    assert errors_by(few, "store", BOTH)["wape"].isna().all()
