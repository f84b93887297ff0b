"""Any supported file -> a table of text with its header found, and how the file was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.errors import DataError, SettingsError, UnreadableFile
from forecasting.ingest.bare_periods import months_across, written_out
from forecasting.ingest.columnar import is_columnar, read_columnar
from forecasting.ingest.counted_periods import with_calendar
from forecasting.ingest.dateforms import is_day, looks_like_days
from forecasting.ingest.headers import find_header, unique
from forecasting.ingest.merged import Span
from forecasting.ingest.notes import Question, listed
from forecasting.ingest.options import ImportOptions, parse_columns
from forecasting.ingest.packed import MAX_BYTES, unpack
from forecasting.ingest.soundness import refuse_many_columns
from forecasting.ingest.spreadsheet import Sheet, is_workbook, list_sheets, read_workbook
from forecasting.ingest.text import read_text
from forecasting.ingest.wide import unfold

_SAMPLE = 3000  # rows that show whether a column may hold bare periods


@dataclass(frozen=True)
class Format:
    """How the file is written; None where it does not apply."""

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class RawTable:
    """A file as text, one row per data line (a wide layout already turned into lines)."""

    frame: pd.DataFrame  # every column str, "" = blank
    rows: np.ndarray  # (n,) the file's row of each line, the first row being 1
    format: Format
    name: str
    true_numbers: frozenset[str] = frozenset()  # spreadsheet columns whose cells were numbers
    too_long: np.ndarray | None = None  # (n,) bool: the line has more fields than the header
    warnings: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    levels: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # of columns a header of two rows groups


@dataclass(frozen=True)
class _Matrix:
    """The cells of a file before its header is known."""

    cells: pd.DataFrame
    format: Format
    too_long: frozenset[int] = frozenset()
    last_text_digit: dict[int, int] | None = None
    spans: tuple[Span, ...] = ()  # merged cells of a sheet
    warnings: tuple[str, ...] = ()


def sheets_of(source: bytes | Path, *, name: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook; () for a text file, which has none."""
    content = _content(source, name)
    return list_sheets(content, name) if is_workbook(content) else ()


def read_table(source: bytes | Path, *, name: str, options: ImportOptions | None = None) -> RawTable:
    """Return the file as a table of text; raises `UnreadableFile` in one sentence when it is none.

    A layout with one column per item or per date becomes lines, unless the options name the units
    column or say that a row is a sale already (`layout`).
    """
    options = options or ImportOptions()
    table = _dated(_with_bare_periods(_as_written(_content(source, name), name, options)), options.start)
    said = options.layout == "across"
    if options.layout == "lines" or (not said and _names_units(options, table)):
        return table
    unfolded = unfold(table.frame, table.rows, table.levels, said=said)
    if unfolded is None:
        return table
    everywhere = table.true_numbers.issuperset(unfolded.spread)
    return replace(
        table,
        frame=unfolded.frame,
        rows=unfolded.rows,
        true_numbers=frozenset({unfolded.units} if everywhere else ()),
        too_long=None,
        warnings=(*table.warnings, unfolded.sentence),
        questions=(*table.questions, *unfolded.questions),
    )


def _with_bare_periods(table: RawTable) -> RawTable:
    """Return the table with months and weeks of bare digits (202403) as everybody reads them."""
    across = months_across(table.frame.columns)
    frame = table.frame.rename(columns=across) if across else table.frame
    for column in frame.columns:
        known = written_out(str(column), [t.strip() for t in frame[column].iloc[:_SAMPLE].unique()])
        if known:
            known = written_out(str(column), [t.strip() for t in frame[column].unique()])
            frame = frame.assign(**{column: frame[column].map(lambda t, k=known: k.get(t.strip(), t))})
    numbers = frozenset(across.get(c, c) for c in table.true_numbers)
    return replace(table, frame=frame, true_numbers=numbers)


def _dated(table: RawTable, start: str | None) -> RawTable:
    """Return the table with dates in place of periods that are only counted."""
    dated = with_calendar(table.frame, start)
    if dated is None:
        return table
    numbers = dict(
        zip(table.frame.columns, (c in table.true_numbers for c in table.frame.columns), strict=True)
    )
    return replace(
        table,
        frame=dated.frame,
        true_numbers=frozenset(c for c in dated.frame.columns if numbers.get(dated.came_from.get(c, c))),
        questions=dated.questions,
        warnings=(*table.warnings, *dated.warnings),
    )


def _as_written(content: bytes, name: str, options: ImportOptions) -> RawTable:
    if is_columnar(content):
        return _typed_table(content, name, options)
    return _with_header(_matrix(content, name, options), name)


