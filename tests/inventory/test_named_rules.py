"""Every rule of ordering can be asked for by name, item by item."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.ingest.items import read_items
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.lot_sizes import quantity_with_discounts
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.policy import KINDS, OrderPolicy
from forecasting.inventory.price_breaks import price_breaks
from forecasting.paths import SamplePaths

TIN = {"price": 12.0, "unit_cost": 7.3, "holding_rate": 0.25, "on_hand": 10.0, "order_cost": 20.0}


def futures(means, n_paths=1000, noise=True):
    rng, means = np.random.default_rng(0), np.asarray(means, dtype=float)
    values = np.repeat(means[None, None], n_paths, axis=1)
    values = rng.poisson(values) if noise else values
    ds = pd.date_range("2026-06-29", periods=len(means))
    return SamplePaths(np.array(["tin"], dtype=object), ds, values.astype(np.float32))


def planned(paths, make_inputs, policy, *, kind="order_up_to", **columns):
    n = len(policy) if isinstance(policy, list) else 1
    ids = [f"tin {k}" for k in range(n)] if n > 1 else ["tin"]
    items = pd.DataFrame({"unique_id": ids}).assign(**(TIN | columns), policy=policy)
    many = SamplePaths(np.array(ids, dtype=object), paths.ds, np.repeat(paths.values, n, axis=0))
    return plan_orders(many, make_inputs(items, defaults=CostDefaults(), policy=OrderPolicy(2, 3, kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_that_names_a_rule_is_ordered_as_if_the_project_had(make_inputs, kind):
    paths = futures([6.0] * 28)

    own = planned(paths, make_inputs, kind)
    project = planned(paths, make_inputs, "", kind=kind)

    pd.testing.assert_frame_equal(own, project)
    assert own.loc[0, "policy"] == kind


def test_items_of_one_plan_may_follow_different_rules(make_inputs):
    orders = planned(futures([6.0] * 28), make_inputs, ["order_up_to", "Min Max", "fixed-quantity", ""])

    assert orders["policy"].tolist() == ["order_up_to", "min_max", "fixed_quantity", "order_up_to"]
    plain, filled, fixed, default = orders["order_quantity"]
    assert plain == default
    assert filled == plain + orders.loc[1, "lot"]
    assert fixed % orders.loc[2, "lot"] == 0


def test_base_stock_is_reviewed_every_period(make_inputs):
    paths = futures([6.0] * 28)

    base = planned(paths, make_inputs, "base_stock")
    every = planned(paths, make_inputs, "", review_period=1)

    pd.testing.assert_frame_equal(base, every)
    assert base.loc[0, "protection_interval"] == 3


def test_a_newsvendor_writes_off_what_is_left_at_the_end(make_inputs):
    paths = futures([6.0] * 28)

    once = planned(paths, make_inputs, "newsvendor", leftover="carry_over", shelf_life=20.0)
    season = planned(paths, make_inputs, "", leftover="perishable")

    assert once.loc[0, "situation"] == "season"
    assert once.loc[0, "order_quantity"] == season.loc[0, "order_quantity"]
    # Cu 4.7, Co 7.3 and three days of keeping: 39 of 100 cycles are covered.
    ratio = 4.7 / (4.7 + 7.3 + 3 * 7.3 * 0.25 / 365)
    total = np.sort(paths.total(5)[0])
    assert once.loc[0, "order_up_to_level"] == total[int(np.ceil(1000 * ratio)) - 1]


def test_known_demand_is_ordered_in_the_lots_of_wagner_and_whitin(make_inputs):
    """Oracle WW-01: demands 90, 120, 80, 70, an order 500, keeping 2 a period: order 210, then 150."""
    paths = futures([90.0, 120.0, 80.0, 70.0], n_paths=2, noise=False)
    contract = {"unit_cost": 2 * 365 / 0.25, "price": 4000.0, "on_hand": 0.0, "order_cost": 500.0}
    when = {"lead_time": 0, "review_period": 1}

    first = planned(paths, make_inputs, "known_demand", **(contract | when))
    covered = planned(paths, make_inputs, "known_demand", **(contract | when | {"on_hand": 90.0}))

    assert first.loc[0, "order_quantity"] == 210
    assert first.loc[0, "safety_stock"] == 0
    assert (
        "expected 90 (1 period: delivery 0 + every 1) + safety 0 + lot 120 − on hand 0"
        in first.loc[0, "reason"]
    )
    assert covered.loc[0, "order_quantity"] == 0


def test_known_demand_that_costs_nothing_to_order_is_ordered_cycle_by_cycle(make_inputs):
    paths = futures([5.0] * 28, noise=False)

    line = planned(paths, make_inputs, "known_demand", order_cost=0.0).iloc[0]

    assert (line["lot"], line["order_quantity"]) == (0, 5 * 5 - 10)


def test_price_breaks_make_the_lot_of_least_total_cost(make_inputs):
    line = planned(
        futures([6.0] * 28), make_inputs, "fixed_quantity", price_breaks="300: 7.0; 1000: 6.9"
    ).iloc[0]

    per_day = line["expected_demand"] / 5
    best = quantity_with_discounts(20.0, 0.25 / 365, per_day, [(0, 7.3), (300, 7.0), (1000, 6.9)])
    assert best.quantity in (300, 1000)
    assert line["lot"] == best.quantity
    assert line["order_quantity"] == best.quantity
    without = planned(futures([6.0] * 28), make_inputs, "fixed_quantity").iloc[0]
    assert without["lot"] != line["lot"]


@pytest.mark.parametrize("text", ["300", "300: a", "300: 7; 200: 6", "0: 5", "100: -1"])
def test_price_breaks_that_cannot_be_are_a_row_without_an_order(make_inputs, text):
    orders = planned(futures([6.0] * 28), make_inputs, ["fixed_quantity"] * 2, price_breaks=[text, ""])

    assert f"Price breaks read {text!r}" in orders.loc[0, "problem"]
    assert orders.loc[1, "order_quantity"] > 0
    with pytest.raises(DecisionError, match="units rising"):
        price_breaks(text)


def test_a_rule_that_does_not_exist_is_a_row_without_an_order(make_inputs):
    orders = planned(futures([6.0] * 28), make_inputs, ["kanban", "min_max"])

    assert "Policy is 'kanban'; write order_up_to, min_max," in orders.loc[0, "problem"]
    assert orders.loc[1, "order_quantity"] > 0


def test_an_items_file_names_rules_as_people_do(make_inputs):
    said = ["(s, S)", "Base stock", "", "contract", "whim"]
    series = pd.DataFrame({"unique_id": [f"tin {k}" for k in range(5)]}).assign(item=lambda t: t["unique_id"])
    rows = [f'tin {k},"{rule}",100: 7' for k, rule in enumerate(said)]

    items, warnings = read_items(
        "\n".join(["item,Policy,price breaks", *rows]).encode(), name="items.csv", series=series
    )

    assert items["policy"].fillna("").tolist() == ["min_max", "base_stock", "", "known_demand", ""]
    assert items["price_breaks"].tolist() == ["100: 7"] * 5
    assert "'whim'" in items.loc[4, "items_problem"]
    assert any("'Policy' must be order_up_to, base_stock" in w for w in warnings)
