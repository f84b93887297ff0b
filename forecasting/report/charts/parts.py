"""Trend, seasons and what is left of a line of sales, one panel under the other."""

from typing import Any

import pandas as pd

from forecasting.report.charts.canvas import COLOURS, ORANGE, Axes, ChartTheme, Figure, blank

PANEL = 110  # px
GAP = 0.06  # of the chart's height between two panels
LOOK = (
    "tickfont",
    "gridcolor",
    "linecolor",
    "zerolinecolor",
    "automargin",
    "separatethousands",
    "exponentformat",
)
LABELS = {"trend": "Trend", "remainder": "What is left"}


def parts_chart(parts: pd.DataFrame, *, period: str, theme: ChartTheme) -> Figure:
    """Return a panel per part, all over the same dates; what is left has gaps where sales are unknown.

    `parts` has ds, trend, a column per season (its name) and remainder, all in units per `period`.
    """
    names = [str(name) for name in parts.columns if name != "ds"]
    figure = blank(Axes("", ""), theme)
    height = (1 + GAP) / len(names) - GAP
    axes, titles = {}, []
    for place, name in enumerate(names):
        top, number = 1 - place * (height + GAP), "" if place == 0 else str(place + 1)
        words = LABELS.get(name, f"Season of the {name}")
        axes[f"yaxis{number}"] = _like(figure.layout.yaxis) | {
            "domain": [max(top - height, 0.0), top], "zeroline": name != "trend", "nticks": 4,
        }  # fmt: skip
        figure.add_scatter(
            x=parts["ds"], y=parts[name].to_numpy(), name=words, yaxis=f"y{number}", mode="lines",
            connectgaps=False, line=_line(name, theme),
            hovertemplate=f"%{{x|%a %-d %b %Y}}<br>{words.lower()} %{{y:,.4~g}} units<extra></extra>",
        )  # fmt: skip
        titles.append(_title(f"{words}, units per {period}", top, theme))
    last = f"y{len(names)}" if len(names) > 1 else "y"
    figure.update_layout(
        **axes, annotations=titles, showlegend=False, height=PANEL * len(names) + 70, margin_t=24,
        xaxis={"type": "date", "anchor": last, "showgrid": False, "title": None},
    )  # fmt: skip
    return figure


def _line(name: str, theme: ChartTheme) -> dict[str, object]:
    """Return how a part is drawn: the trend thick, what is left thin."""
    if name == "trend":
        return {"color": COLOURS[theme].forecast, "width": 2.6}
    if name == "remainder":
        return {"color": COLOURS[theme].muted, "width": 1}
    return {"color": ORANGE, "width": 1.4}


def _title(text: str, top: float, theme: ChartTheme) -> dict[str, object]:
    return {
        "text": text, "x": 0, "xref": "paper", "xanchor": "left", "y": top, "yref": "paper",
        "yanchor": "bottom", "showarrow": False, "font": {"size": 12, "color": COLOURS[theme].text},
    }  # fmt: skip


def _like(axis: Any) -> dict[str, object]:
    """Return the look of an axis, for those a chart has besides."""
    return {name: axis[name] for name in LOOK}
