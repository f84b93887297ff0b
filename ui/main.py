"""Table of contents: every page of the app, in the order a decision is made."""

import streamlit as st

from ui.places import place
from ui.state import follow_link, page_link
from ui.workspace import warm_up

CONTENTS = {
    "Today": [("start", "Start", ":material/home:")],
    "Understand": [("data", "Data", ":material/table_view:")],
    "Predict": [
        ("forecast", "Forecast", ":material/show_chart:"),
        ("accuracy", "Accuracy", ":material/verified:"),
    ],
    "Decide": [("orders", "Orders", ":material/shopping_cart:"), ("value", "Value", ":material/payments:")],
    "Run": [("report", "Report", ":material/description:")],
}

st.set_page_config(page_title="Shelfwise", page_icon="📦", layout="wide")

# The menu is our own because streamlit's drops the project from the address.
page = st.navigation(
    [
        st.Page(place(name), title=title, icon=icon, default=name == "start")
        for pages in CONTENTS.values()
        for name, title, icon in pages
    ],
    position="hidden",
)
follow_link()
with st.sidebar:
    for section, pages in CONTENTS.items():
        st.caption(section)
        for name, title, icon in pages:
            page_link(name, title, icon)
warm_up()
page.run()
