"""The textbook rules played on the simulator: what they cost there is what the formulas say."""

import numpy as np
import pytest

from forecasting.inventory.closed_form import poisson_pmf
from forecasting.inventory.min_max import exact_min_max
from forecasting.inventory.shelf_rules import FillBetween, ReorderLots
from forecasting.inventory.simulation import OrderUpTo, Shelf, simulate
from forecasting.inventory.unit_costs import UnitCosts

DAILY = {"lead_time": 0, "review_period": 1, "backorders": True}


def cost_per_period(trace, order_cost, over, under, skip=20):
    kept = slice(skip, None)
    orders = (trace.orders[:, kept] > 0).mean()
    return (
        order_cost * orders + over * trace.on_hand[:, kept].mean() + under * trace.backorders[:, kept].mean()
    )


def test_the_base_stock_of_example_4_4_costs_what_the_book_says():
    """Oracles BS-01 and SIM-03: within 2 % of 4.4668."""
    demand = np.maximum(np.random.default_rng(0).normal(50, 8, (400, 270)), 0)
    level = np.full(400, 264.76689437415484)

    trace = simulate(demand, OrderUpTo(level), Shelf(level, lead_time=4, review_period=1, backorders=True))

    assert cost_per_period(trace, 0, 0.18, 0.70) == pytest.approx(4.466781, rel=0.02)


def test_filling_between_4_and_10_costs_what_the_exact_rule_says():
    """Oracle SS-01 on the shelf: 8.034 a period."""
    demand = np.random.default_rng(1).poisson(6, (400, 270)).astype(float)
    rule = exact_min_max(poisson_pmf(6), UnitCosts(4, 1), 5)

    trace = simulate(
        demand, FillBetween(np.full(400, rule.low), np.full(400, rule.high)), Shelf(10.0, **DAILY)
    )

    assert cost_per_period(trace, 5, 1, 4) == pytest.approx(8.034111561471644, rel=0.02)


def test_lots_are_ordered_at_the_reorder_point_and_only_whole():
    rule = ReorderLots(np.array([10.0, 10.0, 10.0]), np.array([6.0, 6.0, 6.0]))

    assert rule.order(np.array([11.0, 10.0, -3.0]), 0).tolist() == [0, 6, 18]


def test_units_are_conserved_under_every_rule():
    demand = np.random.default_rng(2).poisson(3, (50, 80)).astype(float)
    for rule in (
        FillBetween(np.full(50, 4.0), np.full(50, 15.0)),
        ReorderLots(np.full(50, 6.0), np.full(50, 9.0)),
    ):
        trace = simulate(demand, rule, Shelf(7.0, lead_time=3, review_period=2, shelf_life=5))
        there = 7 + trace.received.sum(axis=1)
        gone = trace.sold.sum(axis=1) + trace.expired.sum(axis=1) + trace.on_hand[:, -1]
        assert there.tolist() == pytest.approx(gone.tolist())
