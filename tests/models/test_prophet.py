import logging
import tempfile
from pathlib import Path

import cmdstanpy
import numpy as np
import pandas as pd
import pytest

from forecasting.errors import SettingsError
from forecasting.models.base import to_panel
from forecasting.models.prophet import Prophet
from forecasting.models.prophet_map import multiplicative
from forecasting.models.prophet_map.law import strayed
from forecasting.models.prophet_package import (
    PackageProphet,
    _prophet_class,
    history_of,
    suitable_mode,
    trend_law,
)
from tests.models.conftest import ahead, sales


@pytest.fixture
def growing():
    rng = np.random.default_rng(0)
    days = np.arange(400)
    promo = (rng.random(400) < 0.25).astype(float)
    units = (50 + 0.1 * days) * (1 + 0.2 * (days % 7 == 5)) * (1 + 0.5 * promo) + rng.normal(0, 3, 400)
    return sales({"a": units}, "2023-01-02").assign(promo=promo)


def packaged(history, mode, regressors=(), country=None):
    model = _prophet_class()(seasonality_mode=mode, uncertainty_samples=1000)
    if country:
        model.add_country_holidays(country_name=country)
    for name in regressors:
        model.add_regressor(name)
    return model.fit(history.drop(columns="unique_id"))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["additive", "multiplicative"])
def test_the_mean_of_the_paths_is_the_packages_own_forecast(growing, mode):
    future = ahead(growing, 28).assign(promo=np.tile([1.0, 0, 0, 0], 7))
    expected = packaged(growing, mode, ["promo"], "DE").predict(future)["yhat"]

    paths = Prophet("D", "DE", mode=mode, n_paths=3000).forecast(growing, future)

    # The noise repeats the mean error of each weekday, which the package leaves at zero.
    np.testing.assert_allclose(paths.values[0].mean(axis=0), expected, rtol=0.03)


@pytest.mark.slow
def test_the_trend_strays_as_far_as_the_packages_own_samples(growing):
    model = packaged(growing[["unique_id", "ds", "y"]], "additive")
    samples = model.predictive_samples(ahead(growing, 60))["trend"]

    shocks = strayed(trend_law(model, 60).shocks(4000, np.random.default_rng(0)))

    assert shocks[:, -1].std() == pytest.approx(samples[-1].std(), rel=0.25)
    assert abs(shocks[:, -1].mean()) < 0.1 * shocks[:, -1].std()


@pytest.mark.slow
def test_a_known_promotion_moves_the_forecast_of_its_day(growing):
    on, off = (
        Prophet("D", n_paths=200).forecast(growing, ahead(growing, 7).assign(promo=p)).values.mean()
        for p in (1.0, 0.0)
    )

    assert on / off == pytest.approx(1.5, rel=0.05)


@pytest.mark.slow
def test_a_public_holiday_without_sales_is_forecast_without_sales():
    days = pd.date_range("2021-01-01", "2023-12-20")
    quiet = np.isin(days.strftime("%m-%d"), ["12-25", "12-26"])
    history = sales({"a": np.where(quiet, 0.0, 100.0) + np.arange(len(days)) % 3}, "2021-01-01")
    future = ahead(history, 8)

    means = [
        Prophet("D", c, n_paths=100).forecast(history, future).values[0].mean(axis=0) for c in ("DE", None)
    ]

    christmas = 4  # 25 December, the fifth day ahead
    assert means[0][christmas] < 15
    assert means[1][christmas] > 60


@pytest.mark.slow
def test_a_falling_item_is_never_forecast_below_zero():
    history = sales({"a": np.linspace(60, 1, 200) + np.random.default_rng(0).normal(0, 1, 200)})

    values = (
        Prophet("D", n_paths=100).forecast(history.assign(y=history["y"].clip(0)), ahead(history, 60)).values
    )

    assert values.min() == 0


@pytest.mark.slow
def test_a_fit_leaves_no_file_and_no_log_line(growing, caplog, monkeypatch, tmp_path):
    kept = set(Path(cmdstanpy._TMPDIR).iterdir())  # its own folder, deleted only when Python ends
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with caplog.at_level(logging.INFO):
        PackageProphet("D", n_paths=20).forecast(growing, ahead(growing, 5).assign(promo=0.0))

    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []
    assert set(Path(cmdstanpy._TMPDIR).iterdir()) == kept


