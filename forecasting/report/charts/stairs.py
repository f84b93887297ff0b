"""The staircase of costs, and the tornado of what moves the result."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from forecasting.report.charts.bars import bars_height
from forecasting.report.charts.canvas import (
    BLUE,
    COLOURS,
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
    shortened,
)
from forecasting.report.tables import money
from forecasting.report.value_columns import PART_LABELS

PART_STYLES = {
    "lost_margin": (VERMILION, ""),
    "waste_cost": (SKY, "/"),
    "holding_cost": (PURPLE, "."),
    "ordering_cost": (ORANGE, "x"),
}


def value_chart(value: pd.DataFrame, *, currency: str, theme: ChartTheme, over: str = "") -> Figure:
    """Return what each step of the staircase costs, split by cause, with what it saves above it."""
    rows = needs(value, ("step", "cost", *PART_STYLES))
    figure = blank(Axes("", f"Cost {over} ({currency})".replace("  ", " ")), theme)
    names = [_wrapped(step) for step in rows["step"]]
    for part, (colour, pattern) in PART_STYLES.items():
        if not (rows[part] != 0).any():
            continue
        figure.add_bar(
            x=names,
            y=rows[part].to_numpy(),
            name=PART_LABELS[part],
            marker={"color": colour, "pattern": {"shape": pattern}},
            customdata=[money(v, currency) for v in rows[part]],
            hovertemplate=f"%{{x}}<br>{PART_LABELS[part]}: %{{customdata}}<extra></extra>",
        )
    tops = rows[list(PART_STYLES)].clip(lower=0).sum(axis=1)
    for name, top, row in zip(names, tops, rows.to_dict("records"), strict=True):
        figure.add_annotation(
            x=name,
            y=top,
            text=_above(row, currency),
            showarrow=False,
            yanchor="bottom",
            font={"color": COLOURS[theme].text, "size": 12},
        )
    figure.update_layout(barmode="relative", bargap=0.35, height=430)
    figure.update_xaxes(showgrid=False, tickangle=0)
    top = float(tops.max()) if len(rows) else 1.0
    figure.update_yaxes(range=[min(0.0, float(rows[list(PART_STYLES)].min().min())), (top or 1.0) * 1.25])
    return figure


def tornado_chart(
    effects: pd.DataFrame, middle: float, *, currency: str, theme: ChartTheme, measure: str
) -> Figure:
    """Return how far each input moves the result (name, from, low, to, high), the widest on top.

    The line marks the result as it stands, the dotted one where nothing is won or lost.
    """
    rows = needs(effects, ("name", "from", "low", "to", "high")).iloc[::-1]
    figure = blank(Axes(f"{measure} ({currency})", ""), theme)
    names = [shortened(name) for name in rows["name"]]
    for end, at, colour, pattern in (("low", "from", ORANGE, "/"), ("high", "to", BLUE, "")):
        figure.add_bar(
            x=(rows[end] - middle).to_numpy(),
            base=middle,
            y=names,
            orientation="h",
            name="lower end of the input" if end == "low" else "upper end of the input",
            marker={"color": colour, "pattern": {"shape": pattern}},
            customdata=[
                [plain(where), money(v, currency)] for where, v in zip(rows[at], rows[end], strict=True)
            ],
            hovertemplate="%{y}: %{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        )
    figure.update_layout(barmode="overlay", bargap=0.35, height=bars_height(len(rows)) + 40)
    figure.update_yaxes(showgrid=False, type="category")
    figure.update_xaxes(range=_reach([*rows["low"], *rows["high"], middle, 0.0]))
    colours = COLOURS[theme]
    figure.add_vline(x=middle, line={"color": colours.text, "width": 1.5})
    figure.add_vline(x=0, line={"color": colours.muted, "width": 1.2, "dash": "dot"})
    figure.add_annotation(
        x=0, y=0, yref="paper", text="break-even", showarrow=False, yanchor="bottom", xanchor="left",
        xshift=4, font={"color": colours.muted, "size": 11},
    )  # fmt: skip
    return figure


def _above(row: Mapping[Hashable, object], currency: str) -> str:
    cost, gain = float(str(row["cost"])), row.get("gain")
    total = f"<b>{money(cost, currency)}</b>"
    if not isinstance(gain, float) or not np.isfinite(gain):
        return total
    word = "less" if gain >= 0 else "more"
    label = row.get("label") or ""
    bold = f"<b>{money(abs(gain), currency)} {word}</b>" if label == "forecast value" else ""
    return f"{total}<br>{bold or f'{money(abs(gain), currency)} {word}'}"


def _wrapped(step: object) -> str:
    return str(plain(step)).replace(", ", ",<br>")


def _reach(values: Sequence[float]) -> list[float]:
    known = [v for v in values if np.isfinite(v)] or [0.0, 1.0]
    margin = max((max(known) - min(known)) * 0.08, 1e-9)
    return [min(known) - margin, max(known) + margin]
