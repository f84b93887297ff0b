"""Longer periods and larger groups, and the way back to what one order must last."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError
from forecasting.evaluation.blocks import blocks_at, filled, over_interval, window_shares

DAYS = pd.date_range("2025-01-01", "2025-03-19", freq="D")  # 78 days: eleven weeks and a day


def test_weeks_end_at_the_origin_and_the_unfinished_oldest_is_left_out():
    blocks = blocks_at(DAYS, "D", "week", 12)
    y = np.arange(78.0)[None]
    weeks = blocks.gathered(y)
    assert weeks.shape == (1, 11)
    assert weeks[0, -1] == y[0, -7:].sum()
    assert weeks[0, 0] == y[0, 1:8].sum()
    assert blocks.labels[-1] == pd.Timestamp("2025-03-13")
    assert list(blocks.sizes) == [7, 7]
    assert (pd.Series(blocks.labels).diff().dropna() == pd.Timedelta(days=7)).all()


def test_months_end_on_the_origins_day():
    blocks = blocks_at(DAYS, "D", "month", 40)
    months = blocks.gathered(np.ones((1, 78)))
    assert list(months[0]) == [31.0, 28.0]  # 20 Jan to 19 Feb, 20 Feb to 19 Mar
    assert list(blocks.labels.strftime("%Y-%m")) == ["2025-02", "2025-03"]
    assert list(blocks.sizes) == [31, 30]  # to 19 April, to 19 May


def test_weeks_can_be_gathered_into_months():
    weeks = pd.date_range("2024-01-01", periods=80, freq="W-MON")
    blocks = blocks_at(weeks, "W-MON", "month", 6)
    sums = blocks.gathered(np.ones((1, 80)))[0]
    assert set(sums) == {4.0, 5.0}
    assert blocks.sizes.sum() >= 6
    assert set(blocks.sizes) <= {4, 5}


def test_a_block_that_is_half_unknown_is_unknown_and_a_few_gaps_are_scaled_up():
    y = np.full((1, 78), 2.0)
    y[0, -2:] = np.nan
    y[0, -14:-8] = np.nan
    weeks = blocks_at(DAYS, "D", "week", 7).gathered(y)[0]
    assert weeks[-1] == pytest.approx(14.0)
    assert np.isnan(weeks[-2])


def test_days_cannot_be_had_from_weeks():
    with pytest.raises(DataError, match="cannot be asked by day"):
        blocks_at(pd.date_range("2024-01-01", periods=9, freq="W-MON"), "W-MON", "day", 2)


def test_an_interval_of_whole_blocks_is_their_sum():
    blocks = blocks_at(DAYS, "D", "week", 14)
    paths = np.random.default_rng(0).gamma(2, 5, (1, 50, 2))
    drawn = over_interval(paths, blocks, np.ones((1, 78)), np.array([14]), np.random.default_rng(1))
    assert drawn == pytest.approx(paths.sum(axis=2))


def test_a_part_of_a_block_has_the_share_its_first_periods_had_in_the_past():
    """All sales of a week fall on its first two days: three days of it hold them all, and so do six."""
    y = np.tile([5.0, 5.0, 0, 0, 0, 0, 0], 11)[None]
    blocks = blocks_at(DAYS[1:], "D", "week", 10)
    paths = np.full((1, 4, 2), 70.0)
    drawn = over_interval(paths, blocks, y, np.array([10]), np.random.default_rng(1))
    assert drawn == pytest.approx(np.full((1, 4), 140.0))
    one_day = over_interval(paths, blocks, y, np.array([8]), np.random.default_rng(1))
    assert one_day == pytest.approx(np.full((1, 4), 105.0))


def test_the_spread_of_a_part_is_not_the_spread_of_the_whole_made_smaller():
    """Independent days: three days of a week vary by √3 times a day, not by three sevenths of a week."""
    rng = np.random.default_rng(2)
    y = rng.poisson(20, (1, 7 * 400)).astype(float)
    blocks = blocks_at(pd.date_range("2015-01-01", periods=2800, freq="D"), "D", "week", 3)
    paths = rng.poisson(140, (1, 20_000, 1)).astype(float)
    drawn = over_interval(paths, blocks, y, np.array([3]), rng)
    assert drawn.mean() == pytest.approx(60, rel=0.04)
    assert drawn.std() == pytest.approx(np.sqrt(60), rel=0.25)  # 26 past weeks give the shares
    assert drawn.std() > 1.3 * 3 / 7 * np.sqrt(140)


def test_an_items_share_of_its_group_is_taken_window_by_window():
    item, group = np.array([9, 1, 1, 0, 2.0]), np.array([9, 2, 2, 4, 4.0])
    assert window_shares(item, group, 2) == pytest.approx([0.5, 0.25])
    assert window_shares(item, np.zeros(5), 2) == pytest.approx([0.0])


def test_a_group_takes_an_unknown_day_at_the_items_mean_and_nothing_before_its_first():
    y = np.array([[np.nan, np.nan, 4.0, np.nan, 8.0]])
    assert filled(y)[0] == pytest.approx([0, 0, 4, 6, 8])
