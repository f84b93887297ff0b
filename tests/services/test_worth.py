"""What is said about the gain: no certainty, the multiplication, whose costs, and what was left out."""

from copy import copy
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest

from forecasting.errors import SettingsError
from forecasting.ingest.cost_lines import read_cost_lines
from forecasting.report.web_page import web_page
from forecasting.services.content import report_content
from forecasting.services.evidence import evidence_sentences, evidence_table
from forecasting.services.finance import answers
from forecasting.services.findings import Decisions, scope_of
from forecasting.services.proof import accuracy_sentences
from forecasting.services.proof_tiles import accuracy_tiles
from forecasting.services.stairs import worth_of
from forecasting.services.tested import how_tested
from forecasting.services.value_tiles import case_lines, value_tiles
from forecasting.services.work_out import work_out
from forecasting.services.worth import cautions, value_sentences
from forecasting.settings import Settings
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.cost_lines import CostLine
from tests.conftest import ROOT

NOW = datetime(2026, 1, 1)


def evaluated(found, **parts):
    """Return the findings with some parts of the evaluation given instead of worked out."""
    evaluation = copy(found.evaluation)
    vars(evaluation).update(parts)
    return replace(found, evaluation=evaluation)


@pytest.fixture(scope="module")
def worth(found):
    return worth_of(found)


def test_three_blocks_give_no_chance_of_a_gain(found, worth):
    said = " ".join(value_sentences(found, worth))

    assert "chance that it is a gain" not in said
    assert "Only 3 independent blocks of time were tested" in said


def test_a_chance_is_never_said_to_be_certain(found, worth):
    chance = replace(worth.stairs.forecast_value, p_positive=1.0, blocks=12)
    sure = replace(worth, stairs=replace(worth.stairs, forecast_value=chance))

    assert "above 99\u00a0%" in " ".join(value_sentences(found, sure))


def test_the_case_is_one_column_of_sums_and_says_what_is_discounted():
    """Gain 1,000, haircuts 0.5 and 0.8, 2 years, costs 100 + 2 · 150: 800 − 400 = 400, ROI 100 %."""
    terms = CaseTerms(years=2, adoption=0.5, realisation=0.8)
    lines = dict(case_lines(BusinessCase(1000.0, (CostLine("All", 100.0, 150.0),), terms), "EUR"))

    assert lines["− Orders that do not follow the advice"].startswith("€500 ")
    assert lines["− Gain that practice loses"].startswith("€100 ")
    assert lines["= Gain a year, as believed"] == "€400"
    assert lines["Gain over 2 years"].startswith("€800 ")
    assert lines["− Cost each year, over 2 years"].startswith("€300 ")
    assert lines["= Net gain over 2 years"] == "€400"
    assert lines["Return on investment (ROI)"].startswith("100\u00a0% ")
    discounted = {label for label, text in lines.items() if "discounted at" in text}
    assert discounted == {"Net present value", "Break-even gain a year", "Payback, discounted"}


def test_costs_nobody_gave_are_called_placeholders_until_confirmed(found, worth):
    mine = replace(found, settings=replace(found.settings, costs_confirmed=True))
    typed = found.settings.with_typed_costs(overstock=1.0, understock=4.0)

    assert "2 of 2 lines rests on Shelfwise's placeholder costs" in cautions(found)[0]
    assert "placeholder" in value_tiles(found, worth)[3].help
    assert value_sentences(found, worth)[0].startswith("Every amount here is at placeholder costs")
    assert "placeholder" not in " ".join(value_sentences(mine, worth))
    promised = [a for a in answers(found, worth, None) if a.question == "Who checks after go-live?"]
    assert promised[0].number == "n/a"
    assert "a month" in answers(mine, worth, None)[-1].number
    assert cautions(mine) == cautions(replace(found, settings=typed)) == ()
    assert "placeholder" not in value_tiles(mine, worth)[3].help
    assert "Placeholder costs, not yours" in dict(report_content(found, now=NOW).settings)
    assert "Costs typed" in dict(report_content(mine, now=NOW).settings)


def test_every_report_carries_the_cautions_the_dates_and_the_baseline(found):
    page = web_page(report_content(found, now=NOW)).decode()
    tested = dict(how_tested(found))

    said = ("placeholder costs", "independent blocks", "Not turned into a year")
    for words in (*said, "What a finance director asks"):
        assert words in page
    assert "3 past dates" in tested["Tested on"]
    assert "30 May 2025" in tested["Tested on"]  # 150 days from 1 Jan 2025
    assert "not with your own past orders" in tested["Compared with"]
    assert tested["Compared with"] in page


def test_a_promise_that_is_not_kept_is_not_green_however_bad_the_baseline(found):
    board = found.evaluation.leaderboard.copy()
    board["coverage_80"] = 0.5
    board.loc[board["model"] == "chosen", "coverage_80"] = 0.756
    short = evaluated(found, leaderboard=board)

    tile = accuracy_tiles(short)[2]

    assert tile.good is False
    assert "4.4 points short of 80 %" in tile.baseline


def test_a_single_model_that_was_cheaper_is_explained(found):
    board = pd.DataFrame({"model": ["theta", "chosen"], "money": [90.0, 100.0], "wape": [0.1, 0.2]})
    after = evaluated(found, leaderboard=board)

    said = " ".join(accuracy_sentences(after))
    assert "Choosing per series cost €10 more (11.1\u00a0%) than Theta for everything would have" in said
    best = board.assign(money=[100.0, 90.0])
    after = evaluated(found, leaderboard=best)
    assert "for everything" not in " ".join(accuracy_sentences(after))


