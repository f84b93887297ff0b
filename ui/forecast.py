"""Parts of the forecast page: every item at a glance, and those that have no forecast."""

import pandas as pd
import streamlit as st


def all_items(overview: pd.DataFrame, left_out: pd.DataFrame) -> None:
    """Show one row per series with its small picture; under it the series without a forecast, and why."""
    st.dataframe(
        overview,
        hide_index=True,
        key="overview",
        column_config={
            "unique_id": "Series",
            "total": st.column_config.NumberColumn(
                "Expected in all", format="localized", help="Sum over the horizon."
            ),
            "path": st.column_config.LineChartColumn("Last weeks and forecast", y_min=0),
            "model": "Model",
        },
    )
    if len(left_out):
        st.write("Not forecast:")
        st.dataframe(left_out, hide_index=True, key="left_out")
