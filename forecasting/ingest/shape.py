"""The shape of a file: what the next export of the same report will have in common with this one."""

import hashlib
import json
from collections.abc import Sequence

from forecasting.ingest.tables import RawTable


def shape_of(table: RawTable, sheets: Sequence[str] = ()) -> str:
    """Return what names a file's shape: its kind, its sheets, its headings in their order; no value in it.

    `table` is the file as read without any choice, so that two files of one shape are read alike. A
    wide layout has become lines by then: next month's file has other dates across, and the same shape.
    """
    text = "text" if table.format.encoding else "typed"
    told = ["workbook" if table.format.sheet else text, list(sheets), [str(c) for c in table.frame.columns]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
