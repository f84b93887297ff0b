"""Records that hold lists of records (an order and its lines) -> one row for each of the inner ones."""

import json
from collections.abc import Sequence
from typing import Any

from forecasting.ingest import words
from forecasting.ingest.notes import listed

Record = dict[str, Any]


def one_row_each(records: Sequence[Record]) -> tuple[list[Record], tuple[str, ...]]:
    """Return the records, a row for each line of an order, and a word on what was done.

    What an order says of itself is repeated on its lines, but for its own quantities and amounts, which
    repeated would count as often as there are lines: they are left out where the lines have a quantity,
    else they stand on the first line alone. Records with several such lists stay as they are: lines and
    payments have no row in common.
    """
    holding = [key for key in _keys_of_lists(records) if _holds_records(records, key)]
    if not holding:
        return list(records), ()
    if len(holding) > 1:
        lists = listed([repr(key) for key in holding], 3)
        return list(records), (f"{lists} hold lists inside the records and were not read.",)
    key = holding[0]
    fields = dict.fromkeys(field for record in records for line in record.get(key) or () for field in line)
    counted = any(words.match(field, words.UNITS[:2], words.UNITS_NOT) for field in fields)
    rows = [row for record in records for row in _lines(record, key, counted=counted)]
    sums = [c for c in dict.fromkeys(k for record in records for k in record) if c != key and _adds_up(c)]
    what = "was not read" if counted else "stands on the first one only"
    told = f"; {listed([repr(c) for c in sums], 3)} of the whole {what}" if sums else ""
    return rows, (f"Every record of {key!r} became a row of its own{told}.",)


def plain(value: Any) -> Any:
    """Return a value as a cell can hold it: a list or record that is left becomes JSON text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _keys_of_lists(records: Sequence[Record]) -> list[str]:
    found = (key for record in records for key, value in record.items() if isinstance(value, list) and value)
    return list(dict.fromkeys(found))


def _holds_records(records: Sequence[Record], key: str) -> bool:
    lists = [record[key] for record in records if isinstance(record.get(key), list)]
    return all(isinstance(line, dict) for lines in lists for line in lines)


def _lines(record: Record, key: str, *, counted: bool) -> list[Record]:
    own = {name: value for name, value in record.items() if name != key}
    lines = record.get(key) or [{}]
    later = {name: value for name, value in own.items() if not _adds_up(name)}
    first = later if counted else own
    return [
        {**(later if n else first), **{f"{key}.{name}": value for name, value in line.items()}}
        for n, line in enumerate(lines)
    ]


def _adds_up(heading: str) -> bool:
    """Return whether a field of an order is a sum over its lines: a quantity or an amount, no code."""
    return words.match(heading, words.UNITS) > 0 or words.is_total(heading.rpartition(".")[2])
