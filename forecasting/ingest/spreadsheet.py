"""Workbooks (XLSX, XLSB, ODS, XLS) -> a matrix of text, after a look at what would unpack from them."""

import datetime
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import python_calamine

from forecasting.errors import SettingsError, UnreadableFile
from forecasting.ingest.merged import Span, spread
from forecasting.ingest.packed import is_zip
from forecasting.ingest.stretched import refuse_stretched

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # the container of XLS, and of a workbook with a password

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


@dataclass(frozen=True)
class SheetMatrix:
    """One sheet as rows of text cells, and where numbers were typed as text."""

    cells: pd.DataFrame
    sheet: str
    other_sheets: tuple[str, ...]
    last_text_digit: dict[int, int]  # column -> last row whose text cell holds a digit
    spans: tuple[Span, ...] = ()  # merged cells, each already filled with its value


@dataclass(frozen=True)
class Sheet:
    """A sheet one may choose, by name and size."""

    name: str
    rows: int  # down to the last filled one, titles and header included
    columns: int


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes are a workbook; a zip archive that `unpack` left standing is one."""
    return is_zip(content) or content.startswith(OLD_WORKBOOK)


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
        tables = ((n, *_cells_and_spans(workbook.get_sheet_by_name(n))) for n in chosen)
        found = next((table for table in tables if sheet or _is_table(table[1])), None)
    if found is None or not found[1]:
        lacking = f"is empty on sheet {sheet!r}" if sheet else "has no sheet with a header and rows"
        raise UnreadableFile(f"{name} {lacking}; its sheets are {', '.join(names)}.")
    used, rows, spans = found
    spread(rows, spans)
    cells = pd.DataFrame([[cell_text(c) for c in row] for row in rows], dtype=str)
    others = tuple(n for n in names if n != used)
    return SheetMatrix(cells, used, others, _last_text_digit(rows), spans)


def _cells_and_spans(sheet: python_calamine.CalamineSheet) -> tuple[list[list[Cell]], tuple[Span, ...]]:
    return sheet.to_python(skip_empty_area=False), tuple(sheet.merged_cell_ranges or ())


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[python_calamine.CalamineWorkbook]:
    if is_zip(content):
        refuse_stretched(content, name)
    try:
        yield python_calamine.CalamineWorkbook.from_object(io.BytesIO(content))
    except (python_calamine.CalamineError, OSError) as error:
        raise UnreadableFile(
            f"{name} is a damaged or locked workbook ({error}); save it again as XLSX."
        ) from error


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
