"""What should I order, and why?"""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.inventory.economics import explain_ratio
from forecasting.report.charts import orders_chart
from forecasting.report.tables import csv_bytes
from forecasting.services.content import scope_line
from forecasting.services.views import order_tiles, with_edits
from ui.controls import cost_controls, orders_editor, status_filter
from ui.feedback import next_step, show_chart, show_tiles, theme
from ui.findings import require_findings
from ui.state import require_dataset

st.title("What should I order, and why?")
workspace, _ = require_dataset()
try:
    cost_controls(workspace)
    workspace, found = require_findings()
except ForecastingError as error:
    st.error(str(error))
    st.stop()
st.caption(f"{scope_line(found.dataset, found.settings.currency)} · {found.settings.protection_sentence()}")
if found.settings.costs.source == "typed":
    st.info(explain_ratio(found.orders["critical_ratio"].iloc[0]))
show_tiles(order_tiles(found, workspace.edits))

shown = status_filter(found.orders)
orders_editor(workspace, with_edits(shown, workspace.edits), found.settings.currency)

plan = with_edits(found.orders, workspace.edits)
left, right = st.columns([1, 4])
left.download_button(
    "Download the plan (CSV)", lambda: csv_bytes(plan), "orders.csv", "text/csv", on_click="ignore"
)
right.caption("Quantities you change are kept as yours; the suggestion stays beside them.")
with st.expander("Where the money is"):
    show_chart(orders_chart(found.orders, currency=found.settings.currency, theme=theme()), key="stake")
problems = found.orders[found.orders["problem"] != ""]
if len(problems):
    st.warning(f"{len(problems)} lines could not be decided; each says why.")
    st.dataframe(problems[["unique_id", "problem"]], hide_index=True, key="problems")
next_step("value", "is this worth it?")
