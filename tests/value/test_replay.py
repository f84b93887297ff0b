import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DecisionError
from forecasting.value.replay import interpolated_quantile, left_out, replay, said

KEY = ["model", "unique_id", "cutoff"]


def test_one_cycle_is_paid_as_worked_out_by_hand(terms):
    """Level 15 at ratio 0.75 between 10 (0.5) and 20 (1.0 would be); demand 18: three lost at 3 each."""
    cumulative = pd.DataFrame(
        {
            "model": "m",
            "unique_id": "bread",
            "cutoff": pd.Timestamp("2026-01-04"),
            "h": [3, 4, 5],
            "mean": 9.0,
            "q0.5": [1.0, 10.0, 90.0],
            "q0.9": [2.0, 18.0, 99.0],
            "y": [7.0, 18.0, 30.0],
        }
    )

    row = replay(cumulative, *terms(understock=3, overstock=1)).iloc[0]

    assert row["protection_interval"] == 4
    assert row["order_up_to_level"] == pytest.approx(15)
    assert (row["sold"], row["lost"], row["left"]) == pytest.approx((15, 3, 0))
    assert (row["understock_cost"], row["overstock_cost"], row["cost"]) == pytest.approx((9, 0, 9))
    assert not row["clipped"]


def test_the_cost_is_the_pinball_loss_at_the_critical_ratio(terms, backtest):
    replayed = replay(backtest(), *terms(understock=3, overstock=1))

    error = replayed["demand"] - replayed["order_up_to_level"]
    pinball = np.maximum(0.75 * error, -0.25 * error)
    np.testing.assert_allclose(replayed["cost"], 4 * pinball)


def test_every_unit_is_sold_left_or_lost(terms, backtest):
    replayed = replay(backtest(), *terms())

    np.testing.assert_allclose(replayed["sold"] + replayed["left"], replayed["order_up_to_level"])
    np.testing.assert_allclose(replayed["sold"] + replayed["lost"], replayed["demand"])


def test_beyond_the_stored_levels_nothing_is_extrapolated_and_it_is_counted(terms, backtest):
    replayed = replay(backtest({"sharp": 0.0}), *terms(understock=999, overstock=1))

    assert replayed["clipped"].all()
    np.testing.assert_allclose(replayed["order_up_to_level"], 40 * 0.995)


def test_items_with_their_own_lead_time_are_replayed_over_their_own_interval(terms, backtest):
    costs, policies = terms(lead_time=[0, 1, 2, 1])

    replayed = replay(backtest(), costs, policies)

    intervals = replayed.groupby("unique_id")["protection_interval"].unique().map(list).to_dict()
    assert intervals == {"bread": [3], "milk": [4], "salad": [5], "tins": [4]}


def test_unknown_demand_is_left_out_and_listed(terms, backtest):
    cumulative = backtest()
    gap = (cumulative["unique_id"] == "milk") & (cumulative["cutoff"] == cumulative["cutoff"].min())
    cumulative.loc[gap, "y"] = np.nan

    replayed = replay(cumulative, *terms())
    missing = left_out(cumulative, *terms())

    assert len(replayed) == 3 * (4 * 8 - 1)
    assert missing["unique_id"].unique().tolist() == ["milk"]
    assert missing["why"].unique().tolist() == ["The demand of the whole interval is not known."]
    assert len(missing) == 3


def test_a_failed_forecast_is_left_out_never_free(terms, backtest):
    cumulative = backtest()
    cumulative.loc[(cumulative["model"] == "low") & (cumulative["unique_id"] == "tins"), "q0.75"] = np.nan

    assert replay(cumulative, *terms())["cost"].notna().all()
    assert left_out(cumulative, *terms())["why"].unique().tolist() == ["The model gave no forecast."]


def test_what_cannot_be_replayed_says_why(terms, backtest):
    costs, policies = terms(ids=("bread", "milk", "salad"), lead_time=[1, 30, -2])
    costs.loc[0, "problem"] = "Price is 0; it must be above 0."

    missing = left_out(backtest(), costs, policies).groupby("unique_id")["why"].first()

    assert missing["bread"] == "Price is 0; it must be above 0."
    assert missing["milk"] == "The order must last longer than the 5 periods of the backtest."
    assert "Lead time is -2" in missing["salad"]
    assert missing["tins"] == "No costs or policy are given for this series."


def test_nothing_to_replay_is_refused(terms, backtest):
    with pytest.raises(DecisionError, match="horizon reach lead time plus review period"):
        replay(backtest(), *terms(lead_time=20))


def test_crossing_quantiles_are_rearranged():
    levels = np.array([0.1, 0.5, 0.9])

    crossed = interpolated_quantile(np.array([[5.0, 3.0, 9.0]]), levels, np.array([0.5]))

    assert crossed[0] == 5


def test_interpolation_is_numpys():
    rng, levels = np.random.default_rng(0), np.array([0.05, 0.2, 0.5, 0.7, 0.95])
    table, at = np.sort(rng.normal(size=(50, 5)), axis=1), rng.uniform(0, 1, 50)

    expected = [np.interp(a, levels, row) for a, row in zip(at, table, strict=True)]

    np.testing.assert_allclose(interpolated_quantile(table, levels, at), expected)


def test_the_order_of_the_rows_changes_nothing(terms, backtest):
    cumulative = backtest()
    costs, policies = terms()

    one = replay(cumulative, costs, policies)
    other = replay(cumulative.sample(frac=1, random_state=1), costs.iloc[::-1], policies.iloc[::-1])

    pd.testing.assert_frame_equal(
        one.sort_values(KEY, ignore_index=True), other.sort_values(KEY, ignore_index=True)
    )


def test_places_worked_out_once_serve_every_cost_and_every_interval(terms, backtest):
    frame = backtest()
    known = said(frame.sample(frac=1.0, random_state=1, ignore_index=True))

    for costs, policies in (terms(), terms(understock=9), terms(lead_time=[0, 1, 2, 1])):
        once = replay(known, costs, policies).sort_values(KEY, ignore_index=True)
        pd.testing.assert_frame_equal(
            once, replay(frame, costs, policies).sort_values(KEY, ignore_index=True)
        )


def test_a_sum_that_is_absent_is_never_taken_from_another_row(terms, backtest):
    costs, policies = terms(lead_time=[0, 1, 2, 1])
    frame = backtest()
    interval = frame["unique_id"].map(policies.set_index("unique_id")["protection_interval"])
    gone = frame[frame["h"] != interval]

    assert (left_out(gone, costs, policies)["why"] == "The demand of the whole interval is not known.").all()
    with pytest.raises(DecisionError, match="No cycle"):
        replay(gone, costs, policies)
