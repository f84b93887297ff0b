"""What forecasts, orders and alternatives cost, in money."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DataError
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
    plain,
    see_through,
    shortened,
)
from forecasting.report.content import line_names, ranked
from forecasting.report.tables import model_label, money, units

STATUS_COLOURS = {"order now": VERMILION, "soon": ORANGE, "enough": GREEN, "excess": SKY}
# Orders within this share of the cheapest cost are as good as equal: the curve is flat there.
FLAT_ZONE = 0.05


def money_bars(
    leaderboard: pd.DataFrame, *, currency: str, theme: ChartTheme, baseline: str = "seasonal_naive"
) -> Figure:
    """Return what ordering by each model cost over the test, cheapest on top.

    Whiskers appear where the leaderboard has `money_low` and `money_high`. The baseline is
    hatched, the cheapest solid in the forecast's colour.
    """
    rows = (
        _needs(leaderboard, ("model", "money")).dropna(subset=["money"]).sort_values("money", ascending=False)
    )
    figure = blank(Axes(f"Cost of too much and too little over the test ({currency})", "Ordering by"), theme)
    cheapest = rows["model"].iloc[-1] if len(rows) else None
    names = [shortened(model_label(m)) for m in rows["model"]]
    figure.add_bar(
        x=rows["money"].to_numpy(),
        y=names,
        orientation="h",
        customdata=[money(v, currency) for v in rows["money"]],
        marker={
            "color": [_model_colour(m, cheapest, baseline, theme) for m in rows["model"]],
            "pattern": {"shape": ["/" if m == baseline else "" for m in rows["model"]]},
        },
        error_x=_whiskers(rows, theme),
        hovertemplate="%{y}<br>%{customdata}<extra></extra>",
    )
    ends = rows["money_high"] if "money_high" in rows else rows["money"]
    for name, value, end in zip(names, rows["money"], ends, strict=True):
        _bar_label(figure, (end, name), money(value, currency), theme)
    return _bars_of(figure, ends)


def accuracy_vs_money(
    leaderboard: pd.DataFrame, *, currency: str, theme: ChartTheme, baseline: str = "seasonal_naive"
) -> Figure:
    """Return error against cost, a point per model: the most accurate need not be the cheapest."""
    rows = (
        _needs(leaderboard, ("model", "money", "WAPE")).dropna(subset=["money", "WAPE"]).sort_values("money")
    )
    axes = Axes("Forecast error, WAPE (% of sales)", f"Cost over the test ({currency})")
    figure = blank(axes, theme)
    figure.add_scatter(
        x=rows["WAPE"].to_numpy() * 100,
        y=rows["money"].to_numpy(),
        mode="markers+text",
        text=[shortened(model_label(m)) for m in rows["model"]],
        textposition=["top center" if i % 2 else "bottom center" for i in range(len(rows))],
        textfont={"color": COLOURS[theme].text},
        cliponaxis=False,
        marker={
            "size": 12,
            "color": [ORANGE if m == baseline else COLOURS[theme].forecast for m in rows["model"]],
            "symbol": ["diamond" if m == baseline else "circle" for m in rows["model"]],
        },
        hovertemplate="%{text}<br>error %{x:.1f} %<br>cost %{y:,.0f}<extra></extra>",
        showlegend=False,
    )
    for update, values in ((figure.update_xaxes, rows["WAPE"] * 100), (figure.update_yaxes, rows["money"])):
        update(range=_padded(values))
    return figure


def value_chart(value: pd.DataFrame, *, currency: str, theme: ChartTheme) -> Figure:
    """Return the staircase of what each forecast would have cost, dearest first, split by cause."""
    rows = _needs(value, ("model", "cost", "understock_cost", "overstock_cost"))
    rows = rows.dropna(subset=["cost"]).sort_values("cost", ascending=False)
    figure = blank(Axes("", f"Cost over the test ({currency})"), theme)
    names = [shortened(model_label(m), 24) for m in rows["model"]]
    parts = (
        ("understock_cost", "Too little: sales missed", VERMILION, ""),
        ("overstock_cost", "Too much: left over", SKY, "/"),
    )
    for column, name, colour, pattern in parts:
        figure.add_bar(
            x=names,
            y=rows[column].to_numpy(),
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern}},
            customdata=[money(v, currency) for v in rows[column]],
            hovertemplate=f"%{{x}}<br>{name}: %{{customdata}}<extra></extra>",
        )
    for name, cost, gain in zip(names, rows["cost"], rows.get("gain", rows["cost"] * np.nan), strict=True):
        figure.add_annotation(
            x=name,
            y=cost,
            text=_step(cost, gain, currency),
            showarrow=False,
            yanchor="bottom",
            font={"color": COLOURS[theme].text, "size": 12},
        )
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_xaxes(showgrid=False, title_text="Ordering by")
    top = float(rows["cost"].max()) if len(rows) else 1.0
    figure.update_yaxes(range=[0, (top or 1.0) * 1.2])
    return figure


def cost_curve(
    curve: pd.DataFrame, *, best: float, yours: float | None, currency: str, theme: ChartTheme
) -> Figure:
    """Return expected cost against the quantity ordered, from columns `quantity` and `cost`.

    Marks the cheapest order and yours; shades the quantities that cost at most 5 % more than the cheapest.
    """
    rows = _needs(curve, ("quantity", "cost")).sort_values("quantity")
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
    for mark in marks:
        _point(figure, rows, mark, currency)
    figure.update_yaxes(rangemode="tozero")
    return figure


def orders_chart(orders: pd.DataFrame, *, currency: str, theme: ChartTheme, top: int = 10) -> Figure:
    """Return the `top` order lines with the most money at stake, coloured and named by status."""
    rows = ranked(_needs(orders, ("unique_id", "money_at_stake", "order_quantity", "status")))
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
        _bar_label(figure, (stake, place), f"{money(stake, currency)} · {plain(status)}", theme)
    _bars_of(figure, rows["money_at_stake"])
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


def _needs(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the frame, metric names in the spelling asked for; refuse one that lacks a column."""
    wanted = {c.lower(): c for c in columns}
    named = frame.rename(columns={c: wanted[str(c).lower()] for c in frame if str(c).lower() in wanted})
    missing = [c for c in columns if c not in named]
    if missing:
        raise DataError(f"The chart needs the columns {list(columns)}; {missing} are missing.")
    return named


