"""The whole plan under a budget: what is cut, what a little more is worth, who is left out."""

from dataclasses import replace

import pandas as pd
import pytest

from forecasting.services.budget import SharedLimits, budget_plan
from forecasting.services.work_out import work_out


def shop(found, **columns):
    items = pd.DataFrame(
        {
            "unique_id": ["a", "b"], "on_hand": [0.0, 0.0], "price": [9.0, 6.0], "unit_cost": [2.0, 3.0],
            "unit_volume": [0.1, 0.2], "units_per_pallet": [40.0, 80.0],
        }
    ).assign(**columns)  # fmt: skip
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


@pytest.fixture(scope="module")
def priced(found):
    return shop(found)


def test_a_tight_budget_is_kept_and_says_what_more_of_it_saves(priced):
    spend = float((priced.orders["order_quantity"] * priced.orders["unit_cost"]).sum())

    plan = budget_plan(priced, SharedLimits(money=spend / 2))

    assert plan.table["spend"].sum() <= spend / 2
    assert plan.table["cost_rise"].sum() > 0
    assert plan.solution.exact
    assert any(s.startswith("One more EUR of budget saves ") for s in plan.sentences)


def test_no_budget_at_all_drops_every_line_and_lists_them(priced):
    plan = budget_plan(priced, SharedLimits(money=0.0))

    assert plan.dropped == ["a", "b"]
    assert "2 of 2 lines get less than suggested, 2 of them nothing" in " ".join(plan.sentences)


def test_enough_of_everything_leaves_the_suggestion(priced):
    plan = budget_plan(priced, SharedLimits(money=1e6, volume=1e4, pallets=1e3))

    assert plan.table["outcome"].tolist() == ["as suggested"] * 2
    assert plan.table["cost_rise"].sum() == pytest.approx(0)
    assert plan.sentences[0] == "Everything suggested fits the limits."
    assert "More than the 1,000 pallets would save nothing." in plan.sentences


def test_a_lorry_counts_pallets(priced):
    pallets = float((priced.orders["order_quantity"] / pd.Series([40.0, 80.0])).sum())

    plan = budget_plan(priced, SharedLimits(pallets=pallets / 3))

    assert plan.table["pallets"].sum() <= pallets / 3 + 1e-9
    assert any(s.startswith("One more pallet saves ") for s in plan.sentences)


def test_a_minimum_service_has_its_price(found):
    floored = shop(found, minimum_service=[None, 0.9])
    spend = float((floored.orders["order_quantity"] * floored.orders["unit_cost"]).sum())
    limits = SharedLimits(money=spend * 0.85)

    kept, free = (budget_plan(floored, replace(limits, floors=f)) for f in (True, False))

    assert kept.solution.feasible
    assert kept.floor_price == pytest.approx(kept.solution.cost - free.solution.cost)
    assert kept.floor_price > 0
    assert any("minimum services cost" in s for s in kept.sentences)


def test_minimum_services_that_do_not_fit_are_said_to_be_given_up(found):
    plan = budget_plan(shop(found, minimum_service=[0.9, 0.9]), SharedLimits(money=10.0))

    assert not plan.solution.feasible
    assert "do not fit the limits" in plan.sentences[0]
    assert plan.table["spend"].sum() <= 10


def test_lines_without_a_cost_or_a_stock_are_set_aside_by_name(found):
    plan = budget_plan(shop(found, unit_cost=[None, 3.0]), SharedLimits(money=100.0))
    assert plan.aside.to_dict("records") == [{"unique_id": "a", "why": "no unit cost"}]
    assert plan.table["unique_id"].tolist() == ["b"]

    uncounted = budget_plan(shop(found, on_hand=[0.0, None]), SharedLimits(money=100.0))
    assert uncounted.aside.to_dict("records") == [{"unique_id": "b", "why": "its stock is not given"}]
