import re

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.orders import ORDER_COLUMNS, plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.paths import SamplePaths
from tests.inventory.conftest import stock

NUMBER = r"−?\d[\d,]*(?:\.\d+)?"


def numbers_in(text):
    return [float(n.replace("−", "-").replace(",", "")) for n in re.findall(NUMBER, text)]


def arithmetic(reason):
    """The sum itself, without what stands in brackets or after it."""
    return re.sub(r" \((rounding|\d+ periods?|not given).*?\)", "", reason).split(" About ")[0]


def test_every_promised_column_is_there(mixed):
    orders = plan_orders(*mixed)

    assert tuple(orders.columns) == ORDER_COLUMNS
    assert (orders["problem"] == "").all()
    assert orders["unique_id"].is_monotonic_increasing
    assert orders["status"].isin(["order now", "soon", "enough", "excess"]).all()
    assert orders["fill_rate"].between(0, 1).all()
    either = orders["stockout_risk"] + orders["risk_before"]
    assert (1 - orders["cycle_service_level"] <= either + 1e-9).all()
    assert (
        1 - orders["cycle_service_level"] >= orders[["stockout_risk", "risk_before"]].max(axis=1) - 1e-9
    ).all()


def test_the_arithmetic_adds_up_as_printed(mixed):
    orders = plan_orders(*mixed)
    placed = orders[orders["order_quantity"] > 0]

    assert len(placed) > 20
    for line in placed.to_dict("records"):
        sentence = arithmetic(line["reason"])
        order, expected, safety, on_hand, on_order, *rest = numbers_in(sentence)
        wanted = expected + safety - on_hand - on_order
        assert order == line["order_quantity"]
        if rest:
            assert rest[0] == wanted
            assert rest[-1] == order
        else:
            assert order == wanted


def test_an_order_of_nothing_shows_what_covers_it(mixed):
    orders = plan_orders(*mixed)
    nothing = orders[(orders["order_quantity"] == 0) & (orders["unrounded_order"] == 0)]

    assert len(nothing) > 10
    for sentence in nothing["reason"]:
        bare = re.sub(r" for \d+ periods?: delivery \d+ \+ every \d+", "", arithmetic(sentence))
        zero, position, needed, expected, safety = numbers_in(bare)
        assert zero == 0
        assert position >= needed == expected + safety


def test_goods_by_weight_add_up_to_the_hundredth(make_paths, make_inputs):
    paths = make_paths([3.3, 8.1, 20.7])
    kilos = SamplePaths(paths.unique_id, paths.ds, paths.values * np.float32(0.137))
    items = {"unique_id": paths.unique_id, "on_hand": [0.25, 1.5, 2.125], "on_order": [0, 0.1, 0]}

    orders = plan_orders(kilos, make_inputs(items, whole_units=False))

    for line in orders.to_dict("records"):
        order, expected, safety, on_hand, on_order = numbers_in(arithmetic(line["reason"]))
        assert order == pytest.approx(expected + safety - on_hand - on_order, abs=1e-9)
        assert order == pytest.approx(line["order_quantity"], abs=0.02)


@pytest.mark.parametrize(
    ("on_hand", "limits", "said"),
    [
        (2, {"pack": 12}, "packs of 12"),
        (2, {"moq": 60}, "minimum order 60"),
        (2, {"capacity": 20}, "room for 18"),
        (2, {"capacity": 20, "moq": 40}, "no allowed order fits"),
        (22, {"moq": 400}, "would cost more than it saves"),
    ],
)
def test_what_keeps_an_order_from_the_wanted_number_is_named(make_paths, make_inputs, on_hand, limits, said):
    items = {"unique_id": ["item 0000"], "on_hand": [on_hand], "on_order": [0]}
    items |= {name: [value] for name, value in limits.items()}

    orders = plan_orders(make_paths([5.0]), make_inputs(items))

    assert said in orders.loc[0, "reason"]


def test_stock_that_was_not_given_is_said_to_be_taken_as_0(make_paths, make_inputs):
    orders = plan_orders(make_paths([5.0]), make_inputs({"unique_id": ["item 0000"]}))

    assert "Stock not given, taken as 0." in orders.loc[0, "note"]
    assert "− on hand 0 (not given)" in orders.loc[0, "reason"]
    assert np.isnan(orders.loc[0, "on_hand"])
    assert orders.loc[0, "inventory_position"] == 0


