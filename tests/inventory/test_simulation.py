import numpy as np
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.policy import OrderPolicy
from forecasting.inventory.simulation import ReviewRule, fifo_perishable, simulate_periodic_review


def test_the_hand_checked_trace_is_followed_day_by_day():
    """Oracle SIM-01."""
    rule = ReviewRule(
        order_up_to_level=20,
        policy=OrderPolicy(lead_time=2, review_period=3),
        on_hand=12,
        holding_cost=1,
        shortage_cost=5,
    )

    trace = simulate_periodic_review(np.array([4, 6, 5, 3, 7, 2, 8, 4, 6, 5, 3, 4]), rule)

    assert trace.orders.tolist() == [8, 0, 0, 15, 0, 0, 7, 0, 0, 18, 0, 0]
    assert trace.sales_from_stock.tolist() == [4, 6, 5, 3, 2, 2, 8, 4, 6, 2, 0, 4]
    assert trace.unmet.tolist() == [0, 0, 0, 0, 5, 0, 0, 0, 0, 3, 3, 0]
    assert trace.on_hand_end.tolist() == [8, 2, 5, 2, 0, 13, 5, 1, 2, 0, 0, 14]
    assert trace.backorders_end.tolist() == [0] * 12
    assert (trace.holding_cost, trace.shortage_cost, trace.total_cost) == (52, 55, 107)


def test_the_simulated_base_stock_costs_what_the_book_computes():
    """Oracle SIM-03: Snyder & Shen, example 4.4, 4.4668 per period within 2 %."""
    rule = ReviewRule(
        order_up_to_level=264.7668943741548,
        policy=OrderPolicy(lead_time=4, review_period=1),
        on_hand=264.7668943741548,
        holding_cost=0.18,
        shortage_cost=0.7,
        backorders=True,
    )
    demand = np.random.default_rng(11).normal(50, 8, 100_000)

    trace = simulate_periodic_review(demand, rule)

    assert trace.total_cost / len(demand) == pytest.approx(4.466781004149578, rel=0.02)


def test_owed_units_are_ordered_again_and_served_first():
    """Level 5, lead time 1: eight asked leave three owed, so eight are ordered and four are spoken for."""
    rule = ReviewRule(5, OrderPolicy(1, 1), 5, holding_cost=1, shortage_cost=10, backorders=True)

    trace = simulate_periodic_review(np.array([8, 1, 0]), rule)

    assert trace.orders.tolist() == [0, 8, 1]
    assert trace.backorders_end.tolist() == [3, 4, 0]
    assert trace.on_hand_end.tolist() == [0, 0, 4]
    assert trace.total_cost == 10 * (3 + 4) + 4


@pytest.mark.parametrize("backorders", [False, True])
@pytest.mark.parametrize(("lead_time", "review_period"), [(0, 1), (0, 4), (3, 1), (5, 7)])
def test_units_are_conserved(lead_time, review_period, backorders):
    demand = np.random.default_rng(5).poisson(6, 300)
    rule = ReviewRule(40, OrderPolicy(lead_time, review_period), 25, 1, 1, backorders)

    trace = simulate_periodic_review(demand, rule)

    on_order = trace.orders.sum() - trace.received.sum()
    owed = trace.backorders_end[-1]
    served = demand.sum() - owed - (0 if backorders else trace.unmet.sum())
    assert 25 + trace.received.sum() == pytest.approx(served + trace.on_hand_end[-1])
    assert on_order >= 0
    assert (trace.on_hand_end >= 0).all()


def test_with_no_lead_time_a_perfect_level_loses_and_keeps_nothing():
    rule = ReviewRule(7, OrderPolicy(lead_time=0, review_period=1), 0, 1, 5)

    trace = simulate_periodic_review(np.full(20, 7), rule)

    assert trace.total_cost == 0


def test_a_rule_with_a_negative_amount_is_refused():
    with pytest.raises(DecisionError, match="0 or more"):
        ReviewRule(-1, OrderPolicy(1, 1), 0, 1, 1)


def test_the_oldest_units_are_sold_first_and_the_rest_expires():
    """Oracle PER-01: two days of life, first in first out."""
    trace = fifo_perishable(np.array([3, 5, 2, 4, 1, 6]), np.array([6, 4, 0, 8, 0, 3]), shelf_life=2)

    assert trace.sales.tolist() == [3, 5, 2, 4, 1, 3]
    assert trace.waste.tolist() == [0, 0, 0, 0, 3, 0]
    assert trace.end_stock == 0


@pytest.mark.parametrize("shelf_life", [1, 2, 5])
def test_perishables_are_sold_thrown_away_or_still_there(shelf_life):
    rng = np.random.default_rng(shelf_life)
    demand, receipts = rng.poisson(5, 200), rng.poisson(6, 200)

    trace = fifo_perishable(demand, receipts, shelf_life)

    assert receipts.sum() == pytest.approx(trace.sales.sum() + trace.waste.sum() + trace.end_stock)
    assert (trace.sales <= demand).all()


def test_longer_life_never_wastes_more():
    rng = np.random.default_rng(9)
    demand, receipts = rng.poisson(5, 200), rng.poisson(6, 200)

    waste = [fifo_perishable(demand, receipts, life).waste.sum() for life in (1, 2, 3, 6)]

    assert np.all(np.diff(waste) <= 0)


def test_a_shelf_life_of_nothing_is_refused():
    with pytest.raises(DecisionError, match="Shelf life"):
        fifo_perishable(np.array([1]), np.array([1]), 0)
