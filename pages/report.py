"""Something to take to the meeting."""

import streamlit as st

from forecasting.report.content import ranked
from forecasting.report.tables import csv_bytes
from forecasting.services.content import notes
from forecasting.services.findings import scope_of
from forecasting.services.plan import chosen_forecast
from forecasting.services.worth import cautions, value_sentences
from ui.feedback import show_lines
from ui.findings import report_file, require_findings, worth_now

FILES = {
    "xlsx": ("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": ("PDF to print", "application/pdf"),
    "html": ("Web page with charts", "text/html"),
}

st.title("Something to take to the meeting")
workspace, found = require_findings()
st.caption(f"{scope_of(found)} · run {found.results.run_id}")
if found.evaluation is None or set(found.results.models) < set(found.settings.models):
    st.info("Some models are still being tested; a report made now says so and uses what is ready.")

for column, (kind, (label, mime)) in zip(st.columns(3, border=True), FILES.items(), strict=True):
    column.subheader(label)
    column.download_button(
        f"Download {kind.upper()}",
        lambda kind=kind: report_file(kind, workspace, found),
        f"shelfwise_{found.results.run_id}.{kind}",
        mime,
        key=f"download_{kind}",
        on_click="ignore",
        type="primary" if kind == "xlsx" else "secondary",
    )
plan, forecast, _ = st.columns(3)
plan.download_button(
    "Orders (CSV)",
    lambda: csv_bytes(ranked(found.orders)),
    "orders.csv",
    "text/csv",
    key="download_orders",
    on_click="ignore",
)
forecast.download_button(
    "Forecast (CSV)",
    lambda: csv_bytes(chosen_forecast(found.results, found.choice)),
    "forecast.csv",
    "text/csv",
    key="download_forecast",
    on_click="ignore",
)
st.subheader("What a reader must know")
show_lines([*cautions(found), *value_sentences(found, worth_now(workspace, found)), *notes(found)])
