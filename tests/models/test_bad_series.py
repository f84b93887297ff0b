"""One bad series: it is named and stood in for, and its neighbours do not notice."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError, DriverError
from forecasting.models.base import to_panel
from forecasting.models.intermittent import Intermittent
from forecasting.models.naive import MovingAverage
from forecasting.models.theta import Drift
from tests.models.conftest import ahead, sales
from tests.models.test_every_model import ALL, LOCAL, model_of

PERIODS = 120


def _typo():
    units = np.full(PERIODS, 5.0) + np.arange(PERIODS) % 3
    units[100] = 1e12
    return units


def _last(*values):
    units = np.full(PERIODS, np.nan)
    units[PERIODS - len(values) :] = values
    return units


BAD = {
    "too short": (_last(4.0, 6.0), "drawn again|borrowed history"),
    "constant": (np.full(PERIODS, 7.0), "7 were sold in every known period"),
    "all zero": (np.zeros(PERIODS), "nothing was ever sold"),
    "all missing but one": (_last(3.0), "drawn again|borrowed history"),
    "one value of 1e12": (_typo(), "beyond belief"),
}


def good():
    rng = np.random.default_rng(8)
    return {f"g{k}": rng.poisson(6 * (k + 1), PERIODS).astype(float) for k in range(6)}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("what", BAD)
def test_a_bad_series_gets_a_forecast_with_a_note(name, what):
    units, note = BAD[what]
    history = sales(good() | {"bad": units})

    paths = model_of(name).forecast(history, ahead(history, 10))

    assert np.isfinite(paths.values).all()
    assert paths.only(["bad"]).values.mean() < 10
    if name != "prophet":
        assert list(paths.notes) == ["bad"]
        assert any(part in paths.notes["bad"] for part in note.split("|"))


@pytest.mark.parametrize("name", LOCAL)
@pytest.mark.parametrize("what", BAD)
def test_its_neighbours_keep_their_forecast_byte_for_byte(name, what):
    history = sales(good() | {"bad": BAD[what][0]})
    without = history[history["unique_id"] != "bad"]
    future = ahead(history, 10)

    beside = model_of(name).forecast(history, future).only(list(good()))
    alone = model_of(name).forecast(without, future[future["unique_id"] != "bad"])

    assert beside.values.tobytes() == alone.values.tobytes()


@pytest.mark.parametrize("what", BAD)
def test_the_trees_learn_nothing_absurd_from_it(what):
    history = sales(good() | {"bad": BAD[what][0]})

    means = model_of("boosted_trees").forecast(history, ahead(history, 10)).values.mean(axis=(1, 2))

    np.testing.assert_allclose(means[1:], [6 * (k + 1) for k in range(6)], rtol=0.2)


@pytest.mark.parametrize("spikes", [1, 8])
def test_the_trees_alone_are_not_poisoned_by_values_of_1e12_either(spikes):
    trees = model_of("boosted_trees").model.model
    units = np.random.default_rng(5).poisson(5, PERIODS).astype(float)
    units[np.random.default_rng(6).choice(PERIODS, spikes, replace=False)] = 1e12
    history = sales(good() | {"bad": units})

    paths = trees.forecast(history, ahead(history, 10)).values[1:]

    expected = np.array([6 * (k + 1) for k in range(6)])
    np.testing.assert_allclose(paths.mean(axis=(1, 2)), expected, rtol=0.2)
    assert (np.quantile(paths, 0.99, axis=(1, 2)) < 4 * expected + 10).all()


@pytest.mark.parametrize("name", ALL)
def test_two_rows_for_one_day_name_the_series(name, shop):
    twice = pd.concat([shop, shop[shop["unique_id"] == "late"].iloc[[5]]])

    with pytest.raises(DataError, match="'late' has two rows for 2023-05-07"):
        model_of(name).forecast(twice, ahead(shop, 5))


@pytest.mark.parametrize("units", [np.inf, -3.0])
def test_sales_that_are_no_amount_name_the_series(units, shop):
    wrong = shop.assign(y=shop["y"].where(shop.index != 7, units))

    with pytest.raises(DataError, match=rf"'busy' sold {units} on 2023-01-09"):
        to_panel(wrong, ahead(shop, 5))


@pytest.mark.parametrize("name", ALL)
def test_a_driver_only_in_the_future_is_refused_and_one_only_in_the_past_is_left_out(name, shop):
    future = ahead(shop, 5)
    with pytest.raises(DriverError, match="no column promo"):
        model_of(name).forecast(shop, future.assign(promo=1.0))

    told = model_of(name).forecast(shop.assign(promo=1.0), future)
    assert told.values.tobytes() == model_of(name).forecast(shop, future).values.tobytes()


@pytest.mark.parametrize("name", ALL)
def test_each_model_says_whom_it_does_not_serve_and_notes_exactly_those(name):
    history = sales(good() | {"few": _last(4.0, 5.0, 6.0)})
    future = ahead(history, 5)
    model = model_of(name).model.model

    unserved = model.unserved(to_panel(history, future))

    assert list(unserved) == ["few"]
    assert "3 known periods are fewer than the" in unserved["few"]
    notes = model.forecast(history, future).notes
    assert list(notes) == ["few"]
    assert notes["few"].startswith(f"{unserved['few']}: ")
    assert notes["few"].endswith("sales are drawn again")


def test_models_differ_in_what_they_need():
    once = np.zeros(PERIODS)
    once[50] = 4
    history = sales({"once": once, "six": _last(1.0, 2, 3, 4, 5, 6), "well": good()["g0"]})
    panel = to_panel(history, ahead(history, 5))

    assert list(Drift("D").unserved(panel)) == ["six"]
    assert list(Intermittent("D").unserved(panel)) == ["once"]
    assert MovingAverage("D").unserved(panel) == {}
