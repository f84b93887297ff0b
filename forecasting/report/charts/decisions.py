"""What to order: the cost of every quantity, and the lines where money is at stake."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DataError
from forecasting.report.charts.bars import bar_label, bars_of
from forecasting.report.charts.canvas import (
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
    see_through,
    shortened,
)
from forecasting.report.content import line_names, ranked
from forecasting.report.tables import money, units

STATUS_COLOURS = {"order now": VERMILION, "soon": ORANGE, "enough": GREEN, "excess": SKY}
# Orders within this share of the cheapest cost are as good as equal: the curve is flat there.
FLAT_ZONE = 0.02


def cost_curve(
    curve: pd.DataFrame,
    *,
    best: float,
    yours: float | None,
    currency: str,
    theme: ChartTheme,
    naive: float | None = None,
) -> Figure:
    """Return expected cost against the quantity ordered, from columns `quantity` and `cost`.

    Marks the suggested order, yours and the one that repeats last season (`naive`); shades the
    quantities that cost at most 2 % more than the cheapest.
    """
    rows = needs(curve, ("quantity", "cost")).sort_values("quantity")
    if rows.empty:
        raise DataError("A cost curve needs at least one quantity with its cost; it has no rows.")
    figure = blank(Axes("Order (units)", f"Expected cost ({currency})"), theme)
    flat = rows.loc[rows["cost"] <= rows["cost"].min() * (1 + FLAT_ZONE), "quantity"]
    figure.add_vrect(
        x0=flat.min(), x1=flat.max(), fillcolor=see_through(GREEN, 0.14), line_width=0, layer="below"
    )
    figure.add_scatter(
        x=rows["quantity"].to_numpy(),
        y=rows["cost"].to_numpy(),
        mode="lines",
        name="Expected cost",
        line={"color": COLOURS[theme].text, "width": 2},
        hovertemplate="order %{x:,.4~g} units<br>cost %{y:,.2f}<extra></extra>",
    )
    marks = [Mark("Suggested", best, "circle", COLOURS[theme].forecast)]
    marks += [] if yours is None else [Mark("Yours", yours, "diamond", PURPLE)]
    marks += [] if naive is None else [Mark("Repeating last season", naive, "square", ORANGE)]
    for mark in marks:
        _point(figure, rows, mark, currency)
    figure.update_yaxes(rangemode="tozero")
    return figure


def orders_chart(orders: pd.DataFrame, *, currency: str, theme: ChartTheme, top: int = 10) -> Figure:
    """Return the `top` order lines with the most money at stake, coloured and named by status."""
    rows = ranked(needs(orders, ("unique_id", "money_at_stake", "order_quantity", "status")))
    rows = rows.dropna(subset=["money_at_stake"]).head(top)[::-1]
    names = [shortened(n) for n in line_names(rows)]
    figure = blank(Axes(f"Money at stake if nothing is ordered ({currency})", ""), theme)
    places = [f"{i}" for i in range(len(rows))]  # two lines may share a name; a bar each all the same
    figure.add_bar(
        x=rows["money_at_stake"].to_numpy(),
        y=places,
        orientation="h",
        marker={"color": [STATUS_COLOURS.get(s, COLOURS[theme].muted) for s in rows["status"]]},
        customdata=np.column_stack([names, [units(q) for q in rows["order_quantity"]]]),
        hovertemplate="%{customdata[0]}<br>order %{customdata[1]} units<extra></extra>",
    )
    for place, stake, status in zip(places, rows["money_at_stake"], rows["status"], strict=True):
        bar_label(figure, (stake, place), f"{money(stake, currency)} · {plain(status)}", theme)
    bars_of(figure, rows["money_at_stake"])
    figure.update_yaxes(type="category", tickvals=places, ticktext=names, title_text="Order line")
    return figure


@dataclass(frozen=True)
class Mark:
    """A named point on a curve."""

    name: str
    quantity: float
    symbol: str
    colour: str


def _point(figure: Figure, rows: pd.DataFrame, mark: Mark, currency: str) -> None:
    cost = float(np.interp(mark.quantity, rows["quantity"], rows["cost"]))
    figure.add_scatter(
        x=[mark.quantity],
        y=[cost],
        mode="markers",
        name=f"{mark.name}: {units(mark.quantity)} units, {money(cost, currency)}",
        marker={"size": 13, "symbol": mark.symbol, "color": mark.colour},
        hovertemplate=f"{mark.name}: %{{x:,.4~g}} units<br>cost %{{y:,.2f}}<extra></extra>",
    )
