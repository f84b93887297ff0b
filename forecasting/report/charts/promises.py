"""Whether ranges keep their promise, and how the error grows with the distance."""

import numpy as np
import pandas as pd

from forecasting.report.charts.canvas import (
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
    shortened,
)
from forecasting.report.columns import model_label

Z95 = 1.959964  # standard normal quantile at 0.975
# Dash and marker of our forecast, of the baseline, and of the other models in their order.
OURS, REPEATED = ("solid", "circle"), ("dash", "square")
OTHERS = (("dot", "diamond"), ("dashdot", "triangle-up"), ("longdash", "x"), ("longdashdot", "cross"))


def calibration_chart(calibration: pd.DataFrame, *, theme: ChartTheme) -> Figure:
    """Return promised against kept shares, from columns `nominal`, `achieved` and `n`.

    The whisker is the 95 % Wilson interval of `achieved` in `n` periods (Wilson 1927), or the
    columns `low` and `high` where given. On the diagonal the promise is kept.
    """
    needs(calibration, ("nominal", "achieved", "n"))
    rows = calibration.dropna(subset=["nominal", "achieved"]).sort_values("nominal")
    figure = blank(Axes("Promised (% of periods)", "Kept (% of periods)"), theme)
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        name="Promise kept exactly",
        line={"color": ORANGE, "dash": "dash", "width": 1.5},
        hoverinfo="skip",
    )
    _kept(figure, rows, theme)
    figure.update_xaxes(range=[0, 100], dtick=20)
    figure.update_yaxes(range=[0, 102], dtick=20)
    return figure


def _kept(figure: Figure, rows: pd.DataFrame, theme: ChartTheme) -> None:
    low, high = _interval(rows)
    achieved = rows["achieved"].to_numpy()
    figure.add_scatter(
        x=rows["nominal"].to_numpy() * 100,
        y=achieved * 100,
        mode="lines+markers",
        name="Kept, with 95 % interval",
        line={"color": COLOURS[theme].forecast, "width": 1.5},
        marker={"size": 8},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (high - achieved) * 100,
            "arrayminus": (achieved - low) * 100,
            "color": COLOURS[theme].forecast,
        },
        customdata=np.column_stack([low * 100, high * 100, rows["n"]]),
        hovertemplate=(
            "promised %{x:.0f} %<br>kept %{y:.1f} % of %{customdata[2]:,.0f} periods"
            "<br>95 % interval %{customdata[0]:.1f} to %{customdata[1]:.1f} %<extra></extra>"
        ),
    )


def horizon_error_chart(
    errors: pd.DataFrame, *, period: str, theme: ChartTheme, metric: str = "WAPE"
) -> Figure:
    """Return the error at every step ahead, a line per model, from `model`, `h` and the metric's column.

    `period` is the word for one step (day, week, month). Lines differ in dash and marker too,
    never in colour alone.
    """
    column = metric if metric in errors else metric.lower()
    needs(errors, ("model", "h", column))
    figure = blank(Axes(f"{period.capitalize()}s ahead", f"Forecast error, {metric} (% of sales)"), theme)
    styles = line_styles(errors["model"].astype(str).unique().tolist(), theme)
    for model, rows in errors.sort_values("h").groupby("model", sort=False):
        name = shortened(model_label(str(model)))
        colour, dash, symbol = styles[str(model)]
        figure.add_scatter(
            x=rows["h"].to_numpy(),
            y=rows[column].to_numpy() * 100,
            mode="lines+markers",
            name=name,
            line={"color": colour, "dash": dash, "width": 2.6 if model == "chosen" else 1.6},
            marker={"symbol": symbol, "size": 6},
            hovertemplate=f"%{{x}} {period}s ahead<br>error %{{y:.1f}} %<extra>%{{fullData.name}}</extra>",
        )
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(showgrid=False)
    return figure


def line_styles(models: list[str], theme: ChartTheme) -> dict[str, tuple[str, str, str]]:
    """Return colour, dash and marker per model; the baseline is orange and dashed as everywhere."""
    colours = (GREEN, PURPLE, VERMILION, COLOURS[theme].muted)
    styles = {"chosen": (COLOURS[theme].forecast, *OURS), "seasonal_naive": (ORANGE, *REPEATED)}
    styles["chance"] = (COLOURS[theme].text, "dot", "line-ew-open")
    others = [m for m in models if m not in styles]
    for place, model in enumerate(others):
        # Past the fourth the same dashes return with the next colour: no two of sixteen are alike.
        turn, style = divmod(place, len(OTHERS))
        styles[model] = (colours[(place + turn) % len(colours)], *OTHERS[style])
    return styles


def _interval(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    if {"low", "high"} <= set(rows):
        return rows["low"].to_numpy(dtype=float), rows["high"].to_numpy(dtype=float)
    return wilson(rows["achieved"].to_numpy(dtype=float), rows["n"].to_numpy(dtype=float))


def wilson(share: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the 95 % Wilson score interval of a share seen in n trials; NaN where n is 0.

    Source: Wilson (1927), JASA 22(158), 209-212.

    >>> low, high = wilson(np.array([0.8]), np.array([100.0]))
    >>> float(low[0].round(3)), float(high[0].round(3))
    (0.711, 0.867)
    """
    trials = np.where(n > 0, n, np.nan)
    centre = (share + Z95**2 / (2 * trials)) / (1 + Z95**2 / trials)
    half = Z95 / (1 + Z95**2 / trials) * np.sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    return centre - half, centre + half
