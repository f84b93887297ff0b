import numpy as np
import pandas as pd
import pytest
from prophet import Prophet as Package

from forecasting.models.prophet_map.clock import clocks
from forecasting.models.prophet_map.columns import (
    CalendarPlan,
    calendar_columns,
    days_since_1970,
    standardised,
)
from forecasting.models.prophet_map.design import design


def prepared(dates, country=None, **drivers):
    """What the package makes of a history: its features and changepoints."""
    model = Package()
    if country:
        model.add_country_holidays(country)
    for name in drivers:
        model.add_regressor(name)
    model.preprocess(pd.DataFrame({"ds": dates, "y": np.arange(len(dates), dtype=float)} | drivers))
    return model, model.make_all_seasonality_features(model.history)[0]


@pytest.mark.parametrize("country", [None, "DE", "US", "BR"])
def test_seasons_and_holidays_are_the_packages_own_columns(country):
    dates = pd.date_range("2021-03-05", periods=800)
    _, theirs = prepared(dates, country)

    ours = calendar_columns(dates, dates[-1:] + pd.Timedelta(days=1), CalendarPlan(True, 10, country))

    met = theirs.loc[:, (theirs != 0).any()]
    assert sorted(ours.names) == sorted(met.columns)
    np.testing.assert_allclose(ours.history, met[list(ours.names)], atol=1e-9)


def test_a_holiday_ahead_is_marked_on_its_day():
    dates = pd.date_range("2022-01-01", "2023-12-10")
    ahead = pd.date_range("2023-12-11", periods=28)

    columns = calendar_columns(dates, ahead, CalendarPlan(True, 10, "DE"))

    christmas = columns.future[:, columns.names.index("Christmas Day_delim_+0")]
    assert list(ahead[christmas == 1]) == [pd.Timestamp("2023-12-25")]


@pytest.mark.parametrize("count", [14, 20, 33, 34, 400, 800])
def test_changepoints_lie_where_the_package_puts_them(count):
    dates = pd.date_range("2021-03-05", periods=2 * count)
    known = np.zeros(2 * count, dtype=bool)
    known[np.random.default_rng(count).permutation(2 * count)[:count]] = True
    model, _ = prepared(dates[known])

    clock = clocks(known[None], days_since_1970(dates), flat=False)

    own = clock.changepoints[0, : int(clock.changes[0])]
    np.testing.assert_allclose(own, model.changepoints_t, atol=1e-12)
    assert np.isinf(clock.changepoints[0, len(own) :]).all()


@pytest.mark.parametrize("values", [[0, 1, 1, 0, 1], [0, 0, 0, 0, 0], [1.5, 2, 9, 0, 4], [3, 3, 3, 3, 2]])
def test_drivers_are_standardised_as_the_package_does(values):
    drivers = np.tile(np.array(values, dtype=float), 8)
    dates = pd.date_range("2024-01-01", periods=40)
    known = np.arange(40) != 7
    _, theirs = prepared(dates[known], price=drivers[known])

    past, _ = standardised(drivers[None], drivers[None, :3], known[None])

    np.testing.assert_allclose(past[0, known], theirs["price"])
    assert past[0, 7] == 0


@pytest.mark.parametrize("value", [1.0, 3.0])
def test_a_driver_that_never_changed_says_nothing_even_where_it_will_change(value):
    always = np.full((1, 40), value)
    past, ahead = standardised(always, np.array([[value, 9.0]]), always > 0)

    assert (past == 0).all()
    assert (ahead == 0).all()


@pytest.mark.parametrize(("periods", "yearly"), [(730, False), (731, True)])
def test_a_yearly_season_needs_two_years_between_the_ends(periods, yearly):
    dates = pd.date_range("2021-01-01", periods=periods)
    columns = calendar_columns(dates, dates[-1:] + pd.Timedelta(days=1), CalendarPlan(True, 10))
    y = np.arange(periods, dtype=float)[None]

    scale = design(y, days_since_1970(dates), columns, np.empty((1, 0, periods))).scale

    assert (scale[0, 2:22] > 0).all() == yearly
    assert (scale[0, 22:] == 10).all()


def test_one_known_weekday_a_week_has_no_weekly_season():
    dates = pd.date_range("2021-01-01", periods=140)
    columns = calendar_columns(dates, dates[-1:] + pd.Timedelta(days=1), CalendarPlan(True, 10))
    y = np.where(np.arange(140) % 7 == 0, 5.0, np.nan)[None]

    assert (design(y, days_since_1970(dates), columns, np.empty((1, 0, 140))).scale[0, 2:] == 0).all()
