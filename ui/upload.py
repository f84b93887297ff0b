"""A sales file a visitor brought, and its readings, each worked out once."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from forecasting.ingest.options import ImportOptions
from forecasting.ingest.sales import ImportedSales, fits, import_sales
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

    def sheets(self) -> tuple[Sheet, ...]:
        """Return the sheets of a workbook, () for a text file."""
        return _sheets(self._key(ImportOptions()), self)

    def fits(self, options: ImportOptions) -> bool:
        """Return whether the choices made for an earlier file can be made for this one."""
        return _fits(self._key(options), self, options)

    def table(self, options: ImportOptions) -> RawTable:
        """Return the file as a table of text."""
        return _table(self._key(options), self, options)

    def sales(self, options: ImportOptions) -> ImportedSales:
        """Return the file as sales."""
        return _sales(self._key(options), self, options)

    def _key(self, options: ImportOptions) -> str:
        return json.dumps([self.digest, self.name, options.as_dict()], sort_keys=True)


# One text is the whole key (arguments run into one another in streamlit's); nothing is pickled on a hit.
@st.cache_resource(max_entries=8, ttl=KEPT_SECONDS, show_spinner="Reading the file")
def _sheets(key: str, _upload: Upload) -> tuple[Sheet, ...]:
    del key
    return sheets_of(_upload.content, name=_upload.name)


@st.cache_resource(max_entries=8, ttl=KEPT_SECONDS, show_spinner="Reading the file")
def _fits(key: str, _upload: Upload, _options: ImportOptions) -> bool:
    del key
    return fits(_upload.content, name=_upload.name, options=_options)


@st.cache_resource(max_entries=4, ttl=KEPT_SECONDS, show_spinner="Reading the file")
def _table(key: str, _upload: Upload, _options: ImportOptions) -> RawTable:
    del key
    return read_table(_upload.content, name=_upload.name, options=_options)


@st.cache_resource(max_entries=6, ttl=KEPT_SECONDS, show_spinner="Reading the file")
def _sales(key: str, _upload: Upload, _options: ImportOptions) -> ImportedSales:
    del key
    return import_sales(_upload.content, name=_upload.name, options=_options)
