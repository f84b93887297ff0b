"""JSON as web services give it -> the columns and rows of a table."""

import json
from typing import Any

from forecasting.errors import SourceError
from forecasting.ingest.rows import rows_csv

DEEPEST = 3  # how far inside an answer its list of records is looked for
NEEDED = 'give a list of records such as [{"date": "2024-01-31", "units": 3}, …]'


def json_csv(content: bytes, *, name: str) -> bytes:
    """Return JSON as the bytes of a CSV file.

    Read are a list of records, a list of lists under a heading, lists of equal length by column, and
    any of them one to three levels inside an answer; records inside a record become columns `a.b`.
    """
    try:
        answer = json.loads(content, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise SourceError(f"{name} is no readable JSON; {NEEDED}.") from None
    columns, rows = _table(answer, name)
    return rows_csv(columns, rows)


def is_json(content: bytes) -> bool:
    """Return whether the content begins as JSON does.

    >>> is_json(b'  [{"a": 1}]'), is_json(b"a,b")
    (True, False)
    """
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")


def _table(answer: Any, name: str) -> tuple[list[str], list[list[Any]]]:
    found = _tables_in(answer, DEEPEST)
    if len(found) != 1:
        several = f"holds {len(found)} lists of records" if found else "holds no list of records"
        raise SourceError(f"{name} {several}; {NEEDED}.")
    return found[0]


def _tables_in(value: Any, depth: int) -> list[tuple[list[str], list[list[Any]]]]:
    """Return every table a value is or holds; an answer with two does not say which is meant."""
    table = _as_table(value)
    if table is not None:
        return [table]
    if depth == 0 or not isinstance(value, dict):
        return []
    return [table for inner in value.values() for table in _tables_in(inner, depth - 1)]


def _as_table(value: Any) -> tuple[list[str], list[list[Any]]] | None:
    if isinstance(value, list) and value:
        if all(isinstance(row, dict) for row in value):
            return _records([_flat(row) for row in value])
        if all(isinstance(row, list) for row in value) and all(isinstance(h, str) for h in value[0]):
            return value[0], [[_plain(cell) for cell in row] for row in value[1:]]
    columns = list(value.values()) if isinstance(value, dict) else []
    if len(columns) > 1 and all(map(_is_column, columns)) and len(set(map(len, columns))) == 1:
        return list(value), [list(row) for row in zip(*columns, strict=True)]
    return None


def _is_column(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and not any(isinstance(v, dict | list) for v in value)


def _records(records: list[dict[str, Any]]) -> tuple[list[str], list[list[Any]]]:
    columns = list(dict.fromkeys(key for record in records for key in record))
    return columns, [[record.get(column) for column in columns] for record in records]


def _flat(record: dict[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[before + key] = _plain(value)
    return flat


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
