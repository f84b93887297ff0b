"""What needs me today? Three doors when there is nothing yet, the day's work when there is."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.charts import orders_chart
from forecasting.report.columns import ORDER_COLUMNS
from forecasting.services.content import forecast_tiles, scope_line
from ui.feedback import next_step, show_chart, show_table, show_tiles, theme
from ui.findings import require_findings
from ui.opening import open_sample
from ui.state import current, go_to, open_project, page_link

DUE = ("unique_id", "order_quantity", "stockout_date", "money_at_stake")

project = current()
if project is None or project.dataset is None:
    st.title("What needs me today?")
    st.markdown(
        "Shelfwise turns a sales history into orders you can defend: **what will sell, how sure that is, "
        "what to order and why, and what it is worth**."
    )
    sample, own, saved = st.columns(3, border=True)
    with sample:
        st.subheader("Try the sample")
        st.write("20 items in three shops, two and a half years of daily sales, ready to forecast.")
        if st.button("Try the sample", type="primary", icon=":material/play_arrow:", key="sample"):
            open_sample()
            go_to("forecast")
    with own:
        st.subheader("Bring a sales file")
        st.write("CSV or Excel, as your till or ERP writes it. You see how it is read first.")
        page_link("data", "Bring a sales file", ":material/upload_file:")
    with saved:
        st.subheader("Open a project")
        code = st.text_input(
            "Project code", key="code", help="The part after ?project= in the link you saved."
        )
        if st.button("Open", key="open", disabled=not code):
            try:
                open_project(code.strip().rpartition("project=")[2])
                st.rerun()
            except ForecastingError as error:
                st.error(str(error))
    st.stop()

st.title("What needs me today?")
workspace, found = require_findings()
st.caption(scope_line(found.dataset, found.settings.currency))
show_tiles(forecast_tiles(found))
left, right = st.columns([3, 2])
with left:
    st.subheader("Order now")
    due = found.orders[found.orders["status"] == "order now"].nlargest(8, "money_at_stake")
    show_table(due, ORDER_COLUMNS, found.settings.currency, key="due", columns=DUE)
with right:
    st.subheader("Most at stake")
    show_chart(orders_chart(found.orders, currency=found.settings.currency, theme=theme()), key="stake")
next_step("orders", "what should I order, and why?")
