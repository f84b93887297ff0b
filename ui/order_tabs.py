"""What stands under the order lines: suppliers, changes, costs, stock against service, reviews."""

import pandas as pd
import streamlit as st

from forecasting.report.charts import exchange_chart, orders_chart
from forecasting.report.columns import Column
from forecasting.services.findings import Findings
from forecasting.services.order_views import exchange_curve, exchange_in_words, review_calendar
from ui.feedback import show_chart, show_table, theme
from ui.item import CALENDAR
from ui.order_changes import since_last_order
from ui.order_costs import what_mistakes_cost
from ui.purchase import from_file, to_suppliers
from ui.scarce import scarce_stock
from ui.sentences import as_text
from ui.workspace import Workspace

POINTS = {
    "kind": Column("Point", "A point of the curve, or one of those marked on it.", "text"),
    "factor": Column(
        "Factor",
        "What a missed unit's cost is multiplied by; for equal service the share of cycles.",
        "ratio",
    ),
    "stock_money": Column("Average stock", "Stock at unit cost, all items.", "money"),
    "fill_rate": Column("Demand served", "Share of demand served (fill rate).", "percent"),
    "cost": Column("Mistakes cost", "Expected cost of too much and too little, an order cycle.", "money"),
}


def _suppliers(workspace: Workspace, found: Findings) -> None:
    to_suppliers(found)
    from_file(workspace, found)


def _stakes(_workspace: Workspace, found: Findings) -> None:
    if found.orders["money_at_stake"].notna().any():
        chart = orders_chart(found.orders, currency=found.settings.currency, theme=theme())
        show_chart(chart, key="stake", wide=True)
    else:
        st.info("No line has both its stock and its costs; add them to the items file.")


def stock_against_service(workspace: Workspace, found: Findings) -> None:
    """Show average stock in money against demand served, today's practice and the recommendation marked."""
    points = _exchange(workspace.key(), found)
    if points.empty:
        st.info("No line has a unit cost and a counted stock; add unit_cost and on_hand to the items file.")
        return
    currency = found.settings.currency
    show_chart(exchange_chart(points, currency=currency, theme=theme()), key="exchange", wide=True)
    st.caption(as_text(exchange_in_words(points, currency)))
    with st.expander("The numbers"):
        show_table(points, POINTS, currency, key="exchange_points")


@st.cache_resource(max_entries=4, show_spinner="Trying other levels of service")
def _exchange(key: str, _found: Findings) -> pd.DataFrame:
    del key
    return exchange_curve(_found)


def reviews(workspace: Workspace, found: Findings) -> None:
    """Show when each item is ordered next and what it must then be filled up to."""
    table = _reviews(workspace.key(), found)
    if table.empty:
        st.info("The forecast reaches no further review; forecast further ahead to see them.")
        return
    show_table(table, CALENDAR, found.settings.currency, key="calendar")


@st.cache_resource(max_entries=4, show_spinner="Looking at the next reviews")
def _reviews(key: str, _found: Findings) -> pd.DataFrame:
    del key
    return review_calendar(_found)


TABS = {
    "To suppliers": _suppliers,
    "Since the last order": since_last_order,
    "What mistakes cost": what_mistakes_cost,
    "Scarce stock": scarce_stock,
    "Stock against service": stock_against_service,
    "Next reviews": reviews,
    "Where the money is": _stakes,
}


def order_tabs(workspace: Workspace, found: Findings) -> None:
    """Show one subject at a time; what is not open is not worked out."""
    for tab, show in zip(
        st.tabs(list(TABS), key="order_tabs", on_change="rerun"), TABS.values(), strict=True
    ):
        if tab.open:
            with tab:
                show(workspace, found)
