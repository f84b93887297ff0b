"""XLSX workbooks -> a matrix of text, after a look at what would unpack from them."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import python_calamine

from forecasting.errors import SettingsError, UnreadableFile

MAX_UNPACKED = 500_000_000  # bytes; Excel's own limit of a million rows stays well below
MAX_RATIO = 300  # XML of real tables packs 10 to 60 times, a bomb a thousand times
MAX_CELLS = 60_000_000  # a rectangle of cells is held in memory, however few of them are filled
_CELL = re.compile(rb"<(?:\w+:)?c [^>]*?r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_OVERLAP = 200  # a cell's opening tag is shorter, so none is lost between two chunks

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


@dataclass(frozen=True)
class SheetMatrix:
    """One sheet as rows of text cells, and where numbers were typed as text."""

    cells: pd.DataFrame
    sheet: str
    other_sheets: tuple[str, ...]
    last_text_digit: dict[int, int]  # column -> last row whose text cell holds a digit


@dataclass(frozen=True)
class Sheet:
    """A sheet one may choose, by name and size."""

    name: str
    rows: int  # down to the last filled one, titles and header included
    columns: int


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes are a zip archive (XLSX or otherwise)."""
    return content[:4] == b"PK\x03\x04"


def list_sheets(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in its order, the empty ones too."""
    with _opened(content, name) as workbook:
        found = [(n, workbook.get_sheet_by_name(n)) for n in workbook.sheet_names]
        ends = [(n, sheet.end or (-1, -1)) for n, sheet in found]
        return tuple(Sheet(n, row + 1, column + 1) for n, (row, column) in ends)


def read_workbook(content: bytes, name: str, sheet: str | None) -> SheetMatrix:
    """Return the cells of a sheet (default: the first that holds a table), every one as text."""
    with _opened(content, name) as workbook:
        names = list(workbook.sheet_names)
        chosen = [_sheet_name(sheet, names)] if sheet else names
        tables = ((n, workbook.get_sheet_by_name(n).to_python(skip_empty_area=False)) for n in chosen)
        found = next(((n, rows) for n, rows in tables if sheet or _is_table(rows)), None)
    if found is None or not found[1]:
        lacking = f"is empty on sheet {sheet!r}" if sheet else "has no sheet with a header and rows"
        raise UnreadableFile(f"{name} {lacking}; its sheets are {', '.join(names)}.")
    used, rows = found
    cells = pd.DataFrame([[cell_text(c) for c in row] for row in rows], dtype=str)
    others = tuple(n for n in names if n != used)
    return SheetMatrix(cells, used, others, _last_text_digit(rows))


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[python_calamine.CalamineWorkbook]:
    _refuse_bombs(content, name)
    try:
        yield python_calamine.CalamineWorkbook.from_object(io.BytesIO(content))
    except (python_calamine.CalamineError, OSError) as error:
        raise UnreadableFile(f"{name} is a damaged workbook ({error}); save it again as XLSX.") from error


def cell_text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates in ISO.

    >>> cell_text(42.0), cell_text(1.5), cell_text(datetime.date(2024, 1, 31)), cell_text(True)
    ('42', '1.5', '2024-01-31', '1')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)


def _refuse_bombs(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            if total > MAX_UNPACKED or total > MAX_RATIO * max(len(content), 100_000):
                raise UnreadableFile(
                    f"{name} would unpack to {total / 1e6:,.0f} MB; export the sheet as CSV instead."
                )
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise UnreadableFile(f"{name} is a zip archive, not an XLSX workbook; unpack it first.")
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _refuse_stretched(archive, part, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(f"{name} is a damaged workbook ({error}); save it again as XLSX.") from error


def _refuse_stretched(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Refuse a sheet whose outermost cells outgrow memory: the reader would abort the process."""
    columns: set[bytes] = set()
    last_row, tail = 0, b""
    with archive.open(part) as xml:
        while chunk := xml.read(1 << 20):
            found = _CELL.findall(tail + chunk)
            columns.update(letters for letters, _ in found)
            last_row = max([last_row, *(int(row) for _, row in found)])
            tail = chunk[-_OVERLAP:]
    width = max((_column_number(c) for c in columns), default=0)
    if last_row * width > MAX_CELLS:
        raise UnreadableFile(
            f"{name} spans {last_row:,} rows x {width:,} columns in {part.filename}; delete stray cells far "
            "from the table or export it as CSV."
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_name(sheet: str, names: list[str]) -> str:
    if sheet not in names:
        raise SettingsError(f"The workbook has no sheet {sheet!r}; it has {', '.join(names)}.")
    return sheet


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    wide = [row for row in rows[:200] if sum(cell != "" for cell in row) >= 2]
    return len(wide) >= 2


def _last_text_digit(rows: Sequence[Sequence[Cell]]) -> dict[int, int]:
    return {
        place: number
        for number, row in enumerate(rows)
        for place, cell in enumerate(row)
        if isinstance(cell, str) and any(ch.isdigit() for ch in cell)
    }
