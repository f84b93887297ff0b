"""Orders to suppliers as files, one click each, and back in after somebody has edited them."""

from functools import partial

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.tables import display
from forecasting.services.findings import Findings, marked_name, standing
from forecasting.services.purchase_orders import (
    DIFFERENCE_COLUMNS,
    Returned,
    file_name,
    purchase_file,
    read_back,
    suppliers,
)
from ui.feedback import show_lines, show_table
from ui.order_table import begin_anew
from ui.sentences import as_text, show_refusal
from ui.workspace import Workspace

MOST_SUPPLIERS = 30  # with buttons of their own; more are chosen from a list
KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
RETURNED = "purchase_returned"


def to_suppliers(found: Findings) -> None:
    """Offer the order of each supplier as a file, what is ordered in all beside it."""
    table, currency = suppliers(found.orders), found.settings.currency
    if table.empty:
        st.info("Nothing is ordered: no line has a quantity above 0.")
        return
    provisional = standing(found.results, found.settings)
    if provisional:
        st.warning(f"{provisional[0]} Every file says so.")
    if len(table) > MOST_SUPPLIERS:
        chosen = st.selectbox("Supplier", table["supplier"].astype(str).tolist(), key="supplier")
        table = table[table["supplier"] == chosen]
    for row in table.to_dict("records"):
        name = str(row["supplier"])
        words, *places = st.columns([5, 1, 1], vertical_alignment="center")
        amount = display(row["amount"], "money", currency)
        words.text(f"{name}: {row['lines']} lines, {display(row['units'], 'units', '')} units, {amount}")
        for place, (kind, mime) in zip(places, KINDS.items(), strict=True):
            place.download_button(
                kind.upper(),
                partial(purchase_file, found.orders, name, kind, currency, provisional),
                marked_name(file_name(name, kind), provisional),
                mime,
                key=f"buy_{kind}_{name}",
                on_click="ignore",
                icon=":material/download:",
            )


def from_file(workspace: Workspace, found: Findings) -> None:
    """Take an edited order back: the differences are shown first, then accepted as the manager's edits."""
    turn = st.session_state.get(RETURNED, 0)
    upload = st.file_uploader(
        "Bring an edited order back", ["csv", "xlsx"], key=f"purchase_file_{turn}",
        help="The file as it was downloaded, with other quantities under `order`. Lines it leaves out stay.",
    )  # fmt: skip
    if upload is None:
        return
    try:
        said = read_back(upload.getvalue(), upload.name, found.orders, whole=found.dataset.whole_units)
    except ForecastingError as error:
        show_refusal(error)
        return
    show_lines(said.troubles)
    if said.differences.empty:
        st.info(f"{said.lines} lines read; none differs from what is ordered.")
        return
    st.markdown(f"**{len(said.differences)} of {said.lines} lines differ**")
    show_table(said.differences, DIFFERENCE_COLUMNS, "", key="differences")
    why = st.text_input("Why", key="purchase_why", value=f"edited in {upload.name}", max_chars=200)
    if st.button("Accept as my quantities", key="purchase_accept", type="primary"):
        _accept(workspace, said, why)
        st.session_state[RETURNED] = turn + 1
        st.toast(as_text(f"{len(said.differences)} quantities from {upload.name} are yours now."))
        st.rerun()


def _accept(workspace: Workspace, said: Returned, why: str) -> None:
    before, changes = workspace.decisions, said.differences
    units = dict(zip(changes["unique_id"], changes["after"].astype(float), strict=True))
    reasons = dict.fromkeys(units, why.strip()) if why.strip() else {}
    workspace.decide(quantities={**before.quantities, **units}, reasons={**before.reasons, **reasons})
    begin_anew()
