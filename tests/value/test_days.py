"""The replay day by day: units and money of one rule on the same shelves, whoever forecasts."""

import gc
from weakref import ref

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.economics import CostDefaults, item_costs
from forecasting.inventory.policy import OrderPolicy, item_policies
from forecasting.value.censored import Recorded, Scenario, scenarios
from forecasting.value.days import PARTS
from forecasting.value.levels import Said, Windows, perfect_levels, scaled, windows_over_time
from forecasting.value.shelves import shelves_of


def levels_over_time(said, periods, *, step, season, whole_units):
    return scaled(
        said.stock, windows_over_time(said.means, periods, step=step, season=season), whole_units=whole_units
    )


def test_the_level_of_a_later_review_follows_the_mean_of_its_own_days():
    """Means 1, 2, 3, 4 a day, two days to last: S 6 at the origin for a mean of 3, so 6 · 5/3 a day later."""
    means = np.cumsum([1.0, 2, 3, 4])[None, None]

    levels = levels_over_time(
        Said(means, np.array([[6.0]])), np.array([2.0]), step=3, season=2, whole_units=False
    )

    assert levels[0].tolist() == pytest.approx([6, 10, 14])


def test_beyond_its_horizon_a_forecast_repeats_its_last_season():
    """Means 1, 2 a day and a season of two: the third day is like the first."""
    said = Said(np.array([[[1.0, 3.0]]]), np.array([[3.0]]))

    levels = levels_over_time(said, np.array([2.0]), step=2, season=2, whole_units=False)

    assert levels[0].tolist() == pytest.approx([3, 3])


def test_without_expected_demand_the_level_stays_what_was_said():
    said = Said(np.zeros((1, 1, 4)), np.array([[2.0]]))

    levels = levels_over_time(said, np.array([2.0]), step=2, season=2, whole_units=True)

    assert levels[0].tolist() == [2, 2]


def test_windows_are_kept_as_long_as_their_forecast_and_no_longer():
    """Each changed cost may mix models anew: what is kept of mixtures that are gone would fill the memory."""
    windows, periods, stays = Windows(), np.array([2.0]), np.ones((1, 1, 4))
    first = windows.of(stays, periods, step=2, season=2)
    passing = np.full((1, 1, 4), 3.0)
    of_passing = ref(windows.of(passing, periods, step=2, season=2))

    del passing
    gc.collect()

    assert of_passing() is None
    assert windows.of(stays, periods, step=2, season=2) is first


def test_windows_of_protection_intervals_long_not_asked_for_go():
    windows, stays = Windows(), np.ones((1, 1, 4))
    old = ref(windows.of(stays, np.array([1.0]), step=2, season=2))

    for interval in range(2, 12):
        windows.of(stays, np.array([float(interval)]), step=2, season=2)
    gc.collect()

    assert old() is None


def test_perfect_foresight_is_the_demand_that_comes():
    demand = np.array([[4.0, 0, 2, 6]])

    assert perfect_levels(demand, np.array([2.0]))[0].tolist() == [4, 2, 8, 12]


def test_sold_out_days_have_three_answers_and_none_is_the_truth():
    """Four Mondays of 10, the one of the test sold out at 3; a day without a row counts in none."""
    ds = pd.date_range("2026-01-05", periods=35)
    y = np.full(35, 10.0)
    y[28] = 3.0
    sales = pd.DataFrame({"unique_id": "a", "ds": ds, "y": y, "stockout": np.arange(35) == 28})
    sales = sales.drop(index=30)

    recorded = Recorded.of(sales, np.array(["a"], dtype=object), ds)
    till, filled, dropped = scenarios(recorded, 28, 35, "D")

    assert [s.demand[0, 0] for s in (till, filled, dropped)] == [3, 10, 0]
    assert [s.counted[0, 0] for s in (till, filled, dropped)] == [True, True, False]
    assert not any(s.counted[0, 2] for s in (till, filled, dropped))
    assert till.demand[0, 1] == filled.demand[0, 1] == 10


def test_where_nothing_sold_out_there_is_one_answer(make_contest):
    assert [s.name for s in make_contest().scenarios] == ["sales"]


