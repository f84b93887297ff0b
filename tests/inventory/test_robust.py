import numpy as np

from forecasting.inventory.orders import plan_orders
from forecasting.inventory.robust import robustness

COSTS = {"price": [9.0, 9.0], "unit_cost": [5.0, 5.0], "leftover": ["perishable"] * 2}


def test_an_order_that_no_range_moves_is_robust_and_another_names_the_cost_to_measure(
    make_paths, make_inputs
):
    paths = make_paths([6.0, 6.0])
    items = {
        "unique_id": paths.unique_id,
        "goodwill_low": [0.0, 0.0],
        "goodwill_high": [0.0001, 40.0],
    } | COSTS

    table = robustness(paths, make_inputs(items))

    assert table["worth_measuring"].tolist() == ["robust", "Goodwill"]
    base = plan_orders(paths, make_inputs(items))["order_quantity"]
    assert table["lowest"].tolist() == base.tolist()
    assert table.loc[1, "highest"] > base[1]


def test_the_cost_that_moves_the_order_most_is_named(make_paths, make_inputs):
    paths = make_paths([6.0, 6.0])
    inputs = make_inputs({"unique_id": paths.unique_id} | COSTS)

    table = robustness(paths, inputs, {"goodwill": (0.0, 60.0), "holding_rate": (0.24, 0.26)})

    assert table["worth_measuring"].tolist() == ["Goodwill", "Goodwill"]


def test_a_line_without_an_answer_has_no_range(make_paths, make_inputs):
    paths = make_paths([6.0, 6.0])
    items = {"unique_id": paths.unique_id, "on_hand": [-1.0, 0.0]} | COSTS

    table = robustness(paths, make_inputs(items), {"goodwill": (0.0, 9.0)})

    assert np.isnan(table.loc[0, "lowest"])
    assert table.loc[0, "worth_measuring"] == ""
