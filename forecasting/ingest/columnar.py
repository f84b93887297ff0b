"""Parquet and JSON -> a matrix of text; they carry types, so less is left to decide."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting.errors import UnreadableFile
from forecasting.ingest.json_table import is_json, read_json
from forecasting.ingest.notes import listed
from forecasting.ingest.rows import cell
from forecasting.ingest.soundness import MAX_LINE, refuse_many_columns

MAX_UNPACKED = 2_000_000_000  # bytes of memory that columns may take; a bomb names far more
PARQUET = b"PAR1"


@dataclass(frozen=True)
class TypedTable:
    """Records as text, and which of their columns were numbers."""

    frame: pd.DataFrame  # every column str, "" = null
    numbers: frozenset[str]
    warnings: tuple[str, ...] = ()


def is_columnar(content: bytes) -> bool:
    """Return whether the bytes are Parquet or JSON."""
    return content.startswith(PARQUET) or is_json(content)


def read_columnar(content: bytes, name: str) -> TypedTable:
    """Return the records of a Parquet or JSON file as text."""
    if not content.startswith(PARQUET):
        return _from_json(content, name)
    try:
        table = _arrow_table(content, name)
    except (pa.ArrowException, OSError) as error:
        first = str(error).splitlines()[0][:120]
        raise UnreadableFile(f"{name} is damaged or not Parquet ({first}); export it again.") from error
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        raise UnreadableFile(
            f"{name} holds lists inside its records ({listed(nested, 3)}); export one plain value per field."
        )
    numbers = frozenset(f.name for f in table.schema if pa.types.is_floating(f.type) or _whole(f.type))
    return TypedTable(
        pd.DataFrame({f.name: _text(table.column(i)) for i, f in enumerate(table.schema)}), numbers
    )


def _from_json(content: bytes, name: str) -> TypedTable:
    table = read_json(content, name)
    texts = {c: [cell(v) for v in values] for c, values in table.columns.items()}
    long = next((c for c, column in texts.items() if max(map(len, column), default=0) > MAX_LINE), None)
    if long is not None:
        raise UnreadableFile(
            f"{name}: a value of {str(long)[:40]!r} is longer than {MAX_LINE:,} characters; leave it out."
        )
    frame = pd.DataFrame(texts, dtype=str)
    return TypedTable(frame, frozenset(filter(None, map(_if_numbers, table.columns.items()))), table.warnings)


def _if_numbers(column: tuple[str, list[Any]]) -> str:
    """Return the heading of a column that holds numbers and blanks only, "" else."""
    heading, values = column
    kinds = {type(value) for value in values} - {type(None)}
    return heading if kinds and kinds <= {int, float} else ""


def _arrow_table(content: bytes, name: str) -> pa.Table:
    """Return the columns of a Parquet file, those inside a record under `record.field`."""
    file = pq.ParquetFile(io.BytesIO(content))
    refuse_many_columns(file.metadata.num_columns, name)
    groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    # A value repeated a thousand million times packs into nothing: rows count too.
    size = max(sum(g.total_byte_size for g in groups), 8 * file.metadata.num_rows * file.metadata.num_columns)
    if size > MAX_UNPACKED:
        raise UnreadableFile(f"{name} would take {size / 1e9:,.0f} GB of memory; sum it to days first.")
    table = file.read()
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


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
