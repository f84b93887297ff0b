from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DriverError, TooShortError
from forecasting.evaluation.backtest import BacktestPlan, backtest_tasks, cutoffs, origins_at, with_actuals
from forecasting.evaluation.future import live_future, require_given
from forecasting.evaluation.scores import leaderboard, measure, score
from forecasting.evaluation.tasks import run
from forecasting.models.naive import SeasonalNaive
from forecasting.paths import SamplePaths

PLAN = BacktestPlan(horizon=7, folds=3, step=7, warm_up=1)


def backtested(sales, plan=PLAN, model=None):
    model = model or SeasonalNaive(frequency="D")
    results = list(run(backtest_tasks([model], sales, plan, frequency="D")))
    return with_actuals(results, sales)


@dataclass(frozen=True)
class Spy:
    """A seasonal naive that remembers what it was shown."""

    seen: list = field(default_factory=list)
    name: str = "spy"
    series_per_task: int | None = None

    def forecast(self, history, future):
        self.seen.append((history["ds"].max(), future["ds"].min(), set(future.columns)))
        ids = np.array(sorted(future["unique_id"].unique()), dtype=object)
        ds = pd.DatetimeIndex(np.sort(future["ds"].unique()))
        return SamplePaths(ids, ds, np.ones((len(ids), 10, len(ds)), dtype=np.float32))


def test_a_noiseless_weekly_pattern_is_forecast_exactly(panel):
    forecast, cumulative = backtested(panel)
    assert forecast["cutoff"].nunique() == 4
    assert forecast["q0.5"].to_numpy() == pytest.approx(forecast["y"].to_numpy())
    assert cumulative["q0.5"].to_numpy() == pytest.approx(cumulative["y"].to_numpy())


def test_no_model_ever_sees_a_date_after_its_cutoff_or_the_units_of_the_future(panel):
    spy = Spy()
    backtested(panel.assign(price=1.0, stockout=False), model=spy)
    assert len(spy.seen) == 4
    for last_seen, first_forecast, columns in spy.seen:
        assert last_seen < first_forecast
        assert columns == {"unique_id", "ds", "price"}


def test_changing_the_future_changes_no_earlier_forecast(panel):
    before, _ = backtested(panel)
    cutoff = before["cutoff"].min()
    altered = panel.assign(y=panel["y"].where(panel["ds"] <= cutoff, 999.0))
    after, _ = backtested(altered)
    early = before["cutoff"] == cutoff
    pd.testing.assert_series_equal(before.loc[early, "mean"], after.loc[early, "mean"])


@pytest.mark.parametrize("silent", [0, 28, 29])
def test_who_is_learned_from_at_an_origin_depends_on_no_row_after_it(panel, silent):
    """One series ends right after the origin, one began in time, one stopped `silent` days before it."""
    cutoff = panel["ds"].min() + pd.Timedelta(days=48)
    tea = panel[panel["unique_id"] == "tea"]
    ending = tea[tea["ds"] <= cutoff].assign(unique_id="ending")
    stopped = tea[tea["ds"] <= cutoff - pd.Timedelta(days=silent)].assign(unique_id="stopped")
    sales = pd.concat([panel, ending, stopped], ignore_index=True)

    (then,) = origins_at(sales, [cutoff], horizon=7, frequency="D")
    (known,) = origins_at(sales[sales["ds"] <= cutoff], [cutoff], horizon=7, frequency="D")

    ids = {"coffee", "ending", "tea"} | ({"stopped"} if silent <= 28 else set())
    assert set(then.future["unique_id"]) == set(then.history["unique_id"]) == ids
    pd.testing.assert_frame_equal(then.history, known.history)
    pd.testing.assert_frame_equal(then.future, known.future)


def test_the_last_origin_leaves_exactly_one_horizon(panel):
    dates = pd.date_range("2024-01-01", periods=56, freq="D")
    warm_up, scored = cutoffs(dates, PLAN)
    assert scored[-1] == dates[-1] - pd.Timedelta(days=7)
    assert [b - a for a, b in zip([*warm_up, *scored], scored, strict=False)] == [pd.Timedelta(days=7)] * 3


def test_the_error_says_how_much_history_is_missing():
    with pytest.raises(TooShortError, match="need 38 periods of history, got 20"):
        cutoffs(pd.date_range("2024-01-01", periods=20, freq="D"), BacktestPlan(10, 3, 7))


