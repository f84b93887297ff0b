"""Sheets whose outermost cells outgrow memory: found before the reader allocates a cell for every place.

A sheet is held as a rectangle. One stray cell in the last row and column asks for 17 thousand
million of them, and the reader would end the process instead of raising.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from forecasting.errors import UnreadableFile
from forecasting.ingest.packed import members
from forecasting.ingest.soundness import refuse_many_columns

MAX_CELLS = 60_000_000
_CELL = re.compile(rb"<(?:\w+:)?c [^>]*?r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_OVERLAP = 200  # a cell's opening tag is shorter, so none is lost between two chunks
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BINARY_ROW, _BINARY_CELLS = 0, range(1, 12)  # record numbers of an XLSB sheet


def refuse_stretched(content: bytes, name: str) -> None:
    """Raise `UnreadableFile` when a zipped workbook is a bomb or spans more cells than memory holds."""
    parts = members(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in parts:
                for rows, columns in _extents(archive, part):
                    _refuse(rows, columns, part.filename, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(f"{name} is a damaged workbook ({error}); save it again as XLSX.") from error
    except (ElementTree.ParseError, IndexError) as error:
        raise UnreadableFile(f"{name} is a damaged workbook ({error}); save it again as XLSX.") from error


def _extents(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[int, int]]:
    """Yield the rows and columns that each sheet in a part of the archive spans."""
    if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
        yield _xlsx_extent(archive, part)
    elif part.filename.startswith("xl/worksheets/") and part.filename.endswith(".bin"):
        yield _xlsb_extent(archive.read(part))
    elif part.filename == "content.xml":
        yield from _ods_extents(archive, part)


def _refuse(rows: int, columns: int, part: str, name: str) -> None:
    if rows * columns > MAX_CELLS:
        raise UnreadableFile(
            f"{name} spans {rows:,} rows x {columns:,} columns in {part}; delete stray cells far "
            "from the table or export it as CSV."
        )
    refuse_many_columns(columns, name)


def _xlsx_extent(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    columns: set[bytes] = set()
    last_row, tail = 0, b""
    with archive.open(part) as xml:
        while chunk := xml.read(1 << 20):
            found = _CELL.findall(tail + chunk)
            columns.update(letters for letters, _ in found)
            last_row = max([last_row, *(int(row) for _, row in found)])
            tail = chunk[-_OVERLAP:]
    return last_row, max((_column_number(c) for c in columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _xlsb_extent(records: bytes) -> tuple[int, int]:
    place = rows = columns = 0
    while place < len(records):
        kind, place = _variable(records, place, 2)
        size, place = _variable(records, place, 4)
        if kind == _BINARY_ROW:
            rows = max(rows, int.from_bytes(records[place : place + 4], "little") + 1)
        elif kind in _BINARY_CELLS:
            columns = max(columns, int.from_bytes(records[place : place + 4], "little") + 1)
        place += size
    return rows, columns


def _variable(records: bytes, place: int, longest: int) -> tuple[int, int]:
    """Return a number written in groups of seven bits, lowest first, and the place after it."""
    number = 0
    for count in range(longest):
        byte = records[place + count]
        number |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return number, place + count + 1
    return number, place + longest


def _ods_extents(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[int, int]]:
    rows = last_row = columns = 0
    with archive.open(part) as xml:
        for _, element in ElementTree.iterparse(xml):
            if element.tag == f"{_TABLE}table-row":
                repeated = _repeats(element, "rows")
                width = _filled_width(element)
                rows += repeated
                last_row, columns = (rows, max(columns, width)) if width else (last_row, columns)
                element.clear()
            elif element.tag == f"{_TABLE}table":
                yield last_row, columns
                rows = last_row = columns = 0
                element.clear()


def _filled_width(row: ElementTree.Element) -> int:
    """Return the place of the last cell with a value; rows and sheets end in endless empty ones."""
    place = filled = 0
    for cell in row:
        place += _repeats(cell, "columns")
        if cell.get(f"{_OFFICE}value-type") or len(cell):
            filled = place
    return filled


def _repeats(element: ElementTree.Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
