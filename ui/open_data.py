"""The tab for open data: calendars and index series, kept with the project as series of their own."""

from typing import Any

import pandas as pd
import streamlit as st

from forecasting.dates import period_kind
from forecasting.errors import ForecastingError
from forecasting.ingest.index_series import IndexFile, read_index
from forecasting.ingest.options import ImportOptions
from forecasting.models.calendar import school_regions
from forecasting.report.columns import Column
from forecasting.services import external
from forecasting.services.dataset import Dataset
from forecasting.settings import GRAIN
from forecasting.value.data_costs import DataSource
from ui import server
from ui.addresses import fetch_form
from ui.answers import answer
from ui.controls import COUNTRIES
from ui.data_costs import note_source
from ui.feedback import show_lines, show_table
from ui.sentences import show_refusal
from ui.workspace import Workspace

COLUMNS = {
    "name": Column("Series", "As it is named in the file or the calendar.", "text"),
    "frequency": Column("Recorded", "How often there is a value.", "text"),
    "start": Column("From", "The first date with a value.", "date"),
    "end": Column("To", "The last date with a value.", "date"),
    "values": Column("Values", "How many dates have one.", "count"),
    "source": Column("Where from", "The file, the address or the calendar.", "text"),
}
WHOLE = "the whole country"
FETCHED = "index_fetched"


def open_data(project: Workspace, dataset: Dataset) -> None:
    """Show the external series of a project; add calendars and indices, and take them away."""
    _kept(project)
    st.subheader("Holidays")
    try:
        _calendar(project, dataset)
    except ForecastingError as error:
        show_refusal(error)
    st.subheader("An index: market size, consumer confidence, weather")
    st.write("One column of dates and one or more of numbers, at any rhythm; as a file or behind an address.")
    upload = st.file_uploader("Index file", key="index_file")
    fetched = fetch_form("index_address", "Read the index")
    if fetched is not None:
        st.session_state[FETCHED] = fetched
    content = (upload.getvalue(), upload.name) if upload is not None else st.session_state.get(FETCHED)
    if content is not None:
        try:
            _index(project, *content)
        except ForecastingError as error:
            show_refusal(error)


def _kept(project: Workspace) -> None:
    listed = external.list_series(server.store(), project.project_id)
    if listed.empty:
        st.info("No external series yet. They help to tell the market from the shop, and are tested first.")
        return
    rhythm = [GRAIN[period_kind(frequency)] for frequency in listed["frequency"]]
    show_table(listed.assign(frequency=rhythm), COLUMNS, "", key="external_series")
    with st.popover("Take one away", icon=":material/delete:"):
        name = st.selectbox("Series", list(listed["name"]), key="external_name")
        if st.button("Take it away", key="external_remove"):
            external.remove(server.store(), project.project_id, name, now=server.now())
            st.rerun()


def _calendar(project: Workspace, dataset: Dataset) -> None:
    first, second, third = st.columns(3)
    kind = first.selectbox("Calendar", ["public", "school"], format_func=_KINDS.__getitem__, key="calendar")
    countries = [c for c in COUNTRIES if c and (kind == "public" or school_regions(c))]
    country = second.selectbox("Country", countries, key=f"calendar_country_{kind}")
    region = None
    if kind == "school":
        region = third.selectbox("Region", school_regions(country), key=f"calendar_region_{country}")
        st.caption(
            f"School breaks are known for {', '.join(countries)}, as far ahead as they are published; for "
            "another country bring them as an index file of 1 and 0."
        )
    if st.button("Keep this calendar", key="calendar_keep"):
        days = dataset.sales["ds"]
        series = external.calendar_series(country, region, kind, start=days.min(), end=days.max())
        _keep(project, series, "holidays package, open data", "open data")


_KINDS = {"public": "Public holidays", "school": "School breaks"}


def _index(project: Workspace, content: bytes, name: str) -> None:
    read = _answered(content, name)
    if read is None:
        return
    show_lines(read.warnings)
    st.line_chart(read.series, x="ds", y="value", color="name", height=220)
    if st.button("Keep these series", type="primary", key="index_keep"):
        st.session_state.pop(FETCHED, None)
        _keep(project, read.series, name, "file")


def _answered(content: bytes, name: str) -> IndexFile | None:
    """Return an index file once what it leaves open is answered; None while an answer is awaited."""
    read = read_index(content, name=name)
    said: dict[str, Any] = {}
    for question in read.questions:
        said[question.id] = answer(question.id, question.question, key=f"index_{question.id}_{name}")
    if None in said.values():
        st.info("Answer the question to see how the index reads; nothing is guessed here.")
        return None
    return read_index(content, name=name, options=ImportOptions(**said)) if said else read


def _keep(project: Workspace, series: pd.DataFrame, source: str, kind: str) -> None:
    names = external.add(server.store(), project.project_id, series, source=source, now=server.now())
    for name in names:
        note_source(project, DataSource(name, kind, source))
    st.rerun()
