"""Lying bars with their label at the end: what all bar charts share."""

import pandas as pd

from forecasting.report.charts.canvas import COLOURS, ChartTheme, Figure


def bars_height(bars: int) -> int:
    """Return the height in pixels at which bars are equally thick however many there are."""
    return 110 + 34 * max(bars, 2)


def bar_label(figure: Figure, end: tuple[float, str], text: str, theme: ChartTheme) -> None:
    """Write `text` at the end (x, category) of a bar."""
    figure.add_annotation(
        x=end[0],
        y=end[1],
        text=text,
        showarrow=False,
        xanchor="left",
        xshift=6,
        font={"color": COLOURS[theme].text, "size": 12},
    )


def bars_of(figure: Figure, ends: pd.Series) -> Figure:
    """Return the figure with a height that keeps bars equally thick and room for their labels."""
    figure.update_layout(height=bars_height(len(ends)), bargap=0.35, showlegend=False, margin_t=16)
    figure.update_yaxes(showgrid=False, type="category")
    if len(ends):
        figure.update_xaxes(range=[min(0.0, float(ends.min())) * 1.3, float(ends.max() or 1) * 1.45])
    return figure