def test_the_order_is_the_cheapest_whole_number_of_all(make_paths, make_inputs):
    paths, rng = make_paths([0.3, 2, 7, 19], n_paths=200), np.random.default_rng(3)

    orders = plan_orders(paths, make_inputs(stock(paths, rng, on_hand=[0, 3, 0, 11])))

    for row, line in orders.iterrows():
        demand = paths.total(5)[row]
        held = line["inventory_position"] + np.arange(200)[:, None]
        cost = (9 * np.maximum(demand - held, 0) + np.maximum(held - demand, 0)).mean(axis=1)
        assert line["order_quantity"] == np.argmin(cost)
        assert line["expected_cost_if_nothing"] == pytest.approx(cost[0])


def shelf_by_hand(futures, on_hand, order, lead_time):
    """Oracle: one shelf, future by future, period by period; a customer not served is gone."""
    before, after, left = [], [], []
    for future in futures:
        stock, lost = float(on_hand), [0.0, 0.0]
        for period, wanted in enumerate(future):
            stock += order if period == lead_time else 0.0
            lost[period >= lead_time] += max(wanted - stock, 0.0)
            stock = max(stock - wanted, 0.0)
        before.append(lost[0])
        after.append(lost[1])
        left.append(stock)
    return np.array(before), np.array(after), np.array(left)


@pytest.mark.parametrize("lead_time", [0, 1, 3])
def test_costs_and_risks_are_those_of_a_shelf_run_future_by_future(make_paths, make_inputs, lead_time):
    paths = make_paths([4.0, 9.0, 2.0], n_paths=300)
    items = {"unique_id": paths.unique_id, "on_hand": [3, 90, 0]}

    orders = plan_orders(paths, make_inputs(items, policy=OrderPolicy(lead_time, 5 - lead_time)))

    for row, line in orders.iterrows():
        futures = paths.values[row, :, :5]
        before, after, left = shelf_by_hand(futures, line["on_hand"], line["order_quantity"], lead_time)
        _, _, anyway = shelf_by_hand(futures, line["on_hand"], 0, lead_time)
        assert line["short_before"] == pytest.approx(before.mean())
        assert line["lost_before"] == pytest.approx(9 * before.mean())
        assert line["risk_before"] == pytest.approx((before > 0).mean())
        assert line["stockout_risk"] == pytest.approx((after > 0).mean())
        assert line["cycle_service_level"] == pytest.approx((before + after == 0).mean())
        assert line["fill_rate"] == pytest.approx(1 - (before + after).sum() / futures.sum())
        assert line["expected_cost"] == pytest.approx(np.mean(9 * (before + after) + left))
        assert line["excess_before"] == pytest.approx(anyway.mean())


def test_an_empty_shelf_is_a_loss_that_no_order_can_prevent(make_inputs):
    """Ten a day for sure, nothing there, two days to the delivery: 20 units at 9 each are gone."""
    values = np.full((1, 50, 7), 10.0, dtype=np.float32)
    paths = SamplePaths(np.array(["a"], dtype=object), pd.date_range("2026-06-29", periods=7), values)

    line = plan_orders(paths, make_inputs({"unique_id": ["a"], "on_hand": [0]})).loc[0]

    assert (line["short_before"], line["lost_before"], line["risk_before"]) == (20, 180, 1)
    assert line["fill_rate"] == pytest.approx(0.6)
    assert line["cycle_service_level"] == 0
    assert "About 20 units are lost before a delivery can come" in line["reason"]
    assert line["expected_cost"] >= line["lost_before"]


def test_the_reason_says_over_which_days_sales_are_expected(make_paths, make_inputs):
    inputs = make_inputs({"unique_id": ["item 0000"], "on_hand": [90]}, period="day")

    assert (
        "needed for 5 days: delivery 2 + every 3" in plan_orders(make_paths([5.0]), inputs).loc[0, "reason"]
    )


def test_days_of_cover_and_the_date_follow_expected_demand(make_inputs):
    values = np.tile(np.array([10.0, 20.0, 30.0, 40.0], dtype=np.float32), (1, 50, 1))
    ids, ds = np.array(["a"], dtype=object), pd.date_range("2026-06-29", periods=4, freq="W-MON")
    paths = SamplePaths(ids, ds, values)

    def cover(on_hand):
        inputs = make_inputs(
            {"unique_id": ["a"], "on_hand": [on_hand]}, policy=OrderPolicy(1, 1), days_per_period=7.0
        )
        return plan_orders(paths, inputs).loc[0, ["days_of_cover", "stockout_date"]].tolist()

    assert cover(45) == [7 * 2.5, pd.Timestamp("2026-07-13")]
    assert cover(0) == [0.0, pd.Timestamp("2026-06-29")]
    outlasting, no_date = cover(100)
    assert np.isnan(outlasting)
    assert no_date is pd.NaT


