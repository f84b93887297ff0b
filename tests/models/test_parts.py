"""A forecast taken apart: the parts are what was planted, and add up to the whole."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import TooShortError
from forecasting.models.parts import forecast_parts
from forecasting.models.prophet_package import PackageProphet
from tests.models.conftest import ahead, sales


@pytest.fixture
def history():
    """Three years: 100 a day and rising, 150 on Saturdays, twice that on promotions, none at Christmas."""
    ds = pd.date_range("2022-01-01", periods=1000)
    rng = np.random.default_rng(0)
    promo = (rng.random(1000) < 0.1).astype(float)
    units = (100 + 0.05 * np.arange(1000)) * (1 + 0.5 * (ds.day_of_week == 5)) * (1 + promo)
    units = np.where(ds.strftime("%m-%d") == "12-25", 0.0, units + rng.normal(0, 3, 1000))
    return sales({"a": units}, "2022-01-01").assign(promo=promo)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["additive", "multiplicative"])
def test_the_parts_add_up_to_the_forecast_and_are_what_was_planted(history, mode):
    future = ahead(history, 28).assign(promo=np.tile([1.0, 0.0], 14))

    parts = forecast_parts(PackageProphet("D", "DE", mode), history, future)

    names = ["trend", "week", "year", "holidays", "promo"]
    assert list(parts) == ["ds", "y", *names, "expected"]
    np.testing.assert_allclose(parts[names].sum(axis=1), parts["expected"])
    assert parts["y"].notna().sum() == 1000
    coming = parts[parts["y"].isna()]
    assert coming["ds"].tolist() == sorted(future["ds"])
    assert (coming["promo"].to_numpy() > 50).tolist() == (future["promo"] > 0).tolist()
    saturday = coming["ds"].dt.day_of_week == 5
    assert coming.loc[saturday, "week"].min() > 20 > coming.loc[~saturday, "week"].max()
    christmas = parts["ds"].dt.strftime("%m-%d") == "12-25"
    assert parts.loc[christmas, "holidays"].max() < -60
    assert 0.03 < np.polyfit(np.arange(len(parts)), parts["trend"], 1)[0] < 0.07


@pytest.mark.slow
def test_the_expectation_is_that_of_the_forecast_itself(history):
    future = ahead(history, 14).assign(promo=0.0)
    model = PackageProphet("D", "DE", "multiplicative", n_paths=2000)

    parts = forecast_parts(model, history, future)

    means = model.forecast(history, future).values[0].mean(axis=0)
    np.testing.assert_allclose(parts["expected"].iloc[-14:], means, rtol=0.03)


def test_a_series_prophet_cannot_be_fitted_to_is_named_with_the_reason():
    history = sales({"few": np.arange(9.0)})
    with pytest.raises(
        TooShortError, match="few cannot be taken apart: 9 known periods are fewer than the 14"
    ):
        forecast_parts(PackageProphet("D"), history, ahead(history, 7))
