"""What the item page shows: which item, sliders that answer at once, charts of its one order."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from forecasting.report.charts import cost_curve as cost_chart
from forecasting.report.charts import demand_chart, stock_chart
from forecasting.report.columns import Column
from forecasting.report.order_columns import ORDER_COLUMNS
from forecasting.services.beside_curve import beside_the_curve
from forecasting.services.findings import Findings
from forecasting.services.forecast_view import typical_series
from forecasting.services.item_view import (
    demand_to_cover,
    knobs,
    naive_quantity,
    own_quantity,
)
from forecasting.services.order_views import cost_curve, projected_stock, review_calendar
from ui.controls import first_if_unknown
from ui.feedback import show_chart, show_table, theme
from ui.state import go_to, page_link

ITEM = "item"
GENERATION = "item_generation"
PER_ROW = 3  # sliders side by side
CALENDAR: Mapping[str, Column] = {
    **ORDER_COLUMNS,
    "review": Column("Next review", "When the item is ordered again.", "date"),
}


def item_link(unique_id: str) -> None:
    """Offer to look at one item closely."""
    if st.button("Show me this one", icon=":material/search_insights:", key="show_item"):
        st.session_state[ITEM] = unique_id
        go_to("item")


def item_control(found: Findings) -> str:
    """Return the item to look at; the best seller first."""
    names = typical_series(found)
    first_if_unknown(ITEM, names)
    return str(st.selectbox("Item", names, key=ITEM, persist_state="session", help="Type to search."))


def back_to_orders() -> None:
    """Show the way back to all lines."""
    page_link("orders", "Back to all orders", ":material/arrow_back:")


def sliders(found: Findings, unique_id: str) -> dict[str, float]:
    """Return the inputs that were turned away from the project's own; empty where none was."""
    shown = knobs(found, unique_id)
    turn = st.session_state.get(GENERATION, 0)
    turned = {}
    with st.container(border=True):
        st.markdown("**What if** the costs or the times were others? For this item only.")
        for start in range(0, len(shown), PER_ROW):
            for place, knob in zip(st.columns(PER_ROW), shown[start : start + PER_ROW], strict=False):
                value = place.slider(
                    knob.label, knob.low, knob.high, knob.value, knob.step, help=knob.help,
                    key=f"knob_{knob.name}_{unique_id}_{knob.value}_{turn}",
                )  # fmt: skip
                if value != knob.value:
                    turned[knob.name] = float(value)
        if turned:
            st.button(
                "Back to the project's numbers", icon=":material/undo:", key="knobs_back", on_click=_turn_back
            )
    return turned


def _turn_back() -> None:
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1


def demand_and_cost(found: Findings, unique_id: str) -> None:
    """Show demand with the order-up-to line, and beside it what every quantity costs."""
    line = found.orders[found.orders["unique_id"] == unique_id].iloc[0]
    demand = demand_to_cover(found, unique_id)
    if not len(demand):
        return
    naive, yours = naive_quantity(found, unique_id), own_quantity(found, unique_id)
    curve = cost_curve(found, unique_id, reach=max(n for n in (naive, yours or 0.0) if n == n))
    left, right = st.columns(2)
    with left:
        st.markdown("**What it must cover**")
        position = line["inventory_position"] if pd.notna(line["on_hand"]) else None
        chart = demand_chart(demand, level=line["order_up_to_level"], position=position, theme=theme())
        show_chart(chart, key="demand")
    if curve is None:
        return
    with right:
        st.markdown("**What each quantity costs**")
        chart = cost_chart(
            curve.table,
            best=line["order_quantity"],
            yours=yours,
            naive=None if naive != naive else naive,
            currency=found.settings.currency,
            theme=theme(),
        )
        show_chart(chart, key="cost_curve")
    st.text(" ".join([curve.sentence(), *beside_the_curve(found, unique_id, curve)]))


def stock_to_come(found: Findings, unique_id: str) -> None:
    """Show the stock under this plan with its range."""
    line = found.orders[found.orders["unique_id"] == unique_id].iloc[0]
    stock = projected_stock(found, unique_id, own_quantity(found, unique_id))
    if stock.empty:
        return
    lead = int(line["lead_time"])
    comes = pd.Timestamp(stock["ds"].iloc[lead]) if line["order_quantity"] > 0 and lead < len(stock) else None
    st.markdown("**Stock to come, if this is ordered now and nothing later**")
    show_chart(stock_chart(stock, delivery=comes, theme=theme()), key="stock", wide=True)


def reviews(found: Findings) -> None:
    """Show what the item must be filled up to at each of its next reviews."""
    table = review_calendar(found)
    if table.empty:
        st.text("The forecast reaches no further review.")
        return
    show_table(
        table, CALENDAR, found.settings.currency, key="reviews", columns=("review", "order_up_to_level")
    )