def test_who_was_refused_and_what_calibration_rests_on_is_said(found):
    live = found.evaluation.live_choice.assign(refused=["moving_average", ""], tried=2, cycles=150)
    rows = {"model": "seasonal_naive", "origins": 5, "level": "all series", "shift": 0.1}
    evidence = pd.DataFrame([{**rows, "h": h, "cycles": 10 * h} for h in range(1, 15)])
    choice = found.choice.assign(model="seasonal_naive")
    known = replace(
        evaluated(found, live_choice=live),
        choice=choice,
        results=replace(found.results, evidence=evidence),
    )
    table = evidence_table(known).set_index("model")
    said = " ".join(evidence_sentences(known))

    assert table.loc["moving_average", "refused"] == 1
    assert table.loc["seasonal_naive", "chosen"] == 2
    assert "120 past cycles of 12 days over 5 past dates" in said  # an order must last 5 + 7 days
    assert "Of 2 models tried" in said
    assert "do not beat seasonal naive beyond chance: Moving average for 1 of 2 series" in said


def test_few_past_cycles_are_said_to_be_too_few_for_a_test_and_no_model_is_said_to_have_passed_one(found):
    refused = found.evaluation.live_choice.assign(refused=["moving_average", ""], tried=2, cycles=149)
    nobody = refused.assign(refused="")

    some, none = (" ".join(evidence_sentences(evaluated(found, live_choice=c))) for c in (refused, nobody))

    assert "149 past cycles are too few to tell a better model from a lucky one (150 are needed)" in some
    assert "these cost no less than seasonal naive: Moving average for 1 of 2 series" in some
    assert "none was refused: each cost less than seasonal naive" in none
    assert "beyond chance" not in some + none


def test_the_header_says_how_many_series_are_forecast_and_why_not_all(found):
    out = pd.DataFrame(
        {"unique_id": ["c"], "reason": ["nothing recorded since 28 Feb: taken as discontinued"]}
    )

    assert scope_of(found).startswith("2 series · daily")
    less = replace(found, results=replace(found.results, left_out=out))
    assert scope_of(less).startswith("2 series, 2 forecast (1 discontinued) · daily")


def test_a_country_without_a_calendar_is_refused_whatever_the_models():
    with pytest.raises(SettingsError, match="No public holidays are known for 'XX'"):
        Settings(country="XX", models=("seasonal_naive",))
    assert Settings(country="DE").country == "DE"


def test_a_saving_that_other_dates_may_undo_is_called_undecided(found, worth):
    def said(low, high):
        policy = replace(worth.stairs.policy_value, low=low, high=high)
        stairs = replace(worth.stairs, policy_value=policy)
        return " ".join(value_sentences(found, replace(worth, stairs=stairs)))

    assert "3 past dates do not decide whether the rule saves or costs" in said(-5.0, 9.0)
    assert "do not decide" not in said(1.0, 9.0)


def test_what_is_assumed_of_todays_orders_is_said_until_somebody_says_it(found, worth):
    stairs = worth.stairs
    stated = replace(worth, stairs=replace(stairs, multiple=float("nan")))
    early = replace(worth, stairs=replace(stairs, learned_from=0, multiple=1.0))

    twice = replace(worth, stairs=replace(stairs, multiple=2.0))
    assert "filled up to 2 times what the forecast expects" in " ".join(value_sentences(found, twice))
    said = f"filled up to {stairs.multiple:g} times what the forecast expects"
    assert said in " ".join(value_sentences(found, worth))
    assert stairs.learned_from == 4  # every date before the tested ones, not the two a shelf settles by
    assert "no earlier date can tell" in " ".join(value_sentences(found, early))
    assert "Nobody said" not in " ".join(value_sentences(found, stated))


def test_dates_that_share_days_are_said_to_be_fewer_blocks(found, worth):
    shared = replace(worth, stairs=replace(worth.stairs, overlap=2))

    assert "3 dates count as" in " ".join(value_sentences(found, shared))
    assert "independent blocks of time, 2 dates in each" in " ".join(value_sentences(found, shared))
    assert "dates count as" not in " ".join(value_sentences(found, worth))


def test_no_gain_at_all_is_neither_saved_nor_lost(found):
    contest = replace(found, settings=replace(found.settings, models=("seasonal_naive",)))
    results = replace(found.results, models=("seasonal_naive",))
    alone = work_out(contest.dataset, contest.settings, results)
    nothing = worth_of(alone)

    assert nothing.gain == nothing.stairs.naive_best_gain == nothing.stairs.naive_best_gain_by_item == 0
    assert "our forecast neither saved nor lost anything" in " ".join(value_sentences(alone, nothing))
    assert value_tiles(alone, nothing)[3].good is not True


def test_the_samples_example_costs_are_said_to_be_no_ones_until_they_are_replaced(found, worth):
    lines = read_cost_lines(ROOT / "sample_data" / "costs.csv", name="costs.csv")
    own = tuple(replace(line, source="our offer") for line in lines)
    example, ours = (replace(found, decisions=Decisions(cost_lines=kept)) for kept in (lines, own))

    assert "the sample's example, not yours" in " ".join(value_sentences(example, worth))
    assert "at the sample's example costs" in value_tiles(example, worth)[0].baseline
    assert value_tiles(example, worth)[0].good is None
    assert "example" not in " ".join(value_sentences(ours, worth))
    assert value_tiles(ours, worth)[0].good is False


def test_a_return_without_any_cost_is_not_called_partial(found, worth):
    some = Decisions(cost_lines=(CostLine("Build", 5.0), CostLine("Upkeep")))

    assert value_tiles(found, worth)[0].label == "ROI"
    assert value_tiles(replace(found, decisions=some), worth)[0].label == "ROI (partial)"