def _model_colour(model: str, cheapest: str | None, baseline: str, theme: ChartTheme) -> str:
    if model == baseline:
        return ORANGE
    return (
        COLOURS[theme].forecast if model == cheapest else see_through(BLUE if theme == "light" else SKY, 0.45)
    )


def _whiskers(rows: pd.DataFrame, theme: ChartTheme) -> dict[str, object] | None:
    if not {"money_low", "money_high"} <= set(rows):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": (rows["money_high"] - rows["money"]).to_numpy(),
        "arrayminus": (rows["money"] - rows["money_low"]).to_numpy(),
        "color": COLOURS[theme].text,
        "thickness": 1.2,
    }


def _step(cost: float, gain: float, currency: str) -> str:
    total = f"<b>{money(cost, currency)}</b>"
    if not np.isfinite(gain) or gain == 0:
        return total
    return f"{total}<br>{money(abs(gain), currency)} {'less' if gain > 0 else 'more'}"


def _bar_label(figure: Figure, end: tuple[float, str], text: str, theme: ChartTheme) -> None:
    figure.add_annotation(
        x=end[0],
        y=end[1],
        text=text,
        showarrow=False,
        xanchor="left",
        xshift=6,
        font={"color": COLOURS[theme].text, "size": 12},
    )


def _bars_of(figure: Figure, ends: pd.Series) -> Figure:
    """Return the figure with a height that keeps bars equally thick and room for their labels."""
    figure.update_layout(height=110 + 34 * max(len(ends), 2), bargap=0.35, showlegend=False, margin_t=16)
    figure.update_yaxes(showgrid=False, type="category")
    if len(ends):
        figure.update_xaxes(range=[min(0.0, float(ends.min())) * 1.3, float(ends.max() or 1) * 1.45])
    return figure


def _padded(values: pd.Series) -> list[float] | None:
    if values.empty:
        return None
    margin = max(float(values.max() - values.min()) * 0.2, float(abs(values).max()) * 0.05, 1e-9)
    return [float(values.min()) - margin, float(values.max()) + margin]
