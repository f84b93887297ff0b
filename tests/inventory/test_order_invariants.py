import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.orders import OrderInputs, plan_orders
from forecasting.inventory.policy import OrderPolicy
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
