"""Typed rows of a database or of JSON -> the bytes of a CSV file: they pass the door of every file."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from forecasting.errors import SourceError

MOST_ROWS = 2_000_000
MOST_BYTES = 200_000_000  # as much as an upload


def rows_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, most: int = MOST_ROWS) -> bytes:
    """Return rows as CSV in UTF-8 whose dates are ISO and whose numbers cannot be misread.

    Raises `SourceError` beyond `most` rows or 200 MB: a history cut short would be a wrong one.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([str(name) for name in columns])
    count = 0
    for row in rows:
        count += 1
        if count > most or buffer.tell() > MOST_BYTES:
            raise SourceError(
                f"The source gives more than {most:,} rows or {MOST_BYTES // 10**6} MB; nothing was read. "
                "Ask for fewer columns or a shorter time, or sum to days in the query."
            )
        writer.writerow([cell(value) for value in row])
    if count == 0:
        raise SourceError("The source gives no rows; a history needs at least two. Check table and filter.")
    return buffer.getvalue().encode()


def cell(value: Any) -> str:
    """Return a value as the text of a cell.

    >>> [cell(v) for v in (None, True, 3, Decimal("1.500"), 1.234, date(2024, 1, 31))]
    ['', '1', '3', '1.5', '1.2340', '2024-01-31']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        raise SourceError("A column holds binary data, which no sales history does; leave it out.")
    return str(value)


def _number(value: float | Decimal) -> str:
    """Return a number whose point can only be a decimal one: never exactly three digits after it."""
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    if not text.lstrip("-").replace(".", "", 1).isdigit():
        return ""  # not a number, or endless: unknown
    text = text.rstrip("0").rstrip(".") if "." in text else text
    _, point, digits = text.partition(".")
    return text + "0" if point and len(digits) == 3 else text
