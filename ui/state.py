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
    st.query_params[KEY] = project_id
    return found


def keep_link() -> None:
    """Keep the project in the address, so that a reload or a bookmark finds it again."""
    linked = st.query_params.get(KEY)
    if linked and linked != st.session_state.get(KEY):
        try:
            open_project(linked)
        except StoreError as error:
            st.session_state.pop(KEY, None)
            del st.query_params[KEY]
            st.error(str(error))
    elif KEY in st.session_state:
        st.query_params[KEY] = st.session_state[KEY]


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
        left.page_link(place("start"), label="Try the sample", icon=":material/play_arrow:")
        right.page_link(place("data"), label="Bring a sales file", icon=":material/upload_file:")
        st.stop()
    return project, project.dataset
