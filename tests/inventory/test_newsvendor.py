import json
import math
from statistics import NormalDist

import numpy as np
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.closed_form import (
    autocorrelated_sum_sd,
    discrete_expected_cost,
    discrete_newsvendor,
    normal_expected_cost,
    normal_newsvendor,
    normal_safety_stock,
    normal_season,
    poisson_pmf,
    standard_normal_loss,
)
from forecasting.inventory.economics import UnitCosts, UnitEconomics
from forecasting.inventory.newsvendor import (
    cheapest_whole_quantity,
    expected_cost,
    expected_shortage,
    newsvendor_quantity,
)
from tests.conftest import real_data

PAPERS = UnitCosts(underage=0.70, overage=0.18)


def test_snyder_and_shen_order_56_6_papers():
    """Fundamentals of Supply Chain Theory, example 4.3 (oracles NV-01 and NV-02)."""
    best = normal_newsvendor(NormalDist(50, 8), PAPERS)

    assert best.order_quantity == pytest.approx(56.60395592743389, rel=1e-6)
    assert best.expected_cost == pytest.approx(1.9976051931766445, rel=1e-6)
    assert normal_expected_cost(40, NormalDist(50, 8), PAPERS) == pytest.approx(7.356131552870386, rel=1e-6)


def test_stockpyl_orders_132_8_and_the_cost_is_linear_in_the_forecast_error():
    """Oracles NV-04 and EXC-01."""
    costs = UnitCosts(underage=18, overage=2)

    best = normal_newsvendor(NormalDist(120, 10), costs)

    assert best.order_quantity == pytest.approx(132.815515655446, rel=1e-6)
    assert best.expected_cost == pytest.approx(35.09966638649737, rel=1e-9)
    half_as_sure = normal_newsvendor(NormalDist(120, 20), costs)
    assert half_as_sure.expected_cost == pytest.approx(2 * best.expected_cost)


def test_poisson_demand_of_6_needs_8():
    """Oracle NV-05."""
    best = discrete_newsvendor(poisson_pmf(6), UnitCosts(underage=4, overage=1))

    assert best.order_quantity == 8
    assert best.expected_cost == pytest.approx(3.5701069457709376, rel=1e-6)


def test_problem_4_7b_builds_5():
    """Oracle NV-08."""
    shares = {1: 0.25, 2: 0.05, 3: 0.1, 4: 0.2, 5: 0.15, 6: 0.1, 7: 0.1, 8: 0.05}

    best = discrete_newsvendor(shares, UnitCosts(underage=1_000_000, overage=500_000))

    assert best.order_quantity == 5
    assert best.expected_cost == pytest.approx(1_225_000)


def test_the_season_of_price_20_orders_234():
    """Oracle NV-10."""
    costs = UnitEconomics(
        price=20, unit_cost=12, salvage=8, holding_rate=0, leftover="perishable", days_held=0
    ).unit_costs()

    assert normal_newsvendor(NormalDist(200, 80), costs).order_quantity == pytest.approx(234.458, abs=1e-3)


def test_the_hammer_earns_222_295():
    """Oracle NV-11: the book's two-digit table says 222 280."""
    season = normal_season(4196, NormalDist(3192, 1181), price=190, unit_cost=110, salvage=90)

    assert season.lost_sales == pytest.approx(129.84695987346393)
    assert season.sales == pytest.approx(3062.153040126536)
    assert season.leftover == pytest.approx(1133.846959873464)
    assert season.profit == pytest.approx(222295.3040126536)


def test_ten_samples_at_ratio_0_7_give_the_seventh():
    """Oracle NV-12; 10 · 0.7 must not become rank 8 by rounding."""
    demand = np.array([3.0, 7, 1, 9, 4, 4, 6, 2, 8, 5])

    quantity = newsvendor_quantity(demand, 7 / 10)

    assert quantity == 6
    assert expected_cost(demand, quantity, underage=7, overage=3) == pytest.approx(9.3)


@pytest.mark.parametrize("hundredths", range(1, 100))
def test_the_rank_is_the_exact_fraction_rounded_up(hundredths):
    demand = np.arange(1.0, 101.0)

    assert newsvendor_quantity(demand, hundredths / 100) == hundredths


@pytest.mark.parametrize(
    ("z", "loss", "complementary"),
    [(-1.4, 1.436668142708465, 0.036668142708465), (0.3, 0.26676124211721, 0.56676124211721)],
)
def test_the_standard_normal_loss_is_the_books(z, loss, complementary):
    """Oracles LF--1.4 and LF-0.3."""
    assert standard_normal_loss(z) == pytest.approx(loss, abs=1e-9)
    assert standard_normal_loss(z) + z == pytest.approx(complementary, abs=1e-9)


