"""One decision asked in other ways: the same cycles and costs, a known winner, and nothing seen ahead."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.services import reformulate_view
from forecasting.services.asked_of import asked_of, still_asked_of
from forecasting.services.checks import Check, assumption_checks
from forecasting.services.project import load_reformulations, save_reformulations
from forecasting.services.reformulate import Reformulations, reformulate, ways
from forecasting.services.reformulate_view import reformulate_sentences, suggestions, ways_table
from forecasting.settings import usual_settings
from forecasting.store.projects import open_store
from tests.services.test_whole_assortment import dataset, history

SETTINGS = usual_settings("D", horizon=14, step=14, folds=4, lead_time=2, review_period=5)


@pytest.fixture(scope="module")
def shop():
    data = dataset(history(260, a=5, b=20, c=40, d=12))
    items = data.items.assign(category=["x", "x", "y", "y"])
    return replace(data, items=items)


@pytest.fixture(scope="module")
def found(shop):
    return reformulate(shop, SETTINGS)


def test_every_way_is_asked_on_the_same_cycles(found):
    assert found.gains[["grain", "level", "form"]].drop_duplicates().shape[0] == 10
    assert set(found.gains["cycles"]) == {found.gains["cycles"].iloc[0]}
    assert len(found.origins) == 6
    assert found.group == "category"
    first = found.gains.iloc[0]
    assert (first["grain"], first["level"], first["form"], first["gain"]) == (
        "day",
        "item",
        "distribution",
        0,
    )


def test_gains_are_differences_of_cost(found):
    gains = found.gains
    assert gains["gain"].to_numpy() == pytest.approx(gains["cost"].iloc[0] - gains["cost"].to_numpy())
    assert (gains["cost"] > 0).all()


def test_the_same_seed_gives_the_same_money(shop, found):
    pd.testing.assert_frame_equal(reformulate(shop, SETTINGS).gains, found.gains)


def test_what_comes_after_the_last_interval_changes_nothing(shop, found):
    """Causality: no way of asking at a past date sees what came after the demand it is judged by."""
    ends = found.origins[-1] + pd.Timedelta(days=7)
    late = shop.sales["ds"] > ends
    other = replace(shop, sales=shop.sales.assign(y=shop.sales["y"].mask(late, 5000.0)))
    pd.testing.assert_frame_equal(reformulate(other, SETTINGS).gains, found.gains)


def test_demand_that_is_spread_by_weekday_is_best_asked_by_day():
    """Nearly all of a week sells on one day: three days ahead, whoever sees weeks cannot know which."""
    rng = np.random.default_rng(3)
    days = pd.date_range("2024-06-01", periods=300, freq="D")
    rate = np.where(days.day_of_week == 5, 100, 1)
    parts = [pd.DataFrame({"unique_id": f"s{i}", "ds": days, "y": rng.poisson(rate) * 1.0}) for i in range(6)]
    data = dataset(pd.concat(parts, ignore_index=True))
    settings = replace(
        usual_settings("D", horizon=10, step=10, folds=4, lead_time=1, review_period=2), costs=SETTINGS.costs
    )
    cost = reformulate(data, settings).gains.set_index(["grain", "level", "form"])["cost"]
    assert cost["day", "item", "distribution"] < 0.5 * cost["month", "item", "distribution"]


def test_weeks_can_only_be_asked_by_week_or_month():
    assert {w.grain for w in ways("W-MON")} == {"week", "month"}
    assert {w.grain for w in ways("MS")} == {"month"}
    assert ways("W-MON")[0].key == "week item distribution"


def test_a_history_without_usable_costs_is_refused(shop):
    bad = replace(shop, items=shop.items.assign(price=5.0, unit_cost=2.0, salvage=9.0))
    with pytest.raises(DecisionError, match="usable costs"):
        reformulate(bad, SETTINGS)


def gains_of(*rows):
    names = ["grain", "level", "form", "gain", "low", "high", "beyond_noise"]
    frame = pd.DataFrame(rows, columns=names).assign(cycles=9, blocks=6, note="")
    return Reformulations(frame.assign(cost=100.0 - frame["gain"]), "category", (pd.Timestamp("2025-01-01"),))


TODAY = ("day", "item", "distribution", 0.0, np.nan, np.nan, False)


def test_a_difference_that_may_be_chance_is_called_so():
    found = gains_of(TODAY, ("week", "item", "distribution", 30.0, -5.0, 60.0, False))
    first = reformulate_sentences(found, "EUR")[0]
    assert first.startswith("No other way to ask is cheaper beyond chance")
    assert "no difference we can show" in set(ways_table(found)["verdict"])


def test_a_cheaper_way_beyond_chance_is_recommended_and_a_dearer_one_named():
    found = gains_of(
        TODAY,
        ("week", "group", "distribution", 30.0, 5.0, 60.0, True),
        ("month", "item", "point", -30.0, -50.0, -6.0, True),
    )
    first, second, *_ = reformulate_sentences(found, "EUR")
    assert first.startswith("Another way to ask was cheaper beyond chance. Weekly, per category")
    assert second == "Dearer beyond chance: monthly, per item, one number + buffer."
    assert ways_table(found)["verdict"].tolist() == ["▲ cheaper", "as it is asked today", "▼ dearer"]


def test_assumptions_that_do_not_hold_lead_to_a_question(found, shop):
    from forecasting.evaluation.assumptions import Measured

    name = next(iter(reformulate_view.SUGGESTS))
    broken = Check(name, Measured(0.5, False, 1, 2), "", "", "")
    held = Check(name, Measured(0.0, True, 1, 2), "", "", "")
    assert len(suggestions([broken, held])) == 1


def test_every_suggestion_names_a_check_that_exists(request):
    from forecasting.services.compute import compute
    from forecasting.services.work_out import work_out

    data = dataset(history(150, a=5, b=20))
    settings = usual_settings("D", models=("seasonal_naive",), horizon=14, step=14, folds=3)
    *_, last = compute(data, settings)
    names = {c.assumption for c in assumption_checks(work_out(data, settings, last))}
    assert set(reformulate_view.SUGGESTS) <= names


def kept(found, tmp_path, asked):
    """What a comparison asked of `asked` is after a restart."""
    now = pd.Timestamp("2026-01-01").to_pydatetime()
    with closing(open_store(f"sqlite:///{tmp_path}/shelfwise.db")) as store:
        project = store.create("p", now=now)
        save_reformulations(store, project, replace(found, asked_of=asked), now)
        return load_reformulations(store, store.load(project))


def test_what_was_found_is_saved_with_the_project(found, shop, tmp_path):
    again = kept(found, tmp_path, asked_of(shop, SETTINGS))

    assert again.origins == found.origins
    pd.testing.assert_frame_equal(again.gains, found.gains, check_dtype=False)
    assert still_asked_of(again.asked_of, shop, SETTINGS)


def test_another_price_cost_or_lead_time_is_another_decision_and_more_past_dates_are_not(shop):
    asked = asked_of(shop, SETTINGS)
    dearer = replace(shop, items=shop.items.assign(price=3.0))
    slower = replace(SETTINGS, policy=replace(SETTINGS.policy, lead_time=3))

    assert still_asked_of(asked, shop, replace(SETTINGS, folds=7, costs_confirmed=True))
    assert not still_asked_of(asked, dearer, SETTINGS)
    assert not still_asked_of(asked, shop, slower)
    assert not still_asked_of(asked, shop, SETTINGS.with_typed_costs(overstock=2.0, understock=None))


def test_an_update_that_can_be_told_more_has_changed_nothing(found, shop, tmp_path):
    """What was kept before costs knew an order's price, by a version that also knew something since gone."""
    asked = asked_of(shop, SETTINGS)
    del asked["under"]["costs"]["order_cost"]
    asked["under"]["policy"]["gone"] = 1
    again = kept(found, tmp_path, asked)

    assert still_asked_of(again.asked_of, shop, SETTINGS)


def test_what_an_early_version_kept_under_a_name_alone_is_unknown_not_changed(found, shop, tmp_path):
    now = pd.Timestamp("2026-01-01").to_pydatetime()
    with closing(open_store(f"sqlite:///{tmp_path}/shelfwise.db")) as store:
        project = store.create("p", now=now)
        save_reformulations(store, project, found, now)
        facts = store.load(project).documents["reformulations"]
        store.save(project, documents={"reformulations": {**facts, "asked_of": "d41d8cd9"}}, now=now)
        again = load_reformulations(store, store.load(project))

    assert still_asked_of(again.asked_of, shop, SETTINGS) is None
