"""Is this worth it? The same ordering rule with each forecast, and what the solution costs."""

import streamlit as st

from forecasting.report.charts import value_chart
from forecasting.report.columns import VALUE_COLUMNS
from forecasting.services.content import case_lines, scope_line
from forecasting.services.views import value_sentences, value_tiles
from ui.controls import case_controls
from ui.feedback import next_step, show_chart, show_table, show_tiles, theme
from ui.findings import require_findings

st.title("Is this worth it?")
workspace, found = require_findings()
st.caption(scope_line(found.dataset, found.settings.currency))
if found.evaluation is None:
    st.info("The models are being tested on the past; this page fills itself as they finish.")
    st.stop()

currency = found.settings.currency
top = st.container()
case = case_controls(workspace, found)
with top:
    show_tiles(value_tiles(found, case))
    for sentence in value_sentences(found):
        st.markdown(sentence)
    value = found.evaluation.value
    show_chart(value_chart(value, currency=currency, theme=theme()), key="value_chart")
    show_table(value, VALUE_COLUMNS, currency, key="value_table", columns=tuple(VALUE_COLUMNS))
if case is not None:
    st.subheader("The business case")
    for label, line in case_lines(case, currency):
        st.text(f"{label}: {line}")
next_step("report", "something to take to the meeting")
