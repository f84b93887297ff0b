"""What was forecast in the past against what came, and where the error lies."""

from typing import Any

import pandas as pd

from forecasting.report.charts.canvas import (
    BLUE,
    COLOURS,
    ORANGE,
    PURPLE,
    SKY,
    Axes,
    ChartTheme,
    Figure,
    blank,
    needs,
    see_through,
    shortened,
)
from forecasting.report.charts.demand import band
from forecasting.report.columns import PROMISE_COLUMNS, column_of
from forecasting.report.tables import day, percent
from forecasting.schema import PLAN


def past_forecasts_chart(
    history: pd.DataFrame, past: pd.DataFrame, *, coverage: float, period: str, theme: ChartTheme
) -> Figure:
    """Return one series' sales with every past forecast of it and its band, a piece per origin.

    `history` is its sales frame, `past` its rows of one model in the backtest frame.
    """
    needs(past, ("cutoff", "ds", "mean"))
    figure = blank(Axes("", f"Units per {period}"), theme)
    hue = BLUE if theme == "light" else SKY
    for cutoff in past["cutoff"].sort_values().unique():
        rows = past[past["cutoff"] == cutoff].sort_values("ds")
        edges, first = band(rows, coverage), cutoff == past["cutoff"].min()
        figure.add_scatter(
            x=[*rows["ds"], *rows["ds"][::-1]],
            y=[*edges.high, *edges.low[::-1]],
            name=f"{percent(coverage)} range",
            showlegend=first,
            **_band_style(see_through(hue, 0.18)),
        )
        figure.add_scatter(
            x=rows["ds"],
            y=rows["mean"].to_numpy(),
            mode="lines",
            name="Forecast as it was made",
            legendgroup="mean",
            showlegend=first,
            line={"color": COLOURS[theme].forecast, "width": 2},
            hovertemplate=f"of {day(pd.Timestamp(cutoff))}<br>%{{x|%-d %b %Y}}: %{{y:,.4~g}}<extra></extra>",
        )
    shown = history[history["ds"] >= past["ds"].min() - (past["ds"].max() - past["ds"].min()) * 0.15]
    figure.add_scatter(
        x=shown["ds"],
        y=shown["y"].to_numpy(),
        mode="lines",
        name="Actual",
        line={"color": COLOURS[theme].text, "width": 1.6},
        hovertemplate="%{x|%-d %b %Y}<br>sold %{y:,.4~g} units<extra></extra>",
    )
    _own_plan(figure, shown)
    figure.update_xaxes(type="date", title=None, showgrid=False)
    figure.update_yaxes(rangemode="tozero")
    return figure


def _band_style(colour: str) -> dict[str, Any]:
    return {
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "mode": "lines",
        "legendgroup": "band",
        "hoverinfo": "skip",
    }


def _own_plan(figure: Figure, shown: pd.DataFrame) -> None:
    """Add what the manager had planned, where the history tells it; a date without a plan is a gap."""
    if PLAN not in shown or not shown[PLAN].notna().any():
        return
    figure.add_scatter(
        x=shown["ds"],
        y=shown[PLAN].to_numpy(dtype=float),
        mode="lines",
        name="Your own plan",
        line={"color": PURPLE, "dash": "dot", "width": 2},
        hovertemplate="%{x|%-d %b %Y}<br>you planned %{y:,.4~g} units<extra></extra>",
    )


def segment_error_chart(errors: pd.DataFrame, segment: str, *, theme: ChartTheme) -> Figure:
    """Return our error per segment as bars; the baseline's, the own plan's and chance's as marks.

    From `errors_by`: the segment, wape, baseline_wape, floor, and plan_wape where there is a plan.
    """
    rows = needs(errors, (segment, "wape", "baseline_wape", "floor")).dropna(subset=["wape"])
    title = column_of(segment, PROMISE_COLUMNS, numeric=False).label
    figure = blank(Axes(title, "Forecast error, WAPE (% of sales)"), theme)
    names = [shortened(value, 20) for value in rows[segment]]
    figure.add_bar(
        x=names,
        y=rows["wape"].to_numpy() * 100,
        name="Our forecast",
        marker={"color": COLOURS[theme].forecast},
        hovertemplate="%{x}<br>error %{y:.1f} %<extra>our forecast</extra>",
    )
    for column, name, colour, symbol in (
        ("baseline_wape", "Repeating last season", ORANGE, "square"),
        ("plan_wape", "Your own plan", PURPLE, "diamond-open"),
        ("floor", "Chance alone", COLOURS[theme].text, "line-ew-open"),
    ):
        if column not in rows:
            continue
        figure.add_scatter(
            x=names,
            y=rows[column].to_numpy() * 100,
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
            hovertemplate=f"%{{x}}<br>{name.lower()} %{{y:.1f}} %<extra></extra>",
        )
    figure.update_layout(bargap=0.35)
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(rangemode="tozero")
    return figure


def advice_chart(advice: pd.DataFrame, *, theme: ChartTheme) -> Figure:
    """Return stated risks of running out against how often it happened, with 95 % intervals."""
    rows = needs(advice, ("said", "happened", "low", "high", "cycles")).sort_values("said")
    figure = blank(Axes("Risk of running out that we stated (%)", "Cycles that ran out (%)"), theme)
    top = max(float(rows[["said", "high"]].max().max()) * 110, 10.0) if len(rows) else 100.0
    figure.add_scatter(
        x=[0, top],
        y=[0, top],
        mode="lines",
        name="As stated",
        line={"color": ORANGE, "dash": "dash", "width": 1.5},
        hoverinfo="skip",
    )
    happened = rows["happened"].to_numpy()
    figure.add_scatter(
        x=rows["said"].to_numpy() * 100,
        y=happened * 100,
        mode="markers",
        name="As it came, with 95 % interval",
        marker={"size": 10, "color": COLOURS[theme].forecast},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (rows["high"].to_numpy() - happened) * 100,
            "arrayminus": (happened - rows["low"].to_numpy()) * 100,
            "color": COLOURS[theme].forecast,
        },
        customdata=rows["cycles"].to_numpy(),
        hovertemplate="stated %{x:.1f} %<br>happened in %{y:.1f} % of %{customdata:,} cycles<extra></extra>",
    )
    figure.update_xaxes(range=[0, top])
    figure.update_yaxes(range=[0, top])
    return figure
