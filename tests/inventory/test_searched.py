"""Levels searched on simulated shelves: what the formula only nearly knows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.inventory.simulation import OrderUpTo, Shelf, simulate
from forecasting.paths import SamplePaths

# A lost sale costs little more than keeping a unit for a cycle.
THIN = {"price": 5.25, "unit_cost": 5.0, "holding_rate": 2.0}


@pytest.fixture(scope="module")
def paths():
    values = np.random.default_rng(0).negative_binomial(2, 0.2, (3, 500, 28)).astype(np.float32)
    ids = np.array(["a", "b", "c"], dtype=object)
    return SamplePaths(ids, pd.date_range("2026-06-29", periods=28), values)


def planned(paths, make_inputs, *, searched, lead_time=7, **columns):
    items = pd.DataFrame({"unique_id": paths.unique_id}).assign(on_hand=0.0, **(THIN | columns))
    policy = OrderPolicy(lead_time, 7, searched=searched)
    return plan_orders(paths, make_inputs(items, defaults=CostDefaults(), policy=policy))


def realised(level, *, lead_time=7, life=np.inf, **prices):
    """Money per period of order-up-to on 400 fresh shelves over 200 periods of the same demand."""
    demand = np.random.default_rng(99).negative_binomial(2, 0.2, (400, 200)).astype(float)
    trace = simulate(
        demand, OrderUpTo(np.full(400, float(level))), Shelf(level, lead_time, 7, shelf_life=life)
    )
    paid = prices["missed"] * trace.unmet + prices["held"] * trace.on_hand + prices["expired"] * trace.expired
    return float(paid[:, 20:].mean())


def test_lost_sales_with_a_lead_time_need_less_than_the_formula_and_cost_less(paths, make_inputs):
    formula, searched = (planned(paths, make_inputs, searched=s) for s in (False, True))
    prices = {"missed": 0.25, "held": 5 * 2 / 365, "expired": 0.0}

    before, after = (orders["order_up_to_level"] for orders in (formula, searched))

    assert after.mean() < before.mean()
    assert realised(after.mean(), **prices) < 0.995 * realised(before.mean(), **prices)
    row = int(np.argmax(after != before))
    said = f"Level {after[row]:g} from simulated shelves; the formula gives {before[row]:g}."
    assert searched.loc[row, "note"].endswith(said)


def test_dated_goods_are_stocked_by_what_really_expires(paths, make_inputs):
    dated = {"leftover": "perishable", "shelf_life": 10.0, "salvage": 0.0}
    formula, searched = (planned(paths, make_inputs, searched=s, lead_time=2, **dated) for s in (False, True))
    prices = {"missed": 0.25, "held": 5 * 2 / 365, "expired": 5.0}

    before, after = (orders["order_up_to_level"].mean() for orders in (formula, searched))

    kept, searched_for = (realised(s, lead_time=2, life=10, **prices) for s in (before, after))
    assert searched_for < 0.99 * kept


@pytest.mark.parametrize(
    "columns",
    [
        {"price": 9.0, "holding_rate": 0.25},  # a ratio so high that cycles without stock are rare
        {"leftover": "perishable"},  # settled at the end of the cycle: the newsvendor is exact
        {"missed_sale": "backorder", "backorder_cost": 2.0},  # the formula is exact where customers wait
    ],
)
def test_where_the_formula_is_right_the_search_has_no_place(paths, make_inputs, columns):
    formula, searched = (planned(paths, make_inputs, searched=s, **columns) for s in (False, True))

    pd.testing.assert_frame_equal(formula, searched)


def test_without_a_lead_time_nothing_is_lost_before_a_delivery_and_the_formula_stays(paths, make_inputs):
    formula, searched = (planned(paths, make_inputs, searched=s, lead_time=0) for s in (False, True))

    pd.testing.assert_frame_equal(formula, searched)


def test_a_series_is_searched_alone_as_among_others(paths, make_inputs):
    together = planned(paths, make_inputs, searched=True)
    second = replace(paths, unique_id=paths.unique_id[1:2], values=paths.values[1:2])

    alone = planned(second, make_inputs, searched=True)

    assert alone.loc[0, "order_up_to_level"] == together.loc[1, "order_up_to_level"]
