import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.policy import OrderPolicy, item_policies
from forecasting.inventory.rules import items_for
from forecasting.inventory.supply import item_supply


def test_an_order_lasts_lead_time_plus_review_period():
    assert OrderPolicy(lead_time=0, review_period=7).protection_interval == 7


@pytest.mark.parametrize("wrong", [(-1, 7), (2, 0), (2.5, 7), (float("nan"), 7)])
def test_impossible_times_are_refused(wrong):
    with pytest.raises(DecisionError, match="whole number of periods"):
        OrderPolicy(*wrong)


def test_an_items_own_times_win_and_a_bad_row_gets_its_sentence():
    items = pd.DataFrame(
        {
            "unique_id": ["own", "blank", "bad", "text"],
            "lead_time": [4, None, -1, "soon"],
            "review_period": [1, None, 7, 7],
        }
    )

    table = item_policies(items, OrderPolicy(lead_time=2, review_period=3)).set_index("unique_id")

    assert table.loc["own", "protection_interval"] == 5
    assert table.loc["blank", "protection_interval"] == 5
    assert table.loc["blank", "lead_time"] == 2
    assert "Lead time is -1" in table.loc["bad", "problem"]
    assert np.isnan(table.loc["bad", "protection_interval"])
    assert "Lead time reads 'soon'" in table.loc["text", "problem"]


def test_series_without_an_item_row_get_a_blank_one_in_the_asked_order():
    items = pd.DataFrame({"unique_id": ["b", "x"], "price": [2.0, 3.0]})

    table = items_for(items, ["c", "b"])

    assert table["unique_id"].tolist() == ["c", "b"]
    assert table["price"].isna().tolist() == [True, False]


def test_blank_supply_takes_the_defaults_and_says_what_was_assumed():
    supply = item_supply(
        pd.DataFrame({"unique_id": ["a"], "on_order": [5]}), whole_units=True, waits=np.zeros(1, bool)
    )

    assert supply.loc[0, ["on_hand", "on_order", "inventory_position", "pack", "moq"]].tolist() == [
        0,
        5,
        5,
        1,
        0,
    ]
    assert supply.loc[0, "capacity"] == np.inf
    assert supply.loc[0, "stock_note"] == "Stock not given, taken as 0."


def test_goods_by_weight_need_no_pack():
    supply = item_supply(
        pd.DataFrame({"unique_id": ["a", "b"], "pack": [None, 0.5]}),
        whole_units=False,
        waits=np.zeros(2, bool),
    )

    assert supply["problem"].tolist() == ["", ""]
    assert np.isnan(supply.loc[0, "pack"])


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("on_hand", -3, "Stock on hand is -3"),
        ("on_order", -1, "Stock on order is -1"),
        ("pack", 0, "Pack size is 0"),
        ("pack", 2.5, "whole number"),
        ("moq", -1, "Minimum order is -1"),
        ("capacity", -1, "Capacity is -1"),
        ("shelf_life", 0, "Shelf life is 0"),
        ("on_hand", "many", "On hand reads 'many'"),
    ],
)
def test_impossible_supply_gets_its_sentence(column, value, said):
    supply = item_supply(
        pd.DataFrame({"unique_id": ["a"], column: [value]}), whole_units=True, waits=np.zeros(1, bool)
    )

    assert said in supply.loc[0, "problem"]
