"""Charts and tables in which a click on a bar, a point or a row shows the series behind it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from forecasting.report.charts import Figure
from forecasting.report.columns import Column
from ui.feedback import column_words, readable
from ui.scope import look_at


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
