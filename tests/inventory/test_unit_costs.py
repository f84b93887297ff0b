import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError, DecisionError
from forecasting.inventory.economics import (
    CostDefaults,
    UnitCosts,
    UnitEconomics,
    explain_ratio,
    item_costs,
)

WEEK = {"leftover": "perishable", "days_held": 7.0}


def costs_of(items, defaults=None, days_per_period=1.0, review_period=7):
    return item_costs(
        pd.DataFrame(items),
        defaults or CostDefaults(),
        days_per_period=days_per_period,
        review_period=review_period,
    )


def test_cachon_and_terwiesch_ask_for_two_thirds_of_the_season():
    """Matching Supply with Demand, Q12.1: price 20, cost 12, salvage 8 (oracle NV-10)."""
    season = UnitEconomics(
        price=20, unit_cost=12, salvage=8, holding_rate=0, leftover="perishable", days_held=0
    )

    assert season.unit_costs() == UnitCosts(underage=8, overage=4)
    assert season.unit_costs().critical_ratio == pytest.approx(2 / 3)


def test_a_perishable_left_over_costs_its_write_off_and_its_days_on_the_shelf():
    bread = UnitEconomics(price=10, unit_cost=7.3, salvage=1, goodwill=0.5, holding_rate=0.5, **WEEK)

    assert bread.unit_costs().underage == pytest.approx(3.2)
    assert bread.unit_costs().overage == pytest.approx(6.3 + 0.07)  # 7.3 · 0.5 / 365 · 7


def test_a_carry_over_left_over_costs_its_days_on_the_shelf_only():
    tin = UnitEconomics(
        price=10, unit_cost=7.3, salvage=1, holding_rate=0.5, leftover="carry_over", days_held=7
    )

    assert tin.unit_costs().overage == pytest.approx(0.07)


def test_below_cost_only_the_goodwill_of_a_lost_sale_is_lost():
    loss_leader = UnitEconomics(price=3, unit_cost=4, goodwill=0.2, **WEEK)

    assert loss_leader.unit_costs().underage == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"salvage": 6}, "Salvage 6 is above the unit cost 5"),
        ({"price": 0}, "Price is 0"),
        ({"unit_cost": -1}, "Unit cost is -1"),
        ({"goodwill": -1}, "Goodwill is -1"),
        ({"holding_rate": 25}, "25 % is 0.25"),
        ({"price": 3, "salvage": 4}, "above the price 3"),
        ({"salvage": 5, "holding_rate": 0}, "infinite"),
        ({"leftover": "carry_over", "holding_rate": 0}, "infinite"),
        ({"leftover": "thrown"}, "perishable or carry_over"),
        ({"price": float("nan")}, "finite"),
        ({"days_held": -1}, "Days held is -1"),
    ],
)
def test_nonsense_is_refused_with_its_own_number(wrong, said):
    with pytest.raises(DecisionError, match=said):
        UnitEconomics(**({"price": 9, "unit_cost": 5} | WEEK | wrong))


@pytest.mark.parametrize("pair", [(1, 0), (-1, 1), (0, 0), (float("nan"), 1), (1, float("inf"))])
def test_two_unit_costs_that_admit_no_order_are_refused(pair):
    with pytest.raises(DecisionError):
        UnitCosts(*pair)


@pytest.mark.parametrize(
    "wrong",
    [
        {"overstock": 0},
        {"salvage_share": 1.5},
        {"goodwill": -1},
        {"holding_rate": 30},
        {"source": "guess"},
        {"leftover": "thrown"},
    ],
)
def test_project_defaults_refuse_nonsense(wrong):
    with pytest.raises(DecisionError):
        CostDefaults(**wrong)


