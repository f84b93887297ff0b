"""Table of contents: every page of the app, in the order a decision is made."""

from pathlib import Path

import streamlit as st

from ui.state import keep_link

PAGES = Path(__file__).resolve().parents[1] / "pages"

st.set_page_config(page_title="Shelfwise", page_icon="📦", layout="wide")

page = st.navigation(
    {
        "Today": [st.Page(PAGES / "start.py", title="Start", icon=":material/home:", default=True)],
        "Understand": [st.Page(PAGES / "data.py", title="Data", icon=":material/table_view:")],
        "Predict": [
            st.Page(PAGES / "forecast.py", title="Forecast", icon=":material/show_chart:"),
            st.Page(PAGES / "accuracy.py", title="Accuracy", icon=":material/verified:"),
        ],
        "Decide": [
            st.Page(PAGES / "orders.py", title="Orders", icon=":material/shopping_cart:"),
            st.Page(PAGES / "value.py", title="Value", icon=":material/payments:"),
        ],
        "Run": [st.Page(PAGES / "report.py", title="Report", icon=":material/description:")],
    }
)
keep_link()
page.run()
