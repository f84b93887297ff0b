"""Charts of what happened: what they show must not depend on how many days there are."""

import numpy as np
import pandas as pd
import pytest

from forecasting.report import charts
from forecasting.report.charts.history import MOST_HATCHED

LOST = "Lost to empty shelves (estimated)"


def line(days, empty):
    """A line of sales in which shelves were empty on the first `empty` days."""
    ds = pd.date_range("2024-01-01", periods=days)
    y = 100 + np.arange(days) % 7.0
    out = np.where(np.arange(days) < empty, 3, 0)
    return pd.DataFrame({"ds": ds, "y": y, "trend": 103.0, "lost": out * 2.5, "out": out, "on": 0.0})


def by_name(figure):
    return {trace.name: trace for trace in figure.data}


def test_lost_sales_stand_on_top_of_what_was_sold_a_bar_a_day():
    rows = line(400, 5)
    lost = by_name(charts.sales_chart(rows, period="day", theme="light"))[LOST]
    assert lost.type == "bar"
    assert list(lost.x) == list(rows["ds"][:5])
    tops = np.asarray(lost.base, dtype=float) + np.asarray(lost.y, dtype=float)
    np.testing.assert_allclose(tops, rows["y"][:5] + rows["lost"][:5])


@pytest.mark.parametrize("empty", [MOST_HATCHED + 1, 1_095])
def test_lost_sales_of_most_days_are_one_hatched_shape_between_sold_and_wanted(empty):
    rows = line(1_095, empty)
    rows.loc[6::7, "y"] = np.nan  # closed on Sundays
    figure = charts.sales_chart(rows, period="day", theme="light")
    place = [trace.name for trace in figure.data].index(LOST)
    lost, below = figure.data[place], figure.data[place - 1]  # it reaches down to the line before it
    known = rows[rows["y"].notna()]
    assert (lost.type, lost.fill, lost.fillpattern.shape) == ("scatter", "tonexty", "/")
    assert list(lost.x) == list(below.x) == list(known["ds"])  # a gap would be filled from the wrong side
    top, bottom = (np.asarray(trace.y, dtype=float) for trace in (lost, below))
    np.testing.assert_allclose(bottom, known["y"])
    np.testing.assert_allclose(top - bottom, known["lost"])
    sold = by_name(figure)["Sold"]
    assert np.isnan(np.asarray(sold.y, dtype=float)).sum() == rows["y"].isna().sum()
    np.testing.assert_allclose(np.asarray(sold.customdata, dtype=float), rows[["out", "lost"]])


def test_a_line_without_empty_shelves_says_nothing_of_them():
    assert LOST not in by_name(charts.sales_chart(line(1_095, 0), period="day", theme="dark"))
