"""A scarce item shared out among its places."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.services.deciding import decided
from forecasting.services.findings import Decisions
from forecasting.services.scarce_view import share_out, shared_items
from forecasting.services.work_out import work_out


def shop_of(found, **columns):
    known = {"item": "tea", "price": [4.0, 9.0], "unit_cost": 2.0, "on_hand": 0.0, "on_order": 0.0}
    items = pd.DataFrame({"unique_id": ["a", "b"], **known, "pack": 10.0, **columns})
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


@pytest.fixture(scope="module")
def shop(found):
    return shop_of(found)


def test_only_items_of_several_places_are_shared(shop):
    assert shared_items(shop.orders) == ["tea"]
    assert shared_items(shop.orders.assign(item=["tea", "coffee"])) == []
    assert shared_items(shop.orders.drop(columns="item")) == []


def test_no_other_way_to_share_the_packs_is_cheaper(shop):
    """Every division of six packs, priced by the same futures."""
    shares = share_out(shop, "tea", 60.0).table.set_index("unique_id")["share"]

    def cost(a, b):
        quantities = Decisions(quantities={"a": float(a), "b": float(b)})
        return float(decided(shop, quantities).orders["yours_cost"].sum())

    best = min(cost(10 * a, 10 * b) for a, b in product(range(7), repeat=2) if a + b <= 6)
    assert shares.sum() == 60
    assert (share_out(shop, "tea", 60.0).table["cost_rise"] >= 0).all()
    assert cost(shares["a"], shares["b"]) == pytest.approx(best)


def test_with_enough_everybody_gets_what_was_suggested_and_the_rest_stays(shop):
    shares = share_out(shop, "tea", 10_000.0)

    assert np.allclose(shares.table["share"], shares.table["suggested"])
    assert np.allclose(shares.table["cost_rise"], 0)
    assert shares.left == 10_000 - shares.table["suggested"].sum()
    assert "stay in the warehouse" in shares.sentence("EUR")


def test_a_minimum_service_is_kept_and_has_its_price(found, shop):
    floor = shop_of(found, minimum_service=[0.8, None])
    free, bound = share_out(shop, "tea", 100.0), share_out(floor, "tea", 100.0)
    share = bound.table.set_index("unique_id")["share"]

    assert share["a"] >= bound.table.set_index("unique_id").loc["a", "least"] > 0
    assert share["a"] > free.table.set_index("unique_id").loc["a", "share"]
    assert bound.floor_price > 0
    assert "The minimum services cost" in bound.sentence("EUR")


def test_minimum_services_beyond_what_there_is_are_refused(found):
    floor = shop_of(found, minimum_service=0.9)
    with pytest.raises(DecisionError, match="lower a minimum"):
        share_out(floor, "tea", 10.0)


def test_a_quantity_that_is_no_number_is_refused(shop):
    with pytest.raises(DecisionError, match="0 or more"):
        share_out(shop, "tea", float("nan"))
