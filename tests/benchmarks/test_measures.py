"""The benchmark's own arithmetic, on frames whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.measures import Said, against_peers, calibration_of_sums, judged
from forecasting.inventory.economics import CostDefaults
from forecasting.schema import CUMULATIVE_LEVELS, QUANTILE_LEVELS, quantile_column
from forecasting.services.dataset import Dataset
from forecasting.settings import usual_settings

CUTOFF = pd.Timestamp("2024-03-31")


def sums(model, demands, quantile, *, h=3):
    """Cycles of one model that names the same quantile every time."""
    rows = {"model": model, "unique_id": [f"i{k}" for k in range(len(demands))], "cutoff": CUTOFF, "h": h}
    table = pd.DataFrame(rows | {"y": demands, "mean": quantile})
    return table.assign(**{quantile_column(u): float(quantile) for u in CUMULATIVE_LEVELS})


def test_calibration_counts_sums_at_or_below_their_quantile():
    table = calibration_of_sums(sums("m", [1.0, 2, 3, 4, 5], 4), protection=3)
    assert table.loc[0, ["sum_80", "sum_90", "sum_95"]].tolist() == [0.8, 0.8, 0.8]
    assert table.loc[0, "below_80"] == pytest.approx(0.6)


def test_calibration_skips_unknown_demand_and_other_intervals():
    frame = pd.concat([sums("m", [1.0, np.nan], 4), sums("m", [9.0, 9.0], 4, h=2)])
    assert calibration_of_sums(frame, protection=3)["sum_90"].tolist() == [1.0]


def daily(model, units, said):
    """A backtest frame of one item that expects `said` units every day and is certain of it."""
    ds = pd.date_range(CUTOFF, periods=len(units) + 1, freq="D")[1:]
    rows = {"model": model, "unique_id": "i0", "cutoff": CUTOFF, "ds": ds, "h": np.arange(1, len(units) + 1)}
    table = pd.DataFrame(rows | {"y": units, "mean": float(said)})
    return table.assign(**{quantile_column(u): float(said) for u in QUANTILE_LEVELS})


def test_the_table_gives_accuracy_calibration_and_money_by_hand():
    history = pd.date_range("2024-03-01", CUTOFF, freq="D")
    sales = pd.DataFrame({"unique_id": "i0", "ds": history, "y": np.arange(31) % 2 * 4.0})
    dataset = Dataset("t", sales, pd.DataFrame({"unique_id": ["i0"]}), pd.DataFrame(), "D", "0")
    settings = usual_settings("D", horizon=4, step=4, folds=1, lead_time=1, review_period=2)
    assert settings.costs == CostDefaults(overstock=1.0, understock=4.0)
    units = [4.0, 6, 5, 9]
    said = Said(
        pd.concat([daily("five", units, 5), daily("seven", units, 7)]),
        # The first three days sold 15: five orders 15, seven orders 21.
        pd.concat([sums("five", [15.0], 15), sums("seven", [15.0], 21)]),
        {"five": 1.5, "seven": 0.5},
    )
    table = judged(said, dataset, settings).set_index("model")
    assert list(table.index) == ["five", "seven"]  # by WQL
    assert table.loc["five", "wape"] == pytest.approx((1 + 1 + 0 + 4) / 24)
    assert table.loc["seven", "bias"] == pytest.approx((28 - 24) / 24)
    # A certain forecast loses u·(y−ŷ) above and (1−u)·(ŷ−y) below; the levels average to one half.
    assert table.loc["five", "wql"] == pytest.approx(2 * 0.5 * 6 / 24)
    # Seven days earlier the even days were odd: every step of the yardstick is 4.
    assert table.loc["five", "mase"] == pytest.approx(6 / 4 / 4)
    assert table["cost"].to_dict() == {"five": 0.0, "seven": 6.0}
    assert table["cycles"].tolist() == [1, 1]
    assert table["seconds"].to_dict() == {"five": 1.5, "seven": 0.5}


def test_short_units_cost_four_times_left_over_ones(settings):
    sales = daily("m", [1.0], 1)[["unique_id", "ds", "y"]]
    dataset = Dataset("t", sales, pd.DataFrame({"unique_id": ["i0"]}), pd.DataFrame(), "D", "0")
    said = Said(daily("m", [1.0], 1), sums("m", [15.0], 10), {})
    assert judged(said, dataset, settings)["cost"].tolist() == [5 * 4.0]


def test_ours_is_held_against_the_best_peer_of_each_measure():
    table = pd.DataFrame(
        {"model": ["chosen", "a", "b"], "wql": [0.20, 0.25, 0.10], "cost": [90.0, 100.0, 300.0]}
    )
    wql, cost = against_peers(table, "chosen", ["a", "b"])
    assert wql == "WQL: chosen 0.2000, b 0.1000 (+100.0%): NOT better"
    assert cost == "decision cost: chosen 90, a 100 (-10.0%): better"


def test_without_peers_nothing_is_claimed():
    table = pd.DataFrame({"model": ["chosen"], "wql": [0.2], "cost": [90.0]})
    assert against_peers(table, "chosen", ["a"]) == []
