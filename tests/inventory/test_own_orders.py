import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.own_orders import own_costs, own_series, with_own_quantities

ITEMS = {
    "unique_id": ["item 0000", "item 0001", "item 0002"],
    "on_hand": [3.0, 0.0, 900.0],
    "on_order": [0.0, 2.0, 0.0],
    "pack": [6.0, 1.0, 1.0],
    "moq": [12.0, 0.0, 0.0],
    "capacity": [np.nan, 40.0, np.nan],
}


@pytest.fixture
def paths(make_paths):
    return make_paths([4.0, 2.0, 1.0])


@pytest.fixture
def orders(paths, make_inputs):
    return plan_orders(paths, make_inputs(ITEMS))


def test_the_effect_of_a_change_is_the_average_over_the_same_futures(orders, paths):
    """Oracle: 9 a unit short and 1 a unit left over, counted future by future."""
    own = own_costs(with_own_quantities(orders, {"item 0001": 5.0}), paths)

    line = own.loc[1]
    costs, short = [], []
    for future in paths.values[1, :, :5].astype(float):
        early, late = future[:2].sum(), future[2:].sum()  # before and after the delivery
        stock = max(2.0 - early, 0) + 5.0
        costs.append(9 * (max(early - 2.0, 0) + max(late - stock, 0)) + 1 * max(stock - late, 0))
        short.append(late > stock)
    assert line["yours_cost"] == pytest.approx(np.mean(costs))
    assert line["yours_effect"] == pytest.approx(np.mean(costs) - line["expected_cost"])
    assert line["yours_saved"] == pytest.approx(line["expected_cost_if_nothing"] - np.mean(costs))
    assert line["yours_risk"] == pytest.approx(np.mean(short))


def test_where_the_stock_lasts_to_the_delivery_no_change_is_cheaper_than_the_suggestion(paths, make_inputs):
    orders = plan_orders(paths, make_inputs(ITEMS | {"on_hand": [3.0, 12.0, 900.0]}))
    assert orders.loc[1, "short_before"] == 0
    for units in range(40):
        own = own_costs(with_own_quantities(orders, {"item 0001": float(units)}), paths)
        assert own.loc[1, "yours_effect"] >= -1e-9


def test_lines_nobody_changed_are_as_suggested_and_cost_nothing_more(orders, paths):
    same = orders.loc[0, "order_quantity"]
    own = own_costs(with_own_quantities(orders, {"item 0000": same, "nobody": 4.0}), paths)

    assert own_series(own) == []
    assert (own["yours"] == orders["order_quantity"]).all()
    assert (own["decided_by"] == "suggestion").all()
    assert (own["yours_effect"] == 0).all()
    pd.testing.assert_series_equal(own["note"], orders["note"])


def test_a_changed_line_is_unknown_in_money_until_it_is_priced(orders):
    own = with_own_quantities(orders, {"item 0001": 5.0})

    assert own_series(own) == ["item 0001"]
    assert np.isnan(own.loc[1, ["yours_cost", "yours_effect"]].astype(float)).all()


@pytest.mark.parametrize(
    ("name", "units", "said"),
    [
        ("item 0000", 13.0, "Your 13 is not whole packs of 6."),
        ("item 0000", 6.0, "Your 6 is below the minimum order of 12."),
        ("item 0001", 39.0, "Your 39 does not fit: there is room for 40 in all."),
    ],
)
def test_an_own_quantity_that_supplier_or_shelf_cannot_take_is_said(orders, name, units, said):
    own = with_own_quantities(orders, {name: units})

    assert said in own.set_index("unique_id").loc[name, "note"]


def test_ordering_nothing_breaks_no_limit(orders):
    own = with_own_quantities(orders, {"item 0000": 0.0})

    assert own.loc[0, "decided_by"] == "manager"
    assert "Your" not in own.loc[0, "note"]


def test_a_quantity_below_nothing_is_refused(orders):
    with pytest.raises(DecisionError, match="'item 0001' has an order of -1 units"):
        with_own_quantities(orders, {"item 0001": -1.0})


def test_a_line_that_could_not_be_decided_takes_an_own_quantity_without_a_price(paths, make_inputs):
    broken = plan_orders(paths, make_inputs(ITEMS | {"on_hand": [-1.0, 0.0, 900.0]}))
    own = own_costs(with_own_quantities(broken, {"item 0000": 24.0}), paths)

    assert own.loc[0, "yours"] == 24
    assert np.isnan(own.loc[0, "yours_effect"])
