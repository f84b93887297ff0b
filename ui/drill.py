"""Charts and tables in which a click on a bar, a point or a row shows the series behind it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from forecasting.report.charts import Figure
from forecasting.report.columns import Column
from ui.feedback import column_words, readable
from ui.scope import look_at
from ui.sentences import as_text
from ui.state import go_to


def selectable_table(
    frame: pd.DataFrame, words: Mapping[str, Column], currency: str, *, key: str, columns: Sequence[str]
) -> None:
    """Show a read-only table; a click on a row looks at its series."""
    frame = frame.reset_index(drop=True)
    # A column without any value is left out: money where no price is known.
    told = [c for c in columns if c in frame and (frame.empty or frame[c].notna().any())]
    shown = readable(frame[told], words)
    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        column_config=column_words(shown, words, currency),
        # A callback: the choice of a series stands above the table and is drawn before it.
        on_select=lambda: _look_at_row(key, frame["unique_id"]),
        selection_mode="single-row",
        placeholder="–",
    )


def history_link(frame: pd.DataFrame, *, key: str) -> None:
    """Offer the history of the series whose row was clicked in the table `key`, on its own page."""
    chosen = st.session_state.get(key)
    rows = chosen["selection"]["rows"] if chosen else []
    if not rows or rows[0] >= len(frame):
        st.caption("Click a row to look at the history of its series.")
        return
    series = str(frame["unique_id"].iloc[rows[0]])
    if st.button(f"History of {as_text(series)}", icon=":material/show_chart:", key=f"history_{key}"):
        look_at(series)
        go_to("history")


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
