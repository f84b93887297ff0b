"""A sales file a visitor brought, and its readings, each worked out once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.ingest.options import ImportOptions
from forecasting.ingest.sales import ImportedSales, Progress, choose_roles, sales_of
from forecasting.ingest.shape import shape_of
from forecasting.ingest.spreadsheet import Sheet
from forecasting.ingest.tables import RawTable, read_table, sheets_of

KEPT_SECONDS = 900  # a file is looked at for minutes; its readings are large


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    content: bytes
    name: str

    @cached_property
    def digest(self) -> str:
        """Return what names the content, short enough for the key of a widget."""
        return hashlib.sha256(self.content).hexdigest()[:20]

    def mark(self, before: ImportOptions) -> str:
        """Return what names the content and the choices it starts from: other ones, fresh widgets."""
        return hashlib.sha256(self._key("start", before).encode()).hexdigest()[:20]

    def sheets(self) -> tuple[Sheet, ...]:
        """Return the sheets of a workbook, () for a text file."""
        return _sheets(self._key("sheets", ImportOptions()), self)

    def shape(self) -> str | None:
        """Return what the next file of this kind will have in common with it; None where it is no table."""
        try:
            return shape_of(self.table(ImportOptions()), [sheet.name for sheet in self.sheets()])
        except ForecastingError:
            return None

    def fits(self, options: ImportOptions) -> bool:
        """Return whether the choices made for an earlier file can be made for this one."""
        try:
            choose_roles(self.table(options), options)
        except ForecastingError:
            return False
        return True

    def table(self, options: ImportOptions) -> RawTable:
        """Return the file as a table of text: what is done with its rows does not matter yet."""
        how = ImportOptions(
            columns=options.columns, sheet=options.sheet, encoding=options.encoding, layout=options.layout,
            start=options.start,
        )  # fmt: skip

        def work(progress: Progress) -> RawTable:
            progress(f"Reading {len(self.content) / 1e6:,.1f} MB", 0.05)
            return read_table(self.content, name=self.name, options=how)

        return _room(self._key("table", how)).filled(work)

    def sales(self, options: ImportOptions) -> ImportedSales:
        """Return the file as sales."""
        table = self.table(options)
        room = _room(self._key("sales", options))
        return room.filled(lambda progress: sales_of(table, options, progress))

    def _key(self, what: str, options: ImportOptions) -> str:
        return json.dumps([what, self.digest, self.name, options.as_dict()], sort_keys=True)


@dataclass
class _Room:
    """Room for one reading, filled by the first visitor who needs it while the page shows how far it is."""

    lock: Lock = field(default_factory=Lock)
    reading: Any = None

    def filled(self, work: Callable[[Progress], Any]) -> Any:
        with self.lock:
            if self.reading is None:
                self.reading = _watched(work)
        return self.reading


def _watched(work: Callable[[Progress], Any]) -> Any:
    place = st.empty()

    def show(stage: str, share: float) -> None:
        place.progress(share, f"{stage} …")

    try:
        return work(show)
    finally:
        place.empty()


# One text is the whole key (arguments run into one another in streamlit's); nothing is pickled on a hit.
@st.cache_resource(max_entries=10, ttl=KEPT_SECONDS, show_spinner=False)
def _room(key: str) -> _Room:
    del key
    return _Room()


@st.cache_resource(max_entries=8, ttl=KEPT_SECONDS, show_spinner="Reading the file")
def _sheets(key: str, _upload: Upload) -> tuple[Sheet, ...]:
    del key
    return sheets_of(_upload.content, name=_upload.name)
