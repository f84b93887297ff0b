"""The pictures of the PDF: the only file that knows matplotlib.

Figures are drawn on their own canvas, never through pyplot, whose global state threads would share.
"""

from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from forecasting.report.charts.canvas import BLUE, ORANGE
from forecasting.report.charts.demand import band
from forecasting.report.charts.stairs import PART_STYLES
from forecasting.report.columns import model_label
from forecasting.report.tables import day, money, percent
from forecasting.report.value_columns import PART_LABELS

DOTS_PER_INCH = 170
TEXT, MUTED, GRID = "#111111", "#4A5260", "#E3E6EA"
HISTORY_SHOWN = pd.Timedelta(weeks=26)


def font_file(*, bold: bool = False) -> Path:
    """Return the DejaVu Sans that ships inside matplotlib: it knows é, € and −."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"


def forecast_picture(
    history: pd.DataFrame, forecast: pd.DataFrame, *, coverage: float | None, unit: str
) -> bytes:
    """Return a PNG of one series: the last half year, the forecast and its range."""
    figure, axes = _canvas(7.5, 2.7)
    last = history["ds"].max()
    shown = history.loc[history["ds"] > last - max(HISTORY_SHOWN, 4 * (forecast["ds"].max() - last))]
    shown, forecast = shown.sort_values("ds"), forecast.sort_values("ds")
    axes.plot(shown["ds"], shown["y"], color=TEXT, linewidth=1, label="Actual")
    if coverage is not None:
        interval = band(forecast, coverage)
        label = f"{percent(coverage)} range"
        axes.fill_between(
            forecast["ds"], interval.low, interval.high, color=BLUE, alpha=0.2, linewidth=0, label=label
        )
    axes.plot(
        forecast["ds"],
        forecast["mean"],
        color=BLUE,
        linewidth=1.4,
        marker="o",
        markersize=2,
        label="Forecast",
    )
    _mark_actuals_end(axes, last, forecast["ds"])
    axes.set_xlim(shown["ds"].min(), forecast["ds"].max())
    axes.set_ylabel(unit)
    locator = AutoDateLocator(maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=True))
    _legend(axes)
    return _png(figure)


def models_picture(leaderboard: pd.DataFrame, *, currency: str, baseline: str = "seasonal_naive") -> bytes:
    """Return a PNG of what ordering by each model cost, cheapest on top."""
    rows = leaderboard.dropna(subset=["money"]).sort_values("money", ascending=False)
    figure, axes = _canvas(7.5, 0.75 + 0.3 * max(len(rows), 2))
    cheapest = rows["money"].min()
    for place, (model, cost) in enumerate(zip(rows["model"], rows["money"], strict=True)):
        colour = ORANGE if model == baseline else (BLUE if cost == cheapest else "#8CBBD9")
        hatch = "///" if model == baseline else ""
        axes.barh(place, cost, color=colour, hatch=hatch, edgecolor="white", linewidth=0, height=0.66)
        axes.annotate(
            money(cost, currency), (cost, place), (5, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_yticks(range(len(rows)), [_literal(model_label(m)) for m in rows["model"]])
    axes.set_xlim(0, float(rows["money"].max() or 1) * 1.15)
    axes.set_xlabel(f"Cost of too much and too little over the test ({currency})")
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(visible=False, axis="y")
    return _png(figure)


def value_picture(value: pd.DataFrame, *, currency: str, over: str = "") -> bytes:
    """Return a PNG of the staircase: what each step costs, split by cause."""
    figure, axes = _canvas(7.5, 2.8)
    places, tops = np.arange(len(value)), np.zeros(len(value))
    for part, (colour, hatch) in PART_STYLES.items():
        if not (value[part] != 0).any():
            continue
        height = value[part].to_numpy()
        axes.bar(
            places, height, 0.55, bottom=np.where(height > 0, tops, 0.0), color=colour, hatch=hatch * 3,
            edgecolor="white", linewidth=0, label=PART_LABELS[part],
        )  # fmt: skip
        tops = tops + np.maximum(height, 0.0)
    for place, top, cost in zip(places, tops, value["cost"], strict=True):
        axes.annotate(
            money(cost, currency), (place, top), (0, 4), textcoords="offset points", ha="center", fontsize=8.5
        )
    axes.set_xticks(places, [_literal(str(step).replace(", ", ",\n")) for step in value["step"]])
    axes.set_xlim(-0.6, max(len(value), 3) - 0.4)
    axes.set_ylim(min(0.0, float(value[list(PART_STYLES)].min().min())), float(tops.max() or 1) * 1.15)
    axes.set_ylabel(_literal(f"Cost {over} ({currency})".replace("  ", " ")))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(visible=False, axis="x")
    _legend(axes)
    return _png(figure)


def _mark_actuals_end(axes: Axes, last: pd.Timestamp, ahead: pd.Series) -> None:
    border = last + (ahead.min() - last) / 2
    axes.axvspan(border, ahead.max(), color=BLUE, alpha=0.05, linewidth=0)
    axes.axvline(border, color=MUTED, linewidth=0.8, linestyle=":")
    axes.set_ylim(bottom=0, top=axes.get_ylim()[1] * 1.12)
    axes.annotate(
        f"actuals through {day(last)} ",
        (border, 0.97),
        xycoords=("data", "axes fraction"),
        ha="right",
        va="top",
        fontsize=7.5,
        color=MUTED,
    )


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(MUTED)
    axes.grid(visible=True, axis="both", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, colors=TEXT)
    axes.xaxis.label.set_fontsize(8.5)
    axes.yaxis.label.set_fontsize(8.5)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    return figure, axes


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, frameon=False, fontsize=8, borderaxespad=0.2
    )


def _literal(text: str) -> str:
    r"""Return text in which `$` is a dollar, not the start of a formula.

    >>> _literal("$ model")
    '\\$ model'
    """
    return text.replace("$", r"\$")


def _png(figure: Figure) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
