"""An empty chart in the house style, light or dark: the one file that knows plotly."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from forecasting.errors import DataError

ChartTheme = Literal["light", "dark"]
Figure: TypeAlias = go.Figure

# Okabe & Ito (2008), Color Universal Design: told apart by every common kind of colour vision.
BLUE, SKY, ORANGE, GREEN, VERMILION, PURPLE, YELLOW = (
    "#0072B2",
    "#56B4E9",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#F0E442",
)
HEIGHT = 400  # px, unless a chart has a reason of its own
FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Colours:
    """The colours that change with the background; every text reaches 4.5 : 1 on it."""

    text: str
    muted: str
    grid: str
    paper: str  # behind hover boxes and buttons; the chart itself is transparent
    forecast: str  # blue by day; the same family's sky blue is what stays visible at night
    shade: str  # over the future


COLOURS: dict[ChartTheme, Colours] = {
    "light": Colours("#111111", "#4A5260", "#E3E6EA", "#FFFFFF", BLUE, "rgba(0,114,178,0.05)"),
    "dark": Colours("#F2F4F7", "#B4BBC6", "#333A45", "#161B22", SKY, "rgba(86,180,233,0.08)"),
}


@dataclass(frozen=True)
class Axes:
    """The titles of both axes, each with its unit."""

    x: str
    y: str


def blank(axes: Axes, theme: ChartTheme) -> Figure:
    """Return a chart without data: titled axes, quiet grid, legend above, colours of the theme."""
    colours = COLOURS[theme]
    # All at once: plotly checks every change of a finished figure path by path, ten times as long.
    layout = {
        "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colours.text},
        "height": HEIGHT,
        "margin": {"l": 64, "r": 16, "t": 40, "b": 56},
        "legend": {
            "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": colours.text},
        },
        "hoverlabel": {
            "bgcolor": colours.paper, "font": {"color": colours.text}, "bordercolor": colours.grid,
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colours.muted, "activecolor": colours.text},
        "hovermode": "closest",
        "xaxis": _axis(axes.x, colours),
        "yaxis": _axis(axes.y, colours),
    }  # fmt: skip
    return go.Figure(layout=layout)


def _axis(title: str, colours: Colours) -> dict[str, object]:
    return {
        "title": {"text": title, "font": {"size": 13, "color": colours.text}, "standoff": 12},
        "tickfont": {"size": 12, "color": colours.text},
        "gridcolor": colours.grid,
        "linecolor": colours.muted,
        "zerolinecolor": colours.muted,
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "none",
    }


def needs(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the frame, metric names in the spelling asked for; refuse one that lacks a column."""
    wanted = {c.lower(): c for c in columns}
    named = frame.rename(columns={c: wanted[str(c).lower()] for c in frame if str(c).lower() in wanted})
    missing = [c for c in columns if c not in named]
    if missing:
        raise DataError(f"The chart needs the columns {list(columns)}; {missing} are missing.")
    return named


def plain(text: object) -> str:
    """Return text that plotly shows letter by letter: names from a file are never markup.

    >>> plain("<a href='x'>Tea</a>")
    "&lt;a href='x'&gt;Tea&lt;/a&gt;"
    """
    return html.escape(str(text), quote=False)


def shortened(text: object, longest: int = 34) -> str:
    """Return `plain` text cut to what fits beside a bar."""
    whole = str(text)
    return plain(whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…")


def see_through(colour: str, alpha: float) -> str:
    """Return a hex colour as rgba.

    >>> see_through("#0072B2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def script() -> str:
    """Return plotly.js itself, for a page that must work without a network."""
    return get_plotlyjs()


def as_json(figure: Figure) -> str:
    """Return a figure as JSON that is safe inside a script element: plotly escapes every `<`."""
    text: str = figure.to_json()
    return text