def _content(source: bytes | Path, name: str) -> bytes:
    try:
        content = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{name} cannot be opened: {error.strerror or error}; check the path."
        ) from error
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"{name} is larger than 500 MB; split it or sum it to days first.")
    content = unpack(content, name)
    if not content.strip():
        raise UnreadableFile(f"{name} is empty; a table with a header line is needed.")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise UnreadableFile(
            f"{name} is a web page or XML, whatever its name ends in, as some systems export; open it in a "
            "spreadsheet program and save it as XLSX or CSV."
        )
    return content


def _matrix(content: bytes, name: str, options: ImportOptions) -> _Matrix:
    if is_workbook(content):
        return _workbook_matrix(content, name, options)
    if options.sheet:
        raise SettingsError(
            f"{name} is a text file and has no sheets; leave the sheet {options.sheet!r} out."
        )
    text = read_text(content, name, options.stated_encoding)
    warnings = (
        (f"The file is not UTF-8; it was read as {text.encoding}. Check the accented letters.",)
        if text.guessed_encoding
        else ()
    )
    return _Matrix(text.cells, Format(text.encoding, text.separator), text.too_long, warnings=warnings)


def _workbook_matrix(content: bytes, name: str, options: ImportOptions) -> _Matrix:
    if options.stated_encoding:
        raise SettingsError(
            f"{name} is a workbook, which knows its own encoding; state an encoding for CSV only."
        )
    book = read_workbook(content, name, options.sheet)
    ignored = f"Sheet {book.sheet!r} was read; {listed(list(book.other_sheets))} was not."
    warnings = (ignored,) if book.other_sheets and not options.sheet else ()
    return _Matrix(
        book.cells,
        Format(sheet=book.sheet),
        last_text_digit=book.last_text_digit,
        spans=book.spans,
        warnings=warnings,
    )


def _with_header(matrix: _Matrix, name: str) -> RawTable:
    cells = matrix.cells
    refuse_many_columns(cells.shape[1], name)
    header = find_header(cells, matrix.spans)
    frame = cells.iloc[header.row + 1 :, header.places].reset_index(drop=True)
    frame.columns = pd.Index(header.names)
    _refuse_no_table(frame, name, matrix.format.sheet)
    rows = np.arange(header.row + 2, header.row + 2 + len(frame))
    digits = matrix.last_text_digit
    typed = [digits is not None and digits.get(place, -1) <= header.row for place in header.places]
    return RawTable(
        frame=frame,
        rows=rows,
        format=matrix.format,
        name=name,
        true_numbers=frozenset(n for n, numbers in zip(header.names, typed, strict=True) if numbers),
        too_long=np.isin(rows - 1, list(matrix.too_long)) if matrix.too_long else None,
        warnings=(*matrix.warnings, *header.warnings),
        levels=header.levels,
    )


def _typed_table(content: bytes, name: str, options: ImportOptions) -> RawTable:
    """Return Parquet or JSON records: their columns have names and types already."""
    if options.sheet or options.stated_encoding:
        raise SettingsError(f"{name} is no text file or workbook; leave the sheet and the encoding out.")
    typed = read_columnar(content, name)
    names = dict(zip(typed.frame.columns, unique([str(c) for c in typed.frame.columns]), strict=True))
    frame = typed.frame.set_axis(list(names.values()), axis=1)
    _refuse_no_table(frame, name, None)
    rows = np.arange(1, len(frame) + 1)
    numbers = frozenset(names[c] for c in typed.numbers)
    return RawTable(frame, rows, Format(), name, true_numbers=numbers, warnings=typed.warnings)


def _refuse_no_table(frame: pd.DataFrame, name: str, sheet: str | None) -> None:
    if frame.shape[1] < 2:
        only = str(frame.columns[0])[:40] if frame.shape[1] else "blank"
        parted = ", separated by comma, semicolon, tab or |." if sheet is None else "; choose another sheet."
        raise DataError(
            f"{name} has one column ({only})" + (f" on sheet {sheet!r}" if sheet else "") + "; a date column "
            f"and a units column are needed{parted}"
        )
    if len(frame) < 1:
        raise DataError(f"{name} has a header line but no rows; add the sales below it.")
    if any(is_day(str(c)) and looks_like_days(frame[c].iloc[:50]) for c in frame.columns):
        raise DataError(
            f"{name} begins with data ({listed([str(c) for c in frame.columns], 4)}); put a line of column "
            "names above it."
        )


def _names_units(options: ImportOptions, table: RawTable) -> bool:
    named = options.roles.y if options.roles else parse_columns(options.columns or "ds=").get("y")
    return named is not None and named.strip().casefold() in {c.casefold() for c in table.frame.columns}
