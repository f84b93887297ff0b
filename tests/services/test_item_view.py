"""One item closely: what its inputs may be turned to, and that turning them changes nothing else."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.services.deciding import decided
from forecasting.services.findings import Decisions
from forecasting.services.item_view import (
    dated_reason,
    demand_to_cover,
    item_tiles,
    knobs,
    naive_quantity,
    own_quantity,
    what_if,
)
from forecasting.services.work_out import work_out


@pytest.fixture(scope="module")
def shop(found):
    items = pd.DataFrame(
        {"unique_id": ["a", "b"], "on_hand": [10.0, 30.0], "price": [9.0, 6.0], "unit_cost": [2.0, 3.0]}
    ).assign(leftover="perishable")
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


def order_of(found, name="a"):
    return float(found.orders.set_index("unique_id").loc[name, "order_quantity"])


def test_the_knobs_stand_at_what_the_order_was_worked_out_from(shop):
    values = {k.name: k.value for k in knobs(shop, "a")}

    assert (values["price"], values["unit_cost"], values["salvage"]) == (9.0, 2.0, 0.0)
    assert values["lead_time"] == shop.settings.policy.lead_time
    assert all(k.low <= k.value <= k.high for k in knobs(shop, "a"))
    assert order_of(what_if(shop, "a", values)) == order_of(shop)


def test_a_dearer_missed_sale_orders_more_and_the_project_keeps_its_own(shop):
    before = shop.dataset.items.copy()

    assert order_of(what_if(shop, "a", {"price": 30.0})) > order_of(shop)
    assert order_of(what_if(shop, "a", {"unit_cost": 8.0})) < order_of(shop)
    pd.testing.assert_frame_equal(shop.dataset.items, before)


def test_two_typed_costs_are_turned_where_they_decide(found):
    bare = work_out(
        replace(found.dataset, items=found.dataset.items.assign(on_hand=5.0)), found.settings, found.results
    )

    names = [k.name for k in knobs(bare, "a")]
    cheap, dear = (order_of(what_if(bare, "a", {"understock": c})) for c in (0.5, 40.0))

    assert names[:2] == ["understock", "overstock"]
    assert cheap < order_of(bare) < dear


def test_a_longer_way_needs_more_and_one_beyond_the_forecast_is_refused(shop):
    assert order_of(what_if(shop, "a", {"lead_time": 7.0})) > order_of(shop)
    with pytest.raises(DecisionError, match="must last"):
        what_if(shop, "a", {"lead_time": 14.0})


def test_the_level_covers_the_share_of_futures_its_costs_pay_for(shop):
    line = shop.orders.iloc[0]

    demand = demand_to_cover(shop, "a")

    # The whole unit that costs least, so a unit to either side of the quantile.
    assert (demand <= line["order_up_to_level"] + 1).mean() >= line["critical_ratio"]
    assert (demand <= line["order_up_to_level"] - 1).mean() < line["critical_ratio"]


def test_the_naive_order_is_last_seasons_sales_less_the_stock(shop):
    sales = shop.dataset.sales
    policy = shop.settings.policy
    last = sales.loc[sales["unique_id"] == "a", "y"].to_numpy()[-7:]
    repeated = np.resize(last, policy.protection_interval).sum()

    assert naive_quantity(shop, "a") == pytest.approx(max(np.ceil(repeated - 10.0), 0.0), abs=1)


def test_the_sentence_says_from_when_to_when_and_adds_up(shop):
    said = dated_reason(shop, "a")

    start = shop.dataset.sales["ds"].max() + pd.Timedelta(days=1)
    assert f"{start.day} {start:%b %Y} to " in said
    order, expected, safety, on_hand = (
        int(re.search(rf"{word} (\d+)", said)[1]) for word in ("Order", "expected", "safety", "on hand")
    )
    assert order == expected + safety - on_hand


def test_too_much_and_too_little_add_up_to_the_expected_cost(shop):
    orders = shop.orders

    total = orders["overstock_cost"] + orders["shortage_cost"]

    assert total.tolist() == pytest.approx(orders["expected_cost"].tolist())
    assert (orders[["overstock_cost", "shortage_cost"]] >= -1e-9).all().all()
    assert item_tiles(shop, "a")[3].baseline.endswith(" short")


def test_the_managers_own_quantity_comes_along(shop):
    mine = decided(shop, Decisions(quantities={"a": 77.0}))

    assert own_quantity(mine, "a") == 77.0
    assert own_quantity(what_if(mine, "a", {}), "a") == 77.0
    assert own_quantity(mine, "b") is None
