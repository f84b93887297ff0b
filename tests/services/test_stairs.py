"""From a project to its staircase: what counts, what is left out, and when a year may be spoken of."""

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from forecasting.report.tables import money
from forecasting.services.content import report_content
from forecasting.services.deciding import decided
from forecasting.services.finance import answered, answers
from forecasting.services.findings import Decisions
from forecasting.services.replayed import contest_of
from forecasting.services.stairs import (
    Season,
    case_of,
    chance_it_pays,
    effects,
    period_case_of,
    under_of,
    worth_of,
)
from forecasting.services.value_files import case_record
from forecasting.services.value_tiles import period_lines, value_tiles
from forecasting.services.worth import item_gains, staircase_table, value_sentences
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.contest import OURS, SAME
from forecasting.value.cost_lines import CostLine
from forecasting.value.period_case import PeriodCase, annualised

TERMS = CaseTerms(adoption=1.0, realisation=1.0)
LINES = (CostLine("Build", one_off=10.0), CostLine("Upkeep", yearly=36.5))


@pytest.fixture(scope="module")
def worth(found):
    return worth_of(found)


def sure(worth, days=365, blocks=8):
    """The same replay with a chance behind it, over as many days."""
    draws = np.linspace(-50.0, 150.0, 2001)
    chance = replace(
        worth.stairs.forecast_value, draws=draws, p_positive=0.75, low=-40, high=140, blocks=blocks
    )
    return replace(worth, days=days, stairs=replace(worth.stairs, forecast_value=chance))


def test_the_shelves_settle_before_the_counted_days_where_earlier_origins_exist(found, worth):
    """150 days, three scored origins 14 apart, four before them: P + R of 19 days take two of those."""
    contest, out = contest_of(found.dataset, found.settings, found.results, found.evaluation.past_choice)

    assert out.empty
    assert len(contest.spoken.cutoffs) == 3 + 2
    assert worth.days == 3 * 14
    assert worth.ends == found.dataset.sales["ds"].max()


def test_a_series_without_usable_costs_is_left_out_and_named(found):
    items = found.dataset.items.assign(price=[1.0, np.nan], unit_cost=[-1.0, np.nan])
    broken = replace(found, dataset=replace(found.dataset, items=items))
    worth = worth_of(broken)

    assert worth.left_out["unique_id"].tolist() == ["a"]
    assert "Unit cost is -1" in worth.left_out["why"].iloc[0]
    assert worth.stairs.unique_id.tolist() == ["b"]
    said = next(a for a in answers(broken, worth, None) if "left out" in a.question)
    assert said.number.endswith("1 items left out")


def test_fewer_than_180_days_are_never_called_a_year():
    assert math.isnan(annualised(100.0, 179))
    assert annualised(100.0, 180) == pytest.approx(100 * 365 / 180)


def test_a_short_test_has_a_return_of_its_own_days_and_no_years(found, worth):
    assert case_of(worth, LINES, TERMS) is None
    tiles = {
        t.label.split(" (")[0]: t for t in value_tiles(decided(found, Decisions(cost_lines=LINES)), worth)
    }

    assert tiles["Payback"].value == "n/a"
    assert tiles["Payback"].baseline == "42 days tested, 180 needed"
    assert tiles["Chance it pays"].baseline == "3 blocks of time, 6 needed"
    case = period_case_of(worth, LINES, TERMS)
    assert case.cost_total == pytest.approx(10 + 36.5 * 42 / 365)
    assert case.roi == pytest.approx((worth.gain - case.cost_total) / case.cost_total)
    assert "Not turned into a year: 42 days" in " ".join(value_sentences(found, worth))


def test_a_cost_of_nothing_has_no_return_and_a_loss_is_said_as_plainly_as_a_gain():
    free = PeriodCase(100.0, 90, (CostLine("All", one_off=0.0),), TERMS)
    loss = PeriodCase(-100.0, 90, (CostLine("All", one_off=50.0),), CaseTerms())

    assert math.isnan(free.roi)
    assert any("undefined" in text for _, text in period_lines(free, "EUR"))
    assert loss.roi == pytest.approx(-3)
    assert ("= Gain over the 90 tested days, as believed", "−€100") in period_lines(loss, "EUR")


