"""Rules for orders that cost money by themselves: (s, S) and (s, Q) in the plan."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.paths import SamplePaths

TIN = {"price": [12.0], "unit_cost": [7.3], "holding_rate": [0.25]}


def one(paths, make_inputs, kind, on_hand, *, order_cost=20.0, **columns):
    items = {"unique_id": ["item 0000"], "on_hand": [on_hand]} | TIN | columns
    inputs = make_inputs(items, defaults=CostDefaults(order_cost=order_cost), policy=OrderPolicy(2, 3, kind))
    return plan_orders(paths, inputs).iloc[0]


@pytest.fixture(scope="module")
def paths():
    values = np.random.default_rng(0).poisson(6.0, size=(1, 1000, 14)).astype(np.float32)
    return SamplePaths(np.array(["item 0000"], dtype=object), pd.date_range("2026-06-29", periods=14), values)


def test_min_max_fills_up_to_a_lot_above_the_reorder_point(paths, make_inputs):
    """The lot is the EOQ: √(2 · 20 · 6 / (7.3 · 0.25 / 365))."""
    line = one(paths, make_inputs, "min_max", 10.0)
    lot = np.ceil(np.sqrt(2 * 20 * line["expected_demand"] / 5 / (7.3 * 0.25 / 365)))

    assert line["lot"] == lot
    assert line["order_up_to_level"] == line["reorder_point"] + lot
    assert line["order_quantity"] == line["order_up_to_level"] - 10
    assert f"+ lot {lot:g} " in line["reason"]


def test_above_the_reorder_point_nothing_is_ordered(paths, make_inputs):
    point = one(paths, make_inputs, "min_max", 10.0)["reorder_point"]

    for kind in ("min_max", "fixed_quantity"):
        at, above = (one(paths, make_inputs, kind, point + more) for more in (0, 1))
        assert at["order_quantity"] > 0
        assert above["order_quantity"] == 0
        assert f"cover the {point:g} needed" in above["reason"]


def test_a_fixed_quantity_comes_in_whole_lots(paths, make_inputs):
    few = one(paths, make_inputs, "fixed_quantity", 10.0, order_cost=0.01)
    lot = few["lot"]

    assert lot == np.ceil(few["expected_demand"] / 5 * 3)  # at least what sells in a cycle
    assert few["order_quantity"] == lot * np.ceil((few["reorder_point"] - 10) / lot)
    assert f"lots of {lot:g}" in few["reason"]


def test_a_lot_is_kept_as_near_as_packs_allow(paths, make_inputs):
    free = one(paths, make_inputs, "min_max", 10.0)["order_quantity"]
    packed = one(paths, make_inputs, "min_max", 10.0, pack=[50])["order_quantity"]

    assert packed % 50 == 0
    assert abs(packed - free) <= 25


def test_orders_that_cost_nothing_and_the_plain_rule_know_no_lot(paths, make_inputs):
    line = one(paths, make_inputs, "order_up_to", 10.0)

    assert line["lot"] == 0
    assert line["reorder_point"] == line["order_up_to_level"]


def test_an_unknown_rule_is_refused():
    with pytest.raises(DecisionError, match="min_max"):
        OrderPolicy(2, 3, "whenever")
