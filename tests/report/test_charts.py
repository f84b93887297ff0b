from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError, SettingsError
from forecasting.report import charts
from forecasting.report.charts.canvas import COLOURS, as_json
from forecasting.report.columns import model_label
from forecasting.report.content import chosen, one_series, total_forecast, total_history
from tests.report.conftest import FORMULA, MARKUP

EUR = {"currency": "EUR"}


@pytest.fixture
def series(content):
    unique_id = content.orders["unique_id"].iloc[0]
    return one_series(content.history, unique_id), one_series(content.forecast, unique_id)


def every_chart(content, series, theme):
    history, forecast = series
    quantity = np.arange(100.0)
    curve = pd.DataFrame({"quantity": quantity, "cost": (quantity - 48) ** 2 + 60})
    errors = pd.DataFrame({"model": ["chosen", "prophet"], "h": [1, 1], "wape": [0.2, 0.3]})
    calibration = pd.DataFrame({"nominal": [0.5, 0.8], "achieved": [0.52, 0.79], "n": [300, 300]})
    board = content.leaderboard
    return {
        "forecast": charts.forecast_chart(history, forecast, coverage=0.8, theme=theme),
        "bars": charts.money_bars(board, **EUR, theme=theme),
        "scatter": charts.accuracy_vs_money(board, **EUR, theme=theme),
        "value": charts.value_chart(content.value, **EUR, theme=theme, over=content.over),
        "tornado": charts.tornado_chart(
            content.effects, 800.0, **EUR, theme=theme, measure="Net present value"
        ),
        "curve": charts.cost_curve(curve, best=48, yours=60, **EUR, theme=theme),
        "orders": charts.orders_chart(content.orders, **EUR, theme=theme),
        "calibration": charts.calibration_chart(calibration, theme=theme),
        "horizon": charts.horizon_error_chart(errors, period="day", theme=theme),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_names_its_units_and_takes_its_font_colour_from_the_theme(content, series, theme):
    for name, figure in every_chart(content, series, theme).items():
        layout = figure.layout
        titles = [layout.xaxis.title.text or "", layout.yaxis.title.text or ""]
        assert any(unit in t for t in titles for unit in ("EUR", "%", "nits")), name
        fonts = {
            layout.font.color,
            layout.xaxis.tickfont.color,
            layout.yaxis.tickfont.color,
            layout.legend.font.color,
        }
        assert fonts == {COLOURS[theme].text}, name


def test_the_band_takes_the_two_quantiles_that_leave_equal_tails(series):
    interval = charts.band(series[1], 0.8)

    assert (interval.low.name, interval.high.name) == ("q0.1", "q0.9")


def test_a_coverage_off_the_grid_is_refused_with_what_to_choose(series):
    with pytest.raises(SettingsError, match=r"85.% range needs the columns q0.075 and q0.925.*choose"):
        charts.forecast_chart(*series, coverage=0.85, theme="light")


def test_the_forecast_stays_inside_the_band_that_is_drawn(series):
    figure = charts.forecast_chart(*series, coverage=0.8, theme="light")
    high, low, mean = (np.asarray(t.y) for t in figure.data[-3:])

    np.testing.assert_array_equal(high, series[1]["q0.9"])
    assert (low <= mean).all()
    assert (mean <= high).all()


def test_a_period_of_unknown_demand_is_a_gap_not_a_line(series):
    history, forecast = series
    figure = charts.forecast_chart(
        history.drop(history.index[200:203]), forecast, coverage=None, theme="light"
    )

    assert np.isnan(figure.data[0].y[200:203]).all()
    assert len(figure.data[0].y) == len(history)


def test_stock_outs_are_crossed_on_their_day(series):
    history, forecast = series
    stockout = np.arange(len(history)) == 5
    figure = charts.forecast_chart(history.assign(stockout=stockout), forecast, coverage=0.8, theme="dark")
    crossed = next(t for t in figure.data if t.name == "Ran out of stock")

    assert list(pd.DatetimeIndex(crossed.x)) == [history["ds"].iloc[5]]
    assert crossed.marker.symbol == "x-thin-open"


def test_the_end_of_the_actuals_is_written_on_the_chart_and_the_last_half_year_is_shown(series):
    figure = charts.forecast_chart(*series, coverage=0.8, theme="light")
    start, end = figure.layout.xaxis.range

    assert "actuals through 28 Jun 2026" in [a.text for a in figure.layout.annotations]
    assert pd.Timestamp(start) == pd.Timestamp("2025-12-28")
    assert pd.Timestamp(end) > series[1]["ds"].max()


def test_a_runner_up_is_a_thin_dotted_line_with_its_name(series):
    other = series[1].assign(model="seasonal_naive")
    figure = charts.forecast_chart(*series, coverage=0.8, theme="light", runner_up=other)
    line = next(t for t in figure.data if t.name == "Seasonal naive")

    assert line.line.dash == "dot"


def test_several_series_in_one_chart_are_refused(content):
    with pytest.raises(DataError, match="holds 60 series"):
        charts.forecast_chart(content.history, content.forecast, coverage=0.8, theme="light")


def test_an_empty_series_is_refused_in_words(series):
    with pytest.raises(DataError, match="needs the forecast of one series; it has no rows"):
        charts.forecast_chart(series[0], series[1].head(0), coverage=0.8, theme="light")


def test_names_from_a_file_are_shown_as_text_not_as_markup(content):
    top = content.orders.head(2).assign(item=[FORMULA, MARKUP], money_at_stake=[9.0, 8.0])
    figure = charts.orders_chart(top, **EUR, theme="light")

    assert any("&lt;script&gt;" in t for t in figure.layout.yaxis.ticktext)
    assert "<" not in as_json(figure)


def test_the_cheapest_model_lies_on_top_and_the_baseline_is_hatched(content):
    bars = charts.money_bars(content.leaderboard, **EUR, theme="light").data[0]

    assert list(bars.y)[::4] == ["Seasonal naive", "Boosted trees"]  # first is lowest on screen
    assert list(bars.marker.pattern.shape) == ["/", "", "", "", ""]


def test_a_model_without_a_cost_is_left_out_rather_than_drawn_as_free(content):
    board = content.leaderboard.assign(money=[np.nan, 2.0, 3.0, 4.0, 5.0])

    assert "Boosted trees" not in charts.money_bars(board, **EUR, theme="light").data[0].y


def test_the_flat_zone_holds_the_quantities_within_two_percent_of_the_best(content):
    curve = pd.DataFrame({"quantity": [0, 10, 20, 30, 40], "cost": [200, 101.5, 100, 102, 103]})
    figure = charts.cost_curve(curve, best=20, yours=None, **EUR, theme="light")
    zone = figure.layout.shapes[0]

    assert (zone.x0, zone.x1) == (10, 30)


def test_a_missing_column_is_named(content):
    with pytest.raises(DataError, match=r"\['money_at_stake'\] are missing"):
        charts.orders_chart(content.orders.drop(columns="money_at_stake"), **EUR, theme="light")


def test_charts_of_empty_tables_are_empty_not_errors(content):
    board = charts.money_bars(content.leaderboard.head(0), **EUR, theme="light")
    orders = charts.orders_chart(content.orders.head(0), **EUR, theme="dark")
    value = charts.value_chart(content.value.head(0), **EUR, theme="dark")
    scatter = charts.accuracy_vs_money(content.leaderboard.head(0), **EUR, theme="light")

    assert all(len(f.data[0].y) == 0 for f in (board, orders))
    assert not value.data
    assert not scatter.data


def test_the_staircase_stacks_the_costs_and_says_what_each_step_saves(content):
    figure = charts.value_chart(content.value, **EUR, theme="light", over=content.over)

    heights = np.sum([bar.y for bar in figure.data], axis=0)
    np.testing.assert_allclose(heights, content.value["cost"])
    assert "Placing orders" not in {bar.name for bar in figure.data}  # nothing is known of it
    said = [a.text for a in figure.layout.annotations]
    assert "<b>€2,720 less</b>" in said[2]  # only the forecast's own step is bold
    assert "€560 less" in said[1]
    assert "<b>€560" not in said[1]
    assert "over the 84 tested days" in figure.layout.yaxis.title.text


def test_the_tornado_reaches_from_end_to_end_of_every_input(content):
    figure = charts.tornado_chart(content.effects, 800.0, **EUR, theme="light", measure="Net gain")

    low, high = figure.data
    assert [b + x for b, x in zip([800.0] * 2, low.x, strict=True)] == [900.0, -400.0]  # widest on top: last
    assert [b + x for b, x in zip([800.0] * 2, high.x, strict=True)] == [700.0, 2100.0]
    assert [line.x0 for line in figure.layout.shapes] == [800.0, 0]


def test_models_that_are_alike_are_told_apart_by_the_legend_not_by_names_on_one_another(content):
    alike = content.leaderboard.assign(WAPE=0.2, money=100.0)

    points = charts.accuracy_vs_money(alike, **EUR, theme="dark").data

    assert [p.name for p in points] == [model_label(m) for m in alike["model"]]
    assert all(p.mode == "markers" and p.showlegend for p in points)
    assert len({(p.marker.symbol, p.marker.color) for p in points}) == len(alike)


def test_sparklines_end_with_the_last_sales_of_every_series(content):
    lines = charts.sparklines(content.history, periods=28)
    first = content.orders["unique_id"].iloc[0]

    assert len(lines) == 60
    assert lines[first] == one_series(content.history, first)["y"].tail(28).tolist()


def test_a_total_sums_the_expected_and_claims_no_range(content):
    both = pd.concat([content.forecast, content.forecast.assign(model="prophet")])
    total = total_forecast(replace(content, forecast=both))

    assert total["mean"].sum() == pytest.approx(content.forecast["mean"].sum())
    assert total_history(content.history)["y"].sum() == content.history["y"].sum()
    assert [c for c in total if c.startswith("q")] == []
    assert len(chosen(both)) == len(content.forecast)


def test_no_two_models_share_a_line_and_the_baseline_is_orange_and_dashed():
    models = ["boosted_trees", "chosen", "a", "b", "prophet", "seasonal_naive", "c", "d"]
    errors = pd.DataFrame({"model": models, "h": 1, "wape": 0.2})

    figure = charts.horizon_error_chart(errors, period="day", theme="dark")

    looks = {t.name: (t.line.color, t.line.dash, t.marker.symbol) for t in figure.data}
    assert len(set(looks.values())) == len(models)
    assert looks["Seasonal naive"][:2] == ("#E69F00", "dash")
    assert looks["Our forecast"][:2] == (COLOURS["dark"].forecast, "solid")


def test_stock_that_nobody_counted_draws_no_line_at_zero():
    demand = np.random.default_rng(0).poisson(50, 400)

    names = [
        [trace.name for trace in charts.demand_chart(demand, level=60, position=p, theme="light").data]
        for p in (None, 20.0)
    ]

    assert not any("There now" in name for name in names[0])
    assert "There now 20" in names[1]
