"""Which work on the data pays? Variants of the data against models, every cell in money."""

import streamlit as st

from ui.feedback import next_step
from ui.state import require_dataset
from ui.workbench import bench_control, show_grid

st.title("Which work on the data pays?")
workspace, _ = require_dataset()
st.caption(
    "The model stays and the data change, or the other way round: what orders on past dates would have cost, "
    "on the same dates and against the same demand in every cell."
)
bench_control(workspace)
show_grid(workspace)
next_step("orders", "what should I order, and why?")
