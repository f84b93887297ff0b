"""JSON as people export it and web services give it -> columns of plain values."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd

from forecasting.errors import UnreadableFile
from forecasting.ingest.dateforms import holds_days
from forecasting.ingest.headers import unique
from forecasting.ingest.line_items import one_row_each, plain
from forecasting.ingest.notes import listed
from forecasting.ingest.soundness import refuse_many_columns
from forecasting.ingest.text import decode

DEEPEST = 3  # how far inside an answer its list of records is looked for
MOST_RECORDS = 2_000_000  # a million empty ones are three megabytes of file and hundreds of memory
MOST_CELLS = 20_000_000  # records that share no field would make a table of blanks
NEEDED = 'give a list of records such as [{"date": "2024-01-31", "units": 3}, …]'
_SAMPLE = 200  # values that show whether a column holds dates
_BEGINS = re.compile(r'\ufeff?\s*(?:\{\s*["}]|\[\s*[\[{"\]])')

Columns = dict[str, list[Any]]  # heading -> values, None = blank


@dataclass(frozen=True)
class JsonTable:
    """The records of a JSON file by column, and what its reader should know."""

    columns: Columns
    warnings: tuple[str, ...] = ()


def is_json(content: bytes) -> bool:
    """Return whether the content begins as JSON does; a heading in brackets is none.

    >>> is_json(b'  [{"a": 1}]'), is_json(b"a,b"), is_json(b"[Date],[Units]")
    (True, False, False)
    """
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    start = content[:400].decode("utf-16" if wide else "utf-8", errors="ignore")
    return _BEGINS.match(start) is not None


def read_json(content: bytes, name: str) -> JsonTable:
    """Return the records of JSON, or raise `UnreadableFile` in one sentence.

    Read are records one a line, a list of records, a list of lists under a heading, values by column,
    and any of them one to three levels inside an answer. A record inside a record becomes columns
    `a.b`, a list of records inside each (the lines of an order) a row for each of them.
    """
    text = decode(content, name)[0]
    if text.count("{") + text.count("[") > MOST_RECORDS:
        raise UnreadableFile(f"{name} holds more than {MOST_RECORDS:,} records; sum it to days first.")
    try:
        answer = _loaded(text, name)
        tables = list(_tables_in(answer, DEEPEST, name))
        return _the_one(tables, name)
    except RecursionError:
        raise UnreadableFile(f"{name} is no readable JSON; {NEEDED}.") from None


def _loaded(text: str, name: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # NaN, which some programs write, or one record a line
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        return _lines(text, name)


def _lines(text: str, name: str) -> list[Any]:
    """Return the records of JSON lines; the first line that is none is named."""
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                records.append(json.loads(line, parse_constant=lambda _: None))
            except ValueError:
                place = f"line {number:,} of {name}" if records else name
                raise UnreadableFile(f"{place} is no readable JSON; {NEEDED}.") from None
    return records


def _the_one(tables: list[tuple[str, JsonTable]], name: str) -> JsonTable:
    """Return the only table, or of several the only one with a column of dates, and say so."""
    if not tables:
        raise UnreadableFile(f"{name} holds no list of records; {NEEDED}.")
    if len(tables) == 1:
        return tables[0][1]
    dated = [(place, table) for place, table in tables if any(map(_is_dated, table.columns.items()))]
    if len(dated) != 1:
        places = listed([repr(place) for place, _ in tables], 4)
        raise UnreadableFile(f"{name} holds {len(tables)} lists of records ({places}); {NEEDED}.")
    (place, table), others = dated[0], [repr(p) for p, _ in tables if p != dated[0][0]]
    said = f"Of the file's lists {place!r} was read, which has dates; {listed(others, 4)} was not."
    return JsonTable(table.columns, (said, *table.warnings))


def _is_dated(column: tuple[str, list[Any]]) -> bool:
    heading, values = column
    texts = pd.Series([str(v) for v in values[:_SAMPLE] if v is not None], dtype=str)
    return bool(len(texts)) and holds_days(heading, texts)


def _tables_in(value: Any, depth: int, name: str, place: str = "") -> Iterator[tuple[str, JsonTable]]:
    """Yield every table a value is or holds, with the place where it stands."""
    table = _as_table(value, name)
    if table is not None:
        yield place, table
    elif depth and isinstance(value, dict):
        for key, inner in value.items():
            yield from _tables_in(inner, depth - 1, name, f"{place}.{key}" if place else str(key))


def _as_table(value: Any, name: str) -> JsonTable | None:
    if isinstance(value, list) and value:
        if all(isinstance(row, dict) for row in value):
            records, warnings = one_row_each([_flat(row) if _nests(row) else row for row in value])
            return JsonTable(_by_column(records, name), warnings)
        if all(isinstance(row, list) for row in value) and all(isinstance(head, str) for head in value[0]):
            return JsonTable(_under(value[0], value[1:], name))
    if isinstance(value, dict):
        columns = _said_by_column(value, name)
        return JsonTable(columns) if columns else None
    return None


def _said_by_column(value: Mapping[str, Any], name: str) -> Columns:
    """Return values that stand under their headings already: in lists, or numbered; {} = they do not."""
    heads, rows = value.get("columns"), value.get("data", value.get("rows"))
    if isinstance(heads, list) and isinstance(rows, list) and rows and all(isinstance(r, list) for r in rows):
        return _under([str(head) for head in heads], rows, name)
    parts = [list(v.values()) if isinstance(v, dict) else v for v in value.values()]
    numbered = len({tuple(v) for v in value.values() if isinstance(v, dict)}) == 1
    lists = all(isinstance(v, list) for v in value.values())
    alike = len(parts) > 1 and (lists or (numbered and all(isinstance(v, dict) for v in value.values())))
    if not alike or len({len(v) for v in parts}) != 1 or not parts[0]:
        return {}
    if any(isinstance(cell, dict | list) for part in parts for cell in part):
        return {}
    refuse_many_columns(len(parts), name)
    columns = dict(zip(map(str, value), parts, strict=True))
    return columns if lists else _labels(next(iter(value.values())), columns)


def _labels(numbered: Mapping[str, Any], columns: Columns) -> Columns:
    """Return the columns with what numbers their values, where that says more than a count."""
    labels = list(numbered)
    if _is_dated(("date", labels)):
        return {unique([*columns, "date"])[-1]: labels, **columns}
    return (
        columns
        if all(label.isdigit() for label in labels)
        else {unique([*columns, "row"])[-1]: labels, **columns}
    )


def _under(heads: list[str], rows: list[list[Any]], name: str) -> Columns:
    """Return rows as columns under their headings; what is longer than the headings is no table."""
    refuse_many_columns(len(heads), name)
    odd = next((n for n, row in enumerate(rows, start=1) if len(row) > len(heads)), None)
    if odd is not None:
        raise UnreadableFile(f"{name}: record {odd:,} has more values than there are headings; {NEEDED}.")
    filled = [row + [None] * (len(heads) - len(row)) for row in rows]
    return {head: [plain(row[i]) for row in filled] for i, head in enumerate(unique(heads))}


def _by_column(records: list[dict[str, Any]], name: str) -> Columns:
    names = list(dict.fromkeys(key for record in records for key in record))
    refuse_many_columns(len(names), name)
    if len(names) * len(records) > MOST_CELLS:
        raise UnreadableFile(
            f"{name} has {len(records):,} records of {len(names):,} fields, more than can be read; leave "
            "fields out or sum it to days first."
        )
    return {key: [plain(record.get(key)) for record in records] for key in names}


def _nests(record: Mapping[str, Any]) -> bool:
    return any(isinstance(value, dict) for value in record.values())


def _flat(record: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[before + key] = value
    return flat
