"""The shares on an item's page are joined: the order's own risk, what costs ask for, what past dates kept."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.metrics import binomial_interval
from forecasting.report.tables import percent
from forecasting.services.how_sure import how_sure, past_cycles
from forecasting.services.item_view import what_if
from forecasting.services.work_out import work_out


def shop(found, **columns):
    items = pd.DataFrame(
        {"unique_id": ["a", "b"], "on_hand": [10.0, 30.0], "price": [9.0, 6.0], "unit_cost": [2.0, 3.0]}
    ).assign(leftover="perishable", **columns)
    return work_out(replace(found.dataset, items=items), found.settings, found.results)


def line_of(found, name="a"):
    return found.orders.set_index("unique_id").loc[name]


def test_packs_explain_why_an_order_leaves_another_risk_than_its_costs_ask_for(found):
    packed = shop(found, pack=[60.0, 60.0])
    line, said = line_of(packed), how_sure(packed, "a")

    assert abs(line["stockout_risk"] - (1 - line["critical_ratio"])) > 0.01
    assert f"cover {percent(line['critical_ratio'])} of order cycles" in said
    assert f"this order leaves {percent(line['stockout_risk'])}" in said
    assert "less, because packs, minimum order or room round it" in said


def test_packs_that_round_down_are_no_reason_for_a_smaller_risk(found):
    """An almost empty shelf: what is lost before the delivery leaves more for after it."""
    for extra in range(12):
        bare = shop(found, on_hand=[float(extra), 30.0], pack=[12.0, 12.0])
        line = line_of(bare)
        if line["order_quantity"] < line["unrounded_order"]:
            break
    assert line["order_quantity"] < line["unrounded_order"]
    assert line["short_before"] > 0
    assert line["stockout_risk"] < 1 - line["critical_ratio"]

    said = how_sure(bare, "a")

    assert "less, because units lost before the delivery are not asked for after it" in said
    assert "packs" not in said


def test_the_past_is_judged_at_the_share_the_costs_ask_for_cycle_by_cycle(found):
    """By hand: the model's quantile of demand over the interval at each scored date, against what came."""
    sold = shop(found)
    line, model = line_of(sold), sold.choice.set_index("unique_id").loc["a", "model"]
    lasts, ratio = int(line["protection_interval"]), line["critical_ratio"]
    rows = sold.results.cumulative
    rows = rows[(rows["unique_id"] == "a") & (rows["model"] == model) & (rows["h"] == lasts)]
    rows = rows[rows["cutoff"].isin(sold.results.scored)]
    columns = [c for c in rows if c.startswith("q0.")]
    levels = [float(c[1:]) for c in columns]
    enough = [row["y"] <= np.interp(ratio, levels, row[columns].astype(float)) for _, row in rows.iterrows()]
    low, high = binomial_interval(sum(enough), len(enough))

    said = how_sure(sold, "a")

    assert len(enough) == 3
    assert f"{sum(enough)} of 3 order cycles did not run out" in said
    assert f"{percent(low)} to {percent(high)} is plausible" in said


def test_the_range_of_single_days_is_told_apart_and_counted_as_the_leaderboard_counts(found):
    sold = shop(found)
    model = sold.choice.set_index("unique_id").loc["a", "model"]
    scores = sold.evaluation.scores
    mine = scores[(scores["unique_id"] == "a") & (scores["model"] == model)]
    inside = (mine["coverage_80"] * mine["periods"]).sum() / mine["periods"].sum()

    said = how_sure(sold, "a")

    assert f"held {percent(inside)} of {int(mine['periods'].sum())}" in said
    assert "promises something else" in said


def test_a_higher_share_never_keeps_fewer_cycles(found):
    said, origins = found.evaluation.measured.said, pd.DatetimeIndex(found.results.scored)
    kept = [
        past_cycles(said, "a", "seasonal_naive", origins, lasts=7, share=share).sum()
        for share in (0.05, 0.3, 0.6, 0.9, 0.995)
    ]

    assert kept == sorted(kept)
    assert kept[0] < kept[-1]


def test_turned_costs_are_judged_at_their_own_share(found):
    sold = shop(found)
    dear = what_if(sold, "a", {"price": 60.0})

    assert f"cover {percent(line_of(dear)['critical_ratio'])}" in how_sure(dear, "a")
    assert line_of(dear)["critical_ratio"] > line_of(sold)["critical_ratio"]


def test_without_stock_or_without_tests_nothing_is_claimed(found):
    uncounted = shop(found, on_hand=[np.nan, np.nan])
    untested = replace(shop(found), evaluation=None)

    assert "cannot be said, because its stock is not given" in how_sure(uncounted, "a")
    assert "past" not in how_sure(untested, "a")


def test_a_line_that_could_not_be_decided_says_nothing_of_risk(found):
    broken = shop(found, salvage=[50.0, 0.0])

    assert how_sure(broken, "a") == ""
    assert re.match(r"Your costs ask to cover", how_sure(broken, "b"))


@pytest.mark.parametrize("lasts", [15, 99])
def test_an_interval_beyond_the_forecast_has_no_past(found, lasts):
    said, origins = found.evaluation.measured.said, pd.DatetimeIndex(found.results.scored)

    assert not len(past_cycles(said, "a", "seasonal_naive", origins, lasts=lasts, share=0.9))
