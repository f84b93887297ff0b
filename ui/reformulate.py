"""The reformulation advisor on screen: asked as a job beside the forecast, shown as money."""

from dataclasses import replace

import streamlit as st

from forecasting.errors import StoreError
from forecasting.execution.jobs import Job
from forecasting.report.charts import ways_chart
from forecasting.report.value_columns import WAY_COLUMNS
from forecasting.services.asked_of import asked_of
from forecasting.services.checks import checks_in_words
from forecasting.services.findings import Findings
from forecasting.services.project import save_reformulations
from forecasting.services.reformulate import reformulate
from forecasting.services.reformulate_view import reformulate_sentences, suggestions, ways_table
from ui.feedback import show_chart, show_lines, show_pairs, show_side_job, show_table, theme
from ui.findings import checks_of
from ui.older import say_if_older
from ui.server import jobs, now, store
from ui.workspace import Workspace

TAB = "Another question"
SHOWN = "accuracy_tab"  # how often the page was sent to the advisor; 0: never


def checks_tab(workspace: Workspace, found: Findings) -> None:
    """Show what formulas take for granted; where that does not hold, the way to the advisor."""
    st.caption("What formulas take for granted, measured on your data, and what was done about it.")
    checks = checks_of(workspace, found)
    show_pairs(checks_in_words(checks))
    if lines := suggestions(checks):
        st.subheader("Would another question do better?")
        show_lines(lines)
        st.button("Compare other ways to ask", icon=":material/alt_route:", on_click=_go, key="to_advisor")


def _go() -> None:
    st.session_state[SHOWN] = st.session_state.get(SHOWN, 0) + 1


def advisor_tab(workspace: Workspace) -> None:
    """Offer to compare ways to ask the same decision, show how far it is, and what came out."""
    st.caption(
        "The same orders, asked by day, week or month, per item or per group, as all futures, one number, or "
        "a plain question; judged by what they would have cost."
    )
    done = workspace.reformulations
    if not show_side_job(_job(workspace)):
        label = "Compare again" if done else "Compare the ways to ask"
        if st.button(label, type="secondary" if done else "primary", key="run_advisor"):
            _start(workspace)
            st.rerun()
    if done is None:
        return
    if workspace.dataset is not None:
        say_if_older(done.asked_of, workspace.dataset, workspace.settings)
    currency = workspace.settings.currency
    show_lines(reformulate_sentences(done, currency))
    table = ways_table(done)
    show_chart(ways_chart(table, currency=currency, theme=theme()), key="ways", wide=True)
    show_table(table, WAY_COLUMNS, currency, key="ways_table")


def _job(workspace: Workspace) -> str:
    return f"{workspace.project_id} reformulate"


def _start(workspace: Workspace) -> Job:
    """Start the advisor in the background; what it finds is saved with the project."""
    dataset, settings = workspace.dataset, workspace.settings
    if dataset is None:
        raise StoreError("This project has no sales history yet; bring a file on the Data page.")

    def work(job: Job) -> None:
        job.step("Asking in days, weeks and months", 0.0)
        found = replace(reformulate(dataset, settings, step=job.step), asked_of=asked_of(dataset, settings))
        workspace.reformulations = found
        save_reformulations(store(), workspace.project_id, found, now())

    return jobs().start(_job(workspace), "Other ways to ask", work)
