import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.newsvendor import newsvendor_quantity
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.paths import SamplePaths


def test_russell_and_taylor_order_398(normal_sum_paths, make_inputs):
    """Oracle RS-01: 6 a day, sd 1.2, review 60, lead time 5, 8 on hand, z = 1.65."""
    covered = NormalDist().cdf(1.65)
    demand = NormalDist(6 * 65, 1.2 * math.sqrt(65))

    orders = plan_orders(
        normal_sum_paths(demand, 65),
        make_inputs(
            {"unique_id": ["carpet"], "on_hand": [8]},
            defaults=CostDefaults(understock=covered, overstock=1 - covered),
            policy=OrderPolicy(lead_time=5, review_period=60),
            whole_units=False,
        ),
    )

    assert orders.loc[0, "order_quantity"] == pytest.approx(397.963, rel=1e-3)


def test_safety_stock_is_the_textbooks_76_9_where_a_peer_prints_249(normal_sum_paths, make_inputs):
    """μ 100, σ 30, four periods, costs 9 : 1 give 76.9 above the 400 expected, 476.9 in all."""
    orders = plan_orders(
        normal_sum_paths(NormalDist(400, 60), 4),
        make_inputs({"unique_id": ["carpet"]}, policy=OrderPolicy(3, 1), whole_units=False),
    )

    assert orders.loc[0, "safety_stock"] == pytest.approx(76.9, abs=0.1)
    assert orders.loc[0, "order_up_to_level"] == pytest.approx(476.9, abs=0.1)


def test_base_stock_from_paths_is_the_books_264_8(normal_sum_paths, make_inputs):
    """Oracle BS-01, per unit short and left over at the end of the interval.

    The shelf is as the rule itself keeps it: nothing is lost before the delivery.
    """
    orders = plan_orders(
        normal_sum_paths(NormalDist(250, 8 * math.sqrt(5)), 5),
        make_inputs(
            {"unique_id": ["carpet"], "on_hand": [60.0], "on_order": [200.0]},
            defaults=CostDefaults(understock=0.70, overstock=0.18),
            policy=OrderPolicy(lead_time=4, review_period=1),
            whole_units=False,
        ),
    )

    assert orders.loc[0, "order_up_to_level"] == pytest.approx(264.767, abs=0.02)
    assert orders.loc[0, "expected_cost"] == pytest.approx(4.4668, abs=0.002)


def test_the_level_is_the_quantile_of_the_sum_not_the_sum_of_quantiles(make_inputs):
    """Oracle PI-01: seven days of N(20, 5²) at 95 % need 161.8; the daily quantiles add up to 197.6."""
    values = np.random.default_rng(0).normal(20, 5, size=(1, 40_000, 7)).astype(np.float32)
    paths = SamplePaths(np.array(["a"], dtype=object), pd.date_range("2026-06-29", periods=7), values)

    orders = plan_orders(
        paths,
        make_inputs(
            {"unique_id": ["a"]},
            defaults=CostDefaults(understock=19, overstock=1),
            policy=OrderPolicy(lead_time=0, review_period=7),
            whole_units=False,
        ),
    )

    assert orders.loc[0, "order_up_to_level"] == pytest.approx(161.759, rel=0.005)


def test_paths_that_remember_cover_as_often_as_asked_and_shuffled_ones_do_not():
    """Oracles PI-02 and PI-04: AR(1) with φ 0.5 over seven days; ignoring it gives 85 % for 95 %."""
    rng = np.random.default_rng(4)
    shocks = rng.normal(size=(60_000, 7))
    demand = np.empty_like(shocks)
    demand[:, 0] = shocks[:, 0] / math.sqrt(1 - 0.25)
    for day in range(1, 7):
        demand[:, day] = 0.5 * demand[:, day - 1] + shocks[:, day]
    shuffled = rng.permuted(demand, axis=0)

    def covered(samples):
        return (demand.sum(axis=1) <= newsvendor_quantity(samples.sum(axis=1), 0.95)).mean()

    assert covered(demand) == pytest.approx(0.95, abs=1e-3)
    assert covered(shuffled) == pytest.approx(0.854, abs=0.01)
