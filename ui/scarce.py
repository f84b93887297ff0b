"""One item that is scarce: how many units there are, and who gets them."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.services.findings import Findings
from forecasting.services.scarce_view import SHARE_COLUMNS, Shares, share_out, shared_items
from ui.feedback import show_table
from ui.order_table import begin_anew
from ui.sentences import show_refusal
from ui.workspace import Workspace

WHY = "shared out: there is not enough for all"


def scarce_stock(workspace: Workspace, found: Findings) -> None:
    """Share what there is of one item among its places; accepted shares become the manager's quantities."""
    items = shared_items(found.orders)
    if not items:
        st.info("No item is ordered for several places, so there is nothing to share out.")
        return
    left, right = st.columns(2)
    item = str(left.selectbox("Item that is scarce", items, key="scarce_item", help="Type to search."))
    there = right.number_input(
        "Units there are in all", 0.0, None, value=None, step=1.0, key=f"scarce_units_{item}",
        placeholder="what the warehouse or the supplier has",
    )  # fmt: skip
    if there is None:
        return
    try:
        shares = share_out(found, item, float(there))
    except ForecastingError as error:
        show_refusal(error)
        return
    st.text(shares.sentence(found.settings.currency))
    show_table(shares.table, SHARE_COLUMNS, found.settings.currency, key="shares")
    if st.button("Take these shares as my quantities", key="scarce_accept", type="primary"):
        _accept(workspace, shares)
        st.rerun()


def _accept(workspace: Workspace, shares: Shares) -> None:
    before, rows = workspace.decisions, shares.table
    units = dict(zip(rows["unique_id"], rows["share"].astype(float), strict=True))
    reasons = dict.fromkeys(rows.loc[rows["short"] > 0, "unique_id"], WHY)
    workspace.decide(quantities={**before.quantities, **units}, reasons={**before.reasons, **reasons})
    begin_anew()
