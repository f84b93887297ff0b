import json
from itertools import pairwise, product
from statistics import NormalDist

import numpy as np
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.closed_form import poisson_pmf
from forecasting.inventory.lot_sizes import (
    LotTerms,
    economic_order_quantity,
    lots,
    lots_for_known_demand,
    quantity_with_backorders,
    quantity_with_discounts,
)
from forecasting.inventory.min_max import approximate_min_max, exact_min_max
from forecasting.inventory.reorder_point import (
    ReorderRule,
    ReorderTerms,
    best_reorder_point,
    best_reorder_rule,
    quick_reorder_rule,
    reorder_cost,
)
from forecasting.inventory.unit_costs import UnitCosts
from tests.conftest import real_data

YEAR = LotTerms(order_cost=8, holding_cost=0.225, demand_rate=1300)
SHOP = ReorderTerms(YEAR, shortage_cost=7.5, lead_demand=NormalDist(1300 / 12, 150 / 12**0.5))


@pytest.fixture(scope="module")
def oracle():
    cases = json.loads(real_data("oracles.json").read_text())["cases"]
    by_id = {case["id"]: case for case in cases}
    return lambda name: (by_id[name]["inputs"], by_id[name]["expected"])


def test_the_economic_order_of_the_textbook_is_304(oracle):
    """Oracle EOQ-01."""
    given, expected = oracle("EOQ-01")

    lot = economic_order_quantity(LotTerms(given["fixed_cost"], given["holding_cost"], given["demand_rate"]))

    assert lot.quantity == pytest.approx(expected["Q"], rel=1e-6)
    assert lot.cost == pytest.approx(expected["cost"], rel=1e-6)
    assert lots(np.array([8.0]), np.array([0.225]), np.array([1300.0]))[0] == pytest.approx(expected["Q"])


def test_a_discount_on_all_units_is_worth_the_larger_order(oracle):
    """Oracle EOQ-03: 800 at 0.68 beats the economic orders of all three prices."""
    given, expected = oracle("EOQ-03")
    prices = list(zip(given["breakpoints"], given["unit_costs"], strict=True))

    lot = quantity_with_discounts(given["fixed_cost"], given["holding_rate"], given["demand_rate"], prices)

    assert lot.quantity == expected["Q"]
    assert lot.cost == pytest.approx(expected["cost"], rel=1e-6)


def test_a_discount_nobody_reaches_changes_nothing():
    dear = quantity_with_discounts(8, 0.3, 1300, [(0, 0.75)])
    offered = quantity_with_discounts(8, 0.3, 1300, [(0, 0.75), (1_000_000, 0.74)])

    assert offered == dear


def test_patient_customers_make_lots_larger_and_cheaper():
    lot, plain = quantity_with_backorders(YEAR, shortage_cost=5), economic_order_quantity(YEAR)

    assert lot.quantity == pytest.approx(310.81, abs=0.01)  # Snyder & Shen, example 3.8
    assert lot.quantity * lot.cost == pytest.approx(plain.quantity * plain.cost)


@pytest.mark.parametrize("name", ["WW-01", "WW-02"])
def test_known_demand_is_ordered_as_wagner_and_whitin_do(oracle, name):
    """Oracles WW-01 and WW-02."""
    given, expected = oracle(name)

    orders, cost = lots_for_known_demand(given["demand"], given["fixed_cost"], given["holding_cost"])

    assert orders.tolist() == expected["orders"]
    assert cost == pytest.approx(expected["cost"])


@pytest.mark.parametrize("seed", range(5))
def test_no_plan_for_known_demand_is_cheaper(seed):
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 30, 7) * rng.integers(0, 2, 7)

    _, cost = lots_for_known_demand(demand, order_cost=20, holding_cost=1)

    def of(chosen):  # by hand: each order lasts until the next chosen period
        paid, held = 0.0, 0.0
        for period, units in enumerate(demand):
            ordered = max((p for p in range(period + 1) if chosen[p]), default=None)
            if units and ordered is None:
                return np.inf
            held += units * (period - ordered) if units else 0
        starts = [p for p in range(7) if chosen[p]] + [7]
        paid = sum(20 for a, b in pairwise(starts) if demand[a:b].any())
        return paid + held

    assert cost == pytest.approx(min(of(chosen) for chosen in product([0, 1], repeat=7)))


