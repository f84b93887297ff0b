"""What will we sell, and how sure are we?"""

import streamlit as st

from forecasting.report.charts import forecast_chart
from forecasting.report.columns import FORECAST_COLUMNS, model_label
from forecasting.services.findings import scope_of
from forecasting.services.forecast_view import forecast_view
from forecasting.services.tiles import forecast_tiles
from ui.controls import coverage_control, forecast_settings, series_control
from ui.feedback import next_step, show_chart, show_table, show_tiles, theme
from ui.findings import require_findings

st.title("What will we sell, and how sure are we?")
workspace, found = require_findings()
st.caption(scope_of(found))
forecast_settings(workspace)
show_tiles(forecast_tiles(found))

left, right = st.columns([3, 2], vertical_alignment="bottom")
with left:
    series = series_control(found)
with right:
    coverage = coverage_control()
view = forecast_view(found, series, coverage)

st.text(view.sentence)
chart = forecast_chart(
    view.history, view.forecast, coverage=coverage, theme=theme(), runner_up=view.runner_up
)
show_chart(chart, key="forecast_chart")

table, models, everything = st.tabs(["Table", "Why this model", "All items"])
with table:
    show_table(view.table, FORECAST_COLUMNS, "", key="forecast_table")
with models:
    st.text(f"{model_label(view.model)}: {view.reason}.")
    if len(found.results.left_out):
        st.write("Not forecast:")
        st.dataframe(found.results.left_out, hide_index=True, key="left_out")
    for line in found.results.assumptions:
        st.info(line)
with everything:
    st.dataframe(
        view.overview,
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
next_step("accuracy", "can I trust it?")
