"""Table of contents: every page of the app, in the order a decision is made."""

import streamlit as st

from ui.places import place
from ui.state import keep_link

st.set_page_config(page_title="Shelfwise", page_icon="📦", layout="wide")

page = st.navigation(
    {
        "Today": [st.Page(place("start"), title="Start", icon=":material/home:", default=True)],
        "Understand": [st.Page(place("data"), title="Data", icon=":material/table_view:")],
        "Predict": [
            st.Page(place("forecast"), title="Forecast", icon=":material/show_chart:"),
            st.Page(place("accuracy"), title="Accuracy", icon=":material/verified:"),
        ],
        "Decide": [
            st.Page(place("orders"), title="Orders", icon=":material/shopping_cart:"),
            st.Page(place("value"), title="Value", icon=":material/payments:"),
        ],
        "Run": [st.Page(place("report"), title="Report", icon=":material/description:")],
    }
)
keep_link()
page.run()
