"""The history of the current project, laid out once per history and shared by its pages."""

import hashlib

import streamlit as st

from forecasting.history.effects import Effects
from forecasting.services.dataset import Dataset
from forecasting.services.findings import Findings
from forecasting.services.past import (
    LaidOut,
    Line,
    Past,
    Segments,
    effects_of,
    laid_out,
    line_of,
    segments_of,
    work_out_past,
)
from forecasting.services.scope import Scope
from ui.scope import scope_control
from ui.state import require_dataset
from ui.workspace import Workspace


def require_past() -> tuple[Workspace, Past, Scope]:
    """Return the project, the part of its history that is looked at, and which part that is; or stop."""
    workspace, whole, scope = require_market()
    return workspace, whole.part(scope.unique_ids), scope


def require_market() -> tuple[Workspace, Past, Scope]:
    """Return the project, its whole history, and which part of it is looked at; or stop."""
    workspace, dataset = require_dataset()
    whole = whole_past(workspace.history_key(), dataset)
    return workspace, whole, scope_control(whole, dataset, workspace.settings.currency)


# The keys name what is looked at; frames and arrays travel unhashed and are never changed.
@st.cache_resource(max_entries=8, show_spinner="Reading the history")
def whole_past(key: str, _dataset: Dataset) -> Past:
    """Return the history of a project; `key` names it."""
    return work_out_past(_dataset, laid_out_once(key, _dataset))


@st.cache_resource(max_entries=8, show_spinner=False)
def laid_out_once(key: str, _dataset: Dataset) -> LaidOut:
    """Return a history laid out, with its law, shared by the pages that ask; `key` names it."""
    del key
    return laid_out(_dataset)


def line_of_part(workspace: Workspace, part: Past) -> Line:
    """Return the sum of some series with its parts."""
    return _line(_key(workspace, part), part)


def effects_of_part(workspace: Workspace, part: Past, known: Dataset | None = None) -> Effects:
    """Return what promotions and prices did to some series; `known`: the history with events."""
    return _effects(_key(workspace, part, known), part)


def segments_of_part(
    workspace: Workspace, part: Past, found: Findings | None, cuts: tuple[float, float, float, float]
) -> Segments:
    """Return the classes of some series; the forecast errors of thousands of past rows are read once."""
    return _segments(f"{_key(workspace, part)} {workspace.key()} {cuts}", part, found, cuts)


@st.cache_resource(max_entries=16, show_spinner=False)
def _segments(
    key: str, _part: Past, _found: Findings | None, _cuts: tuple[float, float, float, float]
) -> Segments:
    del key  # names history, series, results, settings and limits
    return segments_of(_part, _found, _cuts)


@st.cache_resource(max_entries=64, show_spinner=False)
def _line(key: str, _part: Past) -> Line:
    del key
    return line_of(_part)


@st.cache_resource(max_entries=16, show_spinner=False)
def _effects(key: str, _part: Past) -> Effects:
    del key
    return effects_of(_part)


def _key(workspace: Workspace, part: Past, known: Dataset | None = None) -> str:
    history = workspace.key_of_history(known or workspace.dataset)
    names = "\n".join([history, *part.panel.unique_id])
    return hashlib.sha256(names.encode()).hexdigest()
