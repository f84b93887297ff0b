"""What will we sell, and how sure are we?"""

import streamlit as st

from forecasting.report.charts import forecast_chart
from forecasting.report.columns import FORECAST_COLUMNS, model_label
from forecasting.services.findings import scope_of
from forecasting.services.forecast_view import forecast_view
from forecasting.services.tiles import forecast_tiles
from ui.controls import coverage_control, forecast_settings, series_control
from ui.drill import series_links
from ui.feedback import next_step, show_chart, show_table, show_tiles, theme
from ui.findings import require_findings
from ui.forecast import all_items

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
    view.history,
    view.forecast,
    coverage=coverage,
    theme=theme(),
    runner_up=view.runner_up,
    axis=found.settings.axis,
)
show_chart(chart, key="forecast_chart")
series_links(series, key="forecast", here="forecast")

models, table, everything = st.tabs(
    ["Why this model", "Table", "All items"], key="forecast_tabs", on_change="rerun"
)
with models:
    st.text(f"{model_label(view.model)}: {view.reason}.")
    for line in found.results.assumptions:
        st.info(line)
with table:
    if table.open:
        show_table(view.table, FORECAST_COLUMNS, "", key="forecast_table")
with everything:
    if everything.open:
        all_items(view.overview, found.results.left_out)
next_step("accuracy", "can I trust it?")
