import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.inventory.simulation import OrderUpTo, Shelf, simulate
from forecasting.inventory.targets import ServiceTarget, item_targets

POLICY = OrderPolicy(lead_time=2, review_period=3)


def test_a_cycle_service_target_is_a_quantile_and_implies_a_cost(make_paths, make_inputs):
    """1.4: Cu = Co · α / (1 − α); typed Co is 1, so 95 % imply 19."""
    paths = make_paths([6.0, 0.4])
    inputs = make_inputs({"unique_id": paths.unique_id}, policy=POLICY, target=ServiceTarget("alpha", 0.95))

    orders = plan_orders(paths, inputs)

    quantile = np.quantile(paths.total(5), 0.95, axis=1, method="inverted_cdf")
    assert orders["order_up_to_level"].tolist() == quantile.tolist()
    assert orders["implied_underage"].tolist() == pytest.approx([19, 19])
    assert (orders["underage"] == 9).all()  # what it really costs stays what it is


def test_a_fill_rate_target_serves_that_share_of_demand_on_a_simulated_shelf(make_paths, make_inputs):
    paths = make_paths([6.0])
    inputs = make_inputs({"unique_id": ["item 0000"]}, policy=POLICY, target=ServiceTarget("beta", 0.97))

    line = plan_orders(paths, inputs).iloc[0]

    demand = np.random.default_rng(0).poisson(6.0, size=(600, 99)).astype(float)

    def served(level):
        shelf = Shelf(on_hand=level, lead_time=2, review_period=3, backorders=True)
        trace = simulate(demand, OrderUpTo(np.full(600, level)), shelf)
        return 1 - trace.unmet.sum() / demand.sum()

    assert served(line["order_up_to_level"]) >= 0.97 > served(line["order_up_to_level"] - 1)


def test_two_measures_of_service_are_two_numbers(make_paths, make_inputs):
    paths = make_paths([6.0])
    alpha, beta = (
        plan_orders(
            paths, make_inputs({"unique_id": ["item 0000"]}, policy=POLICY, target=ServiceTarget(m, 0.95))
        ).iloc[0]
        for m in ("alpha", "beta")
    )

    assert beta["order_up_to_level"] < alpha["order_up_to_level"]
    assert beta["implied_underage"] < alpha["implied_underage"]


def test_an_item_wins_over_its_class_and_a_class_over_the_project():
    items = pd.DataFrame(
        {
            "unique_id": list("abcd"),
            "category": ["Bread", "Bread", "Tins", None],
            "service_target": [0.5, None, None, None],
        }
    )

    by_class = item_targets(items, ServiceTarget(share=0.9, column="category", shares={"Bread": 0.99}))

    assert by_class.tolist() == [0.5, 0.99, 0.9, 0.9]
    assert np.isnan(item_targets(items, ServiceTarget())[1:]).all()


def test_items_without_a_target_are_ordered_by_cost(make_paths, make_inputs):
    paths = make_paths([6.0, 6.0])
    items = {"unique_id": paths.unique_id, "service_target": [0.5, np.nan]}

    asked, free = (
        plan_orders(paths, make_inputs(i, policy=POLICY)) for i in (items, {"unique_id": paths.unique_id})
    )

    assert asked.loc[0, "order_up_to_level"] < free.loc[0, "order_up_to_level"]
    assert asked.loc[1, "order_up_to_level"] == free.loc[1, "order_up_to_level"]
    assert np.isnan(asked.loc[1, "implied_underage"])


def test_packs_are_rounded_as_the_implied_cost_wants(make_paths, make_inputs):
    """At 99.9 % a missed unit is worth 999 left over: round up; at 50 % it is worth one: nearest."""
    paths = make_paths([6.0])
    items = {"unique_id": ["item 0000"], "on_hand": [10.0], "pack": [30]}

    def order(share):
        inputs = make_inputs(items, policy=POLICY, target=ServiceTarget("alpha", share))
        return plan_orders(paths, inputs).iloc[0]

    high, low = order(0.999), order(0.5)
    assert high["order_quantity"] == 60
    assert high["unrounded_order"] == pytest.approx(38, abs=3)
    assert low["order_quantity"] == 30


@pytest.mark.parametrize("wrong", [{"share": 95}, {"shares": {"A": 1.0}}, {"measure": "gamma"}])
def test_a_target_that_is_no_share_is_refused(wrong):
    with pytest.raises(DecisionError):
        ServiceTarget(**wrong)
