"""Parts of the forecast page: every item at a glance, and those that have no forecast."""

import pandas as pd
import streamlit as st

from forecasting.report.tables import csv_bytes
from forecasting.services.findings import Findings, marked, marked_name
from forecasting.services.plan import chosen_forecast
from ui.drill import series_links


def all_items(overview: pd.DataFrame, left_out: pd.DataFrame) -> None:
    """Show one row per series with its small picture; under it the series without a forecast, and why."""
    shown = st.dataframe(
        overview.assign(total=overview["total"].round(1)),
        hide_index=True,
        key="overview",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "unique_id": "Series",
            "total": st.column_config.NumberColumn(
                "Expected in all", format="localized", help="Sum over the horizon."
            ),
            "path": st.column_config.LineChartColumn("Last weeks and forecast", y_min=0),
            "model": "Model",
        },
    )
    rows = shown.selection.rows
    chosen = str(overview["unique_id"].iloc[rows[0]]) if rows and rows[0] < len(overview) else None
    series_links(chosen, key="overview", invite="Click a row to look at its series.")
    if len(left_out):
        st.write("Not forecast:")
        words = {"unique_id": "Series", "reason": "Why"}
        st.dataframe(left_out, hide_index=True, key="left_out", column_config=words)


def download_forecast(found: Findings, provisional: tuple[str, ...]) -> None:
    """Offer the forecast as CSV; one that may still change says so in its name and on every line."""
    st.download_button(
        "Download the forecast (CSV)",
        lambda: csv_bytes(marked(chosen_forecast(found.results, found.choice), provisional)),
        marked_name("forecast.csv", provisional),
        "text/csv",
        key="download_forecast",
        on_click="ignore",
        icon=":material/download:",
    )
