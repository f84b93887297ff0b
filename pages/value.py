"""Is this worth it? The same ordering rule with each forecast, and what the solution costs."""

import streamlit as st

from forecasting.report.charts import value_chart
from forecasting.report.columns import VALUE_COLUMNS, model_label
from forecasting.services.content import case_lines, scope_line
from forecasting.services.views import value_sentences, value_tiles
from ui.controls import case_controls
from ui.feedback import column_words, next_step, show_tiles, theme
from ui.findings import require_findings

st.title("Is this worth it?")
workspace, found = require_findings()
st.caption(scope_line(found.dataset, found.settings.currency))
if found.evaluation is None:
    st.info("The models are being tested on the past; this page fills itself as they finish.")
    st.stop()

currency = found.settings.currency
case = case_controls(workspace, found)
show_tiles(value_tiles(found, case))
for sentence in value_sentences(found):
    st.markdown(sentence)
value = found.evaluation.value
st.plotly_chart(value_chart(value, currency=currency, theme=theme()), key="value_chart")
words = column_words(value, VALUE_COLUMNS, currency)
st.dataframe(
    value.assign(model=value["model"].map(model_label)),
    hide_index=True,
    column_config=words,
    column_order=[c for c in VALUE_COLUMNS if c in value],
)
if case is not None:
    st.subheader("The business case")
    for label, line in case_lines(case, currency):
        st.text(f"{label}: {line}")
next_step("report", "something to take to the meeting")
