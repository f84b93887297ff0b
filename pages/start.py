"""What needs me today? Three doors when there is nothing yet, the day's work when there is."""

import streamlit as st

from forecasting.report.charts import orders_chart
from forecasting.report.order_columns import ORDER_COLUMNS
from forecasting.services.findings import scope_of
from forecasting.services.order_lines import due_lines, stock_notes
from forecasting.services.tiles import forecast_tiles
from ui.feedback import next_step, show_chart, show_table, show_tiles, theme
from ui.findings import require_findings
from ui.opening import open_by_code, open_sample
from ui.order_table import ask_for_stock
from ui.state import current, go_to
from ui.welcome import picture_of_the_answer

DUE = ("unique_id", "yours", "stockout_date", "short_before", "yours_saved")

project = current()
if project is None or project.dataset is None:
    st.title("Turn your sales history into orders you can defend")
    st.markdown(
        "Shelfwise says **what will sell, how sure that is, what to order and why, and what it is worth**."
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
        st.write(
            "CSV or Excel, as your till or ERP writes it: a date, an item and the units sold, one sale or "
            "one day a row; a store, prices and stock if you have them. You see how it is read first."
        )
        if st.button("Choose a file", icon=":material/upload_file:", key="bring"):
            go_to("data")
    with saved:
        st.subheader("Open a project")
        open_by_code()
    picture_of_the_answer()
    st.stop()

st.title("What needs me today?")
workspace, found = require_findings()
currency = found.settings.currency
st.caption(scope_of(found))
show_tiles(forecast_tiles(found))
ask_for_stock(stock_notes(found.orders))
due = due_lines(found.orders)
if len(due):
    st.subheader("Order now")
    show_table(due, ORDER_COLUMNS, currency, key="due", columns=DUE)
if found.orders["money_at_stake"].notna().any():
    st.subheader("Most at stake")
    show_chart(orders_chart(found.orders, currency=currency, theme=theme()), key="stake", wide=True)
next_step("orders", "what should I order, and why?")
