"""What is said where too few past dates could judge the choice, and where errors and money disagree."""

from dataclasses import replace

import pandas as pd
import pytest

from forecasting.report.tables import money, percent
from forecasting.services.compute import compute
from forecasting.services.errors_by import paired_table
from forecasting.services.judged import (
    TOO_FEW,
    errors_against_money,
    never_judged,
    one_sided_sentences,
    paired_if_judged,
    unjudged_sentences,
)
from forecasting.services.order_lines import order_sentences
from forecasting.services.proof import accuracy_sentences
from forecasting.services.proof_tiles import accuracy_tiles
from forecasting.services.stairs import Effect, worth_of
from forecasting.services.tiles import forecast_tiles
from forecasting.services.work_out import work_out
from forecasting.services.worth import value_sentences
from forecasting.settings import usual_settings
from forecasting.value.contest import OURS, SAME
from tests.services.conftest import FEW, dataset, history
from tests.services.test_worth import evaluated


def worked_out(days, folds, horizon=14):
    settings = usual_settings("D", models=FEW, horizon=horizon, step=horizon, folds=folds)
    data = dataset(history(days=days, a=5, b=20))
    *_, last = compute(data, settings)
    return work_out(data, settings, last)


@pytest.fixture(scope="module")
def short():
    """One past date and none before it: nothing could choose there, and the figures are seasonal naive's."""
    return worked_out(days=31, folds=1)


def test_one_past_date_cannot_judge_the_choice_and_every_card_says_whose_figure_it_shows(short):
    board = short.evaluation.leaderboard.set_index("model")
    said = " ".join(accuracy_sentences(short))

    assert len(short.results.scored) == 1
    assert board.loc["chosen", "wape"] == board.loc["seasonal_naive", "wape"]
    assert "Too few past dates to judge the choice: no date lies before the one tested" in said
    for tile in (*accuracy_tiles(short), forecast_tiles(short)[3]):
        assert (tile.baseline, tile.good) == (f"Seasonal naive: {TOO_FEW}", None)


def test_nothing_is_compared_with_a_choice_that_was_never_made(short, found):
    said = " ".join(accuracy_sentences(short))

    assert "by accuracy instead of money" not in said
    assert "for everything would have" not in said
    assert paired_if_judged(short, paired_table(short)) == []
    assert paired_if_judged(found, paired_table(found)) != []
    assert "by accuracy instead of money" in " ".join(accuracy_sentences(found))


def test_a_card_is_not_green_while_the_moving_average_was_cheaper(found):
    board = found.evaluation.leaderboard.copy()
    board["money"] = board["model"].map({"chosen": 236.0, "seasonal_naive": 447.0, "moving_average": 197.0})

    cheaper, dearer = (
        accuracy_tiles(evaluated(found, leaderboard=table))[0].good
        for table in (board, board.assign(money=board["money"].where(board["model"] == "chosen", 447.0)))
    )

    assert (cheaper, dearer) == (False, True)


def test_dates_that_had_earlier_ones_to_choose_by_are_judged(found):
    assert found.evaluation.unjudged == 0
    assert unjudged_sentences(found) == []
    assert not never_judged(found)
    assert not any(TOO_FEW in tile.baseline for tile in accuracy_tiles(found))


def test_a_first_date_without_an_earlier_one_is_named_among_others():
    some = worked_out(days=45, folds=2)

    assert some.evaluation.unjudged == 1
    assert "On 1 of the 2 tested dates no earlier one was known" in unjudged_sentences(some)[0]
    assert not never_judged(some)


def test_a_test_shorter_than_a_shelf_needs_to_settle_has_no_value_and_says_what_to_change(short):
    """14 days are tested; an order lasts 12 and the next review is 7 later: no day is left to count."""
    worth = worth_of(short)

    assert worth.stairs is None
    assert "14 periods were tested" in worth.reason
    assert "Test on more past dates" in worth.reason


def with_gain(worth, gain):
    """Return the worth with as much more holding cost of our forecast as makes it gain just that."""
    ours = worth.stairs.books[OURS]
    dearer = ours.holding_cost + (worth.gain - gain) / ours.holding_cost.size
    books = {**worth.stairs.books, OURS: replace(ours, holding_cost=dearer)}
    return replace(worth, stairs=replace(worth.stairs, books=books))


def with_errors(found, ours, others):
    board = found.evaluation.leaderboard.copy()
    board["wape"] = board["model"].map(lambda m: ours if m == "chosen" else others)
    return evaluated(found, leaderboard=board)


def test_errors_that_fell_while_money_was_lost_are_put_into_one_sentence(found):
    worth = with_gain(worth_of(found), -1_000.0)
    held = {step: worth.stairs.books[step].held.sum() for step in (SAME, OURS)}
    fell, rose = (with_errors(found, ours=error, others=0.25) for error in (0.10, 0.30))

    (said,), (worse,) = errors_against_money(fell, worth), errors_against_money(rose, worth)

    assert said.startswith(
        "Errors fell, money did not follow: the forecast error is 10\u00a0% against 25\u00a0%"
    )
    assert "ordering by our forecast lost €1,000 against" in said
    assert (
        f"{percent(abs(held[OURS] / held[SAME] - 1))} {'more' if held[OURS] > held[SAME] else 'less'}" in said
    )
    assert "its error is no smaller either (30\u00a0% against 25\u00a0%" in worse
    assert said in value_sentences(fell, worth)
    assert said in order_sentences(fell, worth)


def test_a_gain_needs_no_sentence_on_errors(found):
    assert errors_against_money(found, with_gain(worth_of(found), 5.0)) == []


def test_money_and_errors_stand_beside_the_moving_average_too(found):
    board = found.evaluation.leaderboard.set_index("model").loc["moving_average"]
    lost, error, *_ = accuracy_tiles(found)

    assert f"{money(board['money'], 'EUR')} moving average" in lost.baseline
    assert f"{percent(board['wape'])} moving average" in error.baseline


def test_an_input_that_betters_the_result_at_both_ends_is_explained_and_others_are_not():
    table = pd.DataFrame(
        [
            ("Lead time", "−25 %", -18.0, "+25 %", -36.0),
            ("Holding", "−25 %", -100.0, "+25 %", -200.0),
            ("What it is compared with", "Moving average", -150.9, "Last year", 480.0),
        ],
        columns=["name", "from", "low", "to", "high"],
    )

    (said,) = one_sided_sentences(-151.0, table, "EUR")
    (worse,) = one_sided_sentences(-10.0, table.head(1), "EUR")

    assert said.startswith("Lead time: −25 % gives −€18 and +25 % gives −€36, both more than the −€151 as")
    assert "both less than the −€10 as things stand" in worse
    assert one_sided_sentences(-151.0, table.head(0), "EUR") == []


def test_an_input_is_as_wide_as_its_farther_end_lies_from_the_result():
    ends = ("−25 %", "+25 %")
    assert Effect("lead_time", -18.0, -36.0, ends).reach(-151.0) == 133.0
    assert Effect("holding", -100.0, -200.0, ends).reach(-151.0) == 100.0


def test_one_earlier_origin_is_one_origin(short):
    assert "1 earlier origins" not in " ".join(short.choice["reason"])
    assert short.choice["reason"].str.contains("1 earlier origin").all()
