"""Table of contents: every page of the app, in the order a decision is made."""

import streamlit as st

from ui.places import ICON, place
from ui.sample import prepared
from ui.state import follow_link, page_link

CONTENTS = {
    "Today": [("start", "Start", ":material/home:")],
    "Understand": [
        ("data", "Data", ":material/table_view:"),
        ("health", "Health", ":material/health_and_safety:"),
        ("history", "History", ":material/history:"),
        ("market", "Market", ":material/storefront:"),
    ],
    "Predict": [
        ("forecast", "Forecast", ":material/show_chart:"),
        ("drivers", "Drivers", ":material/event:"),
        ("accuracy", "Accuracy", ":material/verified:"),
        ("workbench", "Workbench", ":material/handyman:"),
    ],
    "Decide": [
        ("orders", "Orders", ":material/shopping_cart:"),
        ("item", "Item", ":material/search_insights:"),
        ("value", "Value", ":material/payments:"),
        ("finance", "Finance", ":material/account_balance:"),
    ],
    "Run": [("report", "Report", ":material/description:")],
}

# What a tile is compared with is read whole, in two lines if need be.
# Streamlit's own margins leave a third of a laptop's screen empty; a table needs it. On a phone,
# a chart whose bars stand beside names keeps its width and scrolls, which nothing shows until a
# finger tries it, so a line says it; lines over time fit. A wide table has a narrow one before it.
STYLE = """<style>
[data-testid="stMetricDelta"], [data-testid="stMetricDelta"] * { white-space: normal !important; }
.stMainBlockContainer { padding: 3.5rem clamp(1rem, 3vw, 3rem) 3rem; }
@media (min-width: 641px) { [class*="st-key-phone_"] { display: none; } }
@media (max-width: 640px) {
  [class*="st-key-desk_"] { display: none; }
  [class*="st-key-wide_"] { overflow-x: auto; }
  [class*="st-key-wide_"] > div { min-width: 600px; }
  [class*="st-key-wide_"]::before {
    content: "Swipe sideways to see all of it →"; position: sticky; left: 0; width: max-content;
    font-size: 0.8rem; opacity: 0.75;
  }
}
</style>"""

st.set_page_config(page_title="Shelfwise", page_icon=ICON, layout="wide")

st.html(STYLE)
st.logo(ICON, size="large")

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
    st.markdown("**Shelfwise**")
    for section, pages in CONTENTS.items():
        st.caption(section)
        for name, title, icon in pages:
            page_link(name, title, icon)
prepared()
page.run()
