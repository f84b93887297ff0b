"""The last order: kept when it is placed, and what has changed since, cause by cause."""

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.tables import day
from forecasting.services.findings import Findings, standing
from forecasting.services.plan_changes import (
    CHANGE_COLUMNS,
    ITEMS,
    LINES,
    PlacedPlan,
    changes_in_sentence,
    kept_plan,
    placed_plan,
    plan_changes,
)
from ui.feedback import show_table
from ui.sentences import show_refusal
from ui.server import now, store
from ui.workspace import Workspace

DOCUMENT = "placed"  # the settings the last order rested on


def place_order(workspace: Workspace, found: Findings) -> None:
    """Offer to keep this plan as the order that was placed: the next one is compared with it."""
    provisional = standing(found.results, found.settings)
    if not st.button(
        "This is what I order" + " (provisional)" * bool(provisional), key="place_order",
        icon=":material/hourglass_top:" if provisional else ":material/task_alt:",
        help="Keeps the quantities as the last order: the next plan says what has changed since and why.",
    ):  # fmt: skip
        return
    at, orders = now(), found.orders
    document = {DOCUMENT: workspace.settings.as_dict()}
    store().save(workspace.project_id, documents=document, frames=kept_plan(found), now=at)
    units = orders[orders["yours"].notna()].set_index("unique_id")["yours"].astype(float)
    workspace.decide(placed=units.to_dict(), placed_at=at.isoformat(timespec="seconds"))
    st.toast(" ".join(("Kept as the last order.", *provisional)), icon=":material/task_alt:")
    st.rerun()


def since_last_order(workspace: Workspace, found: Findings) -> None:
    """Show which suggestions differ from the last order's, and how much of it each cause explains."""
    at = workspace.decisions.placed_at
    if not at:
        st.info("No order has been placed yet. Press This is what I order, and the next plan is compared.")
        return
    try:
        table = _changes(workspace.key(), at, workspace.project_id, found)
    except ForecastingError as error:
        show_refusal(error)
        return
    st.caption(f"Last order placed on {day(pd.Timestamp(at))}. Causes are switched one by one.")
    st.text(changes_in_sentence(table, len(found.orders)))
    if len(table):
        show_table(table, CHANGE_COLUMNS, found.settings.currency, key="changes")


@st.cache_resource(max_entries=8, show_spinner="Switching one cause at a time")
def _changes(key: str, at: str, project_id: str, _found: Findings) -> pd.DataFrame:
    del key  # names everything the suggestions of today rest on; `at` and the project name the last order
    return plan_changes(_found, _last(project_id, at))


def _last(project_id: str, at: str) -> PlacedPlan:
    saved = store().load(project_id)
    frames = {name: store().frame(saved.frames[name]) for name in (LINES, ITEMS)}
    return placed_plan(at, saved.documents[DOCUMENT], frames)
