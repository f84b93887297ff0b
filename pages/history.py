"""What happened? Sales with their trend, their seasons, what promotions did, what was odd."""

import streamlit as st

from forecasting.report.charts import sales_chart
from forecasting.services.history_view import history_tiles, holes_in_words, parts_in_words
from forecasting.services.past import ALL, events_in
from ui.drill import drill_link
from ui.feedback import next_step, show_chart, show_lines, show_tiles, theme
from ui.findings import findings_if_ready
from ui.history import effects_tab, items_tab, movers_tab, oddities_tab, seasons_tab
from ui.past import effects_of_part, line_of_part, require_past
from ui.scope import length_control, series_in_scope

st.title("What happened?")
workspace, part, scope = require_past()
currency, period = workspace.settings.currency, workspace.settings.period

left, right = st.columns([3, 2], vertical_alignment="bottom")
with left:
    series = series_in_scope(scope)
with right:
    length = length_control(part.panel)
looked_at = part if series == ALL else part.part((series,))
pieces = workspace.settings.measure == "units"
show_tiles(history_tiles(looked_at, length, currency, in_pieces=pieces))
show_lines(holes_in_words(looked_at, length))

line = line_of_part(workspace, looked_at)
events = events_in(looked_at, workspace.events)
chart = sales_chart(line.frame, period=period, theme=theme(), events=events, axis=workspace.settings.axis)
show_chart(chart, key="sales_chart")
show_lines(parts_in_words(line.parts, part.panel.frequency))
drill_link(series)

moved, seasons, items, effects, odd = st.tabs(
    ["Who moved", "Seasons", "Items", "Promotions and prices", "Oddities"],
    key="history_tabs", on_change="rerun",
)  # fmt: skip
with moved:
    if moved.open:
        movers_tab(part, length, currency)
with seasons:
    if seasons.open:
        seasons_tab(line, period)
with items:
    if items.open:
        items_tab(workspace, part, findings_if_ready(workspace), currency)
with effects:
    if effects.open:
        effects_tab(effects_of_part(workspace, looked_at), currency)
with odd:
    if odd.open:
        oddities_tab(workspace, looked_at, currency)
next_step("market", "is it us or the market?")
