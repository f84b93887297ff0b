"""What mistakes cost as a page says it, and whether it is known well enough."""

from dataclasses import replace

import pandas as pd
import pytest

from forecasting.inventory.robust import ROBUST
from forecasting.services.cost_view import (
    has_ranges,
    line_costs,
    robust_in_words,
    robust_orders,
    situation_table,
    situations_in_words,
    unanswered,
)
from forecasting.services.work_out import work_out


def shop_of(found, **columns):
    items = pd.DataFrame(
        {
            "unique_id": ["a", "b"],
            "price": [4.0, 6.0],
            "unit_cost": [2.0, 3.0],
            "on_hand": 5.0,
            "holding_rate": 0.1,
            **columns,
        }
    )
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


@pytest.fixture(scope="module")
def shop(found):
    return shop_of(found, leftover=["perishable", None], salvage=[1.0, None], holding_rate=[0.0, 0.25])


def test_each_situation_says_both_costs_and_what_they_imply(shop):
    table = situation_table(shop.orders).set_index("words")
    season = table.loc["A unit left over is written off at the end of the cycle. A missed sale is lost."]

    assert season[["lines", "underage", "overage"]].tolist() == [1, 2.0, 1.0]  # 4 − 2, and 2 − 1
    assert season["critical_ratio"] == pytest.approx(2 / 3)
    said = situations_in_words(situation_table(shop.orders))
    assert "1 lines, at 0.667: a lost sale costs you 2 times an unsold unit" in " ".join(said)


def test_nineteen_times_an_unsold_unit_is_what_95_percent_says(found):
    dear = shop_of(found, leftover="perishable", salvage=[2 - 2 / 19, 3 - 3 / 19], holding_rate=0.0)
    assert "a lost sale costs you 19 times an unsold unit" in line_costs(dear.orders, "a", "EUR")


def test_a_line_without_costs_says_nothing(shop):
    orders = shop.orders.assign(critical_ratio=float("nan"))
    assert line_costs(orders, "a", "EUR") == ""
    assert situation_table(orders).empty


def test_questions_are_for_the_series_that_do_not_answer_them(shop):
    assert unanswered(shop.dataset, "leftover") == 1
    assert unanswered(shop.dataset, "missed_sale") == 2


def test_without_doubt_every_order_is_robust_and_with_it_a_cost_is_named(shop):
    sure, unsure = robust_orders(shop, 0.0), robust_orders(shop, 0.4)

    assert set(sure["worth_measuring"]) == {ROBUST}
    assert robust_in_words(sure).startswith("2 of 2 orders are robust")
    assert (unsure["lowest"] <= unsure["order_quantity"]).all()
    assert (unsure["highest"] >= unsure["order_quantity"]).all()
    assert unsure["worth_measuring"].iloc[0] != ROBUST
    assert unsure["highest"].iloc[0] > unsure["lowest"].iloc[0]
    assert "measure first" in robust_in_words(unsure)


def test_a_range_of_the_file_counts_without_any_doubt_of_the_page(found):
    ranged = shop_of(found, price_low=[2.1, None], price_high=[9.0, None])

    assert has_ranges(ranged.dataset)
    assert not has_ranges(shop_of(found).dataset)
    table = robust_orders(ranged, 0.0).set_index("unique_id")
    assert table.loc["b", "worth_measuring"] == ROBUST
    assert table.loc["a", "worth_measuring"] == "Price"
