"""The time axis: where the actuals end, what is shown at first, how dates are written."""

from collections.abc import Sequence

import pandas as pd

from forecasting.dates import infer_frequency, period_kind
from forecasting.report.charts.canvas import COLOURS, ChartTheme, Figure
from forecasting.report.tables import day

# What a reader sees before touching the range buttons; all of the history stays one click away.
SHOWN_AT_FIRST = {
    "day": pd.Timedelta(weeks=26),
    "week": pd.Timedelta(weeks=104),
    "month": pd.Timedelta(days=5 * 366),
}
RANGE_BUTTONS = {
    "day": ((2, "month"), (6, "month"), (1, "year")),
    "week": ((6, "month"), (1, "year"), (2, "year")),
    "month": ((1, "year"), (3, "year"), (5, "year")),
}
# A year beside the months, the day only once the reader has zoomed in.
TICKS = [
    {"dtickrange": [None, 86_400_000 * 20], "value": "%-d %b\n%Y"},
    {"dtickrange": [86_400_000 * 20, "M11"], "value": "%b\n%Y"},
    {"dtickrange": ["M11", None], "value": "%Y"},
]
MOMENT = "%Y-%m-%d_%H:%M:%S"  # in a path plotly wants no blank between day and hour


def shaded(figure: Figure, spans: Sequence[tuple[pd.Timestamp, pd.Timestamp]], colour: str) -> None:
    """Shade stretches of time, first to last given in order, behind everything: one shape however many.

    A shape each kept a browser busy, and a limit on them hid the oldest without a word.
    """
    joined: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    for start, end in spans:
        # Where two overlap, the inside of a path would be its outside again.
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    corners = [(f"{start:{MOMENT}}", f"{end:{MOMENT}}") for start, end in joined]
    path = " ".join(f"M{start},0 L{end},0 L{end},1 L{start},1 Z" for start, end in corners)
    figure.add_shape(
        type="path", path=path, xref="x", yref="paper", fillcolor=colour, line_width=0, layer="below"
    )


def mark_actuals_end(
    figure: Figure, history: pd.DataFrame, forecast: pd.DataFrame, theme: ChartTheme
) -> None:
    """Draw the border between what happened and what is forecast, and shade the future."""
    last, first = history["ds"].max(), forecast["ds"].min()
    border = last + (first - last) / 2
    figure.add_vrect(
        x0=border, x1=forecast["ds"].max(), fillcolor=COLOURS[theme].shade, line_width=0, layer="below"
    )
    figure.add_shape(
        type="line",
        x0=border,
        x1=border,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": COLOURS[theme].muted, "width": 1, "dash": "dot"},
    )
    figure.add_annotation(
        x=border,
        y=1,
        yref="paper",
        text=f"actuals through {day(last)}",
        showarrow=False,
        xanchor="right",
        yanchor="top",
        xshift=-4,
        font={"size": 12, "color": COLOURS[theme].muted},
    )


def time_axis(figure: Figure, history: pd.DataFrame, forecast: pd.DataFrame, theme: ChartTheme) -> None:
    """Write dates with their year, open on the recent past and offer the rest as buttons."""
    period = period_kind(infer_frequency(pd.concat([history["ds"], forecast["ds"]])))
    end = forecast["ds"].max() + (forecast["ds"].max() - forecast["ds"].min()) * 0.03
    start = max(history["ds"].min(), history["ds"].max() - SHOWN_AT_FIRST[period])
    buttons = [
        {"count": count, "step": step, "stepmode": "backward", "label": f"{count} {step}{'s' * (count > 1)}"}
        for count, step in RANGE_BUTTONS[period]
    ]
    colours = COLOURS[theme]
    figure.update_xaxes(
        type="date",
        title=None,
        range=[start, end],
        tickformatstops=TICKS,
        showgrid=False,
        rangeselector={
            "buttons": [*buttons, {"step": "all", "label": "all"}],
            "x": 1,
            "xanchor": "right",
            "y": 1.02,
            "yanchor": "bottom",
            "bgcolor": colours.paper,
            "activecolor": colours.grid,
            "bordercolor": colours.grid,
            "borderwidth": 1,
            "font": {"size": 11, "color": colours.text},
        },
    )
    figure.update_layout(legend={"y": -0.16, "yanchor": "top"})  # the buttons own the top
    figure.update_yaxes(rangemode="tozero")