def test_the_chance_that_it_pays_counts_haircuts_and_costs_over_the_years(worth):
    """Three years of draws × 0.5 against 10 + 3 · 36.5 = 119.5: above 79.67 of −50 … 150, 35 %."""
    half = replace(TERMS, adoption=0.5)

    assert chance_it_pays(sure(worth), LINES, half) == pytest.approx((150 - 119.5 / 1.5) / 200, abs=1e-3)
    assert math.isnan(chance_it_pays(sure(worth), (CostLine("Build"),), half))
    assert math.isnan(chance_it_pays(worth, LINES, half))  # three blocks say nothing
    assert chance_it_pays(sure(worth), LINES, replace(TERMS, adoption=0.0)) == 0


def test_what_fades_each_year_is_in_gain_payback_and_break_even():
    """80 a year, half of it lost each year: 80 + 40 + 20 = 140; after the first year 10 of 90 are owed."""
    case = BusinessCase(80.0, (CostLine("Build", one_off=90.0),), replace(TERMS, decay=0.5))

    assert case.gain_total == pytest.approx(140)
    assert case.payback_years == pytest.approx(1.25)
    even = BusinessCase(case.break_even_annual_gain, case.lines, case.terms)
    assert even.npv == pytest.approx(0, abs=1e-9)
    never = BusinessCase(40.0, (CostLine("Build", one_off=90.0),), replace(TERMS, decay=0.5))
    assert math.isnan(never.payback_years)


def test_amounts_of_a_year_are_those_of_the_test_scaled_and_add_up(found, worth):
    year = sure(worth, days=200)
    stairs, gains = staircase_table(year), item_gains(year)

    assert stairs["cost"].tolist() == pytest.approx(
        [year.stairs.cost(s) * 365 / 200 for s in year.stairs.books]
    )
    assert stairs.loc[2, "gain"] == pytest.approx(gains["gain"].sum())
    assert year.a_year == pytest.approx(gains["gain"].sum())
    assert f"× 365 / {year.days}" in " ".join(value_sentences(found, year))


def test_a_season_that_the_test_missed_is_said(found, worth):
    missed = replace(worth, season=Season("December", saw_peak=False, pace=0.8))
    seen = replace(worth, season=Season("May", saw_peak=True, pace=1.0))

    assert "miss December, the strongest month" in " ".join(value_sentences(found, missed))
    assert "80\u00a0% of a usual day" in " ".join(value_sentences(found, missed))
    assert "strongest month" not in " ".join(value_sentences(found, seen))
    assert "shorter than a year" in " ".join(value_sentences(found, worth))


def test_the_tornado_is_sorted_and_turns_on_what_is_known(worth):
    under = under_of(worth)
    middle, found = effects(worth, under, LINES, TERMS)
    year_middle, year = effects(sure(worth), under, LINES, TERMS)
    unknown = effects(worth, under, (CostLine("Build"),), TERMS)

    widths = [abs(e.high - e.low) for e in found]
    assert widths == sorted(widths, reverse=True)
    assert middle == pytest.approx(period_case_of(worth, LINES, TERMS).expected_gain - 10 - 36.5 * 42 / 365)
    assert {e.name for e in found} >= {"underage", "holding", "lead_time", "adoption", "run_cost", "baseline"}
    assert {e.name for e in year} - {e.name for e in found} == {"discount"}
    assert year_middle == pytest.approx(BusinessCase(worth.gain, LINES, TERMS).npv)
    assert unknown[0] == pytest.approx(worth.gain)
    run = next(e for e in found if e.name == "run_cost")
    assert run.low - run.high == pytest.approx(0.5 * 36.5 * 42 / 365)


