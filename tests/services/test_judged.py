"""What is said where too few past dates could judge the choice, and where errors and money disagree."""

import pytest

from forecasting.services.compute import compute
from forecasting.services.judged import TOO_FEW, never_judged, unjudged_sentences
from forecasting.services.proof import accuracy_sentences
from forecasting.services.proof_tiles import accuracy_tiles
from forecasting.services.tiles import forecast_tiles
from forecasting.services.work_out import work_out
from forecasting.settings import usual_settings
from tests.services.conftest import FEW, dataset, history


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
    assert "by accuracy instead of money" in " ".join(accuracy_sentences(found))


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


def test_one_earlier_origin_is_one_origin(short):
    assert "1 earlier origins" not in " ".join(short.choice["reason"])
    assert short.choice["reason"].str.contains("1 earlier origin").all()
