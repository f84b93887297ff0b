"""What happened, in pictures: sales with their trend, seasons, movers, effects."""

import numpy as np
import pandas as pd

from forecasting.report.charts.bars import bar_label, bars_height
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
    see_through,
    shortened,
)
from forecasting.report.charts.timeline import shaded, time_axis
from forecasting.report.tables import money, percent, units

PROMOTED = 0.5  # share of the series with a promotion from which a period is shaded
MOST_HATCHED = 120  # bars; each has a hatch of its own, and a thousand kept a browser busy for a second


def sales_chart(
    line: pd.DataFrame,
    *,
    period: str,
    theme: ChartTheme,
    events: pd.DataFrame | None = None,
    axis: str = "Units",
) -> Figure:
    """Return sales with their trend, promotions shaded, events marked, lost sales hatched on top.

    `line` has ds, y, trend, lost (units), out (series out of stock), on (share with a promotion), and
    unknown where some series lack records (units usual there);
    `events` has name, kind, start, end, where, who and why: what people say happened.
    """
    rows = needs(line, ("ds", "y", "trend", "lost", "out", "on"))
    figure = blank(Axes("", f"{axis} per {period}"), theme)
    _promotions(figure, rows)
    figure.add_scatter(
        x=rows["ds"], y=rows["y"].to_numpy(), name="Sold", mode="lines", connectgaps=False,
        line={"color": COLOURS[theme].muted, "width": 1.1},
        hovertemplate="%{x|%a %-d %b %Y}<br>sold %{y:,.4~g} units<extra></extra>",
    )  # fmt: skip
    _unknown(figure, rows, theme)
    _lost(figure, rows)
    figure.add_scatter(
        x=rows["ds"], y=rows["trend"].to_numpy(), name="Trend", mode="lines",
        line={"color": COLOURS[theme].forecast, "width": 3},
        hovertemplate="%{x|%-d %b %Y}<br>trend %{y:,.4~g} units<extra></extra>",
    )  # fmt: skip
    if events is not None and len(events):
        _events(figure, rows, events.sort_values("start"))
    time_axis(figure, rows, rows.tail(1), theme)
    figure.update_xaxes(range=[rows["ds"].min(), rows["ds"].max()])
    return figure


def _unknown(figure: Figure, rows: pd.DataFrame, theme: ChartTheme) -> None:
    """Draw, dotted, what would be usual where some series have no record: the trend goes by it."""
    if "unknown" not in rows or not (rows["unknown"] > 0).any():
        return
    usual = (rows["y"] + rows["unknown"]).where(rows["unknown"] > 0)
    figure.add_scatter(
        x=rows["ds"], y=usual.to_numpy(), name="With what is usual, where some are unknown", mode="lines",
        connectgaps=False, line={"color": COLOURS[theme].muted, "width": 1.1, "dash": "dot"},
        hovertemplate="%{x|%a %-d %b %Y}<br>%{y:,.4~g} units with what is usual<extra></extra>",
    )  # fmt: skip