def test_every_question_is_answered_by_a_number(found, worth):
    asked = answers(found, worth, under_of(worth))
    numbers = {a.question: a.number for a in asked}

    assert len(asked) == 13
    assert all(any(c.isdigit() for c in number) or number == "n/a" for number in numbers.values()), numbers
    assert numbers["How many models were tried?"].startswith("2: ")
    printed = answered(found, worth, under_of(worth))
    assert printed[0].question == "Compared with what?"
    stairs, items = "What is it worth?", "Forecast value by item"
    assert [a.part for a in printed if a.part] == [stairs, items, stairs]
    assert sum(len(a.table) > 0 for a in printed) >= 8  # a table behind each that has more than its number
    kinds = next(a.table for a in asked if a.question.startswith("Is the saving cash"))
    parts = kinds[~kinds["name"].str.startswith("Apart")]["amount"].sum()
    assert parts == pytest.approx(worth.gain)


def test_the_saving_is_told_net_first_with_every_part_that_adds_up_to_it(found, worth):
    books = worth.stairs.books
    ours, same = books[OURS], books[SAME]
    fuller = replace(ours, lost_margin=same.lost_margin - 9.0, holding_cost=same.holding_cost + 25.0)
    stairs = replace(worth.stairs, books={**books, OURS: fuller})
    cells = ours.lost_margin.size
    loss = replace(worth, stairs=stairs)

    answer = next(a for a in answers(found, loss, None) if a.question.startswith("Is the saving cash"))

    waste, ordering = ((getattr(same, p) - getattr(ours, p)).sum() for p in ("waste_cost", "ordering_cost"))
    net = -16.0 * cells + waste + ordering
    assert answer.number.startswith(f"{money(net, 'EUR')} net: ")
    assert f"{money(9.0 * cells, 'EUR')} margin" in answer.number
    assert f"{money(-25.0 * cells, 'EUR')} holding" in answer.number
    assert answer.words.startswith("There is no saving to split")


def test_a_report_bears_the_name_of_its_file(found, worth):
    title = report_content(found, now=datetime(2026, 1, 1), worth=worth).title

    assert title == "Order plan and forecast: test.csv"


def test_the_record_of_the_case_says_what_it_rests_on(found, worth):
    record = case_record(decided(found, Decisions(cost_lines=LINES, terms=TERMS)), worth, worth.stairs)

    assert record["evaluated_days"] == 42
    assert record["origins"] == [f"{c:%Y-%m-%d}" for c in found.results.scored]
    assert record["forecast_value"] == pytest.approx(sum(record["block_gains"]))
    assert record["npv"] is record["payback_years"] is record["p_gain_above_cost"] is None
    assert record["roi_over"] == "over the 42 tested days"
    assert record["notes"] == ["Not annualised: fewer than 180 days were tested."]
    assert "placeholder costs" in record["cautions"][0]
    assert record["todays_multiple_learned_from_dates"] == worth.stairs.learned_from


def test_a_series_that_two_parts_left_out_is_named_once(found, worth):
    silent = pd.DataFrame({"unique_id": ["z"], "reason": ["nothing recorded since 28 Feb"]})
    both = replace(worth, left_out=pd.DataFrame({"unique_id": ["z"], "why": ["It has no forecast."]}))
    record = case_record(replace(found, results=replace(found.results, left_out=silent)), both, worth.stairs)

    assert record["left_out"] == [{"unique_id": "z", "why": "nothing recorded since 28 Feb"}]


def test_what_cannot_be_replayed_is_a_sentence_not_a_number(found):
    gap = replace(found, settings=replace(found.settings, step=20))
    worth = worth_of(gap)

    assert worth.stairs is None
    assert "no forecast exists" in worth.reason
    assert math.isnan(worth.gain)
    assert value_tiles(gap, worth)[0].value == "n/a"
    assert answers(gap, worth, None) == ()
    assert staircase_table(worth).empty
    assert value_sentences(gap, worth) == [f"No value can be given. {worth.reason}"]


def test_items_in_another_order_change_nothing(found, worth):
    mixed = found.dataset.sales.sample(frac=1, random_state=1)
    other = worth_of(replace(found, dataset=replace(found.dataset, sales=mixed)))

    pd.testing.assert_frame_equal(worth.stairs.table(), other.stairs.table())
