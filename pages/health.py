"""Can we trust the data? Findings worst first with money attached, and repairs as rules."""

import streamlit as st

from forecasting.services.findings import scope_line
from forecasting.services.health import health_tiles, repair_notes
from ui.feedback import next_step, show_lines, show_tiles
from ui.health import checked, repair_switches, show_findings
from ui.state import require_dataset

st.title("Can we trust the data?")
workspace, dataset = require_dataset()
raw = workspace.raw or dataset
st.caption(scope_line(raw, workspace.settings))
found = checked(workspace, raw)
show_tiles(health_tiles(found, workspace.settings))
show_lines(repair_notes(workspace.repairs))
show_findings(found, workspace.settings.currency)
repair_switches(workspace, raw, found)
with st.expander("What was left out or changed when the file was read"):
    show_lines(workspace.import_report.get("warnings", ()))
next_step("workbench", "which repair is worth the work?")
