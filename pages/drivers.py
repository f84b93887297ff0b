"""What do we know that the numbers don't? Events, their effects, and what a change of plan would do."""

import streamlit as st

from forecasting.services.findings import scope_line
from ui.drivers import calendar_tab, features_tab, what_if_tab
from ui.feedback import next_step, show_progress
from ui.findings import findings_if_ready
from ui.past import whole_past
from ui.state import require_dataset

st.title("What do we know that the numbers don't?")
workspace, dataset = require_dataset()
st.caption(scope_line(dataset, workspace.settings))
show_progress(workspace)
past = whole_past(workspace.history_key(), dataset)

calendar, features, plan = st.tabs(
    ["Calendar", "Effects and proposals", "What if"], key="driver_tabs", on_change="rerun"
)
with calendar:
    if calendar.open:
        calendar_tab(workspace)
with features:
    if features.open:
        features_tab(workspace, past)
with plan:
    if plan.open:
        found = findings_if_ready(workspace)
        if found is None:
            st.info("The first forecast is on its way; a change of plan is shown against it.")
        else:
            what_if_tab(workspace, found)
next_step("accuracy", "can I trust it?")
