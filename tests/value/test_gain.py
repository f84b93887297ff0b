import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.value.gain import gain_interval, summarise
from forecasting.value.replay import replay


@pytest.fixture
def replayed(terms, backtest):
    return replay(backtest(n_cutoffs=30), *terms())


def cycles(costs, step_days=7, protection_interval=4.0, review_period=3.0):
    """Replayed cycles from a table model -> (series x cutoffs) of costs."""
    parts = []
    for model, table in costs.items():
        for row, line in enumerate(np.atleast_2d(table)):
            cutoff = pd.date_range("2026-01-04", periods=len(line), freq=f"{step_days}D")
            parts.append(
                pd.DataFrame({"model": model, "unique_id": f"s{row}", "cutoff": cutoff, "cost": line})
            )
    frame = pd.concat(parts, ignore_index=True)
    zeros = dict.fromkeys(["overstock_cost", "lost", "left", "clipped"], 0.0)
    return frame.assign(
        understock_cost=frame["cost"],
        protection_interval=protection_interval,
        review_period=review_period,
        **zeros,
    )


def test_the_model_that_knows_the_demand_costs_least(replayed):
    table = summarise(replayed, "high").set_index("model")

    assert table.index[0] == "sharp"
    assert table.loc["sharp", "gain"] > 0
    assert table.loc["high", ["sales_recovered", "waste_avoided", "gain"]].tolist() == [0, 0, 0]
    np.testing.assert_allclose(table["gain"], table.loc["high", "cost"] - table["cost"])
    np.testing.assert_allclose(table["gain"], table["sales_recovered"] + table["waste_avoided"])


def test_more_stock_recovers_sales_and_wastes_more(replayed):
    against_low = summarise(replayed, "low").set_index("model").loc["high"]

    assert against_low["sales_recovered"] > 0
    assert against_low["waste_avoided"] < 0


def test_swapping_model_and_baseline_flips_the_sign(replayed):
    one = summarise(replayed, "high").set_index("model").loc["sharp", "gain"]
    other = summarise(replayed, "sharp").set_index("model").loc["high", "gain"]

    assert one == pytest.approx(-other)


def test_only_cycles_every_model_has_are_counted():
    frame = cycles({"a": [[5, 5, 5]], "b": [[9, 9, 1]]})
    frame = frame[~((frame["model"] == "b") & (frame["cost"] == 9)) | (frame.index == 3)]

    table = summarise(frame, "a").set_index("model")

    assert table["cycles"].tolist() == [2, 2]
    assert table["dropped"].to_dict() == {"a": 1, "b": 0}
    assert table["cost"].to_dict() == {"a": 10, "b": 10}


def test_a_baseline_that_was_not_backtested_is_refused_by_name(replayed):
    with pytest.raises(DecisionError, match="'plan' shares no replayed cycle"):
        summarise(replayed, "plan")


def interval(frame, model, baseline, **changes):
    return gain_interval(frame, model, baseline, **({"days_per_period": 1.0, "seed": 1} | changes))


def test_a_model_against_itself_gains_exactly_nothing(replayed):
    same = interval(replayed, "sharp", "sharp")

    assert (same.low, same.high, same.p_positive) == (0, 0, 0)


def test_the_interval_holds_the_gain_and_knows_a_sure_thing(replayed):
    gain = summarise(replayed, "low").set_index("model").loc["sharp", "gain"]

    sure = interval(replayed, "sharp", "low")

    assert sure.low < gain < sure.high
    assert sure.p_positive > 0.99
    assert sure.note == ""


def test_the_same_seed_gives_the_same_interval(replayed):
    assert interval(replayed, "sharp", "low") == interval(replayed, "sharp", "low")
    assert interval(replayed, "sharp", "low") != interval(replayed, "sharp", "low", seed=2)


def test_the_interval_of_one_series_is_that_of_a_mean():
    """Without overlap the bootstrap of n differences has the width of a normal interval, ± 1.645 · s · √n."""
    difference = np.random.default_rng(3).normal(2, 5, 120)
    frame = cycles({"base": [difference + 50], "new": [np.full(120, 50.0)]})

    got = interval(frame, "new", "base")

    half = 1.645 * difference.std() * np.sqrt(120)
    assert got.low == pytest.approx(difference.sum() - half, abs=0.15 * half)
    assert got.high == pytest.approx(difference.sum() + half, abs=0.15 * half)


def test_overlapping_windows_are_not_independent_evidence():
    """Weeks evaluated daily move together: the interval must be wider than if they did not overlap."""
    noise = np.random.default_rng(5).normal(0, 5, 226)
    difference = np.convolve(noise, np.ones(7), mode="valid")
    frame = cycles(
        {"base": [difference + 99], "new": [np.full(220, 99.0)]}, step_days=1, protection_interval=7.0
    )

    honest = interval(frame, "new", "base")
    naive = interval(frame.assign(protection_interval=1.0), "new", "base")

    assert honest.blocks == 31
    assert honest.high - honest.low > 1.7 * (naive.high - naive.low)


def test_the_last_period_weighs_as_much_as_the_others():
    """Blocks go round: otherwise the ends of the evaluation would be drawn less often."""
    difference = np.append(np.zeros(29), 300.0)
    frame = cycles({"base": [difference + 9], "new": [np.full(30, 9.0)]}, protection_interval=14.0)

    got = interval(frame, "new", "base", coverage=0.98)

    assert got.high >= 900
    assert got.p_positive == pytest.approx(1 - (1 - 2 / 30) ** 15, abs=0.04)


def test_few_periods_are_said_not_to_be_reliable():
    frame = cycles({"base": np.full((5, 4), 9.0) + np.arange(5)[:, None], "new": np.full((5, 4), 8.0)})

    got = interval(frame, "new", "base")

    assert got.blocks == 4
    assert "Only 4 independent periods" in got.note
    assert np.isnan(got.p_positive)  # no certainty from four periods
    assert 20 <= got.low <= 60 <= got.high <= 100


def test_one_series_and_few_periods_give_no_interval():
    got = interval(cycles({"base": [[9.0, 9]], "new": [[8.0, 8]]}), "new", "base")

    assert np.isnan([got.low, got.high, got.p_positive]).all()
    assert "nothing to resample" in got.note


def test_a_missing_pair_is_not_a_pair_without_gain():
    frame = cycles({"base": np.full((3, 10), 9.0), "new": np.full((3, 10), 8.0)})
    frame = frame.drop(frame[(frame["unique_id"] == "s1") & (frame["model"] == "new")].index[:4])

    got = interval(frame, "new", "base")

    assert (got.low, got.high) == pytest.approx((26, 26))