def _events(figure: Figure, rows: pd.DataFrame, events: pd.DataFrame) -> None:
    """Mark what people wrote down: a band over its days, and a flag above that says what, who and why."""
    step = _step(rows)
    shaded(figure, list(zip(events["start"], events["end"] + step, strict=True)), see_through(PURPLE, 0.2))
    top = float((rows["y"].fillna(0.0) + rows["lost"].fillna(0.0)).max())
    said = events.apply(_said_of_event, axis=1)
    figure.add_scatter(
        x=events["start"], y=np.full(len(events), top * 1.06), mode="markers", name="Event",
        marker={"symbol": "triangle-down", "size": 11, "color": PURPLE}, customdata=said.to_numpy(),
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _said_of_event(event: pd.Series) -> str:
    """Return what a flag says, letter by letter as it was written down."""
    dates = f"{event['start']:%-d %b %Y}"
    if event["end"] > event["start"]:
        dates += f" to {event['end']:%-d %b %Y}"
    lines = [f"{event['name']} ({str(event['kind']).replace('_', ' ')})", dates, str(event["where"])]
    source = ": ".join(part for part in (str(event["who"]), str(event["why"])) if part)
    return "<br>".join(plain(part) for part in (*lines, source) if part)


def _step(rows: pd.DataFrame) -> pd.Timedelta:
    """Return the length of a period."""
    ds = rows["ds"].to_numpy()
    return pd.Timedelta(np.median(np.diff(ds)) if len(ds) > 1 else np.timedelta64(1, "D"))


def _promotions(figure: Figure, rows: pd.DataFrame) -> None:
    on = (rows["on"] >= PROMOTED).to_numpy()
    if not on.any():
        return
    starts = np.flatnonzero(on & ~np.concatenate([[False], on[:-1]]))
    ends = np.flatnonzero(on & ~np.concatenate([on[1:], [False]]))
    ds, step = rows["ds"].to_numpy(), _step(rows)
    spans = [(pd.Timestamp(ds[a]), pd.Timestamp(ds[z]) + step) for a, z in zip(starts, ends, strict=True)]
    shaded(figure, spans, see_through(ORANGE, 0.22))
    figure.add_scatter(
        x=[None], y=[None], mode="markers", name="Promotion",
        marker={"symbol": "square", "size": 12, "color": see_through(ORANGE, 0.4)},
    )  # fmt: skip


def _lost(figure: Figure, rows: pd.DataFrame) -> None:
    """Hatch what empty shelves cost, a bar a period; one area where most periods have some."""
    out = rows[rows["out"] > 0]
    name = "Lost to empty shelves (estimated)"
    if len(out) > MOST_HATCHED:
        figure.update_traces(
            selector={"name": "Sold"},
            customdata=rows[["out", "lost"]].to_numpy(),
            hovertemplate="%{x|%a %-d %b %Y}<br>sold %{y:,.4~g} units<br>%{customdata[0]} out of stock, "
            "%{customdata[1]:,.3~g} units lost<extra></extra>",
        )
        # Plotly fills across a gap from the wrong side: both edges leave out what is not known.
        known = rows[rows["y"].notna()]
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": known["ds"]}
        figure.add_scatter(y=known["y"].to_numpy(), showlegend=False, **edge)
        figure.add_scatter(
            y=(known["y"] + known["lost"]).to_numpy(), name=name, fill="tonexty",
            fillpattern={
                "shape": "/", "fgcolor": VERMILION, "bgcolor": see_through(VERMILION, 0.12), "size": 5,
            },
            **edge,
        )  # fmt: skip
    elif len(out):
        figure.add_bar(
            x=out["ds"], y=out["lost"].to_numpy(), base=out["y"].fillna(0.0).to_numpy(), name=name,
            marker={
                "color": see_through(VERMILION, 0.12),
                "line": {"color": VERMILION, "width": 1},
                "pattern": {"shape": "/", "fgcolor": VERMILION, "size": 5},
            },
            customdata=out["out"].to_numpy(),
            hovertemplate="%{x|%a %-d %b %Y}<br>%{customdata} out of stock<extra></extra>",
        )  # fmt: skip


def profile_chart(profile: pd.DataFrame, *, theme: ChartTheme) -> Figure:
    """Return a season profile: bars around what is usual, each with its percent."""
    name = next(c for c in profile.columns if c not in ("index", "seen"))
    figure = blank(Axes("", "Sales against what is usual (%)"), theme)
    above = profile["index"] >= 1
    figure.add_bar(
        x=profile[name],
        y=(profile["index"] - 1).to_numpy() * 100,
        text=[percent(round(v - 1, 2), signed=True) for v in profile["index"]],
        textposition="outside",
        textfont={"size": 11},
        textangle=0,
        cliponaxis=False,
        marker={
            "color": np.where(above, COLOURS[theme].forecast, ORANGE),
            "pattern": {"shape": np.where(above, "", "/")},
        },
        customdata=profile["seen"],
        hovertemplate="%{x}: %{text} against usual<br>from %{customdata} periods<extra></extra>",
    )
    reach = max(float((profile["index"] - 1).abs().max()) * 130, 1.0)
    figure.update_yaxes(range=[-reach, reach], zeroline=True)
    figure.update_xaxes(showgrid=False, type="category")
    figure.update_layout(
        height=300, showlegend=False, margin_t=16, uniformtext={"minsize": 10, "mode": "show"}
    )
    return figure


def heatmap_chart(grid: pd.DataFrame, *, theme: ChartTheme) -> Figure:
    """Return mean units by weekday and week (or year and month): darker is more."""
    figure = blank(Axes(f"{str(grid.columns.name).capitalize()} of the year", ""), theme)
    paper = "#F3F6FA" if theme == "light" else "#1B2430"
    rows = grid[::-1]
    figure.add_heatmap(
        z=rows.to_numpy(),
        x=[int(c) for c in grid.columns],
        y=[str(r) for r in rows.index],
        colorscale=[[0, paper], [0.5, SKY], [1, BLUE]] if theme == "light" else [[0, paper], [1, SKY]],
        xgap=1,
        ygap=2,
        colorbar={"title": {"text": "Units"}, "thickness": 12, "outlinewidth": 0},
        hovertemplate=f"{grid.columns.name} %{{x}}, %{{y}}: %{{z:,.3~g}} units on average<extra></extra>",
    )
    figure.update_yaxes(type="category", showgrid=False)
    figure.update_xaxes(showgrid=False)
    figure.update_layout(height=110 + 26 * max(len(grid), 4), margin_t=16)
    return figure


def movers_chart(movers: pd.DataFrame, *, currency: str, theme: ChartTheme, each: int = 5) -> Figure:
    """Return the series that won and lost most, in money (in units where no price is known)."""
    in_money = bool(movers["change"].notna().any())
    column = "change" if in_money else "units_change"
    known = movers.dropna(subset=[column]).sort_values(column, kind="stable")
    won, lost = known[known[column] > 0].tail(each), known[known[column] < 0].head(each)
    rows = pd.concat([lost[::-1], won])
    axis = f"Change of revenue ({currency})" if in_money else "Change of units"
    figure = blank(Axes(axis, ""), theme)
    places, names = [f"{k}" for k in range(len(rows))], [shortened(n, 26) for n in rows["unique_id"]]
    up = (rows[column] > 0).to_numpy()
    said = [money(v, currency) if in_money else units(v) for v in rows[column]]
    figure.add_bar(
        x=rows[column].to_numpy(), y=places, orientation="h",
        customdata=np.column_stack([names, said, rows["unique_id"].to_numpy()]) if len(rows) else None,
        marker={"color": np.where(up, GREEN, VERMILION), "pattern": {"shape": np.where(up, "", "/")}},
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    )  # fmt: skip
    for place, value, text in zip(places, rows[column], said, strict=True):
        bar_label(figure, (max(value, 0.0), place), f"{'+' if value > 0 else ''}{text}", theme)
    reach = float(rows[column].abs().max()) if len(rows) else 1.0
    least = float(min(rows[column].min(), 0.0)) if len(rows) else 0.0
    figure.update_xaxes(range=[least * 1.1 - reach * 0.02, max(float(rows[column].max()), 0.0) + reach * 0.4]
                        if len(rows) else None)  # fmt: skip
    figure.update_yaxes(type="category", tickvals=places, ticktext=names, showgrid=False)
    figure.update_layout(height=bars_height(len(rows)), bargap=0.35, showlegend=False, margin_t=16)
    return figure


def effects_chart(effects: pd.DataFrame, *, theme: ChartTheme, top: int = 15) -> Figure:
    """Return the change of units in a promotion per series, each with its 95 % interval."""
    rows = effects.dropna(subset=["uplift"]).sort_values("units", ascending=False).head(top)[::-1]
    what = " or ".join(shortened(name, 40) for name in rows["switch"].unique()) or "it"
    figure = blank(Axes(f"Change of units while {what} is on (%), 95 % interval", ""), theme)
    places, names = [f"{k}" for k in range(len(rows))], [shortened(n, 26) for n in rows["unique_id"]]
    figure.add_scatter(
        x=rows["uplift"].to_numpy() * 100, y=places, mode="markers",
        marker={"size": 9, "color": COLOURS[theme].forecast, "symbol": "diamond"},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.4, "color": COLOURS[theme].text,
            "array": ((rows["uplift_high"] - rows["uplift"]) * 100).to_numpy(),
            "arrayminus": ((rows["uplift"] - rows["uplift_low"]) * 100).to_numpy(),
        },
        customdata=np.column_stack([names, rows["unique_id"].to_numpy()]) if len(rows) else None,
        hovertemplate="%{customdata[0]}<br>%{x:+.0f} %<extra></extra>",
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": COLOURS[theme].muted, "width": 1, "dash": "dot"})
    figure.update_yaxes(type="category", tickvals=places, ticktext=names)
    figure.update_layout(height=bars_height(len(rows)), showlegend=False, margin_t=16)
    return figure
