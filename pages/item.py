"""Show me this one: why this quantity, what every other would cost, what stock it leads to."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.services.findings import scope_of
from forecasting.services.how_sure import how_sure
from forecasting.services.item_view import dated_reason, item_tiles, what_if, what_if_in_words
from ui.drill import series_links
from ui.feedback import next_step, show_tiles
from ui.findings import require_findings
from ui.item import back_to_orders, demand_and_cost, item_control, reviews, sliders, stock_to_come
from ui.parts import made_of_parts
from ui.sentences import show_refusal
from ui.state import require_dataset

st.title("Show me this one")
require_dataset()
try:
    workspace, found = require_findings()
except ForecastingError as error:
    show_refusal(error)
    st.stop()
st.caption(scope_of(found))
back_to_orders()
name = item_control(found)
series_links(name, key="item", here="item")
answer = st.container()
turned = sliders(found, name)
try:
    alone = what_if(found, name, turned)
except ForecastingError as error:
    show_refusal(error)
    st.stop()

with answer:
    show_tiles(item_tiles(alone, name))
    st.text(dated_reason(alone, name))
    st.text(how_sure(alone, name))
    if turned:
        st.info(what_if_in_words(found, alone, name), icon=":material/tune:")
demand_and_cost(alone, name)
stock_to_come(alone, name)
with st.expander("What the forecast is made of", on_change="rerun", key="parts_open") as opened:
    if opened.open:
        made_of_parts(workspace, found, name)
with st.expander("Next reviews", on_change="rerun", key="reviews_open") as calendar:
    if calendar.open:
        reviews(alone)
next_step("orders", "all orders")
