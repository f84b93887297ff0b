"""What should I order, and why?"""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.inventory.economics import explain_ratio
from forecasting.report.charts import orders_chart
from forecasting.services.findings import scope_of, standing
from forecasting.services.order_lines import (
    changes_in_words,
    lasting_in_words,
    remainder_in_words,
    stock_notes,
)
from forecasting.services.tiles import order_tiles
from ui.controls import cost_controls
from ui.feedback import next_step, show_chart, show_lines, show_tiles, theme
from ui.findings import require_findings
from ui.order_filter import lines_to_show
from ui.order_table import (
    ask_for_stock,
    back_to_suggestion,
    download_plan,
    explain_line,
    orders_editor,
)
from ui.state import require_dataset

st.title("What should I order, and why?")
workspace, _ = require_dataset()
try:
    cost_controls(workspace)
    workspace, found = require_findings()
except ForecastingError as error:
    st.error(str(error))
    st.stop()
settings, orders = found.settings, found.orders
lasting = lasting_in_words(orders, settings.period)
st.caption(f"{scope_of(found)} · {lasting}")
if settings.costs.source == "typed":
    st.info(explain_ratio(orders["critical_ratio"].iloc[0]))
ask_for_stock(stock_notes(orders))
show_tiles(order_tiles(found))
show_lines([*remainder_in_words(orders, settings.currency), *changes_in_words(orders, settings.currency)])

shown, view = lines_to_show(workspace, orders)
orders_editor(workspace, shown, view.columns, settings.currency)
back_to_suggestion(workspace, orders)
explain_line(shown)

download_plan(orders, standing(found.results, settings))
if orders["money_at_stake"].notna().any():
    with st.expander("Where the money is"):
        stake = orders_chart(orders, currency=settings.currency, theme=theme())
        show_chart(stake, key="stake", wide=True)
problems = orders[orders["problem"] != ""]
if len(problems):
    st.warning(f"{len(problems)} lines could not be decided; each says why.")
    st.dataframe(problems[["unique_id", "problem"]], hide_index=True, key="problems")
next_step("value", "is this worth it?")
