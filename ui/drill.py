"""Charts and tables in which a click on a bar, a point or a row shows the series behind it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from forecasting.report.charts import Figure
from forecasting.report.columns import Column
from forecasting.services.past import ALL
from ui.feedback import column_words, readable
from ui.item import ITEM
from ui.scope import look_at
from ui.sentences import as_text
from ui.state import go_to

LETTER, MARGIN, WIDEST = 7, 24, 220  # px: of a name's letters, around them, and the widest column of names
# Where a series can be looked at more closely: page, words, icon, and what that page remembers it by.
PLACES = {
    "history": ("History", ":material/history:", None),
    "forecast": ("Forecast", ":material/show_chart:", "series"),
    "item": ("Order and stock", ":material/search_insights:", ITEM),
}


def selectable_table(
    frame: pd.DataFrame, words: Mapping[str, Column], currency: str, *, key: str, columns: Sequence[str]
) -> None:
    """Show a read-only table; a click on a row looks at its series."""
    # A callback: the choice of a series stands above the table and is drawn before it.
    _clickable(frame, words, currency, key, columns, lambda: _look_at_row(key, frame["unique_id"]))


def linked_table(
    frame: pd.DataFrame,
    words: Mapping[str, Column],
    currency: str,
    *,
    key: str,
    columns: Sequence[str],
    name: str = "unique_id",
) -> str | None:
    """Show a read-only table and return the series or group (column `name`) of the row that was clicked.

    A click is remembered for the rows it was made on: row 1 of other series means another one.
    """
    rows_shown = "\n".join(map(str, frame[name]))
    key = f"{key}_{hashlib.sha256(rows_shown.encode()).hexdigest()[:12]}"
    _clickable(frame, words, currency, key, columns, "rerun", named=name)
    rows = st.session_state[key]["selection"]["rows"] if key in st.session_state else []
    return str(frame[name].iloc[rows[0]]) if rows and rows[0] < len(frame) else None


def _clickable(
    frame: pd.DataFrame,
    words: Mapping[str, Column],
    currency: str,
    key: str,
    columns: Sequence[str],
    on_select: Callable[[], None] | Literal["rerun"],
    named: str = "unique_id",
) -> None:
    # A column without any value is left out: money where no price is known.
    told = [c for c in columns if c in frame and (frame.empty or frame[c].notna().any())]
    shown = readable(frame[told].reset_index(drop=True), words)
    config = column_words(shown, words, currency)
    if named in config and len(shown):  # many columns would squeeze the one that says who
        longest = int(shown[named].astype(str).str.len().max())
        config[named]["width"] = min(LETTER * longest + MARGIN, WIDEST)
    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        column_config=config,
        on_select=on_select,
        selection_mode="single-row",
        placeholder="–",
    )


def series_links(series: str | None, *, key: str, here: str = "", invite: str = "") -> None:
    """Offer the pages that show one series closely, but for the one it stands on; filters are kept.

    Without a series `invite` says how to choose one.
    """
    if series is None or series == ALL:
        if invite:
            st.caption(invite)
        return
    with st.container(horizontal=True):
        for page, (label, icon, remembered) in PLACES.items():
            if page != here and st.button(
                label, icon=icon, key=f"{page}_of_{key}", help=f"{label}: {as_text(series)}"
            ):
                if remembered:
                    st.session_state[remembered] = series
                else:
                    look_at(series)
                go_to(page)


def drill_link(series: str) -> None:
    """Offer what else is known of the series that history looks at, and the way back to all of them."""
    series_links(series, key="drill", here="history")
    if series != ALL:
        st.button(
            "Back to all series", icon=":material/undo:", key="drill_back", on_click=look_at, args=(ALL,),
            type="tertiary",
        )  # fmt: skip


def row_link(frame: pd.DataFrame, *, key: str) -> None:
    """Offer the pages of the series whose row was clicked in the table `key`."""
    chosen = st.session_state.get(key)
    rows = chosen["selection"]["rows"] if chosen else []
    series = str(frame["unique_id"].iloc[rows[0]]) if rows and rows[0] < len(frame) else None
    if series:
        st.text(f"{series}:")
    series_links(series, key=key, invite="Click a row to look at its series.")


def _look_at_row(key: str, names: pd.Series) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(names):
        look_at(str(names.iloc[rows[0]]))


def selectable_chart(figure: Figure, *, key: str) -> None:
    """Show a chart whose marks carry the series last in their custom data; a click looks at it."""
    with st.container(key=f"wide_{key}"):
        st.plotly_chart(
            figure, theme=None, key=key, on_select=lambda: _look_at_mark(key), selection_mode="points"
        )


def _look_at_mark(key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        look_at(str(list(points[0]["customdata"])[-1]))
