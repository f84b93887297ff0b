"""Parts of the workbench page: the running comparison and the grid."""

import streamlit as st

from forecasting.models.registry import MODEL_NAMES
from forecasting.report.columns import model_label
from forecasting.report.tables import csv_bytes
from forecasting.services.bench_view import (
    bench_sentences,
    best_first,
    grid_table,
    models_to_compare,
    unlike_accuracy,
)
from ui.feedback import HEADING_HEIGHT, show_lines, show_side_job
from ui.findings import findings_if_ready
from ui.older import say_if_older
from ui.state import page_link
from ui.workspace import Workspace

PHONE_COLUMN, PHONE_ROW = 122, 84  # px: three columns side by side at 390, a long name in four lines


def bench_control(workspace: Workspace) -> None:
    """Offer to start the comparison, or show how far it is."""
    if show_side_job(workspace.bench_key):
        return
    found = findings_if_ready(workspace)
    usual = models_to_compare(None if found is None else found.choice)
    models = st.multiselect(
        "Models",
        MODEL_NAMES,
        default=usual,
        format_func=model_label,
        key="bench_models",
        help="The first stands for the others in the top row; at the start it is what most items are "
        "forecast by. Boosted trees take minutes, the rest seconds. An ensemble cannot be asked here.",
    )
    label = "Compare again" if workspace.workbench is not None else "Compare the data"
    if st.button(label, type="primary" if workspace.workbench is None else "secondary", key="run_bench"):
        workspace.compare(models or usual)
        st.rerun()


def show_grid(workspace: Workspace) -> None:
    """Show the sentence on the next hour of work, the grid, and its numbers as a download."""
    found, currency = workspace.workbench, workspace.settings.currency
    if found is None:
        return
    if workspace.raw is not None:
        say_if_older(found.asked_of, workspace.raw, workspace.settings)
    dates = len(workspace.results.scored) if workspace.results is not None else 0
    show_lines([*bench_sentences(found, currency), *unlike_accuracy(found, dates)])
    table = grid_table(found, currency)
    with st.container(key="phone_bench"):  # a long name beside two cells: on a phone it must not take all
        st.dataframe(
            table, hide_index=True, key="bench_phone", row_height=PHONE_ROW,
            height=PHONE_ROW * len(table) + HEADING_HEIGHT,
            column_order=("Data", *best_first(found)),
            column_config={str(name): st.column_config.TextColumn(width=PHONE_COLUMN) for name in table},
        )  # fmt: skip
    with st.container(key="desk_bench"):
        st.dataframe(table, hide_index=True, key="bench_grid")
    page_link("health", "Look at the repairs and switch one on", ":material/health_and_safety:")
    st.download_button(
        "The grid as CSV", csv_bytes(found.gains), "workbench.csv", "text/csv",
        on_click="ignore", type="tertiary", icon=":material/download:",
    )  # fmt: skip
