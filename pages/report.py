"""Something to take to the meeting."""

import streamlit as st

from forecasting.services.content import notes
from forecasting.services.findings import marked_name, scope_of, standing
from forecasting.services.worth import cautions, value_sentences
from ui.feedback import show_lines
from ui.findings import report_file, require_findings, worth_now
from ui.forecast import download_forecast
from ui.order_table import download_plan

FILES = {
    "xlsx": ("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": ("PDF to print", "application/pdf"),
    "html": ("Web page with charts", "text/html"),
}

st.title("Something to take to the meeting")
workspace, found = require_findings()
st.caption(f"{scope_of(found)} · run {found.results.run_id}")
provisional = standing(found.results, found.settings)
if provisional:
    st.caption("Every file below repeats that it is provisional; made again later, it uses all models.")

for column, (kind, (label, mime)) in zip(st.columns(3, border=True), FILES.items(), strict=True):
    column.subheader(label)
    column.download_button(
        f"Download {kind.upper()}",
        lambda kind=kind: report_file(kind, workspace, found),
        marked_name(f"shelfwise_{found.results.run_id}.{kind}", provisional),
        mime,
        key=f"download_{kind}",
        on_click="ignore",
        type="primary" if kind == "xlsx" else "secondary",
    )
st.caption("A file takes some seconds to write, longer while models run; its button turns until it is there.")
with st.container(horizontal=True):
    download_plan(found.orders, provisional)
    download_forecast(found, provisional)
st.subheader("What a reader must know")
show_lines([*cautions(found), *value_sentences(found, worth_now(workspace, found)), *notes(found)])