def test_the_status_says_what_to_do(make_inputs):
    """Ten a day for sure, five days to cover: the level is 50, the next review 30 sold from now."""
    ids = np.array(["a", "b", "c", "d"], dtype=object)
    values = np.full((4, 50, 7), 10.0, dtype=np.float32)
    paths = SamplePaths(ids, pd.date_range("2026-06-29", periods=7), values)

    orders = plan_orders(paths, make_inputs({"unique_id": ids, "on_hand": [49, 50, 80, 101]}))

    assert orders["status"].tolist() == ["order now", "soon", "enough", "excess"]
    assert orders["order_quantity"].tolist() == [1, 0, 0, 0]


def test_an_item_without_demand_or_stock_orders_nothing(make_paths, make_inputs):
    orders = plan_orders(make_paths([0.0]), make_inputs({"unique_id": ["item 0000"], "on_hand": [0]}))

    assert orders.loc[0, ["order_quantity", "expected_cost"]].tolist() == [0, 0]
    assert np.isnan(orders.loc[0, "fill_rate"])


def test_where_there_is_no_margin_nothing_is_ordered_and_a_note_says_why(make_paths, make_inputs):
    items = {"unique_id": ["item 0000"], "price": [4.0], "unit_cost": [5.0]}

    orders = plan_orders(make_paths([5.0]), make_inputs(items))

    assert orders.loc[0, "order_quantity"] == 0
    assert "no margin" in orders.loc[0, "note"]


def test_a_row_that_cannot_be_decided_leaves_the_others_alone(make_paths, make_inputs):
    paths = make_paths([5.0, 5.0, 5.0])
    items = pd.DataFrame(
        {"unique_id": paths.unique_id, "price": 9.0, "unit_cost": 4.0, "salvage": [0, 5, 0], "on_hand": 3}
    )

    orders = plan_orders(paths, make_inputs(items))

    assert "Salvage 5 is above the unit cost 4" in orders.loc[1, "problem"]
    assert orders.loc[1, ["order_quantity", "expected_cost", "safety_stock"]].isna().all()
    assert orders.loc[1, ["reason", "status"]].tolist() == ["", ""]
    good = plan_orders(paths, make_inputs(items.assign(salvage=0)))
    pd.testing.assert_frame_equal(orders.drop(index=1), good.drop(index=1), check_dtype=False)


def test_every_row_undecided_is_a_table_without_orders(make_paths, make_inputs):
    paths = make_paths([5.0])

    orders = plan_orders(paths, make_inputs({"unique_id": paths.unique_id, "on_hand": [-4]}))

    assert "Stock on hand is -4" in orders.loc[0, "problem"]
    assert np.isnan(orders.loc[0, "order_quantity"])


def test_a_lead_time_beyond_the_horizon_is_a_row_without_an_order_and_the_others_go_on(
    make_paths, make_inputs
):
    paths = make_paths([5.0, 5.0])

    orders = plan_orders(paths, make_inputs({"unique_id": paths.unique_id, "lead_time": [2, 20]}))

    assert "'item 0001' must last 23 periods (lead time 20" in orders.loc[1, "problem"]
    assert "reaches 14; forecast 23 periods or shorten" in orders.loc[1, "problem"]
    assert np.isnan(orders.loc[1, "order_quantity"])
    assert orders.loc[0, "order_quantity"] > 0


def test_a_level_in_the_far_tail_is_said_to_rest_on_few_futures(make_paths, make_inputs):
    inputs = make_inputs({"unique_id": ["item 0000"]}, defaults=CostDefaults(understock=999, overstock=1))

    assert "Fewer than 5 of 1000" in plan_orders(make_paths([5.0]), inputs).loc[0, "note"]


def test_a_perishable_that_expires_before_the_next_order_is_noted(make_paths, make_inputs):
    items = {"unique_id": ["item 0000"], "leftover": ["perishable"], "shelf_life": [3]}

    orders = plan_orders(make_paths([5.0]), make_inputs(items))

    assert "Keeps 3 of the 5 periods" in orders.loc[0, "note"]
