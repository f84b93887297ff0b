"""The five situations of what becomes of a left-over and of a missed sale, each against a count by hand."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.economics import CostDefaults, UnitEconomics, item_costs
from forecasting.inventory.orders import plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.inventory.situations import situation_in_words
from forecasting.paths import SamplePaths

TIN = {"price": 12.0, "unit_cost": 7.3, "salvage": 1.0, "holding_rate": 0.5}
CYCLE = {"days_held": 7.0}
H = 7.3 * 0.5 / 365  # money per unit and day
POLICY = OrderPolicy(lead_time=2, review_period=3)

SITUATIONS = {
    "season": {"leftover": "perishable"},
    "lost sale": {},
    "backorder": {"missed_sale": "backorder", "backorder_cost": 0.9},
    "backorder per day": {"missed_sale": "backorder_per_day", "backorder_cost": 0.2},
    "expires": {"shelf_life": 4.0},
}


def dear(**more):
    """Holding dear enough for the situations to differ in whole units."""
    return TIN | {"holding_rate": 2.0, "unit_cost": 11.0} | more


def two_rows(**columns):
    return {"unique_id": ["item 0000", "item 0001"]} | {k: [v, v] for k, v in columns.items()}


@pytest.fixture(scope="module")
def wild():
    """Two series of few, irregular futures: enough to count every term by hand."""
    rng = np.random.default_rng(5)
    values = rng.negative_binomial(1, [[[0.1]], [[0.3]]], size=(2, 60, 14)).astype(np.float32)
    ids = np.array(["item 0000", "item 0001"], dtype=object)
    return SamplePaths(ids, pd.date_range("2026-06-29", periods=14), values)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"leftover": "perishable"}, (4.7, 6.3 + 7 * H, 4.7 / (11 + 7 * H))),
        ({"leftover": "carry_over"}, (4.7, 7 * H, 4.7 / (4.7 + 7 * H))),
        (
            {"leftover": "carry_over", "missed_sale": "backorder", "backorder_cost": 2.0},
            (2, 7 * H, 1 - 3.5 * H),
        ),
        (
            {"leftover": "carry_over", "missed_sale": "backorder_per_day", "backorder_cost": 0.1},
            (0.1, H, 0.1 / (0.1 + H)),
        ),
        ({"leftover": "carry_over", "shelf_life_days": 5.0}, (4.7, 6.3 + 7 * H, 4.7 / (11 + 7 * H))),
        ({"leftover": "carry_over", "shelf_life_days": 9.0}, (4.7, 7 * H, 4.7 / (4.7 + 7 * H))),
    ],
)
def test_each_situation_has_the_unit_costs_of_the_table(inputs, expected):
    economics = UnitEconomics(**TIN, **CYCLE, **inputs)

    costs = economics.unit_costs()

    assert (costs.underage, costs.overage, economics.critical_ratio) == pytest.approx(expected)


def hand_cost(futures, kind, stock, lead=2, review=3, life=4):
    """Money of one cycle with `stock` in all, future by future, as the situation is described in words."""
    h, margin, written_off = 11 * 2 / 365, 1.0, 10.0
    total = 0.0
    for future in futures.astype(float):
        at = np.concatenate([[0.0], np.cumsum(future)])
        end = at[lead + review]
        if kind == "season":
            total += margin * max(end - stock, 0) + (written_off + h * review) * max(stock - end, 0)
            continue
        new_short = max(end - stock, 0) - max(at[lead] - stock, 0)
        per_unit = {"lost sale": margin, "backorder": 0.9, "expires": margin}.get(kind, 0.0)
        total += per_unit * new_short
        for j in range(1, review + 1):
            total += h * max(stock - at[lead + j], 0)
            total += 0.2 * max(at[lead + j] - stock, 0) if kind == "backorder per day" else 0.0
        total += written_off * max(stock - at[lead + life], 0) if kind == "expires" else 0.0
    return total / len(futures)


@pytest.mark.parametrize("kind", SITUATIONS)
def test_the_level_of_every_situation_is_the_cheapest_by_hand(wild, make_inputs, kind):
    items = two_rows(**dear(**SITUATIONS[kind]))

    orders = plan_orders(wild, make_inputs(items, policy=POLICY))

    assert orders["situation"].tolist() == [kind, kind]
    for futures, level in zip(wild.values, orders["order_up_to_level"], strict=True):
        top = int(futures[:, :5].sum(axis=1).max())
        lowest = int(
            np.quantile(futures[:, :5].sum(axis=1), 0.05)
        )  # below lies the start of a cycle nobody has
        cheapest = min(hand_cost(futures, kind, s) for s in range(lowest, top + 1))
        assert hand_cost(futures, kind, level) == pytest.approx(cheapest)


def test_situations_differ_in_what_they_order(wild, make_inputs):
    levels = {
        kind: plan_orders(wild, make_inputs(two_rows(**dear(**more)), policy=POLICY))[
            "order_up_to_level"
        ].sum()
        for kind, more in SITUATIONS.items()
    }

    assert levels["season"] < levels["expires"] < levels["lost sale"]
    assert len(set(levels.values())) == 5


def test_charged_per_day_the_level_is_covered_as_often_as_the_ratio_asks_on_the_average_day(
    wild, make_inputs
):
    """D exactly: the mean over j of P(X_{L+j} ≤ S) first reaches b / (b + h)."""
    items = two_rows(**dear(**SITUATIONS["backorder per day"]))

    orders = plan_orders(wild, make_inputs(items, policy=POLICY))

    h = 11 * 2 / 365
    sums = np.cumsum(wild.values, axis=2)[:, :, 2:5]
    for days, level in zip(sums, orders["order_up_to_level"], strict=True):
        assert (days <= level).mean() >= 0.2 / (0.2 + h) > (days <= level - 1).mean()


def test_reviewed_every_day_the_exact_form_is_the_table(wild, make_inputs):
    """D with R = 1 is the newsvendor with ratio b / (b + h)."""
    items = two_rows(**dear(**SITUATIONS["backorder per day"]))
    orders = plan_orders(wild, make_inputs(items, policy=OrderPolicy(lead_time=4, review_period=1)))
    ratio = 0.2 / (0.2 + 11 * 2 / 365)

    assert orders["critical_ratio"].tolist() == pytest.approx([ratio, ratio])
    for futures, level in zip(wild.values[:, :, :5].sum(axis=2), orders["order_up_to_level"], strict=True):
        assert level == np.quantile(futures, ratio, method="inverted_cdf")


def test_the_tables_form_is_close_where_the_ratio_is_high(make_paths, make_inputs):
    """1.1: dropping P(X_L > S) and taking every period for the last is tight from 0.9 on."""
    paths = make_paths([2.0, 9.0, 30.0], n_paths=4000)
    items = {"unique_id": paths.unique_id} | {k: [v] * 3 for k, v in TIN.items()}

    orders = plan_orders(paths, make_inputs(items, policy=POLICY))

    quantile = [
        np.quantile(x, r, method="inverted_cdf")
        for x, r in zip(paths.total(5), orders["critical_ratio"], strict=True)
    ]
    assert (orders["critical_ratio"] > 0.99).all()
    assert orders["order_up_to_level"].tolist() == pytest.approx(quantile, rel=0.05)
    assert (orders["order_up_to_level"] <= quantile).all()


def test_a_left_over_with_a_date_costs_its_chance_to_expire(wild, make_inputs):
    orders = plan_orders(wild, make_inputs(two_rows(**dear(shelf_life=4.0)), policy=POLICY))

    line = orders.iloc[0]
    gone = (wild.values[0, :, :6].sum(axis=1) <= line["order_up_to_level"] - 1).mean()
    assert line["expiry_risk"] == pytest.approx(gone)
    assert line["overage"] == pytest.approx(3 * 11 * 2 / 365 + gone * 10)
    assert line["critical_ratio"] == pytest.approx(line["underage"] / (line["underage"] + line["overage"]))


@pytest.mark.parametrize("kind", ["backorder", "backorder per day"])
def test_customers_who_wait_are_paid_for_and_are_not_lost(wild, make_inputs, kind):
    """Future by future: what is owed before the delivery is filled by it, and stays demand of the cycle."""
    items = two_rows(**dear(**SITUATIONS[kind]), on_hand=4.0)
    line = plan_orders(wild, make_inputs(items, policy=POLICY)).iloc[0]
    stock, paid, late = 4 + line["order_quantity"], 0.0, 0.0
    for future in wild.values[0].astype(float):
        x = np.cumsum(future)
        owed = np.maximum(x[:5] - np.array([4, 4, stock, stock, stock]), 0)  # at the end of days 1 to 5
        early = owed[1]
        still_owed = max(x[1] - stock, 0.0)  # after the delivery
        late += early + owed[4] - still_owed
        paid += 11 * 2 / 365 * np.maximum(stock - x[2:5], 0).sum()
        paid += 0.9 * (early + owed[4] - still_owed) if kind == "backorder" else 0.2 * owed.sum()

    assert line["expected_cost"] == pytest.approx(paid / 60)
    assert line["fill_rate"] == pytest.approx(1 - late / wild.values[0, :, :5].sum())


def test_a_customer_who_waits_for_nothing_is_a_question_not_a_zero(make_inputs, wild):
    orders = plan_orders(wild, make_inputs(two_rows(**TIN, missed_sale="backorder"), policy=POLICY))

    assert orders["problem"].str.contains("backorder cost is nan; give money per unit owed").all()
    assert orders["order_quantity"].isna().all()


def test_owing_for_less_than_keeping_is_refused():
    with pytest.raises(DecisionError, match="nothing would be stocked"):
        UnitEconomics(**TIN, **CYCLE, leftover="carry_over", missed_sale="backorder", backorder_cost=7 * H)


def test_the_projects_answers_hold_where_an_item_is_blank():
    defaults = CostDefaults(missed_sale="backorder", backorder_cost=3.0, order_cost=15.0)
    items = pd.DataFrame({"unique_id": ["a", "b"], **{k: [v, v] for k, v in TIN.items()}})
    items["missed_sale"] = [None, "Lost"]

    costs = item_costs(items, defaults, days_per_period=1, review_period=7)

    assert costs["situation"].tolist() == ["backorder", "lost sale"]
    assert costs["underage"].tolist() == pytest.approx([3.0, 4.7])
    assert costs["order_cost"].tolist() == [15.0, 15.0]


def test_money_in_cents_changes_no_quantity(wild, make_inputs):
    for more in SITUATIONS.values():
        euro = dear(**more)
        money = ("price", "unit_cost", "salvage", "backorder_cost")
        cent = {k: 100 * v if k in money else v for k, v in euro.items()}
        a, b = (plan_orders(wild, make_inputs(two_rows(**i), policy=POLICY)) for i in (euro, cent))

        assert a["order_quantity"].tolist() == b["order_quantity"].tolist()
        assert (100 * a["expected_cost"]).tolist() == pytest.approx(b["expected_cost"].tolist())


def test_goods_by_weight_find_the_level_where_one_more_gram_stops_to_save(wild, make_inputs):
    items = two_rows(**dear())
    orders = plan_orders(wild, make_inputs(items, policy=POLICY, whole_units=False))
    whole = plan_orders(wild, make_inputs(items, policy=POLICY))

    assert orders["order_up_to_level"].tolist() == pytest.approx(
        whole["order_up_to_level"].tolist(), abs=0.01
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"missed_sale": "ignored"}, "missed_sale"),
        ({"order_cost": -1}, "order cost"),
        ({"backorder_cost": 0.0}, "above 0"),
    ],
)
def test_project_answers_refuse_nonsense(wrong, said):
    with pytest.raises(DecisionError, match=said):
        CostDefaults(**wrong)


def test_a_situation_is_said_in_words():
    assert "are set, not worked out" in situation_in_words("typed", "lost")
    assert situation_in_words("expires", "backorder_per_day") == (
        "A unit left over is kept, and written off if its date comes first. "
        "A missed sale is delivered later, at a cost per unit and day."
    )
