"""Parquet and JSON records -> a matrix of text; they carry types, so less is left to decide."""

import io
from dataclasses import dataclass

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from forecasting.errors import UnreadableFile
from forecasting.ingest.notes import listed
from forecasting.ingest.soundness import MAX_LINE, refuse_many_columns, refuse_unsound

MAX_UNPACKED = 2_000_000_000  # bytes of memory that columns may take; a bomb names far more
PARQUET = b"PAR1"


@dataclass(frozen=True)
class TypedTable:
    """Records as text, and which of their columns were numbers."""

    frame: pd.DataFrame  # every column str, "" = null
    numbers: frozenset[str]
    kind: str


def is_columnar(content: bytes) -> bool:
    """Return whether the bytes are Parquet, or JSON records (one a line, or a list)."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    return content.startswith(PARQUET) or start.startswith(b"{") or _list_of_records(start)


def read_columnar(content: bytes, name: str) -> TypedTable:
    """Return the records of a Parquet or JSON file as text."""
    try:
        table, kind = _arrow_table(content, name)
    except (pa.ArrowException, orjson.JSONDecodeError, OSError) as error:
        first = str(error).splitlines()[0][:120]
        kind = "Parquet" if content.startswith(PARQUET) else "JSON"
        raise UnreadableFile(
            f"{name} is damaged or not {kind} records ({first}); export it again."
        ) from error
    refuse_many_columns(table.num_columns, name)
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        raise UnreadableFile(
            f"{name} holds records inside records ({listed(nested, 3)}); export one plain value per field."
        )
    numbers = frozenset(f.name for f in table.schema if pa.types.is_floating(f.type) or _whole(f.type))
    frame = pd.DataFrame({f.name: _text(table.column(i)) for i, f in enumerate(table.schema)})
    return TypedTable(frame, numbers, kind)


def _arrow_table(content: bytes, name: str) -> tuple[pa.Table, str]:
    if content.startswith(PARQUET):
        file = pq.ParquetFile(io.BytesIO(content))
        refuse_many_columns(file.metadata.num_columns, name)
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        # A value repeated a thousand million times packs into nothing: rows count too.
        size = max(
            sum(g.total_byte_size for g in groups), 8 * file.metadata.num_rows * file.metadata.num_columns
        )
        if size > MAX_UNPACKED:
            raise UnreadableFile(f"{name} would take {size / 1e9:,.0f} GB of memory; sum it to days first.")
        return file.read(), "Parquet"
    text = content.decode("utf-8-sig", errors="replace")
    refuse_unsound(text, name)
    if _list_of_records(content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")):
        return pa.Table.from_pylist(_records(content, name)), "JSON"
    options = pj.ReadOptions(block_size=4 * MAX_LINE)
    return pj.read_json(io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")), read_options=options), "JSON lines"


def _records(content: bytes, name: str) -> list[dict[str, object]]:
    records = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    if not all(isinstance(record, dict) for record in records):
        raise UnreadableFile(f"{name} is a JSON list of other things than records; give one record per row.")
    names = dict.fromkeys(key for record in records for key in record)
    return [{key: record.get(key) for key in names} for record in records]


def _list_of_records(start: bytes) -> bool:
    return start.startswith(b"[") and start[1:].lstrip().startswith(b"{")


def _whole(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_decimal(kind)


def _text(column: pa.ChunkedArray) -> pd.Series:
    """Return a column as text: dates in ISO, whole numbers without a point, null as ""."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    values = column.to_pandas()
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        days = pd.to_datetime(values)
        form = "%Y-%m-%d" if (days.dropna() == days.dropna().dt.normalize()).all() else "%Y-%m-%d %H:%M:%S"
        return days.dt.strftime(form).fillna("").astype(str)
    if pa.types.is_floating(kind) or (_whole(kind) and column.null_count):
        numbers = values.to_numpy(dtype=float)
        whole = np.isfinite(numbers) & (numbers == np.round(numbers)) & (np.abs(numbers) < 1e15)
        texts = [
            str(int(n)) if w else "" if np.isnan(n) else str(n) for n, w in zip(numbers, whole, strict=True)
        ]
        return pd.Series(texts, dtype=str)
    values = values.astype(int) if pa.types.is_boolean(kind) and not column.null_count else values
    return values.astype(object).where(values.notna(), "").astype(str)
