"""An index from outside: its lead over real grains, and no way to look into the future."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DriverError
from forecasting.history.lead import lead_in_words
from forecasting.history.panel import panel_of
from forecasting.services.dataset import Dataset
from forecasting.services.index_view import (
    IndexWorth,
    as_driver,
    beside_sales,
    lead_of,
    lead_to_test,
    try_index,
    worth_in_words,
)
from forecasting.services.workbench import dates_asked
from forecasting.settings import usual_settings

MONTHS = pd.date_range("2016-01-01", periods=96, freq="MS")


def shop(daily, ids=("a",), seed=0):
    """Sales of series that follow a line of expected units."""
    rng = np.random.default_rng(seed)
    frames = [
        pd.DataFrame({"unique_id": i, "ds": daily.index, "y": rng.poisson(daily.to_numpy()) * 1.0})
        for i in ids
    ]
    sales = pd.concat(frames, ignore_index=True)
    return Dataset("x", sales, pd.DataFrame({"unique_id": list(ids)}), pd.DataFrame(), "D", "0")


def monthly_index(seed=3):
    steps = np.random.default_rng(seed).normal(0, 0.06, len(MONTHS))
    return pd.Series(100 * np.exp(np.cumsum(steps)), index=MONTHS)


@pytest.fixture(scope="module")
def led():
    """Daily sales that follow a monthly index two months later, with a strong season of the year."""
    index = monthly_index()
    days = pd.date_range("2018-01-01", "2023-12-31", freq="D")
    felt = index.shift(2).reindex(days, method="ffill")
    season = 1 + 0.3 * np.sin(2 * np.pi * days.day_of_year / 365.25)
    return shop(felt * season), index


def test_a_monthly_index_two_months_ahead_of_daily_sales_is_found(led):
    dataset, index = led
    lead = lead_of(panel_of(dataset.sales, dataset.items, "D"), index)
    assert "Confidence leads by 2 months" in lead_in_words("Confidence", lead)


def test_months_that_are_not_whole_are_left_out(led):
    dataset, index = led
    cut = dataset.sales[dataset.sales["ds"].between("2018-01-10", "2023-11-20")]
    ds, lines = beside_sales(panel_of(cut, dataset.items, "D"), index, "Confidence")
    assert (ds[0], ds[-1]) == (pd.Timestamp("2018-02-01"), pd.Timestamp("2023-10-01"))
    assert all(line[0] == 100 for line in lines.values())


@pytest.mark.parametrize("horizon", [7, 28, 90])
def test_the_driver_of_a_day_is_the_same_whatever_the_index_does_within_the_horizon(led, horizon):
    dataset, index = led
    settings = usual_settings("D", horizon=horizon, lead_time=1, review_period=1)
    driver = as_driver(index, dataset, settings, None)
    day = pd.Timestamp("2021-06-15")
    cutoff = day - pd.Timedelta(days=horizon)
    over = index.index + pd.Timedelta(days=30.4375) > cutoff  # not over when the forecast is made
    changed = index.where(~over, index * 10)
    assert as_driver(changed, dataset, settings, None).values[day] == driver.values[day]
    one_more = index.where(index.index < index.index[~over][-1], index * 10)
    assert as_driver(one_more, dataset, settings, None).values[day] != driver.values[day]


def test_the_lead_that_is_tested_saw_none_of_the_dates_asked(led):
    dataset, index = led
    settings = usual_settings("D", horizon=14, step=14, lead_time=1, review_period=1)
    first = dates_asked(dataset, settings)[0]
    reversed_later = dataset.sales.copy()
    later = reversed_later["ds"] > first
    reversed_later.loc[later, "y"] = reversed_later.loc[later, "y"].to_numpy()[::-1] * 9
    panels = [panel_of(sales, dataset.items, "D") for sales in (dataset.sales, reversed_later)]

    before, after = (lead_to_test(panel, index, dataset, settings) for panel in panels)

    pd.testing.assert_frame_equal(before.table, after.table)
    assert before.lag == 2
    assert not lead_of(panels[1], index).table.equals(lead_of(panels[0], index).table)


def test_a_lead_longer_than_the_horizon_is_used_as_it_was_found(led):
    dataset, index = led
    lead = lead_of(panel_of(dataset.sales, dataset.items, "D"), index)
    settings = usual_settings("D", horizon=14, lead_time=1, review_period=1)
    driver = as_driver(index, dataset, settings, lead)
    assert driver.lag_days == pytest.approx(60.88)
    assert "longer than the 14 days" in driver.words


def test_a_lead_shorter_than_the_horizon_is_refused_its_future(led):
    dataset, index = led
    lead = lead_of(panel_of(dataset.sales, dataset.items, "D"), index)
    settings = usual_settings("D", horizon=90, lead_time=1, review_period=1)
    driver = as_driver(index, dataset, settings, lead)
    assert driver.lag_days == 90
    assert "looking into the future" in driver.words


def test_a_calendar_is_known_ahead_and_taken_as_it_is(led):
    dataset, _ = led
    days = pd.date_range("2018-01-01", "2025-12-31", freq="D")
    holidays = pd.Series((days.day == 25).astype(float), index=days)
    driver = as_driver(holidays, dataset, usual_settings("D"), None)
    assert driver.lag_days == 0
    assert driver.values[pd.Timestamp("2022-12-25")] == 1


def test_an_index_that_ends_long_before_the_sales_or_starts_too_late_is_refused(led):
    dataset, index = led
    with pytest.raises(DriverError, match="covers"):
        as_driver(index[index.index >= "2022-01-01"], dataset, usual_settings("D"), None)


def test_an_index_of_other_years_shares_no_period(led):
    dataset, _ = led
    old = pd.Series(1.0, index=pd.date_range("1990-01-01", periods=24, freq="MS"))
    with pytest.raises(DriverError, match="share no period"):
        beside_sales(panel_of(dataset.sales, dataset.items, "D"), old, "old")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(10.0, 200.0, "shown to help"), (-40.0, 300.0, "not shown to help"), (-90.0, -5.0, "shown to hurt")],
)
def test_the_worth_is_said_either_way(low, high, verdict):
    said = worth_in_words(IndexWorth("idx", (low + high) / 2, low, high, 6, 12, "", ""), "EUR")
    assert said.endswith(f": {verdict}.")
    assert "6 past dates" in said
    assert "12 order cycles" in said


@pytest.mark.slow
def test_noise_from_outside_is_not_shown_to_help(led):
    """Both cells stand on the same cycles; an index of pure chance must not be sold as a help."""
    dataset, _ = led
    dice = pd.Series(np.random.default_rng(8).normal(size=96), index=MONTHS)
    recent = dataset.sales[dataset.sales["ds"] >= "2023-01-01"]
    data = Dataset("x", recent, dataset.items, dataset.future, "D", "0")
    settings = usual_settings("D", horizon=14, step=14, lead_time=2, review_period=7)
    driver = as_driver(dice, data, settings, None)
    found = try_index(data, settings, "dice", driver)
    assert found.cycles > 0
    assert not worth_in_words(found, "EUR").endswith(": shown to help.")
    assert found.still_of(data, settings, driver)
    assert not found.still_of(data, replace(settings, horizon=21), driver)
    assert not found.still_of(data, settings, as_driver(-dice, data, settings, None))
