"""The numbers of the current project, worked out once per change and shared by all pages."""

import time
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.content import ReportContent
from forecasting.report.pdf import pdf
from forecasting.report.spreadsheet import spreadsheet
from forecasting.report.web_page import web_page
from forecasting.services.asked_of import still_asked_of
from forecasting.services.checks import Check, assumption_checks
from forecasting.services.content import report_content
from forecasting.services.deciding import decided
from forecasting.services.errors_by import paired_table
from forecasting.services.evaluate import Measured, measure_accuracy
from forecasting.services.findings import Decisions, Findings, of_other_dates, standing
from forecasting.services.ledger import segmented_rows
from forecasting.services.reformulate import Reformulations
from forecasting.services.replayed import Prepared, prepared
from forecasting.services.stairs import Worth, under_of, worth_of
from forecasting.services.work_out import work_out
from forecasting.value.sensitivity import GainsUnder
from ui.feedback import show_progress
from ui.server import jobs, now
from ui.state import require_dataset
from ui.workspace import Workspace

FIRST_WAIT = 1.5  # seconds; the first forecast of some dozens of series takes less
MAKERS: dict[str, Callable[[ReportContent], bytes]] = {"xlsx": spreadsheet, "html": web_page, "pdf": pdf}


def require_findings() -> tuple[Workspace, Findings]:
    """Return the project and its numbers; until the first forecast is there, show progress and stop."""
    workspace, _ = require_dataset()
    _await_first(workspace)
    show_progress(workspace)
    if workspace.results is None:
        st.stop()
    found = _findings(workspace.key(), workspace)
    if jobs().alive(workspace.project_id):  # an interrupted run is said by `show_progress`
        for line in standing(found.results, found.settings):
            st.warning(line, icon=":material/hourglass_top:")
        if other := of_other_dates(found.results, found.settings):
            st.caption(f"Until the models have run again {other}")
    return workspace, _decided(workspace.report_key(), found, workspace.decisions)


@st.cache_resource(max_entries=8, show_spinner=False)
def _decided(key: str, _found: Findings, _decisions: Decisions) -> Findings:
    del key  # names data, results, settings and decisions: a budget is not solved anew at every click
    return decided(_found, _decisions)


def _await_first(workspace: Workspace) -> None:
    """Wait a moment for the first results: sooner there than a progress bar and another run of the page."""
    until = time.monotonic() + FIRST_WAIT
    while workspace.results is None and jobs().alive(workspace.project_id) and time.monotonic() < until:
        time.sleep(0.02)


def findings_if_ready(workspace: Workspace) -> Findings | None:
    """Return the numbers worked out so far, for a page that can do without them."""
    if workspace.results is None or workspace.dataset is None:
        return None
    try:
        return _findings(workspace.key(), workspace)
    except ForecastingError:  # the orders page says what its settings lack
        return None


# cache_resource, not cache_data: nothing is pickled on a hit, and the frames are never changed.
# The key is the first argument alone; the project travels as `_workspace`.
@st.cache_resource(max_entries=32, show_spinner=False)
def _findings(key: str, _workspace: Workspace) -> Findings:
    del key
    if _workspace.dataset is None or _workspace.results is None:
        raise AssertionError("callers have checked that there are results")
    return work_out(
        _workspace.dataset,
        _workspace.settings,
        _workspace.results,
        measured=_measured(_workspace.results_key(), _workspace) if _workspace.results.models else None,
        import_notes=_workspace.notes(),
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _measured(key: str, _workspace: Workspace) -> Measured:
    del key
    if _workspace.dataset is None or _workspace.results is None:
        raise AssertionError("callers have checked that there are results")
    return measure_accuracy(_workspace.results, _workspace.dataset, _workspace.settings)


def worth_now(workspace: Workspace, found: Findings) -> Worth:
    """Return what the replay says under the current costs; worked out when a page first asks."""
    return _worth(workspace.key(), workspace, found)


def under_now(workspace: Workspace, worth: Worth) -> GainsUnder | None:
    """Return the gain with one input changed at a time."""
    return _under(workspace.key(), worth)


@st.cache_resource(max_entries=8, show_spinner="Replaying the past day by day")
def _worth(key: str, _workspace: Workspace, _found: Findings) -> Worth:
    del key
    if _found.evaluation is None:
        return worth_of(_found)
    return worth_of(_found, _prepared(_workspace.results_key(), _found.settings.step, _found))


@st.cache_resource(max_entries=4, show_spinner=False)
def _prepared(key: str, step: int, _found: Findings) -> Prepared:
    del key, step
    return prepared(_found.dataset, _found.settings, _found.results)


@st.cache_resource(max_entries=8, show_spinner="Changing one input at a time")
def _under(key: str, _worth: Worth) -> GainsUnder | None:
    del key
    return under_of(_worth)


def report_file(kind: str, workspace: Workspace, found: Findings) -> bytes:
    """Return the report as xlsx, html or pdf."""
    ways = ways_now(workspace)
    key = f"{workspace.report_key()} {'asked otherwise' if ways else ''}"
    return _report(key, kind, replace(found, ways=ways), worth_now(workspace, found))


def ways_now(workspace: Workspace) -> Reformulations | None:
    """Return the comparison of ways to ask; None unless it is of the present data, costs and times."""
    done, dataset = workspace.reformulations, workspace.dataset
    if done is None or dataset is None:
        return None
    return done if still_asked_of(done.asked_of, dataset, workspace.settings) else None


@st.cache_resource(max_entries=12, show_spinner="Writing the report")
def _report(key: str, kind: str, _found: Findings, _worth: Worth) -> bytes:
    del key
    return MAKERS[kind](report_content(_found, now=now(), worth=_worth))


def past_rows(workspace: Workspace, found: Findings) -> pd.DataFrame:
    """Return the tested rows of every model with the columns that name segments."""
    return _past_rows(workspace.key(), found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _past_rows(key: str, _found: Findings) -> pd.DataFrame:
    del key
    return segmented_rows(_found)


def paired_now(workspace: Workspace, found: Findings) -> pd.DataFrame:
    """Return what every model cost less than seasonal naive, with its interval."""
    return _paired(workspace.key(), found)


@st.cache_resource(max_entries=8, show_spinner=False)
def _paired(key: str, _found: Findings) -> pd.DataFrame:
    del key
    return paired_table(_found)


def checks_of(workspace: Workspace, found: Findings) -> tuple[Check, ...]:
    """Return what the formulas take for granted, measured on this project."""
    return _checks(workspace.key(), found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _checks(key: str, _found: Findings) -> tuple[Check, ...]:
    del key
    return assumption_checks(_found)