def test_money_is_units_times_what_a_unit_costs(make_contest):
    contest = make_contest()
    models = contest.models()
    books = contest.play(models, models["sharp"], contest.scenarios[0])["low"]
    money = contest.shelves

    np.testing.assert_allclose(books.lost_margin, books.lost * money.margin[:, None])
    np.testing.assert_allclose(books.holding_cost, books.held * money.holding[:, None])
    np.testing.assert_allclose(books.ordering_cost, books.orders * money.order_cost[:, None])
    np.testing.assert_allclose(books.cost, sum(getattr(books, part) for part in PARTS))


def test_every_unit_asked_for_is_sold_or_lost_once_counting_has_begun(make_contest):
    contest = make_contest()
    models = contest.models()
    course = contest.course()
    scenario = contest.scenarios[0]
    counted = np.where(course.counts(contest.n_periods), scenario.demand, 0.0)

    for books in contest.play(models, models["sharp"], scenario).values():
        asked = counted.reshape(len(counted), -1, course.step).sum(axis=2)
        np.testing.assert_allclose(books.sold + books.lost, asked)


def test_stock_built_up_by_the_end_is_no_gain(make_contest):
    """More perishables on the shelf at the end are written off; goods that keep are worth their cost."""
    keeps = make_contest()
    rots = keeps.with_shelves(
        perishable=np.full(4, True), shelf_life=np.full(4, 9.0), written_off=np.full(4, 2.0)
    )
    models = rots.models()
    books = rots.play(models, models["sharp"], rots.scenarios[0])["high"]

    np.testing.assert_allclose(books.waste_cost, 2.0 * (books.wasted + books.stock_change))
    models = keeps.models()
    assert keeps.play(models, models["sharp"], keeps.scenarios[0])["high"].waste_cost.sum() == 0


def test_dropped_days_count_for_nobody(make_contest):
    contest = make_contest()
    scenario = contest.scenarios[0]
    without = scenario.counted.copy()
    without[:, -3:] = False
    models = contest.models()

    whole = contest.play(models, models["sharp"], scenario)["sharp"]
    part = contest.play(
        models, models["sharp"], Scenario("dropped", np.where(without, scenario.demand, 0.0), without)
    )["sharp"]

    asked = scenario.demand[:, -3:].sum()
    assert (whole.sold + whole.lost).sum() - (part.sold + part.lost).sum() == pytest.approx(asked)
    assert part.holding_cost.sum() < whole.holding_cost.sum()


def test_origins_that_leave_days_without_a_forecast_are_refused(make_contest):
    with pytest.raises(DecisionError, match="no forecast exists"):
        make_contest(step=9)


def test_a_series_that_starts_late_is_counted_only_once_its_shelf_has_settled(make_contest):
    contest = make_contest(first_origin={"s0": 4})
    course = contest.course()

    # Its first forecast is at the fifth origin, 7 days each; then P + R = 3 + 2 days to settle.
    assert course.starts[0] == 28
    assert course.counted_from[0] == 33
    assert course.counted_from[1] == 14  # everybody else from the first scored origin on


def test_shelves_know_typed_costs_apart_from_priced_ones():
    items = pd.DataFrame(
        {
            "unique_id": ["typed", "priced", "fresh"],
            "price": [np.nan, 10.0, 10.0],
            "unit_cost": [np.nan, 4.0, 4.0],
            "salvage": [np.nan, 1.0, 1.0],
            "holding_rate": [np.nan, 0.365, 0.365],
            "leftover": ["carry_over", "carry_over", "perishable"],
        }
    )
    defaults = CostDefaults(understock=5.0, overstock=2.1)
    costs = item_costs(items, defaults, days_per_period=1.0, review_period=7)
    found = shelves_of(
        items, costs, item_policies(items, OrderPolicy(2, 7)), defaults=defaults, days_per_period=1.0
    )

    assert found.margin.tolist() == [5, 6, 6]
    assert found.holding == pytest.approx([0.3, 0.004, 0.004])  # 2.1 over 7 days; 4 · 0.365 / 365
    assert found.written_off.tolist() == pytest.approx([2.1, 3, 3])
    assert found.shelf_life.tolist() == [np.inf, np.inf, 7]
    np.testing.assert_allclose(
        found.critical_ratio, costs["underage"] / (costs["underage"] + costs["overage"])
    )
