"""What other ways to ask the same decision would have saved."""

import numpy as np
import pandas as pd

from forecasting.report.charts.bars import bars_height
from forecasting.report.charts.canvas import (
    BLUE,
    COLOURS,
    ORANGE,
    Axes,
    ChartTheme,
    Figure,
    blank,
    needs,
    plain,
)
from forecasting.report.tables import money

SYMBOLS = {"▲": "triangle-up", "▼": "triangle-down"}


def ways_chart(ways: pd.DataFrame, *, currency: str, theme: ChartTheme) -> Figure:
    """Return the saving of each way to ask against today's with its range, the cheapest on top.

    A range that crosses the line at zero may be chance; what is beyond it has a filled triangle.
    """
    rows = needs(ways, ("way", "gain", "low", "high", "verdict")).sort_values("cost", ascending=False)
    colours = COLOURS[theme]
    figure = blank(Axes(f"Saved against asking as today ({currency})", ""), theme)
    colour = {"▲": BLUE, "▼": ORANGE}
    marks = [str(v)[:1] for v in rows["verdict"]]
    gain = rows["gain"].to_numpy(dtype=float)
    figure.add_scatter(
        x=gain,
        y=[_two_lines(str(w)) for w in rows["way"]],
        mode="markers",
        marker={
            "size": 11,
            "symbol": [SYMBOLS.get(m, "circle-open") for m in marks],
            "color": [colour.get(m, colours.muted) for m in marks],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": np.nan_to_num(rows["high"].to_numpy(dtype=float) - gain),
            "arrayminus": np.nan_to_num(gain - rows["low"].to_numpy(dtype=float)),
            "color": colours.muted,
            "thickness": 1.5,
        },
        customdata=[[money(g, currency), plain(v)] for g, v in zip(gain, rows["verdict"], strict=True)],
        hovertemplate="%{y}<br>%{customdata[0]}, %{customdata[1]}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": colours.text, "width": 1.2})
    figure.update_layout(height=bars_height(len(rows)) + 60, showlegend=False, margin_t=16)
    figure.update_yaxes(showgrid=False, type="category")
    return figure


def _two_lines(way: str) -> str:
    """Return the words with a break before the last part: on a phone a long name leaves no room."""
    first, _, last = plain(way).rpartition(", ")
    return f"{first},<br>{last}" if first else last
