"""The manager's plan beside the models: judged alike, never a model, silent where one number is silent."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.noise_floor import lowest_wape
from forecasting.evaluation.own_plan import plan_backtest
from forecasting.evaluation.selection import CHOSEN
from forecasting.report.charts import past_forecasts_chart, segment_error_chart
from forecasting.report.tables import money, percent
from forecasting.schema import PLAN
from forecasting.services.content import proof_sentences
from forecasting.services.errors_by import paired_table, segment_errors
from forecasting.services.evaluate import with_chosen
from forecasting.services.ledger import band_ledger, segmented_rows
from forecasting.services.ledger import tested_rows as outcomes
from forecasting.services.own_plan import ONE_NUMBER, plan_sentences
from forecasting.services.proof import accuracy_sentences, errors_by_horizon, worst_series
from forecasting.services.proof_tiles import accuracy_tiles
from forecasting.services.work_out import work_out


def planned(found, plan):
    """The findings of the same results, the sales with a plan made of each row."""
    sales = found.dataset.sales
    dataset = replace(found.dataset, sales=sales.assign(manager_plan=plan(sales)))
    return work_out(dataset, found.settings, found.results)


def board(found):
    return found.evaluation.leaderboard.set_index("model")


@pytest.fixture(scope="module")
def steady(found):
    return planned(found, lambda sales: sales["unique_id"].map({"a": 6.0, "b": 18.0}))


def test_the_plan_stands_on_the_leaderboard_with_the_errors_of_its_numbers(steady):
    backtest = steady.results.backtest
    rows = backtest[backtest["cutoff"].isin(steady.results.scored)].drop_duplicates(["unique_id", "ds"])
    error = rows["y"] - rows["unique_id"].map({"a": 6.0, "b": 18.0})
    line = board(steady).loc[PLAN]
    assert line["wape"] == pytest.approx(error.abs().sum() / rows["y"].sum())
    assert line["bias"] == pytest.approx(-error.sum() / rows["y"].sum())
    assert np.isfinite(line["mase"])


def test_what_one_number_cannot_promise_is_unknown_never_zero(steady):
    line = board(steady).loc[PLAN]
    assert line[["wql", "skill", "coverage_50", "coverage_80", "coverage_90"]].isna().all()
    assert ONE_NUMBER in plan_sentences(steady)
    assert board(steady).loc["seasonal_naive", ["wql", "coverage_80"]].notna().all()


def test_the_plan_orders_by_its_own_past_misses(steady):
    """One series, one cycle by hand: the ranked past miss over whole intervals, added to the plan."""
    cycle = steady.evaluation.planned.iloc[-1]
    periods = int(cycle["protection_interval"])
    sales = steady.dataset.sales
    ratio = cycle["underage"] / (cycle["underage"] + cycle["overage"])
    pooled = []
    for name, plan in (("a", 6.0), ("b", 18.0)):
        past = sales[(sales["unique_id"] == name) & (sales["ds"] <= cycle["cutoff"])]["y"].to_numpy()
        whole = past[len(past) % periods :].reshape(-1, periods).sum(axis=1) - plan * periods
        pooled += list(whole / (past.mean() * periods))
        if name == cycle["unique_id"]:
            scale, base = past.mean() * periods, plan * periods
    rank = int(np.ceil((len(pooled) + 1) * ratio - 1e-9))
    expected = base + sorted(pooled)[min(rank, len(pooled)) - 1] * scale
    assert cycle["order_up_to_level"] == pytest.approx(expected)


def test_a_plan_that_knew_everything_costs_nothing_and_ours_is_dearer(found):
    perfect = planned(found, lambda sales: sales["y"])
    assert board(perfect).loc[PLAN, "money"] == pytest.approx(0.0, abs=1e-6)
    assert any("your plan is cheaper by" in line for line in plan_sentences(perfect))


def test_a_plan_changes_no_choice_and_no_models_numbers(found, steady):
    pd.testing.assert_frame_equal(board(steady).drop(index=PLAN), board(found), check_like=True)
    pd.testing.assert_frame_equal(steady.choice, found.choice)
    assert accuracy_sentences(steady) == accuracy_sentences(found)
    assert PLAN not in set(steady.evaluation.past_choice["model"])


def test_gaps_leave_the_others_as_they_were_and_the_plans_total_unknown(found):
    last = found.results.scored[-1]
    gap = planned(found, lambda s: s["unique_id"].map({"a": 6.0, "b": 18.0}).where(s["ds"] <= last))
    assert np.isnan(board(gap).loc[PLAN, "money"])
    assert board(gap).loc[CHOSEN, "money"] == board(found).loc[CHOSEN, "money"]
    assert any("4 of 6 tested order cycles" in line for line in plan_sentences(gap))


def test_a_plan_without_a_whole_cycle_says_so(found):
    sparse = planned(found, lambda s: s["y"].where(s["ds"].dt.day == 1))
    assert "not known" in plan_sentences(sparse)[0]


def test_the_plan_is_paired_with_the_baseline_on_the_cycles_it_covers(steady):
    row = paired_table(steady).set_index("model").loc[PLAN]
    cycles = steady.evaluation.planned
    naive = steady.evaluation.replayed
    naive = naive[naive["model"] == "seasonal_naive"]["cost"].sum()
    assert row["better"] == pytest.approx((naive - cycles["cost"].sum()) / naive)


def test_reports_say_what_the_page_says(found, steady):
    assert set(plan_sentences(steady)) <= set(proof_sentences(steady, (), outcomes(steady)))
    assert plan_sentences(found) == []


def test_tomorrows_plan_does_not_move_yesterdays_level(found, steady):
    """Causality: the plan and the sales after an interval change nothing in the level that served it."""
    cycle = steady.evaluation.planned.iloc[0]
    late = cycle["cutoff"] + pd.Timedelta(days=int(cycle["protection_interval"]))
    other = planned(found, lambda s: s["unique_id"].map({"a": 6.0, "b": 18.0}).where(s["ds"] <= late, 999.0))
    first = other.evaluation.planned.iloc[0]
    assert first["order_up_to_level"] == cycle["order_up_to_level"]


def test_dates_without_a_plan_have_no_row_in_its_backtest(found):
    sales = found.dataset.sales.assign(manager_plan=np.nan)
    sales.loc[sales["unique_id"] == "a", PLAN] = 1.0
    rows = plan_backtest(found.results.backtest, sales)
    assert set(rows["unique_id"]) == {"a"}
    assert not rows.duplicated(["unique_id", "cutoff", "ds"]).any()


def test_the_floor_of_chance_stands_beside_every_error(found):
    """One number for all models, from our own expectation; beside single series and steps too."""
    rows = with_chosen(found.results.backtest, found.evaluation.past_choice)
    ours = rows[(rows["model"] == CHOSEN) & rows["cutoff"].isin(found.results.scored)]
    floor = lowest_wape(ours["mean"].to_numpy(), ours["y"].to_numpy())
    assert set(board(found)["floor"].round(9)) == {round(floor, 9)}
    assert worst_series(found)["floor"].between(0.05, 1).all()
    steps = errors_by_horizon(segmented_rows(found))
    assert steps[steps["model"] == "chance"]["wape"].between(0.05, 1).all()


def test_the_tiles_stand_beside_the_plan_as_beside_last_season(steady, found):
    plan = board(steady).loc[PLAN]
    lost, error, range_kept, bias = accuracy_tiles(steady)
    assert f"{money(plan['money'], 'EUR')} your own plan" in lost.baseline
    assert f"{percent(plan['wape'])} your own plan" in error.baseline
    assert f"{percent(plan['bias'])} your own plan" in bias.baseline
    assert "your own plan" not in range_kept.baseline  # one number promises no range, and the help says so
    assert "promises no range" in range_kept.help
    assert "your own plan" not in " ".join(tile.baseline for tile in accuracy_tiles(found))


def test_a_plan_with_gaps_has_no_sum_beside_ours_and_the_tile_says_why(found):
    last = found.results.scored[-1]
    gap = planned(found, lambda s: s["unique_id"].map({"a": 6.0, "b": 18.0}).where(s["ds"] <= last))
    lost = accuracy_tiles(gap)[0]
    assert "your own plan" not in lost.baseline
    assert "does not cover every tested order cycle" in lost.help


def test_the_error_tile_names_the_floor_of_chance(found):
    assert (
        f"{percent(board(found).loc[CHOSEN, 'floor'])} by chance alone" in accuracy_tiles(found)[1].baseline
    )


def test_the_plan_is_drawn_in_the_past_of_an_item_with_its_gaps(found):
    gap = planned(found, lambda s: s["unique_id"].map({"a": 6.0}).where(s["ds"].dt.day != 9))
    rows = with_chosen(gap.results.backtest, gap.evaluation.past_choice)
    past = rows[(rows["unique_id"] == "a") & (rows["model"] == CHOSEN)]
    drawn = past_forecasts_chart(
        gap.dataset.sales[gap.dataset.sales["unique_id"] == "a"],
        past,
        coverage=0.8,
        period="day",
        theme="light",
    )
    (line,) = [t for t in drawn.data if t.name == "Your own plan"]
    assert set(line.y[~np.isnan(line.y)]) == {6.0}
    assert np.isnan(line.y).any()
    other = gap.dataset.sales[gap.dataset.sales["unique_id"] == "b"]
    without = past_forecasts_chart(other, past, coverage=0.8, period="day", theme="light")
    assert "Your own plan" not in {t.name for t in without.data}


def test_the_error_of_the_plan_stands_in_every_segment_and_at_every_distance(steady, found):
    rows = segmented_rows(steady)
    table = segment_errors(rows, "unique_id").set_index("unique_id")
    mine = rows[(rows["model"] == PLAN) & (rows["unique_id"] == "a")]
    assert table.loc["a", "plan_wape"] == pytest.approx((mine["y"] - 6.0).abs().sum() / mine["y"].sum())
    marks = {t.name for t in segment_error_chart(table.reset_index(), "unique_id", theme="dark").data}
    assert "Your own plan" in marks
    assert PLAN in set(errors_by_horizon(segmented_rows(steady))["model"])
    assert "plan_wape" not in segment_errors(segmented_rows(found), "unique_id")


def test_the_plan_promises_nothing_and_stands_in_no_ledger(steady):
    assert PLAN not in set(band_ledger(segmented_rows(steady), steady)["model"])