@pytest.mark.slow
def test_a_missing_month_of_every_year_does_not_make_its_forecast_collapse():
    units = np.random.default_rng(1).poisson(20, 40).astype(float)
    history = sales({"a": np.where(np.arange(40) % 9 == 4, np.nan, units)}, "2022-01-01", "MS")

    means = Prophet("MS", n_paths=100).forecast(history, ahead(history, 12, "MS")).values.mean(axis=1)

    assert means.min() > 12


@pytest.mark.slow
def test_a_series_stan_refuses_falls_back_on_its_recent_sales_and_spoils_no_other(growing, monkeypatch):
    package, history = _prophet_class(), growing[["unique_id", "ds", "y"]]
    fit = package.fit

    def refusing(self, df, **options):
        if df["y"].max() > 1000:
            raise RuntimeError("Error during optimization! Command failed")
        return fit(self, df, **options)

    monkeypatch.setattr(package, "fit", refusing)
    both = pd.concat([history, history.assign(unique_id="b", y=history["y"] * 100)], ignore_index=True)

    paths = PackageProphet("D", n_paths=200).forecast(both, ahead(both, 5))

    alone = PackageProphet("D", n_paths=200).forecast(history, ahead(history, 5))
    assert paths.values[0].tobytes() == alone.values[0].tobytes()
    assert paths.values[1].mean() == pytest.approx(100 * history["y"].iloc[-28:].mean(), rel=0.05)
    assert paths.notes == {"b": "Stan found no fit: recent sales are drawn again"}


@pytest.mark.slow
def test_the_batched_model_draws_the_futures_of_the_package(growing):
    future = ahead(growing, 28).assign(promo=np.tile([1.0, 0, 0, 0], 7))

    ours, theirs = (
        model("D", "DE", n_paths=2000).forecast(growing, future).values[0]
        for model in (Prophet, PackageProphet)
    )

    levels = [0.1, 0.5, 0.9]
    np.testing.assert_allclose(
        np.quantile(ours, levels, axis=0), np.quantile(theirs, levels, axis=0), rtol=0.02
    )
    assert ours.sum(axis=1).std() == pytest.approx(theirs.sum(axis=1).std(), rel=0.1)


@pytest.mark.slow
def test_normal_noise_is_as_wide_as_the_packages_own_interval(growing):
    plain = growing[["unique_id", "ds", "y"]]
    samples = packaged(plain, "additive").predictive_samples(ahead(plain, 14))["yhat"]

    paths = Prophet("D", mode="additive", noise="normal", n_paths=4000).forecast(plain, ahead(plain, 14))

    low, high = np.quantile(paths.values[0], [0.1, 0.9], axis=0)
    assert np.mean(high - low) == pytest.approx(
        np.diff(np.quantile(samples, [0.1, 0.9], axis=1), axis=0).mean(), rel=0.05
    )


@pytest.fixture
def assortment():
    """Sixty products over 300 days: half on shared dates, half with gaps of their own, one slow."""
    rng = np.random.default_rng(1)
    week = np.tile([1.0, 1, 1, 1.2, 1.3, 2, 1.6], 43)[:300]
    units = {f"p{i:02d}": rng.poisson(week * rng.uniform(5, 80)).astype(float) for i in range(60)}
    for i in range(30, 60):
        units[f"p{i:02d}"][rng.random(300) < 0.1] = np.nan
    units["p05"] = rng.poisson(0.4, 300).astype(float)
    return sales(units)


@pytest.mark.parametrize("mode", ["additive", "multiplicative"])
@pytest.mark.parametrize("noise", ["blocks", "normal"])
def test_a_product_is_forecast_alone_as_in_the_assortment(assortment, mode, noise):
    model, future = Prophet("D", "US", mode, n_paths=50, noise=noise), ahead(assortment, 14)
    among = model.forecast(assortment, future)

    for unique_id in ("p03", "p05", "p44"):
        own, coming = (frame[frame["unique_id"] == unique_id] for frame in (assortment, future))
        alone = model.forecast(own, coming)
        scale = own["y"].max()
        np.testing.assert_allclose(alone.values, among.only([unique_id]).values, atol=2e-6 * scale)


