"""What people know reaches the models, with its effect, its worth in money, and what a plan would change."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import SettingsError
from forecasting.evaluation.future import live_future
from forecasting.history.effects import Effects
from forecasting.history.events import Event
from forecasting.services.dataset import Dataset
from forecasting.services.driver_worth import with_worth, worth_of
from forecasting.services.drivers import (
    as_rows,
    decided,
    edited_events,
    effects_table,
    event_notes,
    events_table,
    fitting,
    from_rows,
    never_on,
    proposals,
    with_events,
)
from forecasting.services.past import effects_of, work_out_past
from forecasting.services.what_if import Plan, as_planned, what_if
from forecasting.settings import usual_settings

LAST = pd.Timestamp("2025-12-31")
FAIRS = [date(2024, m, 10) for m in range(1, 13)] + [date(2025, m, 10) for m in range(1, 13)]


def fairs(status="accepted", ahead=True):
    days = [*FAIRS, date(2026, 1, 10)] if ahead else FAIRS
    return tuple(Event("Fair", "campaign", d, d + pd.Timedelta(days=2), status=status) for d in days)


@pytest.fixture(scope="module")
def dataset():
    """Two years in which a fair of three days a month multiplies sales by 1.5, and 14 February by 2."""
    rng = np.random.default_rng(8)
    ds = pd.date_range("2024-01-01", LAST)
    on = np.isin(ds.day, (10, 11, 12))
    love = (ds.month == 2) & np.isin(ds.day, (13, 14, 15))
    mean = 20 * np.where(on, 1.5, 1.0) * np.where(love, 2.0, 1.0)
    parts = [
        pd.DataFrame({"unique_id": i, "ds": ds, "y": rng.poisson(mean * k) * 1.0})
        for i, k in zip("ab", (1, 2), strict=True)
    ]
    items = pd.DataFrame(
        {"unique_id": ["a", "b"], "store": ["North", "South"], "price": 4.0, "unit_cost": 2.5}
    )
    return Dataset("t.csv", pd.concat(parts, ignore_index=True), items, pd.DataFrame(), "D", "2" * 64)


def test_the_dates_ahead_are_all_given_so_that_no_event_comes_back_by_itself(dataset):
    known = with_events(dataset, fairs(), 28)
    future, assumed = live_future(known.sales, known.future, ["a", "b"], horizon=28, frequency="D")
    assert assumed == []
    assert set(future.loc[future["fair"] == 1, "ds"].dt.day) == {10, 11, 12}


def test_another_event_is_another_history_and_none_is_the_same_one(dataset):
    assert with_events(dataset, fairs("proposed"), 28) is dataset
    assert with_events(dataset, fairs(), 28).sha256 != dataset.sha256
    assert with_events(dataset, fairs(), 28).sha256 == with_events(dataset, fairs(), 28).sha256


def test_an_event_that_was_never_on_moves_no_model_and_says_so(dataset):
    new = Event("Jubilee", "campaign", date(2026, 1, 5), date(2026, 1, 9), who="Ann", why="100 years")
    assert with_events(dataset, [new], 28) is dataset
    assert never_on(dataset, [new, *fairs()]) == ("Jubilee",)
    (told,) = event_notes(dataset, [new])
    assert told.startswith(
        "Jubilee (campaign, 5 Jan 2026 to 9 Jan 2026, everywhere): Ann, because: 100 years."
    )
    assert "never on before" in told
    closed = replace(new, name="Stocktaking", kind="closure")
    assert (with_events(dataset, [closed], 28).future["open"] == 0).sum() == 5 * 2


def test_an_event_nobody_stands_for_says_so(dataset):
    assert event_notes(dataset, fairs()) == (
        "Fair (campaign, 25 times, 10 Jan 2024 to 12 Jan 2026, everywhere): nobody is named.",
    )
    assert event_notes(dataset, fairs("rejected")) == ()


def test_a_planned_promotion_goes_into_the_files_own_column(dataset):
    sales = dataset.sales.assign(promo=0.0)
    planned = Event("January sale", "promotion", date(2026, 1, 5), date(2026, 1, 6), where="North")
    known = with_events(replace(dataset, sales=sales), [planned], 14)
    assert "january_sale" not in known.sales
    on = known.future[known.future["promo"] == 1]
    assert set(on["unique_id"]) == {"a"}
    assert set(on["ds"].dt.day) == {5, 6}
    assert known.future.loc[known.future["unique_id"] == "b", "promo"].isna().all()  # not decided by the plan


def test_a_planted_effect_is_found_within_its_interval(dataset):
    row = effects_table(dataset, fairs("proposed", ahead=False), 28).iloc[0]
    assert row["low"] < 0.5 < row["high"]
    assert row["seen"] == 24
    assert row["series"] == 2


def test_a_promotion_column_of_the_file_stands_among_the_effects(dataset):
    sales = dataset.sales.assign(promo=dataset.sales["ds"].dt.day.isin([20]).astype(float))
    table = effects_table(replace(dataset, sales=sales), (), 28)
    assert table["name"].tolist() == ["promo"]
    assert table["low"].iloc[0] < 0 < table["high"].iloc[0]  # nothing was planted on the 20th


def test_effects_of_the_files_columns_are_those_of_history_whatever_is_proposed(dataset):
    """A holiday column that holds 14 February, on which a proposal stands too: they share its days."""
    ds = dataset.sales["ds"]
    winter = (ds.dt.month == 2) & ds.dt.day.between(10, 17) | (ds.dt.day.between(22, 25))
    marked = replace(dataset, sales=dataset.sales.assign(holiday=winter * 1.0))
    days = [Event("Around 14 February", "holiday", date(y, 2, 13), date(y, 2, 15), status="proposed")
            for y in (2024, 2025)]  # fmt: skip
    history = effects_of(work_out_past(marked)).pooled.set_index("effect").loc["holiday"]
    table = effects_table(marked, [*days, *fairs("proposed", ahead=False)], 28).set_index("name")
    shown = table.loc["holiday", ["effect", "low", "high", "series"]].tolist()
    assert shown == pytest.approx(history[["value", "low", "high", "series"]].tolist())
    assert table.loc["Around 14 February", "seen"] == 2
    assert table.loc["Fair", "seen"] == 24


def test_a_closed_day_amid_an_event_does_not_make_two_of_it(dataset):
    sundays = dataset.sales.assign(open=(dataset.sales["ds"].dt.day_of_week != 6) * 1.0)
    table = effects_table(replace(dataset, sales=sundays), fairs("proposed", ahead=False), 28)
    assert table["seen"].tolist() == [24]


def test_an_event_seen_too_rarely_says_so_instead_of_an_effect(dataset):
    once = Event("Flood", "one_off", date(2025, 5, 1), date(2025, 5, 3))
    row = effects_table(dataset, [once], 28).iloc[0]
    assert np.isnan(row["effect"])
    assert "seen 1 times" in row["problem"]


def test_a_date_that_is_odd_every_year_is_proposed_and_ordinary_ones_are_not(dataset):
    known = with_events(dataset, fairs(), 28)  # the fairs are no mystery any more
    found = proposals(work_out_past(known), fairs(), usual_settings("D"))
    names = [p.name for p in found]
    assert any(name.endswith("February") for name in names)
    assert all(name.endswith("February") or name == "Payday" for name in names)


def test_a_decided_proposal_is_not_proposed_again(dataset):
    past, settings = work_out_past(dataset), usual_settings("D")
    payday = next(p for p in proposals(past, (), settings) if p.name == "Payday")
    events = decided((), payday, "rejected", "Ann")
    assert {e.status for e in events} == {"rejected"}
    assert {e.who for e in events} == {"Ann"}
    assert "Payday" not in [p.name for p in proposals(past, events, settings)]


def test_what_a_person_knows_of_a_proposal_is_kept_with_the_decision(dataset):
    payday = next(p for p in proposals(work_out_past(dataset), (), usual_settings("D")) if p.name == "Payday")
    events = decided((), payday, "accepted", " Ann ", "wages come  on the 28th")
    assert {e.who for e in events} == {"Ann"}
    assert {e.why for e in events} == {f"{payday.why}; wages come on the 28th"}
    silent = decided((), payday, "accepted", "")
    assert {(e.who, e.why) for e in silent} == {("found in the data", payday.why)}


def test_a_feature_that_matters_saves_backtest_money(dataset):
    settings = usual_settings("D", horizon=14, step=14)
    worth = worth_of(dataset, {"Fair": fairs("proposed")}, (), settings)
    assert worth[0].gain > 0
    table = with_worth(effects_table(dataset, fairs("proposed"), 14), worth, {"Fair": fairs("proposed")})
    assert table["who"].iloc[0] == fairs("proposed")[0].who
    assert table["worth"].iloc[0] == worth[0].gain
    assert table["verdict"].iloc[0] == worth[0].words
    assert table["worth_low"].iloc[0] == worth[0].low < worth[0].gain < table["worth_high"].iloc[0]


def test_a_column_of_the_file_is_tested_by_leaving_it_out(dataset):
    """What the file itself marks is worth the same as when a person writes it down."""
    settings = usual_settings("D", horizon=14, step=14)
    marked = with_events(dataset, fairs(), 14)
    (of_file,) = worth_of(marked, {}, (), settings, columns=["fair"])
    (of_person,) = worth_of(dataset, {"Fair": fairs()}, fairs(), settings)
    assert of_file.name == "fair"
    assert of_file.gain == of_person.gain > 0
    table = with_worth(effects_table(marked, (), 14), (of_file,), {})
    assert table["who"].tolist() == ["the sales file"]
    assert table["worth"].tolist() == [of_file.gain]


def test_an_accepted_feature_is_tested_by_leaving_it_out(dataset):
    settings = usual_settings("D", horizon=14, step=14)
    outside = worth_of(dataset, {"Fair": fairs("proposed")}, (), settings)[0]
    inside = worth_of(dataset, {"Fair": fairs()}, fairs(), settings)[0]
    assert inside.gain == pytest.approx(outside.gain)


def test_events_survive_saving_and_the_table_to_edit():
    events = (
        *fairs()[:2],
        Event("New price", "price", date(2026, 1, 1), date(2026, 1, 9), "a", 3.5, "Ann", "cost"),
    )
    assert from_rows(as_rows(events)) == events
    assert edited_events(events_table(events)) == events


def test_a_row_without_a_start_is_a_sentence_and_an_empty_row_is_nothing():
    table = events_table(fairs()[:1])
    empty = pd.concat([table, table.iloc[:1].map(lambda _: None)], ignore_index=True)
    assert len(edited_events(empty)) == 1
    with pytest.raises(SettingsError, match="the day it starts"):
        edited_events(table.assign(start=pd.NaT))


def test_in_another_history_an_event_of_an_unknown_place_is_only_proposed(dataset):
    here, gone = replace(fairs()[0], where="North"), replace(fairs()[0], where="Moon")
    assert [e.status for e in fitting(dataset, (here, gone))] == ["accepted", "proposed"]


@pytest.fixture
def effects():
    """A promotion of +50 % and an elasticity of −2, the same for all series."""
    ids, unknown = ["a", "b"], [np.nan, np.nan]
    switches = pd.DataFrame({"unique_id": ids, "switch": "promo", "problem": "few"})
    switches = switches.assign(uplift=unknown, uplift_low=unknown, uplift_high=unknown)
    prices = pd.DataFrame({"unique_id": ids, "problem": "", "elasticity": [-2.0, np.nan]})
    prices = prices.assign(elasticity_low=[-3.0, np.nan], elasticity_high=[-1.0, np.nan])
    pooled = pd.DataFrame(
        {
            "effect": ["promo", "price"],
            "series": 2,
            "value": [0.5, -2.0],
            "low": [0.25, -3.0],
            "high": [0.75, -1.0],
        }
    )
    return Effects(switches, prices, pooled, ())


def plan(found, **changes):
    ds = found.results.forecast["ds"]
    usual = {"unique_ids": ("a", "b"), "start": ds.min().date(), "end": ds.max().date()}
    return Plan(**{**usual, **changes})


def test_a_promotion_of_fifty_percent_on_every_day_sells_half_as_much_again(found, effects):
    table = what_if(found, effects, plan(found, switch="promo")).table
    assert (table["units"] / table["units_before"]).tolist() == pytest.approx([1.5, 1.5])
    assert (table["units_low"] / table["units_before"]).tolist() == pytest.approx([1.25, 1.25])
    assert (table["order"] >= table["order_before"]).all()


def test_what_the_calendar_has_planned_is_not_put_on_a_second_time(found, effects):
    days = found.results.forecast["ds"]
    first, last = days.min().date(), days.max().date()
    event = Event("promo", "promotion", first, last, where="", status="accepted")
    earlier = replace(event, start=first - timedelta(days=20), end=first - timedelta(days=19))
    proposed = replace(event, status="proposed")
    asked = plan(found, switch=event.column)
    twice = replace(effects, pooled=effects.pooled.replace("promo", event.column))
    again = what_if(as_planned(found, (event, earlier)), twice, asked)
    assert again.table["units"].tolist() == pytest.approx(again.table["units_before"].tolist())
    assert "is on already" in again.basis[0]
    fresh = what_if(as_planned(found, (proposed, earlier)), twice, asked).table
    assert (fresh["units"] > 1.4 * fresh["units_before"]).all()


def test_what_was_assumed_of_a_promotion_ahead_is_not_put_on_a_second_time(found, effects):
    on = found.dataset.sales["ds"].dt.day_of_week == 0
    promoted = replace(
        found, dataset=replace(found.dataset, sales=found.dataset.sales.assign(promo=on * 1.0))
    )
    days = found.results.forecast["ds"].nunique()
    outcome = what_if(as_planned(promoted, ()), effects, plan(found, switch="promo"))
    everywhere = what_if(found, effects, plan(found, switch="promo")).table
    added, all_days = (t["units"] - t["units_before"] for t in (outcome.table, everywhere))
    assert (added > 0).all()
    assert (added < all_days).all()
    assert f"on {2 * (days // 7):,} of these {2 * days:,} series-days" in outcome.basis[0]


def test_a_price_cut_follows_the_elasticity(found, effects):
    table = what_if(found, effects, plan(found, price_change=-0.1)).table
    assert (table["units"] / table["units_before"]).tolist() == pytest.approx([0.9**-2, 0.9**-2])
    assert (table["units_low"] <= table["units"]).all()


def test_a_plan_for_some_days_leaves_the_others_alone(found, effects):
    day = found.results.forecast["ds"].min().date()
    table = what_if(found, effects, plan(found, end=day, switch="promo")).table
    added = table["units"] - table["units_before"]
    assert (added < 0.1 * table["units_before"]).all()
    assert (added > 0).all()


def test_without_price_and_cost_margin_is_not_told(found, effects):
    outcome = what_if(found, effects, plan(found, switch="promo"))
    assert outcome.table["margin_change"].isna().all()
    assert "Margin cannot be told" in " ".join(outcome.sentences("EUR"))


def test_margin_of_a_price_cut_is_units_times_the_new_margin(found, effects):
    items = found.dataset.items.assign(price=10.0, unit_cost=6.0)
    priced = replace(found, dataset=replace(found.dataset, items=items))
    row = what_if(priced, effects, plan(found, price_change=-0.1)).table.iloc[0]
    assert row["margin_change"] == pytest.approx(row["units"] * 3.0 - row["units_before"] * 4.0)
    assert row["margin_low"] < row["margin_change"] < row["margin_high"]


def test_an_effect_that_was_never_measured_is_refused(found, effects):
    nothing = replace(effects, pooled=effects.pooled[effects.pooled["effect"] == "price"])
    with pytest.raises(SettingsError, match="No effect of promo could be measured"):
        what_if(found, nothing, plan(found, switch="promo"))
    with pytest.raises(SettingsError, match="outside the forecast"):
        what_if(found, effects, plan(found, start=date(2020, 1, 1), end=date(2020, 1, 2), switch="promo"))
