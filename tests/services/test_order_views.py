"""What the order pages ask: cost against quantity, the exchange curve, stock to come, the next reviews."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.report.tables import money
from forecasting.services.order_views import (
    cost_curve,
    exchange_curve,
    exchange_in_words,
    flat_zone,
    projected_stock,
    review_calendar,
)
from forecasting.services.plan import chosen_paths
from forecasting.services.work_out import work_out


@pytest.fixture(scope="module")
def shop(found):
    items = pd.DataFrame(
        {"unique_id": ["a", "b"], "on_hand": [10.0, 30.0], "price": [9.0, 6.0], "unit_cost": [2.0, 3.0]}
    ).assign(leftover="perishable")
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


def test_the_curve_is_lowest_at_the_suggestion_and_its_flat_zone_holds_it(shop):
    line = shop.orders.iloc[0]

    curve = cost_curve(shop, "a")

    cost = np.interp(line["order_quantity"], curve.table["quantity"], curve.table["cost"])
    assert curve.best == pytest.approx(line["order_quantity"], abs=2)
    assert curve.flat_from <= curve.best <= curve.flat_to
    assert cost <= curve.table["cost"].min() * 1.02
    outside = curve.table[~curve.table["quantity"].between(curve.flat_from, curve.flat_to)]
    assert (outside["cost"] > curve.table["cost"].min() * 1.02).all()


def test_the_flat_zone_of_an_item_that_sells_ten_thousands_is_found_to_the_unit():
    """By hand: |q − 88,385| + 1,000 is within 2 % from 88,365 to 88,405; a grid steps by 1,473 over it."""
    quantity = np.round(np.linspace(0, 176_771, 121))

    def cost(order):
        return abs(order - 88_385) + 1_000

    best, low, high = flat_zone(cost, pd.DataFrame({"quantity": quantity, "cost": cost(quantity)}))

    assert (best, low, high) == (88_385, 88_365, 88_405)


def test_a_quantity_just_outside_the_flat_zone_costs_more_and_one_inside_does_not(found):
    items = pd.DataFrame({"unique_id": ["a", "b"], "on_hand": 0.0, "price": 9.0, "unit_cost": 6.0})
    big = found.results.paths
    results = replace(
        found.results, paths={m: p.with_values(p.values * np.float32(997)) for m, p in big.items()}
    )
    huge = work_out(
        replace(found.dataset, items=items.assign(leftover="perishable")), found.settings, results
    )

    curve = cost_curve(huge, "a")

    at = pd.Series(curve.table["cost"].to_numpy(), curve.table["quantity"])
    assert at[curve.best] == at.min()
    assert at[curve.flat_from] <= 1.02 * at.min() >= at[curve.flat_to]
    assert curve.flat_from < curve.best < curve.flat_to
    assert f"{curve.flat_from:,.0f} to {curve.flat_to:,.0f}" in curve.sentence()


def test_more_money_in_stock_serves_more_and_the_recommendation_lies_on_the_curve(shop):
    table = exchange_curve(shop)

    curve = table[table["kind"] == "curve"]
    assert curve["stock_money"].is_monotonic_increasing
    assert curve["fill_rate"].is_monotonic_increasing
    one = curve.iloc[(curve["factor"] - 1).abs().argmin()]
    best = table[table["kind"] == "recommended"].iloc[0]
    assert best[["stock_money", "fill_rate"]].tolist() == one[["stock_money", "fill_rate"]].tolist()
    assert set(table["kind"]) == {"curve", "recommended", "today", "equal service"}


def test_no_point_of_the_exchange_costs_less_than_the_recommendation_whatever_it_serves(found):
    items = pd.DataFrame(
        {
            "unique_id": ["a", "b"], "on_hand": [10.0, 30.0], "price": [9.0, 6.0], "unit_cost": [2.0, 5.0],
            "leftover": ["carry_over", "perishable"], "holding_rate": [0.2, 0.2],
        }
    )  # fmt: skip
    mixed = work_out(replace(found.dataset, items=items), found.settings, found.results)
    table = exchange_curve(mixed)

    best = table[table["kind"] == "recommended"].iloc[0]
    assert (table["cost"] >= best["cost"] - 1e-9).all()
    equal = table[table["kind"] == "equal service"]
    said = exchange_in_words(table, "EUR")
    assert money(best["cost"], "EUR") in said
    assert any(money(cost, "EUR") in said for cost in equal["cost"])


def test_stock_to_come_rises_with_the_delivery_and_never_falls_below_nothing(shop):
    table = projected_stock(shop, "a", quantity=200.0)
    lead = shop.settings.policy.lead_time

    assert (table[["low", "expected", "high"]] >= 0).all().all()
    assert (table["low"] <= table["high"]).all()
    assert table["expected"].iloc[lead] > table["expected"].iloc[lead - 1]
    assert len(table) == shop.settings.horizon


def test_the_calendar_begins_with_todays_level_and_ends_where_the_forecast_does(shop):
    table = review_calendar(shop)
    policy, ds = shop.settings.policy, chosen_paths(shop.results, shop.choice).ds

    first = table[table["review"] == ds[0]].set_index("unique_id")["order_up_to_level"]
    assert first.to_dict() == shop.orders.set_index("unique_id")["order_up_to_level"].to_dict()
    last = ds.get_loc(table["review"].max())
    assert last + policy.protection_interval <= len(ds)
