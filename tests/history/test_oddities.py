import numpy as np
import pandas as pd
import pytest

from forecasting.history.expected import fit_law
from forecasting.history.oddities import find_oddities
from tests.history.conftest import frame, panel_from


def odd(y, **columns):
    panel = panel_from(frame(y, **columns), price=[2.0])
    return find_oddities(panel, fit_law(panel))


def ordinary(seed=0, days=500):
    return np.random.default_rng(seed).poisson(20 + 5 * np.sin(np.arange(days) * 2 * np.pi / 7), days) * 1.0


def test_a_planted_stretch_is_found_dated_and_counted_in_money():
    y = ordinary()
    y[300:303] = 90
    row = odd(y).iloc[0]
    assert (row["start"], row["end"]) == (pd.Timestamp("2024-10-27"), pd.Timestamp("2024-10-29"))
    assert row["periods"] == 3
    assert row["money"] == pytest.approx((row["units"] - row["expected"]) * 2.0)
    assert row["found_by"] == "outside the band"


def test_a_hole_counts_against_and_the_dearest_comes_first():
    y = ordinary()
    y[100] = 0
    y[200:205] = 80
    table = odd(y)
    assert table["money"].abs().is_monotonic_decreasing
    hole = table[table["start"] == pd.Timestamp("2024-04-10")].iloc[0]
    assert hole["money"] < 0


def test_ordinary_noise_is_left_alone():
    assert sum(len(odd(ordinary(seed))) for seed in range(5)) <= 3


def test_an_empty_shelf_is_no_oddity():
    y, stockout = ordinary(), np.zeros(500, dtype=bool)
    y[250], stockout[250] = 0, True
    assert pd.Timestamp("2024-09-07") not in set(odd(y, stockout=stockout).get("start", []))


def test_a_slow_mover_that_sells_two_is_not_odd():
    y = np.random.default_rng(2).poisson(0.5, 500) * 1.0
    assert len(odd(y)) <= 2


def test_the_same_seed_finds_the_same(shop, law):
    pd.testing.assert_frame_equal(find_oddities(shop, law), find_oddities(shop, law))
