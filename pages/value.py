"""Is this worth it? The same ordering rule with each forecast, and what the solution costs."""

import streamlit as st

from forecasting.report.charts import value_chart
from forecasting.report.columns import RHYTHM_COLUMNS, VALUE_COLUMNS
from forecasting.services.content import case_lines
from forecasting.services.findings import scope_of
from forecasting.services.proof_tiles import value_tiles
from forecasting.services.worth import rhythm_table, value_sentences
from ui.case import case_controls, placeholder_warning
from ui.evidence import show_how_tested
from ui.feedback import next_step, show_chart, show_lines, show_pairs, show_table, show_tiles, theme
from ui.findings import require_findings

st.title("Is this worth it?")
workspace, found = require_findings()
st.caption(scope_of(found))
if found.evaluation is None:
    st.info("The models are being tested on the past; this page fills itself as they finish.")
    st.stop()

currency = found.settings.currency
placeholder_warning(workspace, found)
show_tiles(value_tiles(found))
show_lines(value_sentences(found))
value = found.evaluation.value
show_chart(value_chart(value, currency=currency, theme=theme()), key="value_chart", wide=True)
show_table(value, VALUE_COLUMNS, currency, key="value_table", columns=tuple(VALUE_COLUMNS))
show_how_tested(found)
if found.case is not None:
    st.subheader("From the test to a year")
    st.caption("Gain a round × rounds a year = gain a year; a round is one order of every series in the row.")
    show_table(rhythm_table(found), RHYTHM_COLUMNS, currency, key="rhythm")
    st.subheader("The business case")
    case_controls(workspace, found.case, currency)
    show_pairs(case_lines(found.case, currency))
next_step("report", "something to take to the meeting")
