import numpy as np
import pytest

from forecasting.history.decompose import decompose
from forecasting.history.seasons import season_profiles
from tests.history.conftest import frame, panel_from

WEEK = np.array([-20.0, -10, 0, 5, 15, 30, -20])


def made(days=800, noise=1.0, seed=1):
    t = np.arange(days)
    trend = 100 + 0.05 * t
    return trend + WEEK[t % 7] + np.random.default_rng(seed).normal(0, noise, days), trend


@pytest.mark.parametrize("frequency", ["D", "W-MON", "MS"])
def test_trend_season_and_remainder_add_up_to_the_sales(frequency):
    y = made(160)[0]
    parts = decompose(y, frequency)
    assert parts.trend + parts.season + parts.remainder == pytest.approx(y)


def test_the_planted_trend_and_week_are_found():
    y, trend = made()
    parts = decompose(y, "D")
    assert parts.trend[60:-60] == pytest.approx(trend[60:-60], rel=0.03)
    inner = parts.seasons["week"][70:-70]
    assert inner[:7] - inner[:7].mean() == pytest.approx(WEEK - WEEK.mean(), abs=2.5)


def test_unknown_periods_have_no_remainder_and_do_not_move_the_rest():
    y, _ = made()
    holed = y.copy()
    holed[[100, 101, 400]] = np.nan
    parts, whole = decompose(holed, "D"), decompose(y, "D")
    assert np.isnan(parts.remainder[[100, 101, 400]]).all()
    assert np.isfinite(parts.remainder).sum() == len(y) - 3
    assert parts.trend == pytest.approx(whole.trend, rel=0.02)


def test_before_the_first_sale_and_after_the_last_there_is_no_trend():
    y, _ = made()
    sold = np.concatenate([np.full(90, np.nan), y, np.full(120, np.nan)])
    parts, alone = decompose(sold, "D"), decompose(y, "D")
    inside = slice(90, 90 + len(y))
    assert parts.trend[inside] == pytest.approx(alone.trend)
    assert parts.seasons["week"][inside] == pytest.approx(alone.seasons["week"])
    outside = np.ones(len(sold), dtype=bool)
    outside[inside] = False
    for values in (parts.trend, parts.remainder, *parts.seasons.values()):
        assert np.isnan(values[outside]).all()


def test_less_than_two_years_says_that_the_season_of_the_year_is_part_of_the_trend():
    parts = decompose(made(400)[0], "D")
    assert set(parts.seasons) == {"week"}
    assert "two years" in parts.note


@pytest.mark.parametrize("days", [1, 5, 20])
def test_a_short_or_unknown_line_is_no_crash(days):
    assert len(decompose(np.full(days, 3.0), "D").trend) == days
    assert np.isnan(decompose(np.full(days, np.nan), "D").trend).all()


def test_the_week_profile_of_the_sample_is_the_planted_week(sample, shop):
    """Station: Monday 1.12 … Saturday 0.74, Sunday 0.58 (make_sample.STORES)."""
    rows = [k for k, name in enumerate(shop.unique_id) if name.startswith("Station | Whole milk")]
    y = shop.demand[rows[0]]
    parts = decompose(y, "D")
    week = season_profiles(y, parts.trend, shop.ds, "D").week.set_index("weekday")["index"]
    planted = np.array([1.12, 1.10, 1.12, 1.14, 1.20, 0.74, 0.58])
    assert week.to_numpy() == pytest.approx(planted / planted.mean(), abs=0.06)


def test_the_heatmap_fits_the_grain():
    daily = panel_from(frame(made(400)[0]))
    grid = season_profiles(daily.y[0], np.full(400, 100.0), daily.ds, "D").heatmap
    assert list(grid.index) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    monthly = panel_from(frame(made(30)[0], frequency="MS"), "MS")
    assert season_profiles(monthly.y[0], monthly.y[0], monthly.ds, "MS").heatmap.shape == (3, 12)
