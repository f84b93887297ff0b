"""A table a visitor has brought, by file, database or address: one at a time, the last one counts."""

import streamlit as st

from forecasting.errors import ForecastingError
from ui.appending import append_form
from ui.fetched import fetched, put_aside
from ui.importing import import_form
from ui.opening import last_choices
from ui.sentences import as_text, show_refusal
from ui.upload import Upload
from ui.workspace import Workspace

SEEN = "seen_file"
OWN, MORE = "A project of its own", "More of this project"


def sales_upload() -> Upload | None:
    """Let a sales file be chosen; one that is new puts aside what a database or an address gave."""
    file = st.file_uploader("Sales file (CSV, Excel, ODS, Parquet, JSON; also zipped)", key="sales_file")
    if file is None:
        return None
    if st.session_state.get(SEEN) != file.file_id:
        st.session_state[SEEN] = file.file_id
        put_aside()
    return Upload(file.getvalue(), file.name)


def take(project: Workspace | None, uploaded: Upload | None) -> None:
    """Show what was brought and let it be read: as a project of its own, or as more of the open one."""
    upload = fetched() or uploaded
    if upload is None:
        return
    st.subheader("What was brought")
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.caption(as_text(upload.name))
    if fetched() is not None:
        right.button("Put aside", key="put_aside", type="tertiary", on_click=put_aside)
    try:
        if project is not None and _wants_more(project, upload):
            append_form(project, upload)
        else:
            import_form(upload, last_choices(project))
    except ForecastingError as error:
        show_refusal(error)


def _wants_more(project: Workspace, upload: Upload) -> bool:
    """Return whether the table adds to the open project: asked where it reads like the project's own."""
    choices = last_choices(project)
    if project.dataset is None or choices is None or not upload.fits(choices):
        return False
    asked = st.segmented_control(
        "This is", [OWN, MORE], default=OWN, key=f"adds_{upload.digest}", required=True,
        help="More of this project: new periods join the history that is open, and what differs is shown.",
    )  # fmt: skip
    return asked == MORE
