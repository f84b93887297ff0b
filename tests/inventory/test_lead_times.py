import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.lead_times import (
    observed_lead_times,
    triangular_lead_times,
    varying_lead_times,
)
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.own_orders import own_costs, with_own_quantities
from forecasting.inventory.policy import OrderPolicy
from forecasting.paths import SamplePaths

POLICY = OrderPolicy(lead_time=4, review_period=3)


def receipts(days, supplier="Mill"):
    ordered = pd.date_range("2026-01-01", periods=len(days), freq="7D")
    return pd.DataFrame(
        {"supplier": supplier, "ordered": ordered, "received": ordered + pd.to_timedelta(days, unit="D")}
    )


def test_eight_receipts_say_how_long_a_supplier_takes_and_seven_do_not():
    seen = pd.concat([receipts([3, 4, 4, 5, 3, 4, 9, 4]), receipts([2] * 7, "Dairy")])

    assert {k: v.tolist() for k, v in observed_lead_times(seen, 1).items()} == {
        "Mill": [3, 3, 4, 4, 4, 4, 5, 9]
    }
    assert observed_lead_times(seen, 7)["Mill"].tolist() == [1] * 7 + [2]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(receipts([3, -1]), "1 receipts came before"), (receipts([3]).drop(columns="received"), "missing")],
)
def test_receipts_that_cannot_be_are_refused(wrong, said):
    with pytest.raises(DecisionError, match=said):
        observed_lead_times(wrong, 1)


def test_three_numbers_spread_as_a_triangle():
    draws = triangular_lead_times(2, 5, 20)

    assert (draws.min(), draws.max()) == (2, 19)  # the last half percent of the triangle rounds to 19
    assert draws.mean() == pytest.approx((2 + 5 + 20) / 3, abs=0.05)
    assert triangular_lead_times(3, 3, 3).tolist() == [3]
    with pytest.raises(DecisionError, match="rise"):
        triangular_lead_times(5, 4, 9)


def test_every_lead_time_comes_up_as_often_as_it_should_and_alike_for_a_series():
    possible = np.array([1.0, 1.0, 2.0, 6.0])
    both = varying_lead_times(np.array([possible, possible]), 400, np.array(["a", "b"]))
    alone = varying_lead_times(np.array([possible]), 400, np.array(["b"]))

    assert np.bincount(both[0]).tolist() == [0, 200, 100, 0, 0, 0, 100]
    assert not (both[0] == both[1]).all()
    assert (both[1] == alone[0]).all()


def test_the_spread_of_demand_over_a_random_lead_time_is_the_textbooks(make_inputs):
    """1.3: σ_P² = (R + E L) σ_d² + d̄² σ_L²; here 7 · 25 + 400 · 2."""
    values = np.random.default_rng(1).normal(20, 5, size=(1, 20_000, 12)).astype(np.float32)
    paths = SamplePaths(np.array(["a"], dtype=object), pd.date_range("2026-06-29", periods=12), values)
    items = {"unique_id": ["a"], "supplier": ["Mill"]}
    shown = {"Mill": np.array([2.0, 3, 4, 5, 6])}  # mean 4, variance 2

    plan = plan_orders(paths, make_inputs(items, policy=POLICY, whole_units=False, lead_times=shown)).iloc[0]

    spread = math.sqrt(7 * 25 + 400 * 2)
    assert plan["expected_demand"] == pytest.approx(140, abs=0.5)
    exact = NormalDist(140, spread).inv_cdf(0.9)
    assert plan["order_up_to_level"] == pytest.approx(exact, rel=0.02)  # five lead times are no bell


def test_uncertain_deliveries_ask_for_more_and_say_so(make_paths, make_inputs):
    paths = make_paths([6.0])
    plain = {"unique_id": ["item 0000"], "on_hand": [20.0]}
    late = plain | {"lead_time_min": [2.0], "lead_time_max": [9.0]}

    sure, unsure = (plan_orders(paths, make_inputs(i, policy=POLICY)).iloc[0] for i in (plain, late))

    assert unsure["order_up_to_level"] > sure["order_up_to_level"]
    assert "delivery 4, 2 to 9, + every 3" in unsure["reason"]
    assert (unsure["lead_time_min"], unsure["lead_time_max"]) == (2, 9)


def test_a_supplier_who_always_takes_the_same_is_as_good_as_a_number(make_paths, make_inputs):
    paths = make_paths([6.0])
    items = {"unique_id": ["item 0000"], "supplier": ["Mill"], "lead_time": [4]}
    known = plan_orders(paths, make_inputs(items, policy=POLICY, lead_times={"Mill": np.array([4.0] * 8)}))
    given = plan_orders(paths, make_inputs(items, policy=POLICY))

    pd.testing.assert_frame_equal(known, given)


def test_an_own_quantity_is_judged_by_the_same_deliveries(make_paths, make_inputs):
    paths = make_paths([6.0, 2.0])
    items = {"unique_id": paths.unique_id, "on_hand": [20.0, 5.0], "supplier": ["Mill", "Dairy"]}
    shown = {"Mill": np.array([1.0, 4, 4, 10])}
    orders = plan_orders(paths, make_inputs(items, policy=POLICY, lead_times=shown)).assign(
        supplier=items["supplier"]
    )
    more = {"item 0000": orders.loc[0, "order_quantity"] + 1e-6}

    own = own_costs(with_own_quantities(orders, more), paths, shown)

    assert own.loc[0, "yours_cost"] == pytest.approx(orders.loc[0, "expected_cost"])


def test_the_longest_lead_time_must_fit_the_forecast(make_paths, make_inputs):
    items = {"unique_id": ["item 0000"], "lead_time_max": [12.0]}

    with pytest.raises(DecisionError, match=r"longest lead time 12 .* reaches 14; forecast 15"):
        plan_orders(make_paths([6.0]), make_inputs(items, policy=POLICY))


def test_a_usual_lead_time_outside_its_bounds_is_a_problem_of_its_row(make_paths, make_inputs):
    items = {"unique_id": ["item 0000", "item 0001"], "lead_time_min": [6, np.nan], "lead_time": [4, 4]}

    orders = plan_orders(make_paths([6.0, 6.0]), make_inputs(items, policy=POLICY))

    assert "does not lie between its shortest, 6," in orders.loc[0, "problem"]
    assert orders.loc[1, "problem"] == ""