def test_every_series_with_enough_history_appears_at_every_cutoff(panel):
    late = panel[(panel["unique_id"] == "tea") & (panel["ds"] >= "2024-02-15")].assign(unique_id="late")
    forecast, _ = backtested(pd.concat([panel, late], ignore_index=True))
    per_cutoff = forecast.groupby("cutoff")["unique_id"].unique().map(set)
    assert all({"coffee", "tea"} <= ids for ids in per_cutoff)
    assert "late" not in per_cutoff.iloc[0]


def test_stock_out_days_are_unknown_demand(panel):
    sales = panel.assign(stockout=panel["ds"] == panel["ds"].max())
    forecast, cumulative = backtested(sales)
    assert forecast.loc[forecast["ds"] == panel["ds"].max(), "y"].isna().all()
    newest = cumulative[(cumulative["cutoff"] == cumulative["cutoff"].max())]
    assert newest.loc[newest["h"] == 7, "y"].isna().all()
    assert newest.loc[newest["h"] == 6, "y"].notna().all()


def test_scores_of_a_perfect_forecast_are_zero_error_and_full_coverage(panel):
    forecast, _ = backtested(panel)
    scored = score(measure(forecast, panel, "D"))
    assert scored["wape"].to_numpy() == pytest.approx(0, abs=1e-7)
    assert (scored["coverage_80"] == 1).all()
    # A noiseless history has a seasonal yardstick of zero: nothing can be scaled by it.
    assert scored["mase"].isna().all()


def test_the_leaderboard_divides_sums_by_sums(panel):
    forecast, _ = backtested(panel.assign(y=panel["y"] + np.arange(len(panel)) % 3))
    board = leaderboard(measure(forecast, panel, "D")).iloc[0]
    known = forecast.dropna(subset=["y"])
    assert board["wape"] == pytest.approx((known["y"] - known["mean"]).abs().sum() / known["y"].sum())
    assert board["skill"] == pytest.approx(0)


def test_drivers_the_file_does_not_know_are_assumed_and_said(panel):
    sales = panel.assign(promo=(panel["ds"].dt.day_of_week == 2).astype(float), price=2.5)
    future, notes = live_future(sales, pd.DataFrame(), ["tea"], horizon=7, frequency="D")
    assert future.set_index("ds")["promo"].to_dict() == {
        d: float(d.day_of_week == 2) for d in pd.date_range("2024-02-26", periods=7)
    }
    assert (future["price"] == 2.5).all()
    assert len(notes) == 2
    assert any("28 days earlier" in n for n in notes)


def test_future_drivers_in_the_file_win_over_assumptions(panel):
    sales = panel.assign(price=2.5)
    given = pd.DataFrame({"unique_id": "tea", "ds": pd.date_range("2024-02-26", periods=7), "price": 1.9})
    future, notes = live_future(sales, given, ["tea"], horizon=7, frequency="D")
    assert (future["price"] == 1.9).all()
    assert notes == []


def test_drivers_unknown_for_dates_ahead_are_refused_by_name_where_nothing_may_be_assumed(panel):
    sales = panel.assign(price=2.5, promo=0.0)
    ahead = pd.date_range("2024-02-26", periods=7)
    given = pd.DataFrame({"unique_id": "tea", "ds": ahead, "price": 1.9, "promo": 0.0})
    asked = {"ids": ["tea"], "horizon": 7, "frequency": "D"}
    require_given(sales, given, **asked)

    blank = given.assign(promo=given["promo"].where(given["ds"] < "2024-03-01"))
    with pytest.raises(
        DriverError, match=r"promo on 3 of 7 dates \(first 2024-03-01, 1 of 1 series\)"
    ) as said:
        require_given(sales, blank, **asked)
    assert "price" not in str(said.value)
    with pytest.raises(DriverError, match=r"price on 7 of 7 dates .* promo on 7 of 7 dates"):
        require_given(sales, pd.DataFrame(), **asked)
    with pytest.raises(DriverError, match=r"price on 7 of 7 dates \(first 2024-02-26, 1 of 2 series\)"):
        require_given(sales, given, ids=["coffee", "tea"], horizon=7, frequency="D")
