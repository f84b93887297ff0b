"""What will your finance director ask? Each question with its number and the table behind it."""

import streamlit as st

from forecasting.report.value_columns import ANSWER_COLUMNS
from forecasting.services.finance import answers
from forecasting.services.findings import scope_of
from forecasting.services.value_tiles import value_tiles
from forecasting.services.worth import over
from ui.case import placeholder_warning
from ui.feedback import next_step, show_lines, show_tiles
from ui.findings import require_findings, under_now, worth_now
from ui.value import show_answer

st.title("What will your finance director ask?")
workspace, found = require_findings()
st.caption(f"{scope_of(found)} · run {found.results.run_id}")
if found.evaluation is None:
    st.info("The models are being tested on the past; this page fills itself as they finish.")
    st.stop()

worth = worth_now(workspace, found)
placeholder_warning(workspace, found)
show_tiles(value_tiles(found, worth))
if worth.stairs is None:
    show_lines([f"No question can be answered yet. {worth.reason}"])
    st.stop()
st.caption(f"Amounts are counted {over(worth)} unless a line says otherwise. A question opens its table.")
for answer in answers(found, worth, under_now(workspace, worth)):
    show_answer(answer, ANSWER_COLUMNS, found.settings.currency)
next_step("report", "something to take to the meeting")
