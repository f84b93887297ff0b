"""Series at the ends of their lives."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import TooShortError
from forecasting.models.base import to_panel
from forecasting.models.borrowed import MIN_DONORS
from forecasting.models.closures import ClosedDays
from forecasting.models.lifecycle import Lifecycle, absurd_values, silences
from forecasting.models.naive import MovingAverage
from tests.models.conftest import ahead, sales

MODEL = Lifecycle(MovingAverage("D", 400), "D", 28)


def steady(level, periods=120, seed=0):
    return np.random.default_rng(seed).poisson(level, periods).astype(float)


def shelf(**more):
    """Six steady neighbours at 20 a day, and the series a test is about."""
    return sales({f"n{k}": steady(20, seed=k) for k in range(6)} | more)


def silent(units, periods):
    changed = units.copy()
    changed[-periods:] = 0
    return changed


def test_a_new_series_takes_the_shape_of_its_neighbours_and_its_own_level():
    week = np.tile([1.0, 1, 1, 1, 1, 3, 6], 18)[:120]
    neighbours = {f"n{k}": 20 * week + k for k in range(6)}
    new = np.full(120, np.nan)
    new[-10:] = 2 * week[-10:] * 20

    paths = MODEL_OF_WEEKS.forecast(h := sales(neighbours | {"new": new}), ahead(h, 14)).only(["new"])

    means = paths.values[0].mean(axis=0).reshape(2, 7).mean(axis=0)
    assert means.max() / means.min() == pytest.approx(6, rel=0.25)
    assert 1.2 < means.mean() / (20 * week[:7].mean()) < 2.2
    assert "borrowed history: 10 known periods of its own and 6 series of any kind" in paths.notes["new"]


def test_a_series_never_seen_is_as_uncertain_as_its_neighbours_differ():
    levels = [2, 5, 10, 20, 50, 100]
    history = sales({f"n{k}": steady(level, seed=k) for k, level in enumerate(levels)})
    future = pd.concat([ahead(history, 7), ahead(history, 7).iloc[:7].assign(unique_id="zz")])

    paths = MODEL.forecast(history, future).only(["zz"])

    low, middle, high = np.quantile(paths.total(7)[0] / 7, [0.1, 0.5, 0.9])
    assert low < 5
    assert 5 < middle < 50
    assert high > 60
    assert "0 known periods" in paths.notes["zz"]


def test_the_own_few_sales_count_for_more_the_more_there_are():
    spread = []
    for known in (0, 2, 20):
        new = np.full(120, np.nan)
        new[120 - known :] = 60
        history = shelf(new=new)
        future = ahead(shelf(new=steady(1)), 7)
        total = MODEL.forecast(history, future).only(["new"]).total(7)[0] / 7
        spread.append(abs(total.mean() - 60))
    assert spread[0] > spread[1] > spread[2]


def test_a_borrowed_path_is_brought_to_the_borrowers_level_whoever_lent_it():
    levels = [5, 10, 20, 50, 100, 200]
    new = np.full(120, np.nan)
    new[-27:] = 40
    history = sales({f"n{k}": steady(level, seed=k) for k, level in enumerate(levels)} | {"new": new})

    total = MODEL.forecast(history, ahead(history, 14)).only(["new"]).total(14)[0] / 14

    assert total.mean() == pytest.approx(40, rel=0.1)
    assert total.std() < 10


def test_neighbours_of_the_same_category_come_first_then_those_of_like_price():
    new = np.full(120, np.nan)
    new[-3:] = 8
    history = pd.concat(
        [sales({f"a{k}": steady(20, seed=k) for k in range(5)}).assign(price=1.0),
         sales({f"b{k}": steady(200, seed=k) for k in range(5)} | {"new": new}).assign(price=5.0)],
        ignore_index=True,
    )  # fmt: skip
    future = ahead(history, 7)
    future["price"] = np.where(future["unique_id"].str.startswith("a"), 1.0, 5.0)
    groups = tuple((unique_id, "tea") for unique_id in ("a0", "a1", "a2", "a3", "a4", "new"))

    by_category = Lifecycle(MODEL.model, "D", 28, groups).forecast(history, future)
    by_price = MODEL.forecast(history, future)
    by_none = MODEL.forecast(history.drop(columns="price"), future.drop(columns="price"))

    assert by_category.notes["new"].endswith("and 5 series of tea")
    assert by_price.notes["new"].endswith("and 5 series of like price")
    assert by_none.notes["new"].endswith("and 10 series of any kind")


def test_with_too_few_neighbours_a_new_series_stands_alone():
    history = sales({f"n{k}": steady(20, seed=k) for k in range(MIN_DONORS - 1)} | {"new": [5.0, 6, 7]})
    future = ahead(history, 7)

    assert "past sales are drawn again" in MODEL.forecast(history, future).notes["new"]
    with pytest.raises(TooShortError, match="first 'zz'"):
        MODEL.forecast(history, pd.concat([future, future.iloc[:7].assign(unique_id="zz")]))


def test_a_silence_its_own_past_would_show_once_in_a_hundred_times_is_remarkable():
    """Half the days without a sale: ln 0.01 / ln 0.5 = 6.6 days."""
    half = np.tile([0.0, 2.0], 60)
    end = np.array([119])

    assert silences(np.r_[half[:-6], np.zeros(6)][None], end, 28)[0] == 0
    assert silences(np.r_[half[:-8], np.zeros(8)][None], end, 28)[0] == 8
    assert silences(np.r_[half[:20], np.zeros(12), half[:-41], np.zeros(9)][None], end, 28)[0] == 0
    assert silences(np.r_[np.zeros(112), [1, 1, 1], np.zeros(5)][None], end, 28)[0] == 0  # three sales ever


def test_a_stock_out_is_no_silence_and_rows_that_stop_are_one_after_a_month():
    units = np.r_[np.full(80, 5.0), np.full(40, np.nan)][None]

    assert silences(units, np.array([119]), 28)[0] == 0
    assert silences(units, np.array([79]), 28)[0] == 40
    assert silences(units, np.array([79]), 41)[0] == 0


def test_the_longer_the_silence_the_less_is_forecast_but_never_a_certain_nothing():
    means = []
    for days in (0, 20, 60, 100):
        history = shelf(gone=silent(steady(20, 400), days) if days else steady(20, 400))
        paths = MODEL.forecast(history, ahead(history, 14)).only(["gone"])
        means.append(paths.values.mean())
        assert ("looks discontinued" in paths.notes.get("gone", "")) == (days > 0)
    assert means[0] > means[1] > means[2] > means[3] > 0


def test_futures_of_a_silent_series_are_empty_or_sell_at_the_past_rate():
    history = shelf(gone=silent(steady(20), 60))

    total = MODEL.forecast(history, ahead(history, 14)).only(["gone"]).total(14)[0]

    assert 0.25 < (total == 0).mean() < 0.7
    assert total[total > 100].mean() == pytest.approx(14 * 20, rel=0.1)


def test_a_shop_closed_for_two_months_is_not_discontinued():
    history = shelf(gone=silent(steady(20), 60))
    closed = (history["unique_id"] == "gone") & (history["y"] == 0)
    history = history.assign(open=(~closed).astype(float))
    future = ahead(history, 7).assign(open=1.0)

    paths = ClosedDays(MODEL).forecast(history, future).only(["gone"])

    assert paths.notes == {}
    assert paths.values.mean() == pytest.approx(20, rel=0.1)


def test_a_value_beyond_belief_is_taken_as_unknown_and_named():
    mistyped = steady(20)
    mistyped[60] = 1e12
    history = shelf(typo=mistyped)

    paths = MODEL.forecast(history, ahead(history, 7)).only(["typo"])

    assert paths.values.mean() == pytest.approx(20, rel=0.15)
    assert paths.notes["typo"].startswith("a sale of 1e+12 is beyond belief")
    assert absurd_values(np.array([[0.0, 1, 1, 1, 40]])).sum() == 0


def test_whoever_needs_no_stand_in_is_served_byte_for_byte_by_the_model_itself():
    history = shelf(gone=silent(steady(20), 60), new=np.r_[np.full(110, np.nan), np.full(10, 3.0)])
    future = ahead(history, 14)
    kept = [f"n{k}" for k in range(6)]

    wrapped, alone = (m.forecast(history, future).only(kept) for m in (MODEL, MODEL.model))

    assert wrapped.values.tobytes() == alone.values.tobytes()
    assert wrapped.notes == {}


def test_what_a_category_says_ends_with_the_panel(shop):
    panel = to_panel(shop, ahead(shop, 5))

    assert silences(panel.y, np.full(4, 199), 28).sum() == 0


class _Weeks(MovingAverage):
    """The last week again, exactly."""

    def forecast(self, history, future):
        paths = super().forecast(history, future)
        last = to_panel(history, future).y[:, -7:]
        week = np.nan_to_num(np.tile(last, 2))[:, None, : paths.horizon]
        return paths.with_values(np.broadcast_to(week, paths.values.shape).astype(np.float32))


MODEL_OF_WEEKS = Lifecycle(_Weeks("D", 400), "D", 28)
