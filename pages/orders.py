"""What should I order, and why?"""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.inventory.economics import explain_ratio
from forecasting.services.findings import scope_of, standing
from forecasting.services.order_lines import lasting_in_words, order_sentences, stock_notes
from forecasting.services.tiles import order_tiles
from ui.case import placeholder_warning
from ui.controls import cost_controls
from ui.feedback import next_step, show_lines, show_tiles
from ui.findings import require_findings, worth_now
from ui.order_changes import place_order
from ui.order_filter import lines_to_show
from ui.order_limits import confirm_stock, limit_controls, show_limits
from ui.order_table import ask_for_stock, back_to_suggestion, download_plan, explain_line, orders_editor
from ui.order_tabs import order_tabs
from ui.state import require_dataset

st.title("What should I order, and why?")
workspace, _ = require_dataset()
try:
    cost_controls(workspace)
    limit_controls(workspace)
    workspace, found = require_findings()
except ForecastingError as error:
    st.error(str(error))
    st.stop()
settings, orders = found.settings, found.orders
st.caption(f"{scope_of(found)} · {lasting_in_words(orders, settings.period)}")
if settings.costs.source == "typed":
    st.info(explain_ratio(orders["critical_ratio"].iloc[0]))
placeholder_warning(workspace, found)
ask_for_stock(stock_notes(orders))
confirm_stock(workspace, found)
show_tiles(order_tiles(found))
show_lines(order_sentences(found, worth_now(workspace, found)))
show_limits(found)

shown, view = lines_to_show(workspace, orders)
orders_editor(workspace, shown, view.columns, settings.currency)
with st.container(horizontal=True):
    place_order(workspace, found)
    download_plan(orders, standing(found.results, settings))
    back_to_suggestion(workspace, orders)
explain_line(shown, settings.currency, settings.unit)
problems = orders[orders["problem"] != ""]
if len(problems):
    st.warning(f"{len(problems)} lines could not be decided; each says why.")
    st.dataframe(problems[["unique_id", "problem"]], hide_index=True, key="problems")
order_tabs(workspace, found)
next_step("value", "is this worth it?")
