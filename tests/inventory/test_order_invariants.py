from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.orders import OrderInputs, plan_orders
from forecasting.inventory.policy import KINDS, OrderPolicy
from forecasting.inventory.targets import ServiceTarget
from forecasting.paths import SamplePaths
from tests.inventory.conftest import stock


def test_the_level_never_falls_with_the_cost_of_a_lost_sale_or_the_lead_time(make_paths, make_inputs):
    paths = make_paths([0.4, 3, 12])
    items = {"unique_id": paths.unique_id}

    def levels(understock, lead_time):
        inputs = make_inputs(
            items, defaults=CostDefaults(understock=understock), policy=OrderPolicy(lead_time, 2)
        )
        return plan_orders(paths, inputs)["order_up_to_level"].to_numpy()

    by_cost = np.array([levels(cost, 3) for cost in (0.1, 0.5, 1, 4, 19, 99)])
    by_time = np.array([levels(4, lead_time) for lead_time in range(8)])
    assert (np.diff(by_cost, axis=0) >= 0).all()
    assert (np.diff(by_time, axis=0) >= 0).all()


def test_ten_more_on_hand_lower_the_order_by_at_most_ten(make_paths, make_inputs):
    paths, rng = make_paths(np.random.default_rng(8).uniform(1, 20, 40)), np.random.default_rng(8)
    items = stock(paths, rng)
    more = items | {"on_hand": items["on_hand"] + 10}

    fewer = (
        plan_orders(paths, make_inputs(items))["order_quantity"]
        - plan_orders(paths, make_inputs(more))["order_quantity"]
    )

    assert fewer.between(0, 10).all()
    assert (fewer == 10).any()


def test_another_currency_scales_all_money_and_no_quantity(mixed):
    paths, inputs = mixed
    items = inputs.items.assign(price=inputs.items["price"] * 8, unit_cost=inputs.items["unit_cost"] * 8)
    scaled = OrderInputs(items, inputs.defaults, inputs.policy, inputs.days_per_period, currency="EUR")

    before, after = plan_orders(paths, inputs), plan_orders(paths, scaled)

    assert before["order_quantity"].tolist() == after["order_quantity"].tolist()
    for money in ("expected_cost", "expected_cost_if_nothing", "money_at_stake", "rounding_cost"):
        np.testing.assert_allclose(after[money], 8 * before[money], atol=1e-9)


def test_the_order_of_the_items_changes_nothing(mixed):
    paths, inputs = mixed
    shuffled = inputs.items.sample(frac=1, random_state=0)

    again = OrderInputs(shuffled, inputs.defaults, inputs.policy, inputs.days_per_period, currency="EUR")

    pd.testing.assert_frame_equal(plan_orders(paths, inputs), plan_orders(paths, again))


def test_a_series_is_decided_alone_as_among_many(mixed):
    paths, inputs = mixed
    alone = plan_orders(paths.only([paths.unique_id[7]]), inputs)

    pd.testing.assert_frame_equal(alone, plan_orders(paths, inputs).iloc[[7]].reset_index(drop=True))


def test_a_period_of_no_length_is_refused(make_inputs):
    with pytest.raises(DecisionError, match="above 0"):
        make_inputs({"unique_id": ["a"]}, days_per_period=0.0)


def test_the_level_never_falls_when_futures_spread_wider_about_the_same_mean(make_inputs):
    shape = np.random.default_rng(3).normal(size=(1, 2000, 14))
    shape -= shape.mean(axis=1, keepdims=True)
    spreads, ds = (0, 1, 2, 4, 8), pd.date_range("2026-06-29", periods=14)
    ids = np.array([f"spread {s}" for s in spreads], dtype=object)
    values = np.concatenate([100 + s * shape for s in spreads]).astype(np.float32)
    inputs = make_inputs({"unique_id": ids}, whole_units=False)

    level = plan_orders(SamplePaths(ids, ds, values), inputs)["order_up_to_level"].to_numpy()

    assert level[0] == pytest.approx(500, rel=1e-6)
    assert (np.diff(level) > 0).all()
    np.testing.assert_allclose(np.diff(level) / np.diff(spreads), (level[1] - level[0]), rtol=0.02)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("target", [ServiceTarget(), ServiceTarget("beta", 0.98)])
def test_no_rule_orders_less_than_nothing_or_what_supplier_and_shelf_refuse(mixed, kind, target):
    paths, inputs = mixed
    inputs = replace(inputs, policy=replace(inputs.policy, kind=kind), target=target)

    orders = plan_orders(paths, inputs)

    q = orders["order_quantity"]
    assert (q >= 0).all()
    assert (q > 0).any()
    assert (q % orders["pack"] == 0).all()
    assert ((q == 0) | (q >= orders["moq"])).all()
    room = (orders["capacity"] - orders["inventory_position"]).clip(lower=0).fillna(np.inf)
    assert (q <= room).all()


def test_the_calendar_date_decides_nothing(mixed):
    paths, inputs = mixed
    later = replace(paths, ds=paths.ds + pd.Timedelta(days=3 * 7))

    before, after = plan_orders(paths, inputs), plan_orders(later, inputs)

    moved = after.assign(stockout_date=after["stockout_date"] - pd.Timedelta(days=3 * 7))
    pd.testing.assert_frame_equal(before, moved)
