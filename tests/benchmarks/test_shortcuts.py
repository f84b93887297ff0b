"""What two shortcuts to safety stock cost, on demand whose law is known and on real sales."""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from benchmarks.datasets import SETS, open_set
from benchmarks.shortcuts import ADDED, CALIBRATED, ROOT_OF_TIME, SUMMED, judged, levels, replayed
from forecasting.inventory.closed_form import normal_expected_cost
from forecasting.inventory.unit_costs import UnitCosts
from forecasting.paths import SamplePaths
from tests.conftest import real_data

COSTS = UnitCosts(underage=19, overage=1)  # 95 of 100 cycles are worth covering
WEEK = 7


def as_paths(demand):
    ds = pd.date_range("2026-06-29", periods=demand.shape[1])
    return SamplePaths(np.array(["a"], dtype=object), ds, demand[None].astype(np.float32))


def levels_of(demand, shown):
    known = pd.DataFrame({"unique_id": "a", "y": shown})
    found = levels(as_paths(demand), known, np.array([0.95]), WEEK)
    return {rule: float(level[0]) for rule, level in found.items()}


def realised(level, demand):
    came = demand.sum(axis=1)
    return (19 * np.maximum(came - level, 0) + np.maximum(level - came, 0)).mean()


def test_daily_quantiles_added_cost_twice_as_much_on_days_that_know_nothing_of_each_other():
    """Oracle PI-01: 161.76 is right, 197.57 is the sum; the closed form says what that costs."""
    days = np.random.default_rng(0).normal(20, 5, (40_000, WEEK))

    found = levels_of(days, shown=days[:400].ravel())

    assert found[SUMMED] == pytest.approx(161.76, rel=0.005)
    assert found[ADDED] == pytest.approx(197.57, rel=0.005)
    week = NormalDist(140, 5 * math.sqrt(WEEK))
    right, dear = (normal_expected_cost(level, week, COSTS) for level in (161.76, 197.57))
    assert dear / right == pytest.approx(2.11, abs=0.01)
    assert realised(found[ADDED], days) / realised(found[SUMMED], days) == pytest.approx(2.11, abs=0.03)


def test_the_root_of_time_covers_85_weeks_of_100_where_95_are_asked_and_days_resemble_the_day_before():
    """Oracle PI-04: AR(1) with φ 0.5; in money a fifth dearer than the same futures summed."""
    rng = np.random.default_rng(4)
    days = np.empty((60_000, WEEK))
    days[:, 0] = rng.normal(0, 1 / math.sqrt(1 - 0.25), 60_000)
    for day in range(1, WEEK):
        days[:, day] = 0.5 * days[:, day - 1] + rng.normal(0, 1, 60_000)
    days += 20

    found = levels_of(days, shown=days[:, 0])

    covered = (days.sum(axis=1) <= found[ROOT_OF_TIME]).mean()
    assert covered == pytest.approx(0.854, abs=0.01)
    assert (days.sum(axis=1) <= found[SUMMED]).mean() == pytest.approx(0.95, abs=0.001)
    assert realised(found[ROOT_OF_TIME], days) > 1.2 * realised(found[SUMMED], days)


def test_the_deviation_of_demand_pays_for_a_season_the_forecast_knows():
    """Weekdays sell 10 to 70 and the forecast knows it: only what it misses (3 a day) needs a buffer."""
    season = np.arange(10.0, 80.0, 10.0)
    days = season + np.random.default_rng(2).normal(0, 3, (20_000, WEEK))

    found = levels_of(days, shown=np.tile(season, 60))

    z, root = NormalDist().inv_cdf(0.95), math.sqrt(WEEK)
    assert found[SUMMED] - season.sum() == pytest.approx(z * 3 * root, rel=0.03)
    assert found[ROOT_OF_TIME] - season.sum() == pytest.approx(z * 20 * root, rel=0.03)
    assert realised(found[ROOT_OF_TIME], days) > 5 * realised(found[SUMMED], days)


def test_a_rule_that_always_orders_too_much_is_dearer_by_what_is_left_over():
    cycles = pd.DataFrame(
        {
            "model": np.repeat([SUMMED, ADDED], 4),
            "unique_id": np.tile(["a", "b"], 4),
            "cutoff": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-02-01", "2026-02-01"] * 2),
            "protection_interval": 7,
            "ratio": 0.8,
            "stock": [10.0] * 4 + [13.0] * 4,
            "demand": 10.0,
            "lost": 0.0,
            "left": [0.0] * 4 + [3.0] * 4,
            "clipped": False,
            "understock_cost": 1.0,
            "overstock_cost": [0.0] * 4 + [3.0] * 4,
            "cost": [1.0] * 4 + [4.0] * 4,
        }
    )

    table = judged(cycles, SETS["rossmann"].settings).set_index("rule")

    added = table.loc[ADDED]
    assert (added["dearer"], added["dearer_low"], added["dearer_high"]) == (3.0, 3.0, 3.0)
    assert table.loc[SUMMED, "dearer"] == 0.0
    assert added["stock_over_demand"] == pytest.approx(0.3)


@pytest.mark.data
@pytest.mark.slow
def test_on_real_items_daily_quantiles_added_hold_more_and_cost_more_than_the_same_futures_summed():
    real_data("bench/m5.csv.gz")
    spec = SETS["m5"]

    cycles = replayed(open_set(spec, 60), spec.settings, "moving_average")

    table = judged(cycles, spec.settings).set_index("rule")
    assert set(table.index) == {SUMMED, CALIBRATED, ROOT_OF_TIME, ADDED}
    assert table["cycles"].tolist() == [240] * 4
    assert table.loc[ADDED, "dearer_low"] > 0.05
    assert table.loc[ADDED, "left"] > 1.2 * table.loc[SUMMED, "left"]
