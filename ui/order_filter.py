"""Which order lines to show, with which columns, in which order; and ways of looking that have a name."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasting.report.order_columns import ORDER_COLUMNS
from forecasting.services.order_view import OrderView, lines_in_view, with_view
from forecasting.services.scope import attributes_of, group_columns
from ui.order_table import MARKS, USUAL, WORDS
from ui.sentences import as_text
from ui.workspace import Workspace

MOST_GROUPS = 3  # lists side by side
NAMED, SAVED = "view_name", "view_saved"
# What a view may show beside the columns that every view has.
OFFERED = tuple(
    dict.fromkeys(
        (*USUAL, *(n for n in ORDER_COLUMNS if n not in ("unique_id", "order_quantity", "yours", "note")))
    )
)


def lines_to_show(workspace: Workspace, orders: pd.DataFrame) -> tuple[pd.DataFrame, OrderView]:
    """Return the order lines a visitor wants to see, in order, and the view behind them."""
    dataset = workspace.dataset
    attributes = attributes_of(dataset) if dataset is not None else pd.DataFrame()
    _saved_views(workspace)
    statuses = _status_filter(orders["status"].value_counts())
    groups = group_columns(attributes)[:MOST_GROUPS]
    places = st.columns([2, *[1] * len(groups)])
    codes = places[0].text_area(
        "Search, or paste codes", key="search", height=68, persist_state="session",
        placeholder="item, store, code; a list: one a line, or parted by , ; or tab",
    )  # fmt: skip
    chosen = {}
    for column, spot in zip(groups, places[1:], strict=True):
        values = sorted(v for v in attributes[column].unique() if v)
        picked = spot.multiselect(
            as_text(column.capitalize()), values, key=f"lines_{column}", placeholder="all",
            persist_state="session",
        )  # fmt: skip
        chosen[column] = tuple(picked)
    view = OrderView("", tuple(statuses), chosen, codes, *_looks(workspace, orders))
    lines, unknown = lines_in_view(orders, attributes, view)
    if unknown:
        st.warning(as_text(f"No line is called {', '.join(unknown[:10])}."))
    _keep_view(workspace, view)
    return lines, view


def _status_filter(counts: pd.Series) -> list[str]:
    """Return the statuses to show; none to choose while no line has one, because no stock is given."""
    if not counts.reindex(list(MARKS)).sum() > 0:
        return []
    return st.pills(
        "Show", list(MARKS), selection_mode="multi", key="statuses", persist_state="session",
        format_func=lambda s: f"{MARKS[s]} ({counts.get(s, 0)})",
    )  # fmt: skip


def _looks(workspace: Workspace, orders: pd.DataFrame) -> tuple[tuple[str, ...], str, bool]:
    """Return which columns to show and how to sort, from a folded part of the page."""
    offered = [n for n in OFFERED if n in orders or n == "demand_range"]
    with st.expander("Columns, order and saved views"):
        columns = st.multiselect(
            "Columns beside the quantities", offered, list(USUAL), key="view_columns", format_func=_label,
            persist_state="session",
        )  # fmt: skip
        left, right, *more = st.columns([2, 1, 2, 1], vertical_alignment="bottom")
        by = left.selectbox(
            "Sort by", ["money_at_stake", *(n for n in ("unique_id", *offered) if n in orders)],
            key="view_sort", format_func=_label, persist_state="session",
        )  # fmt: skip
        ascending = right.toggle("Smallest first", key="view_ascending", persist_state="session")
        more[0].text_input("Name of this view", key=NAMED, placeholder="Monday, Centre")
        more[1].button("Save view", key="view_save", icon=":material/bookmark_add:", on_click=_asked_to_save)
        if workspace.decisions.views and st.session_state.get(SAVED):
            st.button("Forget the view that is open", key="view_forget", on_click=_forget, args=(workspace,))
    return tuple(columns), by, ascending


def _label(name: str) -> str:
    return WORDS[name].label if name in WORDS else name


def _asked_to_save() -> None:
    st.session_state["view_asked"] = st.session_state.get(NAMED, "").strip()


def _keep_view(workspace: Workspace, view: OrderView) -> None:
    """Keep the view under the name that was typed, once the controls of this run are known."""
    name = st.session_state.pop("view_asked", "")
    if name:
        views = with_view(tuple(workspace.decisions.views), replace(view, name=name))
        workspace.decide(views=views)
        st.toast(as_text(f"The view {name} is saved with the project."))
        st.session_state["view_opened"] = name
        st.rerun()


def _saved_views(workspace: Workspace) -> None:
    """Offer the project's views; nothing while there is none."""
    views = {view.name: view for view in workspace.decisions.views}
    if not views:
        return
    opened = st.session_state.pop("view_opened", None)
    if opened is not None:
        st.session_state[SAVED] = opened
    if st.session_state.get(SAVED) not in views:
        st.session_state[SAVED] = None
    st.pills(
        "Saved views", list(views), key=SAVED, format_func=as_text, persist_state="session",
        on_change=_open_view, args=(workspace,),
    )  # fmt: skip


def _open_view(workspace: Workspace) -> None:
    """Set every control as the chosen view has it; before the page is drawn."""
    name = st.session_state.get(SAVED)
    view = next((v for v in workspace.decisions.views if v.name == name), OrderView(columns=USUAL))
    state = st.session_state
    state["statuses"], state["search"] = list(view.statuses), view.codes
    state["view_columns"] = [c for c in view.columns if c in OFFERED]
    state["view_sort"], state["view_ascending"] = view.sort_by, view.ascending
    for key in [k for k in state if str(k).startswith("lines_") and isinstance(state[k], list)]:
        state[key] = []
    for column, values in view.groups.items():
        state[f"lines_{column}"] = list(values)


def _forget(workspace: Workspace) -> None:
    name = st.session_state.get(SAVED)
    workspace.decide(views=tuple(v for v in workspace.decisions.views if v.name != name))
    st.session_state[SAVED] = None
    _open_view(workspace)
