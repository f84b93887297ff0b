"""A figure that cannot be computed is n/a with its reason on the page and in the report, never a zero."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.evaluation.selection import CHOSEN
from forecasting.schema import PLAN
from forecasting.services.content import proof_sentences
from forecasting.services.ledger import tested_rows as outcomes
from forecasting.services.unknown import unknown_sentences
from forecasting.services.work_out import work_out


def with_sales(found, change):
    sales = found.dataset.sales
    return work_out(replace(found.dataset, sales=change(sales)), found.settings, found.results)


def with_outcomes(found, y):
    results = found.results
    frames = {name: getattr(results, name).assign(y=y) for name in ("backtest", "cumulative")}
    return work_out(found.dataset, found.settings, replace(results, **frames))


def test_where_all_is_known_nothing_is_said(found):
    assert unknown_sentences(found) == []
    assert unknown_sentences(replace(found, evaluation=None)) == []


def test_dates_on_which_nothing_sold_give_no_error_and_say_so(found):
    empty = with_outcomes(found, 0.0)
    board = empty.evaluation.leaderboard.set_index("model")

    assert board.loc[CHOSEN, ["wape", "bias", "wql", "skill"]].isna().all()
    (said,) = unknown_sentences(empty)
    assert "nothing was sold on the tested dates" in said
    assert said in proof_sentences(empty, (), outcomes(empty))


@pytest.mark.parametrize(("series", "words"), [("a", "MASE leaves out 1 of 2 series"), (None, "MASE is n/a")])
def test_series_that_never_change_are_left_out_of_mase_and_counted(found, series, words):
    flat = with_sales(
        found, lambda s: s.assign(y=s["y"].where(s["unique_id"] != series if series else s["y"] < 0, 4.0))
    )
    board = flat.evaluation.leaderboard.set_index("model")

    assert np.isnan(board.loc[CHOSEN, "mase"]) == (series is None)
    assert any(line.startswith(words) for line in unknown_sentences(flat))


def test_without_seasonal_naive_nothing_is_compared_with_it(found):
    results = replace(
        found.results,
        models=("moving_average",),
        **{
            name: getattr(found.results, name)[lambda frame: frame["model"] == "moving_average"]
            for name in ("backtest", "cumulative", "forecast")
        },
    )
    alone = work_out(found.dataset, found.settings, results)

    assert alone.evaluation.leaderboard["skill"].isna().all()
    assert any("repeating last season was not among the models" in line for line in unknown_sentences(alone))


def test_what_a_plan_cannot_say_is_said_once_elsewhere(found):
    with_plan = with_sales(found, lambda s: s.assign(**{PLAN: 5.0}))

    assert unknown_sentences(with_plan) == []
