"""What the accuracy page says of promises, errors and assumptions, on a small tested history."""

import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from forecasting.evaluation.selection import CHOSEN
from forecasting.report.content import PROMISES
from forecasting.report.spreadsheet import spreadsheet
from forecasting.report.web_page import web_page
from forecasting.services.checks import assumption_checks, checks_in_words
from forecasting.services.content import proof_sentences, report_content
from forecasting.services.errors_by import (
    few_sentence,
    floor_sentence,
    paired_sentence,
    paired_table,
    segment_errors,
)
from forecasting.services.evidence import mended_sentence
from forecasting.services.ledger import (
    advice_ledger,
    advice_sentences,
    band_ledger,
    dependence,
    order_ledger,
    reliability,
    segmented_rows,
    segments_of,
)
from forecasting.services.ledger import (
    tested_rows as outcomes,
)
from forecasting.services.tested import how_tested


@pytest.fixture(scope="module")
def rows(found):
    return segmented_rows(found)


def test_every_model_and_our_choice_stand_in_the_ledger(found, rows):
    table = band_ledger(rows, found)
    assert set(table["model"]) == {*found.results.models, CHOSEN}
    assert len(table) == 3 * table["model"].nunique()


def test_neighbouring_days_of_one_cycle_do_not_count_as_cases_of_their_own(found, rows):
    table = band_ledger(rows, found)
    assert (table["cycles"] == (table["n"] / dependence(found)).round()).all()
    ahead = band_ledger(rows, found, "h")
    assert (ahead["cycles"] == ahead["n"]).all()  # a step comes once a cycle


def test_the_ledger_counts_what_the_frames_say(found, rows):
    ours = rows[rows["model"] == CHOSEN]
    inside = ((ours["y"] >= ours["q0.1"]) & (ours["y"] <= ours["q0.9"])).mean()
    table = band_ledger(rows, found).set_index(["model", "nominal"])
    assert table.loc[(CHOSEN, 0.8), "achieved"] == pytest.approx(inside)
    curve = reliability(rows, found, CHOSEN).set_index("nominal")["achieved"]
    assert curve.loc[0.9] == pytest.approx((ours["y"] <= ours["q0.9"]).mean())


def test_the_advice_is_held_against_the_orders_of_the_replay(found):
    past = found.evaluation.replayed
    ours = past[past["model"] == CHOSEN]
    table = advice_ledger(found)
    assert table["cycles"].sum() == len(ours)
    assert (table["happened"] * table["cycles"]).sum() == pytest.approx((ours["lost"] > 0).sum())
    assert table["said"].iloc[0] == pytest.approx(0.2)  # 4 to 1: understock against overstock
    said = advice_sentences(found)
    assert said[0].startswith("When we said 20\u00a0% risk of running out")
    assert "guarantee" not in " ".join(said).lower()


def test_order_levels_are_judged_once_per_cycle(found):
    table = order_ledger(found)
    assert table["nominal"].tolist() == [0.5, 0.8, 0.9, 0.95]
    assert (table["n"] == 2 * len(found.results.scored)).all()


@pytest.mark.parametrize("segment", ["h", "month", "weekday", "unique_id"])
def test_errors_of_every_segment_add_up_to_the_whole(found, rows, segment):
    assert segment in segments_of(rows)
    table = segment_errors(rows, segment)
    ours = rows[rows["model"] == CHOSEN]
    assert table["units"].sum() == pytest.approx(ours["y"].sum())
    kept = table.dropna(subset=["wape"])
    assert ((kept["floor"] > 0) & (kept["floor"] < 1)).all()


def test_the_floor_lies_below_our_error_on_poisson_demand(rows):
    said = floor_sentence(rows)
    ours, chance, _ = (float(number) for number in re.findall(r"([\d.]+)\s%", said))
    assert 0 < chance < ours


def test_a_model_is_better_only_where_the_whole_interval_is(found):
    table = paired_table(found).set_index("model")
    for row in table.itertuples():
        if row.words.startswith("better"):
            assert row.low > 0
        elif row.words.startswith("dearer"):
            assert row.high < 0
        else:
            assert row.low <= 0 <= row.high or np.isnan(row.low)


def test_the_same_forecast_is_no_difference_that_can_be_shown(found):
    replayed = found.evaluation.replayed
    naive = replayed[replayed["model"] == "seasonal_naive"]
    same = pd.concat([naive, naive.assign(model=CHOSEN)], ignore_index=True)
    value = found.evaluation.value.set_index("model").loc[["seasonal_naive", "seasonal_naive"]].reset_index()
    value["model"] = ["seasonal_naive", CHOSEN]
    board = found.evaluation.leaderboard[found.evaluation.leaderboard["model"].isin(value["model"])]
    twin = replace(found.evaluation)
    vars(twin).update(replayed=same, value=value, leaderboard=board)  # what has been worked out is kept there
    row = paired_table(replace(found, evaluation=twin)).iloc[0]
    assert (row["better"], row["low"], row["high"]) == (0, 0, 0)
    assert row["words"].startswith("no difference we can show")


def test_what_does_not_hold_comes_first_and_each_line_says_what_was_done(found):
    checks = assumption_checks(found)
    assert len(checks) == 8
    order = [c.measured.holds for c in checks]
    assert order == sorted(order, key=lambda holds: {False: 0, None: 1, True: 2}[holds])
    assert all(c.finding and c.consequence and c.done for c in checks)
    assert len(checks_in_words(checks)) == 8


def test_without_stock_or_deliveries_in_the_data_nothing_is_claimed_of_them(found):
    unknown = {c.assumption for c in assumption_checks(found) if c.measured.holds is None}
    assert {
        "Deliveries take as long as stated",
        "Sales are demand: nothing was missed for want of stock",
    } <= unknown


