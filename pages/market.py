"""Is it us or the market? Growth split into market, share and price; shares, pace, indices."""

import streamlit as st

from forecasting.services.history_view import holes_in_words
from forecasting.services.market_view import market_view
from forecasting.services.market_words import market_tiles
from ui.feedback import next_step, show_lines, show_tiles
from ui.index import external_of, index_tab
from ui.market import groups_tab, growth_split, market_controls, share_tab
from ui.past import require_market
from ui.scope import length_control

st.title("Is it us or the market?")
workspace, whole, scope = require_market()
currency = workspace.settings.currency
market, by, outside = market_controls(whole, scope, external_of(workspace))
length = length_control(whole.panel)
view = market_view(whole, scope, market=market, by=by, length=length, outside=outside)

show_tiles(market_tiles(view, currency))
show_lines(holes_in_words(whole.part(scope.unique_ids), length))
growth_split(view, currency)
over_time, groups, index = st.tabs(
    ["Over time", "By group", "An index from outside"], key="market_tabs", on_change="rerun"
)
with over_time:
    if over_time.open:
        share_tab(view, whole, by)
with groups:
    if groups.open:
        groups_tab(view, whole, by, currency)
with index:
    if index.open:
        index_tab(workspace, whole, whole.part(scope.unique_ids))
next_step("forecast", "what will we sell, and how sure are we?")
