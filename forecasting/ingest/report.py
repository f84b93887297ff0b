"""What an import says of itself: the dictionary that `inspect` prints and a page shows."""

from typing import Any

import numpy as np
import pandas as pd

from forecasting.ingest.lines import Fate, Lines
from forecasting.ingest.notes import Notes
from forecasting.ingest.options import Roles
from forecasting.ingest.tables import RawTable


def report_of(
    table: RawTable, roles: Roles, lines: Lines, sales: pd.DataFrame, notes: Notes
) -> dict[str, Any]:
    """Return the report, JSON-serialisable, without the frequency (the caller knows it)."""
    fate = lines.fate
    reasons, counts = np.unique(fate.reason[~fate.kept].astype(str), return_counts=True)
    dropped = [{"reason": str(r), "count": int(n)} for r, n in zip(reasons, counts, strict=True)]
    total = float(sales["y"].sum())
    return {
        "format": format_of(table, lines),
        "columns": roles.named(),
        "rows": {
            "read": len(table.frame),
            "kept": int(fate.kept.sum()),
            "dropped": sorted(dropped, key=lambda d: -d["count"]),
        },
        "series": int(sales["unique_id"].nunique()),
        "start": f"{sales['ds'].min():%Y-%m-%d}",
        "end": f"{sales['ds'].max():%Y-%m-%d}",
        "total_units": int(total) if total.is_integer() else round(total, 6),
        "questions": [question.as_dict() for question in notes.questions],
        "warnings": list(notes.warnings),
    }


def format_of(table: RawTable, lines: Lines) -> dict[str, str | None]:
    """Return how the file is written."""
    return {
        "encoding": table.format.encoding,
        "separator": table.format.separator,
        "decimal": lines.style.decimal,
        "thousands": lines.style.thousands,
        "date_format": lines.days.written_as,
        "sheet": table.format.sheet,
    }


def dropped_rows(table: RawTable, fate: Fate) -> pd.DataFrame:
    """Return the dropped rows as they stand in the file, with `row` (the first line is 1) and `reason`."""
    out = ~fate.kept
    original = table.frame[out].rename(columns={c: f"{c} (file)" for c in ("row", "reason")})
    marks = pd.DataFrame({"row": table.rows[out], "reason": fate.reason[out]}, index=original.index)
    return pd.concat([marks, original], axis=1).reset_index(drop=True)