def test_stock_outs_in_the_data_are_counted(found):
    sales = found.dataset.sales.assign(stockout=False)
    sales.loc[sales["unique_id"] == "a", "stockout"] = [True] * 9 + [False] * 141
    check = next(
        c
        for c in assumption_checks(replace(found, dataset=replace(found.dataset, sales=sales)))
        if c.assumption.startswith("Sales are demand")
    )
    assert check.measured.holds is False
    assert check.finding.startswith("9 days with the shelf empty")
    assert "1 of 2 series" in check.finding


def test_the_report_says_the_same(found):
    said = " ".join(proof_sentences(found, assumption_checks(found), outcomes(found)))
    assert "When we said" in said
    assert "even a perfect one would miss by" in said


def overlapping(found):
    """The same three past dates as if they were asked twice as often as their stretches are long."""
    return replace(found, settings=replace(found.settings, step=7))


def test_days_tested_twice_are_one_piece_of_evidence(found, rows):
    plain, twice = (band_ledger(rows, f).set_index(["model", "nominal"]) for f in (found, overlapping(found)))
    assert (twice["achieved"] == plain["achieved"]).all()
    assert (twice["cycles"] == (twice["n"] / (2 * dependence(found))).round()).all()
    assert (twice["high"] - twice["low"] > plain["high"] - plain["low"]).all()
    assert reliability(rows, overlapping(found), CHOSEN)["cycles"].max() < (
        reliability(rows, found, CHOSEN)["cycles"].min()
    )


def test_orders_whose_days_overlap_count_once_in_the_advice_and_the_levels(found):
    """Twelve days must be lasted and an order is tested every seven: 12 / 7 tests share each day."""
    many = overlapping(found)
    assert dependence(many) == 12
    for ledger in (advice_ledger, order_ledger):
        alone, shared = ledger(found), ledger(many)
        assert (shared["cycles"] == (alone["cycles"] * 7 / 12).round()).all()
    assert "overlap: 3 of them count as 2 stretches of time" in dict(how_tested(many))["Tested on"]
    assert "overlap" not in dict(how_tested(found))["Tested on"]


def test_what_cannot_be_compared_says_why(found):
    """One series on few dates leaves nothing to resample: the sentence, not a bare n/a."""
    replayed = found.evaluation.replayed
    alone = replace(found.evaluation)
    vars(alone).update(
        replayed=replayed[replayed["unique_id"] == "a"], leaderboard=found.evaluation.leaderboard
    )
    words = paired_table(replace(found, evaluation=alone))["words"]
    assert words.str.startswith("cannot be compared: One series and 3 independent periods").all()


def test_reports_hold_the_ledger_and_the_errors_split_every_way(found, rows):
    content = report_content(found, now=datetime(2026, 1, 1))
    ours = content.promises[content.promises["model"] == CHOSEN]
    assert ours["nominal"].tolist() == [0.5, 0.8, 0.9, 0.95, 0.5, 0.8, 0.9]
    assert set(content.promises["model"]) == {*found.results.models, CHOSEN}
    shown = band_ledger(rows, found).set_index(["model", "nominal"])["achieved"]
    assert ours["achieved"].iloc[-2] == shown[CHOSEN, 0.8]
    for split, table in content.errors.groupby("split"):
        assert table["units"].sum() == pytest.approx(rows.loc[rows["model"] == CHOSEN, "y"].sum()), split
    assert {"Ahead", "Series", "Month", "Weekday"} <= set(content.errors["split"])
    assert PROMISES in web_page(content).decode()
    assert {"Promises", "Errors"} <= set(load_workbook(BytesIO(spreadsheet(content))).sheetnames)


def test_a_risk_that_did_not_come_true_as_said_says_in_which_direction(found):
    """Filled far beyond what the costs ask for, shelves run out less than the 20 % that were said."""
    past = found.evaluation.replayed
    many = pd.concat([past.assign(unique_id=past["unique_id"] + str(k)) for k in range(40)])
    for lost, words in ((0.0, "broken, rarer than said"), (3.0, "broken, more often than said")):
        twin = replace(found.evaluation)
        vars(twin).update(replayed=many.assign(lost=lost, left=5.0 - lost))
        assert words in advice_sentences(replace(found, evaluation=twin))[0]


def test_our_own_ranges_stand_first(found, rows):
    assert band_ledger(rows, found)["model"].tolist()[:3] == [CHOSEN] * 3


def test_what_few_dates_cannot_show_is_said_with_the_comparison(found):
    assert "Only 3 independent periods were tested" in paired_sentence(paired_table(found))


def test_calibration_is_told_by_what_it_mended_on_later_dates(found):
    lasts = int(dependence(found))
    told = pd.DataFrame(
        {"model": found.results.models, "h": lasts, "origins": 3, "cycles": 6, "level": "all series"}
    ).assign(shift=0.1, before=0.71, after=0.88)
    told = replace(found, results=replace(found.results, evidence=told))
    assert (
        "in 71\u00a0% of the tested cycles; calibrated by earlier dates alone, in 88\u00a0%"
        in mended_sentence(told)
    )
    assert mended_sentence(told) in proof_sentences(told, (), outcomes(told))
    assert mended_sentence(found) == ""


def test_a_part_with_too_few_periods_has_no_figure_and_says_so(rows):
    """Two series on three dates: six periods at every distance, hundreds in all."""
    by_step = segment_errors(rows, "h")
    assert by_step["wape"].isna().all()
    assert few_sentence(by_step).startswith("14 of 14 parts have no figure: fewer than 20 periods")
    assert few_sentence(segment_errors(rows, "unique_id")) == ""
