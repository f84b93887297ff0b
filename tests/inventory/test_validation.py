"""The table of bad inputs: each row its own sentence, and the other rows go on."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError, DecisionError
from forecasting.ingest.items import read_items
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.paths import SamplePaths
from forecasting.schema import validate_sales

GOOD = {"price": 9.0, "unit_cost": 5.0, "salvage": 1.0, "on_hand": 5.0}


def planned(make_paths, make_inputs, **wrong):
    rows = [GOOD | wrong, GOOD]
    items = pd.DataFrame(rows).assign(unique_id=["item 0000", "item 0001"])
    return plan_orders(make_paths([6.0, 6.0]), make_inputs(items))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"price": -1.0}, "Price is -1"),
        ({"unit_cost": 0.0}, "Unit cost is 0"),
        ({"salvage": 5.5}, "leftovers would earn money"),
        ({"price": 4.0, "salvage": 4.5}, "above the price"),
        ({"goodwill": -2.0}, "Goodwill is -2"),
        ({"holding_rate": 3.0}, "Holding rate is 3"),
        ({"leftover": "perishable", "salvage": 5.0, "holding_rate": 0.0}, "infinite"),
        ({"lead_time": -1.0}, "Lead time is -1"),
        ({"lead_time": 1.5}, "whole number"),
        ({"review_period": 0.0}, "Review period is 0"),
        ({"on_hand": -3.0}, "Stock on hand is -3"),
        ({"on_order": -3.0}, "Stock on order is -3"),
        ({"pack": 0.0}, "Pack size is 0"),
        ({"moq": -1.0}, "Minimum order is -1"),
        ({"stock_date": "2026-06-01"}, "counted on 2026-06-01, 28 days before"),
        ({"stock_date": "yesterday"}, "Stock date reads 'yesterday'"),
    ],
)
def test_a_bad_row_gets_its_reason_and_the_others_go_on(make_paths, make_inputs, wrong, said):
    orders = planned(make_paths, make_inputs, **wrong)

    assert said in orders.loc[0, "problem"]
    assert np.isnan(orders.loc[0, "order_quantity"])
    assert orders.loc[1, "problem"] == ""
    assert orders.loc[1, "order_quantity"] > 0


def test_a_stale_stock_that_somebody_confirmed_is_ordered(make_paths, make_inputs):
    items = pd.DataFrame([GOOD]).assign(unique_id="item 0000", stock_date="2026-06-01")

    orders = plan_orders(make_paths([6.0]), make_inputs(items, stock_confirmed=True))

    assert orders.loc[0, "problem"] == ""


def test_a_price_at_cost_orders_nothing_and_says_there_is_no_money_to_be_made(make_paths, make_inputs):
    orders = planned(make_paths, make_inputs, price=5.0)

    assert orders.loc[0, "order_quantity"] == 0
    assert "no money to be made" in orders.loc[0, "note"]


def test_a_horizon_below_lead_time_plus_review_is_an_error_not_a_truncation(make_paths, make_inputs):
    with pytest.raises(DecisionError, match="reaches 14; forecast 15"):
        plan_orders(make_paths([6.0]), make_inputs({"unique_id": ["item 0000"]}, policy=OrderPolicy(8, 7)))


def test_stock_below_nothing_is_owed_where_customers_wait(make_paths, make_inputs):
    waits = {"missed_sale": "backorder", "backorder_cost": 2.0}
    items = [GOOD | waits | {"on_hand": on_hand} for on_hand in (-7.0, 0.0)]
    ids = {"unique_id": ["item 0000", "item 0001"]}
    paths = make_paths([6.0])
    same = SamplePaths(np.array(ids["unique_id"], dtype=object), paths.ds, np.repeat(paths.values, 2, axis=0))

    orders = plan_orders(same, make_inputs(pd.DataFrame(items).assign(**ids)))

    assert orders["problem"].tolist() == ["", ""]
    assert orders.loc[0, "order_quantity"] == orders.loc[1, "order_quantity"] + 7
    assert "+ owed 7 − on order" in orders.loc[0, "reason"]
    assert orders.loc[0, "days_of_cover"] == 0


def test_a_minimum_order_that_is_no_whole_number_of_packs_is_rounded_up_with_a_note(make_paths, make_inputs):
    orders = planned(make_paths, make_inputs, moq=130.0, pack=12.0)

    assert "130 is no whole number of packs of 12: 132 is the least" in orders.loc[0, "note"]
    assert orders.loc[0, "order_quantity"] in (0, 132)
    assert "packs" not in orders.loc[1, "note"]
    assert "packs" not in planned(make_paths, make_inputs, moq=24.0, pack=12.0).loc[0, "note"]


@pytest.mark.parametrize(("share", "said"), [(0.02, "2.0% of its"), (0.2, "too much to be chance")])
def test_demand_below_zero_counts_as_none_and_its_share_is_told(make_paths, make_inputs, share, said):
    paths = make_paths([6.0, 6.0])
    values = paths.values.copy()
    cut = int(share * values.shape[1])
    values[0, :cut] = -5.0
    none = values.copy()
    none[0, :cut] = 0.0
    inputs = make_inputs(pd.DataFrame([GOOD, GOOD]).assign(unique_id=paths.unique_id))

    orders, clean = (plan_orders(paths.with_values(v), inputs) for v in (values, none))

    assert said in orders.loc[0, "note"]
    assert "below zero" not in orders.loc[1, "note"]
    pd.testing.assert_frame_equal(orders.drop(columns="note"), clean.drop(columns="note"))


def test_futures_that_are_no_numbers_are_refused():
    with pytest.raises(DataError, match="not finite"):
        SamplePaths(
            np.array(["a"], dtype=object), pd.date_range("2026-06-29", periods=2), np.full((1, 3, 2), np.nan)
        )


@pytest.mark.parametrize(
    ("y", "said"), [([1.0, -2.0], "less than nothing"), ([1.0, np.nan], "no units sold")]
)
def test_returns_and_unknown_periods_are_never_counted_as_sales(y, said):
    with pytest.raises(DataError, match=said):
        validate_sales(pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2026-01-01", periods=2), "y": y}))


def test_two_rows_for_a_day_are_refused():
    twice = pd.DataFrame({"unique_id": "a", "ds": [pd.Timestamp("2026-01-01")] * 2, "y": [1.0, 2.0]})
    with pytest.raises(DataError, match="Two rows"):
        validate_sales(twice)


def test_a_bad_entry_of_the_items_file_is_a_row_without_an_order_that_names_its_row(make_paths, make_inputs):
    """From the file to the order: a cell that is nonsense, a row that breaks a rule, a row that is fine."""
    table = [
        "item,price,unit_cost,salvage,lead_time,on_hand",
        "item 0000,9,5,1,soon,5",
        "item 0001,9,5,5.5,2,5",
        "item 0002,9,5,1,2,5",
    ]
    series = pd.DataFrame({"unique_id": [f"item 000{k}" for k in range(3)]}).assign(
        item=lambda t: t["unique_id"]
    )
    items, warnings = read_items("\n".join(table).encode(), name="items.csv", series=series)

    orders = plan_orders(make_paths([6.0, 6.0, 6.0]), make_inputs(items))

    soon, dear, fine = orders["problem"]
    assert soon == (
        "Row 2 of the items file: 'lead_time' reads 'soon'; it must be a whole number of periods, 0 or more."
    )
    assert dear.startswith("Row 3 of the items file: Salvage 5.5 is above the unit cost 5")
    assert fine == ""
    assert orders["order_quantity"].isna().tolist() == [True, True, False]
    assert any("no order for it until that is corrected" in w for w in warnings)
