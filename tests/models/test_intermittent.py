import json

import numpy as np
import pytest

from forecasting.errors import SettingsError
from forecasting.models.intermittent import (
    PRIOR_VARIANCE,
    Intermittent,
    demand_rates,
    spreads,
    weekday_profile,
)
from tests.conftest import real_data
from tests.models.conftest import ahead, sales


@pytest.mark.data
def test_the_three_rates_are_those_of_the_published_case():
    """INT-01: statsforecast 2.1.1 and a recursion by hand."""
    cases = json.loads(real_data("oracles.json").read_text())["cases"]
    case = next(c for c in cases if c["id"] == "INT-01")
    y = np.array(case["inputs"]["demand"], dtype=float)[None]

    croston, sba, tsb = demand_rates(y, np.array([case["inputs"]["alpha"]]))[0, -1]

    expected = case["expected"]
    assert croston == pytest.approx(expected["croston"], abs=1e-9)
    assert sba == pytest.approx(expected["sba"], abs=1e-9)
    assert tsb == pytest.approx(expected["tsb_alpha_d_p_0_1"], abs=1e-9)


def rates_by_hand(demand, alpha):
    """Croston (1972), Syntetos & Boylan (2005), Teunter, Syntetos & Babai (2011), period by period."""
    size = interval = share = None
    since = 0
    for units in demand:
        since += 1
        share = float(units > 0) if share is None else share + alpha * ((units > 0) - share)
        if units > 0:
            size = units if size is None else size + alpha * (units - size)
            interval = since if interval is None else interval + alpha * (since - interval)
            since = 0
    return size / interval, (1 - alpha / 2) * size / interval, size * share


@pytest.mark.parametrize("alpha", [0.1, 0.35])
def test_the_three_rates_are_those_of_the_papers_written_out(alpha):
    demand = np.random.default_rng(8).poisson(0.4, 90) * np.random.default_rng(9).integers(1, 5, 90)

    rates = demand_rates(demand.astype(float)[None], np.array([alpha]))[0, -1]

    np.testing.assert_allclose(rates, rates_by_hand(demand, alpha))


def test_an_unknown_period_is_no_period_without_demand():
    alpha = np.array([0.2])
    with_gap = demand_rates(np.array([[0, 2.0, np.nan, 0, 3, 0]]), alpha)[0, -1]
    without = demand_rates(np.array([[0, 2.0, 0, 3, 0]]), alpha)[0, -1]

    np.testing.assert_array_equal(with_gap, without)


def test_only_the_third_rate_falls_while_nothing_sells():
    y = np.r_[np.tile([0, 0, 3.0], 20), np.zeros(30)][None]
    rates = demand_rates(y, np.array([0.1]))[0]

    np.testing.assert_array_equal(rates[-1, :2], rates[59, :2])
    assert rates[-1, 2] < 0.1 * rates[59, 2]


def test_poisson_demand_around_a_known_rate_is_seen_as_poisson():
    y = np.random.default_rng(0).poisson(0.7, (40, 2000)).astype(float)
    dispersion, variance = spreads(y, np.full_like(y, 0.7), 14)

    assert dispersion.mean() == pytest.approx(1.0, abs=0.05)
    assert variance.mean() < 0.02


def test_both_spreads_of_a_wandering_rate_are_found():
    """Luck of variance 0.3 shared by a fortnight, within it a negative binomial of variance 2 × mean.

    Spans that begin inside a fortnight mix two draws of luck, which leaves the mean of
    (k² + (14 − k)²)/196 of the variance.
    """
    rng = np.random.default_rng(1)
    luck = np.repeat(rng.gamma(1 / 0.3, 0.3, (100, 300)), 14, axis=1)
    y = rng.poisson(rng.gamma(0.8 * luck, 1.0)).astype(float)

    dispersion, variance = spreads(y, np.full_like(y, 0.8), 14)

    k = np.arange(14)
    kept = ((k**2 + (14 - k) ** 2) / 196).mean()
    assert variance.mean() == pytest.approx(0.3 * kept, rel=0.1)
    assert dispersion.mean() == pytest.approx(2.0, abs=0.15)


def test_a_short_history_keeps_the_cautious_guess_of_the_rates_error():
    y = np.ones((1, 6))

    assert spreads(y, np.ones((1, 6)), 14)[1] == pytest.approx(PRIOR_VARIANCE)


@pytest.mark.parametrize(("rate", "size"), [(0.2, 1), (0.2, 4), (1.5, 1)])
def test_sums_over_a_lead_time_are_covered_as_often_as_they_say(rate, size):
    """Compound demand, 200 series: the share of later sums at or below each quantile."""
    rng = np.random.default_rng(3)
    units = rng.poisson(rate, (200, 414)) * size * rng.integers(1, 3, (200, 414))
    history = sales({f"s{i:03}": units[i, :400].astype(float) for i in range(200)})

    total = Intermittent("D", 800).forecast(history, ahead(history, 14)).total(14)

    for level in (0.5, 0.8, 0.95):
        quantile = np.quantile(total, level, axis=1)
        later = units[:, 400:].sum(axis=1)
        # Counts have atoms: the promise lies between the shares strictly below and at most the quantile.
        assert (later < quantile).mean() <= level + 0.05
        assert (later <= quantile).mean() >= level - 0.05


def test_futures_are_whole_units_and_zero_as_often_as_the_past():
    y = np.random.default_rng(4).poisson(0.25, 600).astype(float)
    history = sales({"a": y})

    values = Intermittent("D", 1000).forecast(history, ahead(history, 28)).values

    assert (values == np.round(values)).all() or values.mean() < y.mean()
    assert (values == 0).mean() == pytest.approx((y == 0).mean(), abs=0.05)


def test_goods_sold_by_weight_get_amounts():
    y = np.random.default_rng(4).gamma(2.0, 0.7, 300)
    history = sales({"a": y})

    values = Intermittent("D", 500).forecast(history, ahead(history, 7)).values

    assert (values % 1 > 0).mean() > 0.95
    assert values.mean() == pytest.approx(y.mean(), rel=0.15)
    assert values.std() == pytest.approx(y.std(), rel=0.25)


def test_the_weekday_profile_follows_the_sales_only_as_far_as_there_are_some():
    week = np.array([0.0, 1, 1, 1, 1, 4, 6])
    many, few = np.tile(50 * week, 20), np.tile(week, 1)

    np.testing.assert_allclose(weekday_profile(many[None])[0], week / 2, atol=0.04)
    assert np.abs(weekday_profile(few[None])[0] - 1).max() < 0.15


def test_a_rate_with_another_name_is_refused():
    with pytest.raises(SettingsError, match="croston, sba or tsb"):
        Intermittent("D", variant="adida")
