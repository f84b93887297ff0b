"""Is this worth it? The same ordering rule with each forecast, and what the solution costs."""

import streamlit as st

from forecasting.services.findings import scope_of
from forecasting.services.value_tiles import value_tiles, worth_lines
from forecasting.services.worth import value_sentences
from ui.case import case_controls, placeholder_warning
from ui.evidence import show_how_tested
from ui.feedback import next_step, show_lines, show_pairs, show_tiles
from ui.findings import require_findings, worth_now
from ui.value import offer_more_dates, practice_controls, show_gains, show_staircase, show_tornado

st.title("Is this worth it?")
workspace, found = require_findings()
st.caption(scope_of(found))
if found.evaluation is None:
    st.info("The models are being tested on the past; this page fills itself as they finish.")
    st.stop()

worth = worth_now(workspace, found)
placeholder_warning(workspace, found)
show_tiles(value_tiles(found, worth))
if worth.stairs is not None:
    show_staircase(found, worth)
show_lines(value_sentences(found, worth))
offer_more_dates(workspace, worth)
practice_controls(workspace, worth)
if worth.stairs is None:
    st.stop()
show_gains(found, worth)
show_how_tested(found)
st.subheader("The business case")
case_controls(workspace, found.settings.currency)
show_pairs(worth_lines(found, worth))
show_tornado(workspace, found, worth)
next_step("finance", "what will your finance director ask?")
