"""Us and the market, in pictures: the growth split, shares over time, an index beside sales."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.report.charts.canvas import (
    BLUE,
    COLOURS,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Axes,
    ChartTheme,
    Figure,
    blank,
    plain,
    shortened,
)
from forecasting.report.tables import money

# The deep blue of the day is hard to see on a dark ground.
LINES: dict[ChartTheme, tuple[str, ...]] = {
    "light": (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION),
    "dark": (SKY, ORANGE, GREEN, PURPLE, YELLOW, VERMILION),
}
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def split_chart(steps: Mapping[str, float], *, currency: str, theme: ChartTheme) -> Figure:
    """Return a waterfall from the first amount over the parts to the last; amounts in reading order.

    The first and the last entry are totals, the others are what lies between.
    """
    names, values = list(steps), list(steps.values())
    figure = blank(Axes("", f"Revenue ({currency})"), theme)
    figure.add_waterfall(
        x=names,
        y=values,
        measure=["absolute", *["relative"] * (len(values) - 2), "total"],
        text=[
            money(v, currency) if k in (0, len(values) - 1) or v <= 0 else f"+{money(v, currency)}"
            for k, v in enumerate(values)
        ],
        textposition="outside",
        cliponaxis=False,
        connector={"line": {"color": COLOURS[theme].muted, "width": 1, "dash": "dot"}},
        increasing={"marker": {"color": GREEN}},
        decreasing={"marker": {"color": VERMILION}},
        totals={"marker": {"color": COLOURS[theme].muted}},
        hovertemplate="%{x}: %{text}<extra></extra>",
    )
    levels = np.array([values[0], *(values[0] + np.cumsum(values[1:-1])), values[-1]])
    reach = max(float(levels.max() - levels.min()), float(levels.max()) * 0.02, 1e-9)
    low = max(0.0, float(levels.min()) - reach) if levels.min() > 0 else float(levels.min()) * 1.1
    figure.update_yaxes(range=[low, float(levels.max()) + 0.35 * reach])
    figure.update_xaxes(showgrid=False, type="category")
    figure.update_layout(showlegend=False, margin_t=24, height=340)
    if low > 0:
        figure.update_yaxes(title_text=f"Revenue ({currency}); the axis does not start at 0")
    return figure


def lines_chart(
    ds: pd.DatetimeIndex, lines: Mapping[str, np.ndarray], *, axis: str, theme: ChartTheme
) -> Figure:
    """Return several lines over time, told apart by colour and dash; the first is drawn thickest."""
    figure = blank(Axes("", axis), theme)
    for k, (name, values) in enumerate(lines.items()):
        figure.add_scatter(
            x=ds,
            y=values,
            name=shortened(name),
            mode="lines",
            line={
                "color": COLOURS[theme].text if k == 0 else LINES[theme][(k - 1) % len(DASHES)],
                "width": 2.6 if k == 0 else 1.6,
                "dash": "solid" if k == 0 else DASHES[(k - 1) % len(DASHES)],
            },
            hovertemplate=f"{plain(name)}<br>%{{x|%-d %b %Y}}: %{{y:,.4~g}}<extra></extra>",
        )
    figure.update_xaxes(showgrid=False, type="date", title=None)
    figure.update_layout(legend={"y": -0.14, "yanchor": "top"}, margin_t=16)
    return figure


def lead_chart(table: pd.DataFrame, *, bound: float, period: str, theme: ChartTheme) -> Figure:
    """Return correlation by lag with the bound that chance reaches once in twenty over all lags."""
    figure = blank(Axes(f"{period.capitalize()}s the index is ahead of sales", "Correlation"), theme)
    strong = table["correlation"].abs() > bound
    figure.add_bar(
        x=table["lag"],
        y=table["correlation"].to_numpy(),
        marker={
            "color": np.where(strong, COLOURS[theme].forecast, COLOURS[theme].muted),
            "pattern": {"shape": np.where(strong, "", "/")},
        },
        customdata=table["pairs"],
        hovertemplate="lag %{x}: %{y:+.2f} from %{customdata} pairs<extra></extra>",
    )
    for side in (-1, 1):
        figure.add_hline(
            y=side * bound, line={"color": VERMILION, "width": 1.2, "dash": "dash"},
        )  # fmt: skip
    figure.add_annotation(
        x=1, xref="paper", y=bound, text="beyond chance", showarrow=False, xanchor="right", yanchor="bottom",
        font={"size": 12, "color": COLOURS[theme].text},
    )  # fmt: skip
    figure.update_yaxes(range=[-1, 1])
    figure.update_layout(showlegend=False, height=320, margin_t=16)
    return figure
