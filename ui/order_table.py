"""The order lines on screen: which to show, and the one column a manager may change."""

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from forecasting.inventory.own_orders import MANAGER
from forecasting.report.columns import order_words
from forecasting.report.content import ranked, shared_notes
from forecasting.report.tables import csv_bytes
from ui.feedback import column_words, readable
from ui.item import item_link
from ui.state import page_link
from ui.workspace import Workspace

GENERATION = "orders_generation"
STATUSES = ("order now", "soon", "enough", "excess")
# Shape and word beside colour: a mark must survive a printer and a colour-blind eye.
CHANGED = "✎ yours"
MARKS = {"order now": "● order now", "soon": "◐ soon", "enough": "○ enough", "excess": "▲ excess"}
SHORT = {
    "yours_effect": "Effect",
    "yours_risk": "Risk after delivery",
    "stockout_date": "Out on",
    "protection_interval": "Must last",
}
# What is decided comes first: a phone shows three columns.
SHOWN = (
    "unique_id", "order_quantity", "yours", "decided_by", "status", "on_hand", "on_order", "expected_demand",
    "protection_interval", "stockout_date", "short_before", "yours_risk", "yours_saved", "yours_effect",
    "reason", "note",
)  # fmt: skip


def status_filter(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the lines a visitor wants to see: by status, by search."""
    counts = orders["status"].value_counts()
    wanted = st.pills(
        "Show", STATUSES, selection_mode="multi", key="statuses",
        format_func=lambda s: f"{MARKS[s]} ({counts.get(s, 0)})",
    )  # fmt: skip
    text = st.text_input("Search", key="search", placeholder="item, store, code; several separated by commas")
    shown = orders[orders["status"].isin(wanted)] if wanted else orders
    parts = [p.strip().lower() for p in text.replace("\n", ",").split(",") if p.strip()]
    if parts:
        names = shown["unique_id"].str.lower()
        shown = shown[names.apply(lambda name: any(p in name for p in parts))]
    return shown


def orders_editor(workspace: Workspace, lines: pd.DataFrame, currency: str) -> None:
    """Show the order lines; the manager's own quantity is the only thing that can be edited."""
    lines = ranked(lines)
    table = _as_shown(lines)
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=[c for c in table.columns if c != "yours"],
        column_config=_columns(table, currency),
        placeholder="",
        key=_editor_key(workspace, lines),
        height=min(38 * (len(table) + 1), 640),
    )
    shared, _ = shared_notes(lines)
    if shared:
        st.text(f"On every line shown: {shared}")
    own = edited["yours"].notna() & (edited["yours"] != table["order_quantity"])
    typed = dict(
        zip(edited.loc[own, "unique_id"].astype(str), edited.loc[own, "yours"].astype(float), strict=True)
    )
    hidden = set(workspace.decisions.quantities) - set(edited["unique_id"])
    kept = {name: workspace.decisions.quantities[name] for name in hidden}
    if {**kept, **typed} != workspace.decisions.quantities:
        workspace.decide(quantities={**kept, **typed})
        st.rerun()


def back_to_suggestion(workspace: Workspace, orders: pd.DataFrame) -> None:
    """Offer to take every quantity back that the manager changed; nothing while there is none."""
    count = int((orders["decided_by"] == MANAGER).sum())
    if not count:
        return
    lines = "1 line" if count == 1 else f"{count} lines"
    if st.button(f"Back to the suggestion on {lines}", icon=":material/undo:", key="back_to_suggestion"):
        workspace.decide(quantities={})
        # An editor that is told of a change it did not make would put the old one back.
        st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1
        st.rerun()


def explain_line(lines: pd.DataFrame) -> None:
    """Show the whole arithmetic of one line (in the table it is far to the right) and lead to its item."""
    reasons = ranked(lines).set_index("unique_id")[["problem", "reason", "note"]]
    if reasons.empty:
        st.text("No line is called that; clear the search to see all.")
        return
    chosen = st.selectbox(
        "Why this quantity?", reasons.index, key="why", help="Any of the lines shown above."
    )
    st.text(" ".join(part for part in reasons.loc[chosen] if part))
    item_link(str(chosen))


def download_plan(orders: pd.DataFrame, provisional: tuple[str, ...]) -> None:
    """Offer the plan as CSV; one made before all models are tested says so in its name and on every line."""
    st.download_button(
        "Download the plan (CSV)",
        lambda: csv_bytes(ranked(orders.assign(standing=provisional[0]) if provisional else orders)),
        "orders-provisional.csv" if provisional else "orders.csv",
        "text/csv",
        on_click="ignore",
    )


def ask_for_stock(notes: list[str]) -> None:
    """Show that stock is missing, and the way to give it; nothing where it is known."""
    if notes:
        st.warning("\n\n".join(notes))
        page_link("data", "Add an items file with on_hand", ":material/upload_file:")


def _editor_key(workspace: Workspace, lines: pd.DataFrame) -> str:
    """Return another key for other lines: an editor remembers its edits by their place in the table."""
    generation = str(st.session_state.get(GENERATION, 0))
    names = "\n".join([workspace.key(), generation, *lines["unique_id"]])
    return f"orders_{hashlib.sha256(names.encode()).hexdigest()[:16]}"


def _as_shown(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the columns a manager decides by.

    They are the same whatever is typed: an editor whose columns change forgets what is being typed.
    """
    table = readable(lines[[c for c in SHOWN if c in lines]], order_words(lines))
    quantities = lines[["order_quantity", "yours"]].round(2)  # what is sold by weight is typed to the gram
    own = lines["decided_by"] == MANAGER
    return table.assign(
        status=lines["status"].map(MARKS),
        decided_by=own.map({True: CHANGED, False: ""}),
        note=shared_notes(lines)[1],
        yours_effect=table["yours_effect"].where(own),  # blank where nothing was changed
        **quantities,
    )


def _columns(table: pd.DataFrame, currency: str) -> dict[str, Any]:
    words = order_words(table)
    words = {**words, **{name: words[name]._replace(label=label) for name, label in SHORT.items()}}
    config = column_words(table, words, currency)
    config["yours"] = st.column_config.NumberColumn(
        "Yours", help="Your quantity; change it here.", min_value=0, format="localized"
    )
    config["decided_by"] = st.column_config.TextColumn(
        "Changed", help="Lines on which you changed the order."
    )
    config["unique_id"] = st.column_config.TextColumn("Series", pinned=True)
    for name in ("reason", "note"):
        config[name] = st.column_config.TextColumn(words[name].label, width="large", help=words[name].help)
    return config
