"""A long frame as a Parquet file, written part by part."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def write_parquet(parts: Iterable[pd.DataFrame], path: Path) -> None:
    """Write frames of the same columns and types one under the other; only one of them is held at a time.

    Raises `ValueError` when there is no part: a file without columns could not be read again.
    """
    writer: pq.ParquetWriter | None = None
    try:
        for part in parts:
            schema = None if writer is None else writer.schema
            table = pa.Table.from_pandas(part, schema=schema, preserve_index=False)
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise ValueError(f"There is nothing to write to {path.name}: at least one frame is needed.")
