"""What a database or a web address gave, until it is read or something newer is brought."""

from dataclasses import dataclass

import streamlit as st

from forecasting.value.data_costs import DataSource
from ui.upload import Upload

KEY = "fetched"


@dataclass(frozen=True)
class Fetched:
    """A table that came over the wire, and where from."""

    upload: Upload
    kind: str
    origin: str


def keep_fetched(content: bytes, name: str, *, kind: str, origin: str) -> None:
    """Make what was fetched the table that is looked at."""
    st.session_state[KEY] = Fetched(Upload(content, name), kind, origin)


def fetched() -> Upload | None:
    """Return what was fetched last, unless it was put aside."""
    held = st.session_state.get(KEY)
    return held.upload if held else None


def put_aside() -> None:
    """Forget what was fetched."""
    st.session_state.pop(KEY, None)


def source_of(upload: Upload) -> DataSource:
    """Return where a table came from, its costs not yet estimated."""
    held = st.session_state.get(KEY)
    if held and held.upload.digest == upload.digest:
        return DataSource(upload.name, held.kind, held.origin)
    return DataSource(upload.name, "file", "uploaded")
