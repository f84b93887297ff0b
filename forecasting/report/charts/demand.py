"""What sold and what will sell: one series (or the total) with its range."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import calendar, infer_frequency, period_kind
from forecasting.errors import DataError, SettingsError
from forecasting.report.charts.canvas import (
    COLOURS,
    ORANGE,
    VERMILION,
    Axes,
    ChartTheme,
    Figure,
    blank,
    plain,
    see_through,
)
from forecasting.report.charts.timeline import mark_actuals_end, time_axis
from forecasting.report.columns import model_label
from forecasting.report.tables import percent
from forecasting.schema import quantile_column


@dataclass(frozen=True)
class Band:
    """The two stored quantiles that bound an interval."""

    low: pd.Series
    high: pd.Series


def band(forecast: pd.DataFrame, coverage: float) -> Band:
    """Return the range that holds `coverage` of futures, half of the rest on either side.

    Raises `SettingsError` when the two quantiles it needs are not stored: none is invented between.
    """
    low, high = (quantile_column(round(0.5 + side * coverage / 2, 6)) for side in (-1, 1))
    if low not in forecast or high not in forecast:
        raise SettingsError(
            f"A {percent(coverage)} range needs the columns {low} and {high}, which the forecast does not "
            "hold; choose a coverage such as 50 %, 80 % or 90 %."
        )
    return Band(forecast[low], forecast[high])


def forecast_chart(
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    *,
    coverage: float | None,
    theme: ChartTheme,
    runner_up: pd.DataFrame | None = None,
    axis: str = "Units",
) -> Figure:
    """Return the chart of one series: actuals a plain line, forecast a line of markers, range shaded.

    `coverage` None draws no range (a total of forecasts has none: quantiles do not add).
    Periods of unknown demand are gaps in the line, stock-outs are crossed.
    """
    _one_series(history, forecast)
    history, forecast = history.sort_values("ds"), forecast.sort_values("ds")
    frequency = infer_frequency(pd.concat([history["ds"], forecast["ds"]]))
    period = period_kind(frequency)
    figure = blank(Axes("", f"{axis} per {period}"), theme)

    _actuals(figure, history, frequency, theme)
    _stockouts(figure, history)
    if coverage is not None:
        _shade(figure, forecast, band(forecast, coverage), coverage, theme)
    if runner_up is not None and not runner_up.empty:
        _runner_up(figure, runner_up.sort_values("ds"))
    _expected(figure, forecast, coverage, theme)
    mark_actuals_end(figure, history, forecast, theme)
    time_axis(figure, history, forecast, theme)
    return figure


def sparklines(frame: pd.DataFrame, *, periods: int, column: str = "y") -> pd.Series:
    """Return the last `periods` values of every series as lists, indexed by unique_id."""
    last = frame.sort_values(["unique_id", "ds"]).groupby("unique_id").tail(periods)
    return last.groupby("unique_id")[column].agg(list)


def _one_series(history: pd.DataFrame, forecast: pd.DataFrame) -> None:
    for name, frame in (("history", history), ("forecast", forecast)):
        if frame.empty:
            raise DataError(f"A forecast chart needs the {name} of one series; it has no rows.")
        if len(frame["unique_id"].unique()) > 1 or frame["ds"].duplicated().any():
            raise DataError(
                f"A forecast chart shows one series; the {name} holds {frame['unique_id'].nunique()} series "
                f"in {len(frame)} rows: pick one series, one model and one cutoff, or sum them first."
            )


def _actuals(figure: Figure, history: pd.DataFrame, frequency: str, theme: ChartTheme) -> None:
    whole = calendar(history["ds"].min(), history["ds"].max(), frequency)
    y = history.set_index("ds")["y"].reindex(whole)  # absent periods: NaN, a gap
    figure.add_scatter(
        x=whole,
        y=y.to_numpy(),
        name="Actual",
        mode="lines",
        connectgaps=False,
        line={"color": COLOURS[theme].text, "width": 1.6},
        hovertemplate="%{x|%a %-d %b %Y}<br>sold %{y:,.4~g} units<extra></extra>",
    )


def _stockouts(figure: Figure, history: pd.DataFrame) -> None:
    if "stockout" not in history:
        return
    out = history.loc[history["stockout"].fillna(False).astype(bool)]
    if out.empty:
        return
    figure.add_scatter(
        x=out["ds"],
        y=out["y"].to_numpy(),
        name="Ran out of stock",
        mode="markers",
        marker={"symbol": "x-thin-open", "size": 8, "color": VERMILION, "line": {"width": 2}},
        hovertemplate="%{x|%a %-d %b %Y}<br>ran out: sold %{y:,.4~g}, could have sold more<extra></extra>",
    )


def _shade(
    figure: Figure, forecast: pd.DataFrame, interval: Band, coverage: float, theme: ChartTheme
) -> None:
    colour = COLOURS[theme].forecast
    for edge, fill in ((interval.high, None), (interval.low, "tonexty")):
        figure.add_scatter(
            x=forecast["ds"],
            y=edge.to_numpy(),
            mode="lines",
            line={"width": 0.6, "color": see_through(colour, 0.5)},
            fill=fill,
            fillcolor=see_through(colour, 0.2),
            name=f"{percent(coverage)} range",
            legendgroup="range",
            showlegend=fill is not None,
            hoverinfo="skip",
        )


def _runner_up(figure: Figure, runner_up: pd.DataFrame) -> None:
    name = plain(model_label(runner_up["model"].iloc[0])) if "model" in runner_up else "Runner-up"
    figure.add_scatter(
        x=runner_up["ds"],
        y=runner_up["mean"].to_numpy(),
        name=name,
        mode="lines",
        line={"color": ORANGE, "width": 1.6, "dash": "dot"},
        hovertemplate="%{x|%a %-d %b %Y}<br>would expect %{y:,.4~g} units<extra></extra>",
    )


def _expected(figure: Figure, forecast: pd.DataFrame, coverage: float | None, theme: ChartTheme) -> None:
    colour = COLOURS[theme].forecast
    lines = "%{x|%a %-d %b %Y}<br>expect %{y:,.4~g} units"
    edges = None
    if coverage is not None:
        interval = band(forecast, coverage)
        edges = np.column_stack([interval.low, interval.high])
        lines += f"<br>{percent(coverage)} range: %{{customdata[0]:,.4~g}} to %{{customdata[1]:,.4~g}}"
    figure.add_scatter(
        x=forecast["ds"],
        y=forecast["mean"].to_numpy(),
        customdata=edges,
        name="Forecast",
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 4.5, "color": colour},
        hovertemplate=f"{lines}<extra></extra>",
    )
