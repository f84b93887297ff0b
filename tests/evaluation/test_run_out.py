"""Will it run out? A yes-or-no question that ends in an order."""

import numpy as np
import pytest

from forecasting.evaluation.run_out import HEIGHTS, heights_asked

RATIOS = np.array([0.5, 0.8, 0.95])


def steady(n=20, days=500, rate=20.0, seed=0):
    return np.random.default_rng(seed).poisson(rate, (n, days)).astype(float)


def test_the_chance_of_running_out_is_about_what_was_asked_for():
    """Steady Poisson demand: at 95 % few shelves run out, at 50 % many do, each near its promise."""
    y = steady(n=60, rate=2.0)
    past, after = y[:, :480], y[:, 480:487].sum(axis=1)
    for ratio in RATIOS:
        level = heights_asked(past, np.full(60, 7), np.full(60, ratio), 364)
        kept = (after <= level).mean()
        assert kept >= ratio - 3 * np.sqrt(ratio * (1 - ratio) / 60)


def test_dearer_shortage_never_asks_for_a_lower_shelf():
    y = steady()
    levels = [heights_asked(y, np.full(20, 7), np.full(20, r), 364) for r in RATIOS]
    assert (levels[0] <= levels[1]).all()
    assert (levels[1] <= levels[2]).all()
    assert (levels[0] < levels[2]).any()


def test_heights_are_multiples_of_recent_demand():
    y = steady(n=4)
    level = heights_asked(y, np.full(4, 7), np.full(4, 0.9), 364)
    recent = y[:, -42:].sum(axis=1) / 6
    assert set(np.round(level / recent, 6)) <= set(HEIGHTS)


def test_units_do_not_matter():
    y = steady(n=8, rate=200.0)
    one = heights_asked(y, np.full(8, 7), np.full(8, 0.9), 364)
    assert heights_asked(y * 100, np.full(8, 7), np.full(8, 0.9), 364) == pytest.approx(one * 100, rel=0.1)


def test_series_too_young_or_without_sales_have_no_answer():
    y = steady(n=3)
    y[0] = 0.0
    level = heights_asked(y, np.array([7, 7, 100]), np.full(3, 0.9), 364)
    assert np.isnan(level[[0, 2]]).all()
    assert level[1] > 0
