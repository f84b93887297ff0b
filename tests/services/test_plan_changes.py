"""What changed since the last order, cause by cause."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.policy import OrderPolicy
from forecasting.services.deciding import decided
from forecasting.services.findings import Decisions
from forecasting.services.plan import order_plan
from forecasting.services.plan_changes import (
    CAUSES,
    NEW,
    changes_in_sentence,
    kept_plan,
    placed_plan,
    plan_changes,
)
from forecasting.services.work_out import work_out


def shop_of(found, **changes):
    items = pd.DataFrame(
        {
            "unique_id": ["a", "b"], "price": [4.0, 6.0], "unit_cost": [2.0, 3.0], "on_hand": [5.0, 12.0],
            "on_order": 0.0,
        }
    )  # fmt: skip
    dataset = replace(found.dataset, items=items.assign(**changes.pop("items", {})))
    return work_out(dataset, replace(found.settings, **changes), found.results)


@pytest.fixture(scope="module")
def shop(found):
    return shop_of(found)


@pytest.fixture(scope="module")
def placed(shop):
    before = decided(shop, Decisions(quantities={"a": 7.0}))
    return placed_plan("2026-01-01T10:00:00", shop.settings.as_dict(), kept_plan(before))


def parts(table):
    return table.set_index("unique_id")[list(CAUSES)]


def test_the_same_plan_has_changed_in_nothing(shop, placed):
    table = plan_changes(shop, placed)

    assert table.empty
    assert changes_in_sentence(table, 2) == "No suggestion has changed since the last order."


@pytest.mark.parametrize(
    ("cause", "word", "changes"),
    [
        ("stock", "stock", {"items": {"on_hand": [60.0, 12.0]}}),
        ("costs", "costs", {"items": {"price": [40.0, 6.0]}}),
        ("terms", "supplier's terms", {"items": {"pack": [50.0, 1.0]}}),
    ],
)
def test_one_cause_alone_explains_all_of_the_change(found, placed, cause, word, changes):
    now = shop_of(found, **changes)
    table = plan_changes(now, placed)

    assert table["unique_id"].tolist() == ["a"]
    assert table["placed"].tolist() == [7.0]
    assert parts(table).loc["a", cause] == table["change"].iloc[0] != 0
    assert (parts(table).drop(columns=cause) == 0).all(axis=None)
    assert table["cause"].tolist() == [word]


def test_the_lead_time_of_the_project_is_a_term(found, placed):
    longer = plan_changes(shop_of(found, policy=OrderPolicy(4, 7)), placed)

    assert (parts(longer)["terms"] == longer.set_index("unique_id")["change"]).all()


def test_another_model_and_new_data_are_told_apart(found, shop, placed):
    other = next(m for m in shop.results.paths if m != shop.choice["model"].iloc[0])
    switched = shop.choice.assign(model=other)
    paths = {m: replace(p, values=p.values * 2, expected=None) for m, p in shop.results.paths.items()}
    orders = order_plan(shop.results, switched, shop.dataset, shop.settings)
    by_model = replace(shop, choice=switched, orders=orders)
    grown = replace(shop.results, paths=paths)
    by_data = replace(shop, results=grown, orders=order_plan(grown, shop.choice, shop.dataset, shop.settings))

    table = plan_changes(by_model, placed)
    assert np.allclose(parts(table)["model"], table.set_index("unique_id")["change"])
    table = plan_changes(by_data, placed)
    assert len(table) == 2
    assert np.allclose(parts(table)["data"], table.set_index("unique_id")["change"])


def test_several_causes_add_up_to_the_whole_change(found, placed):
    now = shop_of(found, items={"on_hand": [0.0, 30.0], "price": [40.0, 7.0], "pack": [6.0, 5.0]})
    table = plan_changes(now, placed)

    assert len(table) == 2
    assert np.allclose(parts(table).sum(axis=1), table.set_index("unique_id")["change"])
    assert "of 2 suggestions have changed" in changes_in_sentence(table, 2)


def test_an_item_that_was_not_there_is_new(shop, placed):
    lines = placed.lines[placed.lines["unique_id"] == "b"]
    without = replace(placed, lines=lines, items=placed.items.tail(1))
    table = plan_changes(shop, without)

    assert table[["unique_id", "cause"]].to_numpy().tolist() == [["a", NEW]]
    assert "1 of them new items" in changes_in_sentence(table, 2)
