"""Charts of what happened: what they show must not depend on how many days there are."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from forecasting.report import charts
from forecasting.report.charts.canvas import Axes, blank, plain
from forecasting.report.charts.history import MOST_HATCHED
from forecasting.report.charts.timeline import shaded

LOST = "Lost to empty shelves (estimated)"


def line(days, empty):
    """A line of sales in which shelves were empty on the first `empty` days."""
    ds = pd.date_range("2024-01-01", periods=days)
    y = 100 + np.arange(days) % 7.0
    out = np.where(np.arange(days) < empty, 3, 0)
    return pd.DataFrame({"ds": ds, "y": y, "trend": 103.0, "lost": out * 2.5, "out": out, "on": 0.0})


def by_name(figure):
    return {trace.name: trace for trace in figure.data}


def bands_of(figure):
    """The first and the last moment of every shaded stretch."""
    moments = re.findall(r"M(\S+),0 L(\S+),0", figure.layout.shapes[0].path)
    return [tuple(pd.Timestamp(moment.replace("_", " ")) for moment in pair) for pair in moments]


def test_every_promotion_is_shaded_however_many_and_however_long_ago():
    rows = line(1_095, 0)
    rows["on"] = (np.arange(1_095) % 7 < 2) * 1.0  # 157 weeks, two days each
    bands = bands_of(charts.sales_chart(rows, period="day", theme="light"))
    assert bands == [(day, day + pd.Timedelta(days=2)) for day in rows["ds"][::7]]


def test_stretches_that_overlap_are_shaded_once():
    figure, day = blank(Axes("", ""), "light"), pd.Timestamp
    shaded(figure, [(day("2025-01-01"), day("2025-01-09")), (day("2025-01-03"), day("2025-01-04")),
                    (day("2025-01-09"), day("2025-01-11"))], "#000000")  # fmt: skip
    assert bands_of(figure) == [(day("2025-01-01"), day("2025-01-11"))]


def test_days_some_series_lack_are_dotted_at_what_is_usual_and_drawn_nowhere_else():
    rows = line(400, 0).assign(unknown=0.0)
    rows.loc[100:149, "unknown"] = 12.0
    dotted = by_name(charts.sales_chart(rows, period="day", theme="light"))
    usual = np.asarray(dotted["With what is usual, where some are unknown"].y, dtype=float)
    np.testing.assert_allclose(usual[100:150], rows["y"][100:150] + 12)
    assert np.isfinite(usual).sum() == 50


@pytest.mark.parametrize("name", ["SchoolHoliday", "promo <b>"])
def test_a_chart_of_effects_says_whose_they_are(name):
    rows = pd.DataFrame({"unique_id": ["a"], "switch": name, "uplift": 0.1, "uplift_low": 0.0,
                         "uplift_high": 0.2, "units": 5.0})  # fmt: skip
    title = charts.effects_chart(rows, theme="light").layout.xaxis.title.text
    assert title == f"Change of units while {plain(name)} is on (%), 95 % interval"


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


def test_each_event_is_a_band_over_its_days_and_a_flag_above_what_was_sold():
    rows = line(400, 5)
    dates = pd.to_datetime(["2024-03-01", "2024-05-10"])
    events = pd.DataFrame(
        {"name": ["Fair <b>", "Closed road"], "kind": ["campaign", "one_off"], "start": dates,
         "end": dates + pd.to_timedelta([2, 0], unit="D"), "where": ["Centre", ""], "who": ["Ann", ""],
         "why": ["annual", ""]}
    )  # fmt: skip
    figure = charts.sales_chart(rows, period="day", theme="light", events=events)
    flags = by_name(figure)["Event"]
    assert list(flags.x) == list(dates)
    assert min(flags.y) > (rows["y"] + rows["lost"]).max()
    assert list(flags.customdata) == [
        "Fair &lt;b&gt; (campaign)<br>1 Mar 2024 to 3 Mar 2024<br>Centre<br>Ann: annual",
        "Closed road (one off)<br>10 May 2024",
    ]
    assert bands_of(figure) == [
        (dates[0], dates[0] + pd.Timedelta(days=3)), (dates[1], dates[1] + pd.Timedelta(days=1))
    ]  # fmt: skip
    assert "Event" not in by_name(charts.sales_chart(rows, period="day", theme="light"))


@pytest.mark.parametrize("seasons", [(), ("week",), ("week", "year")])
def test_every_part_has_a_panel_of_its_own_over_the_same_dates(seasons):
    rows = line(400, 0)[["ds", "trend"]].assign(**dict.fromkeys(seasons, 2.0), remainder=1.0)
    rows.loc[3, "remainder"] = np.nan
    figure = charts.parts_chart(rows, period="day", theme="dark")
    assert [trace.name for trace in figure.data] == [
        "Trend", *(f"Season of the {name}" for name in seasons), "What is left"
    ]  # fmt: skip
    domains = [
        figure.layout["yaxis" + ("" if k == 0 else str(k + 1))].domain for k in range(len(figure.data))
    ]
    assert domains[0][1] == 1
    assert domains[-1][0] == pytest.approx(0, abs=1e-9)
    for above, below in pairwise(domains):
        assert above[0] > below[1]
    assert np.isnan(np.asarray(figure.data[-1].y, dtype=float)[3])
    assert {trace.yaxis for trace in figure.data} == {"y", *(f"y{k + 2}" for k in range(len(domains) - 1))}


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("theme", "ground", "seen"), [("light", "#FFFFFF", 1), ("dark", "#101418", 6)])
def test_lines_stand_out_from_their_ground_in_colours_of_their_own(theme, ground, seen):
    """Contrast 3 : 1 (WCAG 1.4.11); by day only the first is sure of it, the others have dashes too."""
    lines = {f"line {k}": np.arange(3.0) for k in range(7)}
    figure = charts.lines_chart(pd.date_range("2024-01-01", periods=3), lines, axis="Units", theme=theme)
    colours = [trace.line.color for trace in figure.data]
    assert len(set(colours)) == 7
    assert len({trace.line.dash for trace in figure.data[1:]}) == 6
    paper = luminance(ground)
    for colour in colours[1 : 1 + seen]:
        light, dark = sorted((luminance(colour), paper), reverse=True)[:2]
        assert (light + 0.05) / (dark + 0.05) >= 3, colour
