"""A repair before and after: what models see of one series."""

import pandas as pd

from forecasting.report.charts.canvas import COLOURS, ORANGE, Axes, ChartTheme, Figure, blank, needs


def repair_chart(frame: pd.DataFrame, theme: ChartTheme) -> Figure:
    """Return units before and after a repair over time (ds, before, after); NaN are gaps."""
    data = needs(frame, ["ds", "before", "after"])
    figure = blank(Axes("", "Units"), theme)
    differs = data["before"].ne(data["after"]) & ~(data["before"].isna() & data["after"].isna())
    figure.add_scatter(
        x=data["ds"], y=data["after"], name="after the repair", mode="lines",
        line={"color": COLOURS[theme].forecast, "width": 1.5},
    )  # fmt: skip
    figure.add_scatter(
        x=data.loc[differs, "ds"], y=data.loc[differs, "before"], name="before, where it differs",
        mode="markers", marker={"color": ORANGE, "size": 7, "symbol": "x"},
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero")
    return figure
