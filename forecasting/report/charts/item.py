"""One item: the demand its order must cover, the stock to come, and what service costs an assortment."""

import numpy as np
import pandas as pd

from forecasting.errors import DataError
from forecasting.report.charts.canvas import (
    BLUE,
    COLOURS,
    GREEN,
    ORANGE,
    PURPLE,
    VERMILION,
    Axes,
    ChartTheme,
    Figure,
    blank,
    needs,
    see_through,
)
from forecasting.report.tables import money, percent, units

BARS = 40  # of a histogram: finer ones show the chance of the draw


def demand_chart(demand: np.ndarray, *, level: float, position: float | None, theme: ChartTheme) -> Figure:
    """Return simulated demand over the protection interval as shares, with stock and order-up-to level.

    Parameters
    ----------
    demand
        Units asked for until the delivery after next, one per simulated future.
    level
        Stock and orders together after ordering (S), units.
    position
        On hand and on order now, units; None where nobody counted it.
    """
    if not len(demand):
        raise DataError("A chart of demand needs at least one simulated future.")
    figure = blank(Axes("Units asked for until the delivery after next", "Share of futures (%)"), theme)
    width = max(float(np.ceil(np.ptp(demand) / BARS)), 1.0)
    edges = np.arange(np.floor(demand.min()) - 0.5, demand.max() + 1.5 * width, width)
    counts, _ = np.histogram(demand, edges)
    middles = (edges[:-1] + edges[1:]) / 2
    covered = float((demand <= level).mean())
    figure.add_bar(
        x=middles,
        y=100 * counts / len(demand),
        width=width,
        name="Demand",
        marker={"color": [COLOURS[theme].forecast if m <= level else VERMILION for m in middles]},
        hovertemplate="about %{x:,.4~g} units: %{y:.1f} % of futures<extra></extra>",
        showlegend=False,
    )
    top = float(100 * counts.max() / len(demand))
    lines = [(f"Fill up to {units(level)}: covers {percent(covered)}", level, COLOURS[theme].text, "solid")]
    if position is not None:
        lines.append((f"There now {units(position)}", position, ORANGE, "dash"))
    for name, place, colour, dash in lines:
        figure.add_scatter(
            x=[place, place],
            y=[0, top],
            mode="lines",
            name=name,
            line={"color": colour, "width": 2.5, "dash": dash},
            hovertemplate=f"{name}<extra></extra>",
        )
    figure.update_layout(bargap=0.02)
    return figure


def stock_chart(stock: pd.DataFrame, *, delivery: pd.Timestamp | None, theme: ChartTheme) -> Figure:
    """Return expected stock at the end of each period with the range of 8 in 10 futures.

    `stock` has ds, expected, low, high (units); below 0 is owed. `delivery`: when this order comes.
    """
    rows = needs(stock, ("ds", "expected", "low", "high"))
    figure = blank(Axes("", "Stock (units)"), theme)
    colour = COLOURS[theme].forecast
    for edge, fill in (("high", None), ("low", "tonexty")):
        figure.add_scatter(
            x=rows["ds"],
            y=rows[edge].to_numpy(),
            mode="lines",
            line={"width": 0.6, "color": see_through(BLUE, 0.5)},
            fill=fill,
            fillcolor=see_through(BLUE, 0.2),
            name="8 times in 10",
            legendgroup="range",
            showlegend=fill is not None,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=rows["ds"],
        y=rows["expected"].to_numpy(),
        customdata=rows[["low", "high"]].to_numpy(),
        mode="lines+markers",
        name="Expected stock",
        line={"color": colour, "width": 2},
        marker={"size": 4.5, "color": colour},
        hovertemplate="%{x|%a %-d %b %Y}<br>%{y:,.4~g} units, 8 times in 10 %{customdata[0]:,.4~g} to "
        "%{customdata[1]:,.4~g}<extra></extra>",
    )
    if delivery is not None and len(rows):
        top = float(max(rows["high"].max(), 1.0))
        figure.add_scatter(
            x=[delivery, delivery],
            y=[0, top],
            mode="lines",
            name="This order comes",
            line={"color": GREEN, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
        )
    figure.update_xaxes(type="date", title=None)
    figure.update_yaxes(rangemode="tozero")
    return figure


def exchange_chart(points: pd.DataFrame, *, currency: str, theme: ChartTheme) -> Figure:
    """Return average stock in money against the share of demand served, for the assortment.

    `points` has kind ('curve', 'recommended', 'today', 'equal service'), factor, stock_money, fill_rate.
    """
    rows = needs(points, ("kind", "factor", "stock_money", "fill_rate"))
    figure = blank(Axes(f"Average stock at unit cost ({currency})", "Demand served (%)"), theme)
    looks = {
        "curve": ("Best for the money", "lines", {"color": COLOURS[theme].text}),
        "equal service": ("Same service for every item", "markers+lines", {"color": ORANGE}),
        "recommended": ("Recommended", "markers", {"color": GREEN}),
        "today": ("Today's stock and orders", "markers", {"color": PURPLE}),
    }
    symbols = {"equal service": "square", "recommended": "star", "today": "diamond"}
    for kind, (name, mode, look) in looks.items():
        part = rows[rows["kind"] == kind].sort_values("stock_money")
        if part.empty:
            continue
        said = [
            f"{money(m, currency)}, {percent(f)} served"
            for m, f in part[["stock_money", "fill_rate"]].to_numpy()
        ]
        figure.add_scatter(
            x=part["stock_money"].to_numpy(),
            y=100 * part["fill_rate"].to_numpy(),
            mode=mode,
            name=name if len(part) > 1 else f"{name}: {said[0]}",
            line={**look, "width": 2, "dash": "dash" if kind == "equal service" else "solid"},
            marker={**look, "size": 12 if len(part) == 1 else 8, "symbol": symbols.get(kind, "circle")},
            customdata=said,
            hovertemplate=f"{name}<br>%{{customdata}}<extra></extra>",
        )
    return figure
