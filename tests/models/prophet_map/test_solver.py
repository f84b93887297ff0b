"""The solver against Stan: the same model, at least as probable, the same forecast."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.parity import synthetic
from benchmarks.prophet_reference import (
    Task,
    fitted_package,
    our_fit,
    package_objective,
    package_parameters,
)
from forecasting.models.prophet_map import multiplicative
from tests.conftest import real_data

# What the brief allows; measured: never above.
NEVER_WORSE = 0.03


@pytest.fixture
def task():
    """Four shops over 760 days with a promotion and a price, gaps of their own and late starts."""
    made = synthetic(4, periods=760)
    rng = np.random.default_rng(0)
    frames = []
    for frame in (made.history, made.future):
        promo = (rng.random(len(frame)) < 0.3).astype(float)
        frames.append(frame.assign(promo=promo, price=rng.uniform(2, 3, len(frame))))
    history, future = frames
    history["y"] = np.maximum(history["y"] * (1 + 0.4 * history["promo"]), 0)
    code = history["unique_id"].str[-1].astype(int)
    day = history.groupby("unique_id").cumcount()
    kept = (rng.random(len(history)) > 0.1 * code) & (day >= 20 * code)
    return Task(history[kept], future, country="DE")


def compared(task, *, again=False):
    """By series: objective ours − Stan's, and mean forecast difference as a share of the level.

    `again` compares with where Stan gets when it starts at our answer.
    """
    ours, rows = our_fit(task), []
    for row, unique_id in enumerate(sorted(task.future["unique_id"].unique())):
        one = task.of(unique_id)
        stock = fitted_package(one)
        mine = ours.for_package(row, stock)
        stock = fitted_package(one, start=mine) if again else stock
        objective = package_objective(stock, mine)
        assert objective == pytest.approx(ours.objective[row], abs=1e-5)
        expected = stock.predict(one.future.drop(columns="unique_id"))["yhat"]
        gap = np.abs(ours.expected[row] - expected).mean() / one.history["y"].mean()
        rows.append((objective - package_objective(stock, package_parameters(stock)), gap))
    assert ours.solved.all()
    return np.array(rows).T


@pytest.mark.slow
@pytest.mark.parametrize("multiply", [False, True])
def test_the_fit_is_at_least_as_probable_as_stans_and_forecasts_the_same(task, multiply):
    objective, gap = compared(replace(task, multiplicative=multiply))

    assert objective.max() < NEVER_WORSE
    # Prophet restarted from elsewhere moves by as much: 1 % typically, 5 % at worst (parity.json).
    assert np.median(gap) < 0.01
    assert gap.max() < 0.06


@pytest.mark.slow
@pytest.mark.parametrize("multiply", [False, True])
def test_drivers_that_all_series_share_or_that_never_change_are_fitted_as_stan_does(multiply):
    made = synthetic(3)
    frames = []
    for frame in (made.history, made.future):
        fair = (frame["ds"].dt.day.isin([3, 4, 17])).astype(float)  # the same days for everybody
        own = np.random.default_rng(len(frame)).uniform(2, 3, len(frame))
        frames.append(frame.assign(fair=fair, price=own, shelf=4.0))
    history, future = frames
    history["y"] *= 1 + 0.5 * history["fair"]

    objective, gap = compared(Task(history, future, multiplicative=multiply))

    assert objective.max() < NEVER_WORSE
    assert gap.max() < 0.06


@pytest.mark.slow
@pytest.mark.parametrize("multiply", [False, True])
def test_started_at_our_answer_stan_stays_there(task, multiply):
    objective, gap = compared(replace(task, multiplicative=multiply), again=True)

    assert objective.max() < NEVER_WORSE
    assert gap.max() < 0.005


@pytest.mark.slow
@pytest.mark.parametrize("multiply", [False, True])
def test_series_of_one_date_set_share_matrices_and_answers(multiply):
    shared = replace(synthetic(9), multiplicative=multiply)
    some = shared.history["unique_id"].isin(["s00003", "s00004"])
    # One day less for one series: each now brings its own matrices.
    apart = shared.history[some].drop(shared.history[shared.history["unique_id"] == "s00004"].index[0])
    ids = shared.future["unique_id"].isin(["s00003", "s00004"])

    together = our_fit(shared)
    alone = our_fit(Task(apart, shared.future[ids], multiply))

    np.testing.assert_allclose(alone.expected[0], together.expected[3], rtol=1e-6)
    np.testing.assert_allclose(alone.objective[0], together.objective[3], rtol=1e-9)


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("name", ["rossmann", "m5"])
def test_real_sales_are_fitted_at_least_as_probably_as_by_stan(name):
    real_data(f"bench/{name}.csv.gz")
    from benchmarks import parity

    whole = getattr(parity, name)()
    ids = sorted(whole.future["unique_id"].unique())[3:40:9]
    past, ahead = (frame[frame["unique_id"].isin(ids)] for frame in (whole.history, whole.future))

    objective, _ = compared(Task(past, ahead, whole.multiplicative, whole.country))

    assert objective.max() < NEVER_WORSE


@pytest.mark.slow
def test_a_shop_closed_on_sundays_keeps_the_level_that_stan_finds():
    """Its week can make up a constant: the true maximum lies where the trend is free to bend."""
    made = synthetic(3)
    open_days = made.history["ds"].dt.day_of_week != 6
    ahead = made.future[made.future["ds"].dt.day_of_week != 6]
    task = Task(made.history[open_days], ahead, multiplicative=True)

    ours = our_fit(task)
    objective, gap = compared(task)

    for row, unique_id in enumerate(sorted(ahead["unique_id"].unique())):
        stock = fitted_package(task.of(unique_id))
        ratio = ours.parameters[row, 1] / package_parameters(stock)["m"]
        assert abs(np.log(ratio)) < 0.3  # the maximum is at −1 or so
    assert objective.max() < NEVER_WORSE
    assert gap.max() < 0.04


def test_a_newton_step_never_makes_a_series_less_probable(monkeypatch):
    task = replace(synthetic(6, periods=400), multiplicative=True)
    values = []
    for rounds in range(1, 7):
        monkeypatch.setattr(multiplicative, "MAX_ROUNDS", rounds)
        values.append(our_fit(task).objective)

    assert (np.diff(np.array(values), axis=0) <= 1e-6).all()


def test_a_value_of_a_million_millions_leaves_the_other_series_as_they_are():
    task = replace(synthetic(5, periods=400), multiplicative=True)
    broken = task.history.copy()
    broken.loc[broken.index[100], "y"] = 1e12  # in the first series

    before, after = our_fit(task), our_fit(replace(task, history=broken))

    np.testing.assert_allclose(after.expected[1:], before.expected[1:], rtol=1e-7)
    assert np.isfinite(after.expected).all()


@pytest.mark.slow
def test_a_flat_trend_is_the_packages_flat_growth():
    from prophet import Prophet as Package

    from forecasting.models.base import to_panel
    from forecasting.models.prophet import Prophet, learnable

    task = synthetic(2)
    panel = to_panel(task.history, task.future)
    model = Prophet("D", flat=True)
    solved = model.solve(panel, learnable(panel), np.arange(2), multiplicative=True)
    expected = solved.outlook(panel.future_ds)

    one = task.of("s00001")
    stock = Package(growth="flat", seasonality_mode="multiplicative", uncertainty_samples=0)
    stock.fit(one.history.drop(columns="unique_id"))
    theirs = stock.predict(one.future.drop(columns="unique_id"))["yhat"]

    np.testing.assert_allclose(expected.expected[1], theirs, rtol=0.01)
    assert expected.laws[0].size == 0


def test_a_series_without_noise_is_met_and_not_divided_by_zero():
    ds = pd.date_range("2023-01-02", periods=128)
    line = pd.DataFrame({"unique_id": "line", "ds": ds, "y": 5.0 + np.arange(128)})

    ours = our_fit(Task(line[:100], line[100:].drop(columns="y")))

    np.testing.assert_allclose(ours.expected[0], line["y"][100:], rtol=1e-3)
