"""What one visitor's session remembers: which project is open; everything else lives in the workspace."""

import streamlit as st

from forecasting.errors import StoreError
from forecasting.services.dataset import Dataset
from ui import workspace
from ui.places import place
from ui.workspace import Workspace

KEY = "project"


def open_project(project_id: str) -> Workspace:
    """Return a project and make it this visitor's."""
    found = workspace.get(project_id)
    st.session_state[KEY] = project_id
    return found


def link_parameters() -> dict[str, str]:
    """Return what every link inside the app carries, so that a reload or a bookmark finds the project.

    Streamlit drops the query from the address whenever the page changes.
    """
    return {KEY: st.session_state[KEY]} if KEY in st.session_state else {}


def follow_link() -> None:
    """Open the project the address names, if it is another than the open one."""
    linked = st.query_params.get(KEY)
    if not linked or linked == st.session_state.get(KEY):
        return
    try:
        open_project(linked)
    except StoreError as error:
        st.session_state.pop(KEY, None)
        st.error(str(error))


def page_link(name: str, label: str, icon: str) -> None:
    """Show a link to a page that keeps the project open."""
    st.page_link(place(name), label=label, icon=icon, query_params=link_parameters())


def go_to(name: str) -> None:
    """Switch to a page, keeping the project open."""
    st.switch_page(place(name), query_params=link_parameters())


def current() -> Workspace | None:
    """Return this visitor's project, or None."""
    project_id = st.session_state.get(KEY)
    return workspace.get(project_id) if project_id else None


def require_dataset() -> tuple[Workspace, Dataset]:
    """Return the project and its history, or offer the way to one and stop."""
    project = current()
    if project is None or project.dataset is None:
        st.info("There is no sales history yet. Try the sample, or bring your own file.")
        left, right, _ = st.columns([1, 1, 3])
        with left:
            page_link("start", "Try the sample", ":material/play_arrow:")
        with right:
            page_link("data", "Bring a sales file", ":material/upload_file:")
        st.stop()
    return project, project.dataset
