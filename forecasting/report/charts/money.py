"""What each forecast costs, in money."""

import pandas as pd

from forecasting.report.charts.bars import bar_label, bars_of
from forecasting.report.charts.canvas import (
    BLUE,
    COLOURS,
    ORANGE,
    SKY,
    Axes,
    ChartTheme,
    Figure,
    blank,
    needs,
    see_through,
    shortened,
)
from forecasting.report.charts.promises import line_styles
from forecasting.report.columns import model_label
from forecasting.report.tables import money


def money_bars(
    leaderboard: pd.DataFrame, *, currency: str, theme: ChartTheme, baseline: str = "seasonal_naive"
) -> Figure:
    """Return what ordering by each model cost over the test, cheapest on top.

    Whiskers appear where the leaderboard has `money_low` and `money_high`. The baseline is
    hatched, the cheapest solid in the forecast's colour.
    """
    rows = (
        needs(leaderboard, ("model", "money")).dropna(subset=["money"]).sort_values("money", ascending=False)
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
        bar_label(figure, (end, name), money(value, currency), theme)
    return bars_of(figure, ends)


def accuracy_vs_money(leaderboard: pd.DataFrame, *, currency: str, theme: ChartTheme) -> Figure:
    """Return error against cost, a point per model: the most accurate need not be the cheapest."""
    rows = (
        needs(leaderboard, ("model", "money", "WAPE")).dropna(subset=["money", "WAPE"]).sort_values("money")
    )
    axes = Axes("Forecast error, WAPE (% of sales)", f"Cost over the test ({currency})")
    figure = blank(axes, theme)
    # Names in a legend, not at the points: models that are alike lie on one another, and so would names.
    # Ours is drawn last, so that a single model that is the same does not cover it.
    rows = rows.sort_values("model", key=lambda m: m == "chosen", kind="stable")
    styles = line_styles(rows["model"].astype(str).tolist(), theme)
    for model, error, cost in zip(rows["model"].astype(str), rows["WAPE"], rows["money"], strict=True):
        colour, _, symbol = styles[model]
        name = shortened(model_label(model))
        figure.add_scatter(
            x=[error * 100],
            y=[cost],
            mode="markers",
            name=name,
            cliponaxis=False,
            marker={"size": 13, "color": colour, "symbol": symbol, "opacity": 0.85},
            hovertemplate=f"{name}<br>error %{{x:.1f}} %<br>{money(cost, currency)}<extra></extra>",
            showlegend=True,
        )
    for update, values in ((figure.update_xaxes, rows["WAPE"] * 100), (figure.update_yaxes, rows["money"])):
        update(range=_padded(values))
    return figure


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


def _padded(values: pd.Series) -> list[float] | None:
    if values.empty:
        return None
    margin = max(float(values.max() - values.min()) * 0.2, float(abs(values).max()) * 0.05, 1e-9)
    return [float(values.min()) - margin, float(values.max()) + margin]
