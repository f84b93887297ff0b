"""What the forecast of one item is made of, from the service to the picture."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.report.charts import made_of_chart
from forecasting.services.made_of import made_of, made_of_in_words, names_of
from forecasting.settings import usual_settings
from tests.services.conftest import dataset, history

SETTINGS = usual_settings("D", horizon=14)


@pytest.fixture(scope="module")
def data():
    sales = history(days=200, a=40, b=8)
    shut = sales.groupby("unique_id").cumcount() % 5 == 1  # no weekday of its own that could tell
    promo = (sales.groupby("unique_id").cumcount() % 9 == 0).astype(float)
    y = (sales["y"] * (1 + promo)).mask(shut, 0.0)
    whole = dataset(sales.assign(y=y, promo=promo, open=(~shut).astype(float)))
    ds = pd.date_range(sales["ds"].max() + pd.Timedelta(days=1), periods=14)
    ahead = pd.DataFrame({"unique_id": "a", "ds": ds, "promo": np.arange(14) < 2, "open": 1.0})
    return replace(whole, future=ahead.assign(open=(np.arange(14) % 5 != 1) * 1.0))


@pytest.mark.slow
def test_the_parts_of_the_days_ahead_add_up_and_closed_days_are_left_out(data):
    parts = made_of(data, SETTINGS, "a")

    assert parts["ds"].tolist() == data.future.loc[data.future["open"] == 1, "ds"].tolist()
    assert list(names_of(parts)) == ["week", "promo"]
    np.testing.assert_allclose(parts[["trend", "week", "promo"]].sum(axis=1), parts["expected"])
    assert parts["expected"].iloc[2:].mean() == pytest.approx(40, rel=0.06)  # closed days are no slow ones
    assert (parts["promo"] > 20).tolist() == [True] + [False] * 10


def table():
    ds = pd.date_range("2025-07-20", periods=3)
    parts = {"trend": [40.0, 41, 42], "week": [-5.0, 0, 5], "<b>promo</b>": [20.0, 0, 0]}
    return pd.DataFrame({"ds": ds, "y": np.nan, **parts, "expected": [55.0, 41, 47]})


def test_the_bars_of_every_day_add_up_to_its_line_and_a_name_is_no_markup():
    drawn = made_of_chart(table(), names_of(table()), period="day", theme="dark")

    bars = np.array([t.y for t in drawn.data if t.type == "bar"])
    (line,) = [t for t in drawn.data if t.type == "scatter"]
    np.testing.assert_allclose(bars.sum(axis=0), line.y)
    assert drawn.layout.barmode == "relative"
    assert [t.name for t in drawn.data][:2] == ["Weekday", "&lt;b&gt;promo&lt;/b&gt;"]


def test_the_sentence_gives_the_sums_and_says_whose_forecast_the_order_rests_on(found):
    mine = replace(found, choice=found.choice.assign(model=["prophet", "seasonal_naive"]))
    first, second = (made_of_in_words(mine, table(), name) for name in mine.choice["unique_id"])

    assert "Prophet expects 143 units on the 3 days ahead on which it is open: 123 by the trend" in first
    assert "nothing in sum by weekday, +20 by <b>promo</b>. The order rests on this model." in first
    assert "rests on Seasonal naive, which cannot be taken apart" in second