def test_base_stock_of_example_4_4_is_264_8():
    """Oracle BS-01: lead time 4 and review 1 make five periods."""
    best = normal_newsvendor(NormalDist(250, 8 * math.sqrt(5)), PAPERS)

    assert best.order_quantity == pytest.approx(264.76689437415484, rel=1e-6)
    assert best.expected_cost == pytest.approx(4.466781004149577, rel=1e-6)


def test_the_safety_stock_of_russell_and_taylors_carpet_store_is_26_1():
    """Oracle RS-03: 30 a day, sd 5, ten days, z = 1.65."""
    covered = NormalDist().cdf(1.65)

    stock = normal_safety_stock(5, 10, UnitCosts(covered, 1 - covered))

    assert stock == pytest.approx(26.088790696389133, rel=1e-6)
    assert 300 + stock == pytest.approx(326.0887906963891, rel=1e-6)


def test_safety_stock_uses_the_inverse_not_the_distribution_function():
    """A peer app prints 249 for this case by taking Φ for Φ⁻¹ and adding the mean."""
    stock = normal_safety_stock(30, 4, UnitCosts(underage=9, overage=1))

    assert stock == pytest.approx(76.893, abs=1e-3)
    assert 400 + stock == pytest.approx(476.893, abs=1e-3)


def test_autocorrelated_errors_add_up_to_more_than_root_p():
    """Oracles PI-02 and PI-04."""
    assert autocorrelated_sum_sd(0.6, 1.0, 5) == pytest.approx(4.177603063959046, rel=1e-9)
    assert autocorrelated_sum_sd(0.0, 1.0, 5) == pytest.approx(math.sqrt(5))


def test_samples_and_closed_form_agree():
    grid = (np.arange(20_000) + 0.5) / 20_000
    demand = np.array([NormalDist(50, 8).inv_cdf(p) for p in grid])

    quantity = newsvendor_quantity(demand, PAPERS.critical_ratio)

    assert quantity == pytest.approx(56.604, abs=0.01)
    cost = expected_cost(demand, quantity, underage=0.70, overage=0.18)
    assert cost == pytest.approx(1.9976, abs=0.002)


@pytest.mark.parametrize("seed", range(8))
def test_no_whole_quantity_is_cheaper_than_the_one_chosen(seed):
    rng = np.random.default_rng(seed)
    demand = rng.gamma(2.0, 9.0, size=(1, 301))  # fractional samples, as a regression gives them
    underage, overage = rng.uniform(0.2, 9, 1), rng.uniform(0.2, 3, 1)

    chosen = cheapest_whole_quantity(demand, underage, overage)

    brute = [
        float(expected_cost(demand, np.array([q]), underage=underage, overage=overage)[0]) for q in range(130)
    ]
    assert chosen[0] == np.argmin(brute)


def test_the_quantity_never_falls_when_the_ratio_rises():
    demand = np.random.default_rng(1).poisson(20, size=500).astype(float)

    quantities = [float(newsvendor_quantity(demand, r)) for r in np.linspace(0, 0.999, 60)]

    assert np.all(np.diff(quantities) >= 0)
    assert quantities[0] == 0


def test_cost_counts_both_regrets_path_by_path():
    demand = np.random.default_rng(2).poisson(7, size=(3, 200)).astype(float)
    quantity = np.array([0.0, 7.0, 30.0])

    cost = expected_cost(demand, quantity, underage=4.0, overage=0.5)

    short = np.maximum(demand - quantity[:, None], 0)
    left = np.maximum(quantity[:, None] - demand, 0)
    np.testing.assert_allclose(cost, (4.0 * short + 0.5 * left).mean(axis=1))
    np.testing.assert_allclose(expected_shortage(demand, quantity), short.mean(axis=1))


@pytest.mark.parametrize("ratio", [1.0, -0.1, float("nan")])
def test_a_ratio_that_is_no_probability_is_refused(ratio):
    with pytest.raises(DecisionError, match="critical ratio"):
        newsvendor_quantity(np.array([1.0, 2.0]), ratio)


def test_discrete_cost_is_the_sum_over_the_probabilities():
    assert discrete_expected_cost(1, {0: 0.5, 3: 0.5}, UnitCosts(4, 1)) == pytest.approx(0.5 * 1 + 0.5 * 8)


@pytest.mark.data
def test_every_normal_newsvendor_oracle_passes():
    cases = json.loads(real_data("oracles.json").read_text())["cases"]
    chosen = [c for c in cases if c["area"] == "newsvendor_normal"]

    assert chosen
    for case in chosen:
        given, expected = case["inputs"], case["expected"]
        costs, demand = UnitCosts(given["Cu"], given["Co"]), NormalDist(given["mu"], given["sd"])
        quantity = given["order_qty"] or normal_newsvendor(demand, costs).order_quantity
        assert quantity == pytest.approx(expected["order_qty"], rel=1e-6)
        assert normal_expected_cost(quantity, demand, costs) == pytest.approx(
            expected["expected_cost"], rel=1e-6
        )