def test_every_series_that_is_not_served_says_why_and_the_others_are(assortment):
    odd = {
        "few": np.arange(9.0),
        "never": np.zeros(300),
        "same": np.full(300, 7.0),
        "huge": np.where(np.arange(300) == 150, 1e12, 5.0 + np.arange(300) % 7),
    }
    history = pd.concat([assortment, sales(odd)], ignore_index=True)
    model = Prophet("D", n_paths=50)

    paths = model.forecast(history, ahead(history, 7))

    untouched = model.forecast(assortment, ahead(assortment, 7))
    np.testing.assert_allclose(
        paths.only(list(untouched.unique_id)).values, untouched.values, rtol=1e-4, atol=1e-4
    )
    assert paths.notes == {
        "few": "9 known periods are fewer than the 14 that Prophet needs: recent sales are drawn again",
        "never": "all known sales are the same: recent sales are drawn again",
        "same": "all known sales are the same: recent sales are drawn again",
    }
    assert (paths.only(["same"]).values == 7).all()


def test_a_series_whose_driver_is_known_only_ahead_gets_a_stand_in_that_names_it(assortment):
    known = assortment.assign(price=2.0, promo=(assortment["ds"].dt.day < 5) * 1.0)
    blank = known.assign(promo=known["promo"].mask(known["unique_id"] == "p03"))
    future = ahead(known, 7).assign(price=2.0, promo=1.0)
    model = Prophet("D", n_paths=50)

    paths = model.forecast(blank, future)

    assert paths.notes == {
        "p03": "0 known periods (promo is blank in others) are fewer than the 14 that Prophet needs: "
        "recent sales are drawn again"
    }
    sold = known.loc[known["unique_id"] == "p03", "y"]
    assert paths.only(["p03"]).values.mean() == pytest.approx(sold.tail(28).mean(), rel=0.1)
    rest = [i for i in paths.unique_id if i != "p03"]
    whole = model.forecast(known, future).only(rest)
    np.testing.assert_allclose(paths.only(rest).values, whole.values, rtol=1e-4, atol=1e-4)


@pytest.mark.slow
def test_a_series_the_solver_leaves_unsettled_is_fitted_by_the_package(growing, monkeypatch):
    future = ahead(growing, 7).assign(promo=0.0)
    model = Prophet("D", mode="multiplicative", n_paths=100)
    settled = model.forecast(growing, future)
    monkeypatch.setattr(multiplicative, "MAX_ROUNDS", 1)

    unsettled = model.forecast(growing, future)

    assert "prophet package" in unsettled.notes["a"]
    assert settled.notes == {}
    np.testing.assert_allclose(unsettled.values.mean(axis=1), settled.values.mean(axis=1), rtol=0.02)


def test_closed_sundays_do_not_shrink_the_days_that_are_open():
    """On a weekday never seen the model may expect anything, far below zero too."""
    days = pd.date_range("2021-01-04", periods=800)
    rng = np.random.default_rng(0)
    units = 100 * (1 + 0.2 * (days.day_of_week == 5)) + rng.normal(0, 5, 800)
    history = sales({"a": np.where(days.day_of_week == 6, np.nan, units)}, "2021-01-04")
    future = ahead(sales({"a": np.ones(800)}, "2021-01-04"), 14)

    paths = Prophet("D", mode="multiplicative", n_paths=300).forecast(history, future)

    seen = paths.ds.day_of_week != 6
    assert paths.values[0][:, seen].mean() == pytest.approx(np.nanmean(units), rel=0.03)


def test_multiplying_needs_something_to_multiply():
    assert suitable_mode(np.array([0.0] * 1 + [5.0] * 9)) == "multiplicative"
    assert suitable_mode(np.array([0.0] * 2 + [5.0] * 8)) == "additive"


def test_periods_of_unknown_sales_are_not_shown_to_prophet(shop):
    panel = to_panel(shop, ahead(shop, 3))

    known = history_of(panel, list(panel.unique_id).index("gaps"))

    assert len(known) == (shop["unique_id"] == "gaps").sum()
    assert not known.isna().to_numpy().any()


def test_an_unknown_noise_is_refused():
    with pytest.raises(SettingsError, match="blocks or normal"):
        Prophet("D", noise="both")


def test_an_unknown_mode_is_refused():
    with pytest.raises(SettingsError, match="additive or multiplicative"):
        Prophet("D", mode="both")
