"""What have we sold, and can we trust it? Bring it from wherever it is, see how it is read, keep it."""

import streamlit as st

from forecasting.ingest.template import template_csv
from forecasting.services.findings import scope_line
from ui.addresses import address_source
from ui.brought import sales_upload, take
from ui.data_costs import data_costs
from ui.databases import database_source
from ui.feedback import next_step
from ui.history_in import show_history
from ui.open_data import open_data
from ui.state import current

st.title("What have we sold, and can we trust it?")
project = current()
opened = project is not None and project.dataset is not None
if opened:
    st.caption(scope_line(project.dataset, project.settings))
    show_history(project)

st.subheader("Bring more, or another history" if opened else "Bring a sales history")
files, databases, addresses, calendars, costs = st.tabs(
    ["Files", "Databases", "Web addresses", "Open data", "Costs of data"]
)
with files:
    st.write(
        "One row per sale, day, week or month: when, what, how many. Shop, price, cost, stock and "
        "promotions help where you have them."
    )
    uploaded = sales_upload()
    st.download_button(
        "Template", template_csv(), "shelfwise_template.csv", "text/csv",
        on_click="ignore", type="tertiary", icon=":material/download:", help="A small file to fill in.",
    )  # fmt: skip
with databases:
    database_source()
with addresses:
    address_source()
with calendars:
    if opened:
        open_data(project, project.dataset)
    else:
        st.info("Holidays, weather and markets are kept beside a sales history: bring that first.")
with costs:
    if opened:
        data_costs(project)
    else:
        st.info("What data cost is kept with a project: bring its sales history first.")
take(project, uploaded)
if opened:
    next_step("forecast", "what will we sell, and how sure are we?")
