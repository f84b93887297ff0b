"""What moves a forecast above and below its trend."""

from collections.abc import Mapping

import pandas as pd

from forecasting.report.charts.canvas import (
    BLUE,
    COLOURS,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Axes,
    ChartTheme,
    Figure,
    blank,
    needs,
    plain,
)

# A colour and a hatch each: whoever does not see the one tells them apart by the other.
MARKS = (
    (SKY, ""), (GREEN, "/"), (VERMILION, "x"), (ORANGE, ""), (PURPLE, "\\"), (BLUE, "."),
)  # fmt: skip


def made_of_chart(parts: pd.DataFrame, names: Mapping[str, str], *, period: str, theme: ChartTheme) -> Figure:
    """Return bars of what every part adds to or takes from the trend (units), and the sum as a line.

    `parts` has ds, trend, expected and the columns of `names`, which says what they are called.
    """
    rows = needs(parts, ("ds", "trend", "expected", *names))
    figure = blank(Axes("", f"Units per {period} above or below the trend"), theme)
    for place, (column, name) in enumerate(names.items()):
        colour, hatch = MARKS[place % len(MARKS)]
        figure.add_bar(
            x=rows["ds"], y=rows[column].to_numpy(), name=plain(name[:1].upper() + name[1:]),
            marker={"color": colour, "pattern": {"shape": hatch}},
            hovertemplate=f"%{{x|%a %-d %b}}<br>{plain(name)} %{{y:+,.3~g}} units<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=rows["ds"], y=(rows["expected"] - rows["trend"]).to_numpy(), name="All together", mode="lines",
        line={"color": COLOURS[theme].text, "width": 2},
        customdata=rows[["expected", "trend"]].to_numpy(),
        hovertemplate="%{x|%a %-d %b %Y}<br>expected %{customdata[0]:,.3~g}, trend %{customdata[1]:,.3~g} "
        "units<extra></extra>",
    )  # fmt: skip
    figure.update_layout(barmode="relative", bargap=0.15)
    figure.update_yaxes(zeroline=True)
    return figure
