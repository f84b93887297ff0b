"""Can I trust it? Every model on past dates it had not seen, in money first."""

import streamlit as st

from forecasting.services.evidence import evidence_sentences
from forecasting.services.findings import scope_of
from forecasting.services.judged import errors_against_money, paired_if_judged
from forecasting.services.own_plan import plan_sentences
from forecasting.services.proof import accuracy_sentences
from forecasting.services.proof_tiles import accuracy_tiles
from forecasting.services.unknown import unknown_sentences
from ui.case import placeholder_warning
from ui.evidence import evidence_tabs, show_how_tested
from ui.feedback import next_step, show_lines, show_problems, show_tiles
from ui.findings import paired_now, require_findings, worth_now

st.title("Can I trust it?")
workspace, found = require_findings()
st.caption(scope_of(found))
if found.evaluation is None:
    st.info("The models are being tested on the past; this page fills itself as they finish.")
    st.stop()

placeholder_warning(workspace, found)
show_tiles(accuracy_tiles(found))
show_lines(
    [
        *accuracy_sentences(found),
        *errors_against_money(found, worth_now(workspace, found)),
        *paired_if_judged(found, paired_now(workspace, found)),
        *plan_sentences(found),
        *evidence_sentences(found),
        *unknown_sentences(found),
    ]
)
show_how_tested(found)
evidence_tabs(workspace, found, found.evaluation)
show_problems(found.results)
next_step("orders", "what should I order, and why?")