def test_the_table_and_the_dataclass_agree_on_every_row():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "unique_id": [f"i{k}" for k in range(40)],
            "price": rng.uniform(5, 9, 40),
            "unit_cost": rng.uniform(2, 5, 40),
            "salvage": rng.uniform(0, 2, 40),
            "goodwill": rng.uniform(0, 1, 40),
            "holding_rate": rng.uniform(0.1, 0.4, 40),
            "leftover": rng.choice(["perishable", "carry_over"], 40),
            "review_period": rng.integers(1, 15, 40),
        }
    )

    table = costs_of(rows, days_per_period=7.0)

    for given, got in zip(rows.to_dict("records"), table.to_dict("records"), strict=True):
        review = given.pop("review_period")
        given.pop("unique_id")
        one = UnitEconomics(**given, days_held=review * 7.0).unit_costs()
        assert (got["underage"], got["overage"]) == pytest.approx((one.underage, one.overage))
        assert got["critical_ratio"] == pytest.approx(one.critical_ratio)


def test_one_bad_row_gets_its_sentence_and_the_others_go_on():
    table = costs_of({"unique_id": ["a", "b"], "price": [9, 9], "unit_cost": [5, 5], "salvage": [6, 1]})

    assert "Salvage 6 is above the unit cost 5" in table.loc[0, "problem"]
    assert np.isnan(table.loc[0, "critical_ratio"])
    assert table.loc[1, "problem"] == ""
    assert table.loc[1, "underage"] == 4


def test_a_blank_takes_the_projects_default():
    defaults = CostDefaults(salvage_share=0.5, goodwill=2, holding_rate=0, leftover="perishable")
    blank = {"unique_id": ["a"], "price": [9.0], "unit_cost": [4.0], "salvage": [None], "leftover": [" "]}

    table = costs_of(blank, defaults)

    assert table.loc[0, ["underage", "overage"]].tolist() == [7.0, 2.0]


def test_items_without_price_or_cost_use_the_typed_pair_and_say_so():
    table = costs_of({"unique_id": ["a", "b"], "price": [9.0, 9.0], "unit_cost": [np.nan, 4.0]})

    assert table["basis"].tolist() == ["typed", "price and cost"]
    assert table.loc[0, ["underage", "overage"]].tolist() == [4.0, 1.0]
    assert "the two costs of such items" in table.loc[0, "note"]
    assert table.loc[1, "note"] == ""


def test_typed_costs_overrule_whatever_the_items_say():
    typed = CostDefaults(understock=19, overstock=1, source="typed")

    table = costs_of({"unique_id": ["a"], "price": [9], "unit_cost": [5], "salvage": [99]}, typed)

    assert table.loc[0, "critical_ratio"] == pytest.approx(0.95)
    assert table.loc[0, "problem"] == ""


def test_text_where_a_number_belongs_is_a_problem_never_a_default():
    table = costs_of({"unique_id": ["a"], "price": ["nine"], "unit_cost": [5]})

    assert "Price reads 'nine'" in table.loc[0, "problem"]


def test_an_item_described_twice_is_refused():
    with pytest.raises(DataError, match="twice"):
        costs_of({"unique_id": ["a", "a"]})


def test_money_in_another_unit_scales_the_costs_and_leaves_the_ratio():
    rows = pd.DataFrame({"unique_id": ["a"], "price": [9.0], "unit_cost": [5.0], "salvage": [1.0]})
    cents = rows.assign(price=900.0, unit_cost=500.0, salvage=100.0)

    euro, cent = costs_of(rows), costs_of(cents)

    assert cent.loc[0, "overage"] == pytest.approx(100 * euro.loc[0, "overage"])
    assert cent.loc[0, "critical_ratio"] == pytest.approx(euro.loc[0, "critical_ratio"])


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0.95, "19 times an unsold unit, so be covered in 19 of 20"),
        (10 / 11, "10 times an unsold unit, so be covered in 10 of 11"),
        (0.998, "covered in 499 of 500"),
        (0.2, "run out more often than not"),
        (0.0, "order nothing"),
    ],
)
def test_a_ratio_is_explained_in_words(ratio, said):
    assert said in explain_ratio(ratio)


def test_a_ratio_outside_its_range_is_refused():
    with pytest.raises(DecisionError):
        explain_ratio(1.0)