def test_the_cost_of_a_reorder_point_and_a_quantity_is_the_textbooks(oracle):
    """Oracle RQ-01: 78.07 a year."""
    given, expected = oracle("RQ-01")

    assert reorder_cost(ReorderRule(given["r"], given["Q"]), SHOP) == pytest.approx(
        expected["cost"], rel=1e-5
    )


def test_the_reorder_point_for_318_units_is_the_textbooks(oracle):
    """Oracle RQ-03."""
    given, expected = oracle("RQ-03")

    assert best_reorder_point(given["Q"], SHOP) == pytest.approx(expected["r"], rel=1e-4)


def test_the_quick_rule_takes_the_economic_order_with_backorders(oracle):
    """Oracle RQ-05."""
    _, expected = oracle("RQ-05")

    rule = quick_reorder_rule(SHOP)

    assert rule.quantity == pytest.approx(expected["Q"], rel=1e-5)
    assert rule.reorder_point == pytest.approx(expected["r"], rel=1e-5)


def test_no_neighbour_of_the_best_reorder_rule_is_cheaper():
    best = best_reorder_rule(SHOP)
    cost = reorder_cost(best, SHOP)

    assert best.quantity == pytest.approx(328.5, abs=0.1)  # Snyder & Shen, example 5.1
    for point, quantity in product((-3, 0, 3), (-3, 0, 3)):
        other = ReorderRule(best.reorder_point + point, best.quantity + quantity)
        assert reorder_cost(other, SHOP) >= cost - 1e-9


def test_filling_up_from_4_to_10_is_best_for_poisson_6(oracle):
    """Oracle SS-01."""
    given, expected = oracle("SS-01")

    rule = exact_min_max(poisson_pmf(given["mean"]), UnitCosts(given["Cu"], given["Co"]), given["K"])

    assert (rule.low, rule.high) == (expected["s"], expected["S"])
    assert rule.cost == pytest.approx(expected["cost"], rel=1e-6)


def test_the_published_instances_of_zheng_and_federgruen_come_out(oracle):
    """Oracle SS-02; from a mean of 63 on several s cost the same, so only S and cost are compared."""
    given, expected = oracle("SS-02")
    costs = UnitCosts(given["Cu"], given["Co"])
    for mean, s, high, cost in zip(
        given["means"], expected["s"], expected["S"], expected["cost"], strict=True
    ):
        rule = exact_min_max(poisson_pmf(mean), costs, given["K"])

        assert rule.high == high
        assert rule.cost == pytest.approx(cost, rel=1e-3)
        assert mean >= 63 or rule.low == s


@pytest.mark.parametrize("mean", [10, 20, 40])
def test_the_power_approximation_comes_within_a_tenth_of_the_exact_rule(mean):
    pmf, costs = poisson_pmf(mean), UnitCosts(underage=9, overage=1)
    demand = NormalDist(mean, mean**0.5)

    rule = approximate_min_max(demand, demand, costs, order_cost=64)
    exact = exact_min_max(pmf, costs, order_cost=64)

    assert run_min_max(pmf, costs, round(rule.low), round(rule.high)) <= 1.10 * exact.cost


def run_min_max(pmf, costs, low, high, *, order_cost=64, periods=60_000):
    """A shelf by hand: order, then demand, then the cost of what is left or owed."""
    rng = np.random.default_rng(0)
    demand = rng.choice(list(pmf), p=np.array(list(pmf.values())) / sum(pmf.values()), size=periods)
    stock, paid = high, 0.0
    for units in demand.tolist():
        if stock <= low:
            stock, paid = high, paid + order_cost
        stock -= units
        paid += costs.overage * stock if stock >= 0 else -costs.underage * stock
    return paid / periods


def test_an_order_that_costs_nothing_leaves_the_newsvendor():
    demand = NormalDist(50, 8)
    costs = UnitCosts(0.7, 0.18)

    rule = approximate_min_max(demand, demand, costs, order_cost=0)

    assert rule.low == rule.high == pytest.approx(56.604, abs=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: LotTerms(-1, 1, 1),
        lambda: LotTerms(1, 0, 1),
        lambda: quantity_with_backorders(YEAR, 0),
        lambda: quantity_with_discounts(8, 0.3, 1300, [(5, 1.0)]),
        lambda: lots_for_known_demand([1, -2], 1, 1),
        lambda: ReorderTerms(YEAR, 0, NormalDist(1, 1)),
        lambda: exact_min_max({0: 1.0}, UnitCosts(1, 1), 1),
        lambda: exact_min_max({1: 1.0}, UnitCosts(1, 1), -1),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(DecisionError):
        wrong()
