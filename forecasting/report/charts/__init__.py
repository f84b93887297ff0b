"""Charts: frame in, plotly figure out; used by pages and reports alike."""

from forecasting.report.charts.canvas import ChartTheme, Figure
from forecasting.report.charts.decisions import cost_curve, orders_chart
from forecasting.report.charts.demand import Band, band, forecast_chart, sparklines
from forecasting.report.charts.health import repair_chart
from forecasting.report.charts.history import (
    effects_chart,
    heatmap_chart,
    movers_chart,
    profile_chart,
    sales_chart,
)
from forecasting.report.charts.item import demand_chart, exchange_chart, stock_chart
from forecasting.report.charts.made_of import made_of_chart
from forecasting.report.charts.market import lead_chart, lines_chart, split_chart
from forecasting.report.charts.money import accuracy_vs_money, money_bars
from forecasting.report.charts.parts import parts_chart
from forecasting.report.charts.past import advice_chart, past_forecasts_chart, segment_error_chart
from forecasting.report.charts.promises import calibration_chart, horizon_error_chart
from forecasting.report.charts.reformulate import ways_chart
from forecasting.report.charts.stairs import tornado_chart, value_chart

__all__ = [
    "Band",
    "ChartTheme",
    "Figure",
    "accuracy_vs_money",
    "advice_chart",
    "band",
    "calibration_chart",
    "cost_curve",
    "demand_chart",
    "effects_chart",
    "exchange_chart",
    "forecast_chart",
    "heatmap_chart",
    "horizon_error_chart",
    "lead_chart",
    "lines_chart",
    "made_of_chart",
    "money_bars",
    "movers_chart",
    "orders_chart",
    "parts_chart",
    "past_forecasts_chart",
    "profile_chart",
    "repair_chart",
    "sales_chart",
    "segment_error_chart",
    "sparklines",
    "split_chart",
    "stock_chart",
    "tornado_chart",
    "value_chart",
    "ways_chart",
]
