"""What an import says of itself: the dictionary that `inspect` prints and a page shows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from forecasting.ingest.lines import Fate, Lines
from forecasting.ingest.notes import Notes, counted
from forecasting.ingest.options import Roles
from forecasting.ingest.tables import RawTable
from forecasting.ingest.unused import ahead_in_words, unused_in_words

# Parts of a report for other pages; what a script reads has its own fixed keys.
PAGES_ONLY = ("odd_lines", "gaps", "measure", "currency", "unused", "known_ahead")
MOST_ODD = 500  # series named per kind of odd line


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


def odd_lines(lines: Lines, kinds: Mapping[str, pd.Series]) -> list[dict[str, Any]]:
    """Return kind, unique_id, start, end, rows and units of marked lines by series, most units first."""
    found: list[dict[str, Any]] = []
    for kind, marked in kinds.items():
        part = lines.sales[marked]
        table = part.assign(units=part["y"].abs()).groupby("code", as_index=False).agg(
            start=("ds", "min"), end=("ds", "max"), rows=("y", "size"), units=("units", "sum")
        )  # fmt: skip
        table = table.nlargest(MOST_ODD, "units")
        table = table.assign(
            kind=kind,
            unique_id=[str(lines.series.names[code]) for code in table["code"]],
            start=table["start"].dt.strftime("%Y-%m-%d"),
            end=table["end"].dt.strftime("%Y-%m-%d"),
        )
        rows = table.drop(columns="code").to_dict("records")
        found += [{str(name): value for name, value in row.items()} for row in rows]
    return found


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


def summary(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return a report as a table: `what` was found, its `value`, and `why` where rows were left out."""
    rows, form, roles = report["rows"], report.get("format", {}), report["columns"]
    lines: list[tuple[str, object, str]] = [
        ("rows read", rows["read"], ""),
        ("rows kept", rows["kept"], ""),
        *(("rows dropped", d["count"], d["reason"]) for d in rows["dropped"]),
        *((name, report[key], "") for name, key in _FACTS.items()),
        *((f"column of {part}", _text(_joined(column)), "") for part, column in roles.items()),
        *((f"written with {name.replace('_', ' ')}", value, "") for name, value in form.items() if value),
        *(("note", warning, "") for warning in report["warnings"]),
    ]
    return pd.DataFrame(lines, columns=["what", "value", "why"]).astype({"value": object})


_FACTS = {
    "series": "series", "period": "frequency", "first period": "start", "last period": "end",
    "units": "total_units",
}  # fmt: skip


def _joined(columns: str | list[str]) -> str:
    return columns if isinstance(columns, str) else " + ".join(columns) or "none"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return one line for each thing that two readings of one file say differently; [] = nothing.

    >>> reading = {"rows": {"kept": 9, "dropped": []}, "format": {}, "warnings": [], "series": 1,
    ...            "total_units": 50, "start": "2024-01-01", "end": "2024-01-09", "frequency": "D"}
    >>> changes(reading, reading | {"total_units": 1200})
    ['units: 50 → 1,200']
    """
    dropped = [{d["reason"]: d["count"] for d in report["rows"]["dropped"]} for report in (before, after)]
    reasons = dict.fromkeys([*dropped[0], *dropped[1]])
    pairs = [
        ("rows kept", before["rows"]["kept"], after["rows"]["kept"]),
        *((f"dropped, {r}", dropped[0].get(r, 0), dropped[1].get(r, 0)) for r in reasons),
        ("units", before["total_units"], after["total_units"]),
        *((name, before[name], after[name]) for name in ("series", "start", "end", "frequency")),
        *((name.replace("_", " "), before["format"][name], value) for name, value in after["format"].items()),
    ]
    differing = [f"{what}: {_text(a)} → {_text(b)}" for what, a, b in pairs if a != b]
    return differing + [f"now: {w}" for w in after["warnings"] if w not in before["warnings"]]


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value or "none")


_PARTS = {
    "unique_id": "series", "ds": "date", "y": "units", "price": "price", "unit_cost": "unit cost",
    "stockout": "stock-out", "on_hand": "stock", "open": "open", "manager_plan": "own plan",
    "drivers": "known ahead",
}  # fmt: skip


def told(report: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what who plans from a file must know of its reading: rows left out with the reason, warnings."""
    dropped = [d for d in report["rows"]["dropped"] if d["reason"] != "blank line"]
    lost = (f"{counted(d['count'], 'row')} left out: {d['reason']}." for d in dropped)
    ahead = ahead_in_words(report["known_ahead"])
    return (*lost, *report["warnings"], *([f"{ahead} To use any, name it with --drivers."] if ahead else []))


def in_words(report: dict[str, Any]) -> str:
    """Return an import report as the command line prints it."""
    rows, roles = report["rows"], report["columns"]
    lines = [
        f"{rows['read']:,} rows read, {rows['kept']:,} kept.",
        f"{report['series']:,} series ({' + '.join(roles['unique_id']) or 'one'}), {report['frequency']}, "
        f"{report['start']} to {report['end']}, {report['total_units']:,.0f} units ({roles['y']}).",
    ]
    lines.insert(1, f"columns: {'; '.join(f'{_PARTS[part]} {_joined(c)}' for part, c in roles.items())}.")
    lines += [f"dropped {d['count']:,}: {d['reason']}" for d in rows["dropped"]]
    lines += unused_in_words(report["unused"], priced="price" in roles)
    lines += [line for line in [ahead_in_words(report["known_ahead"])] if line]
    lines += [f"question: {q['question']} (assumed: {q['assumed']})" for q in report["questions"]]
    lines += [f"note: {w}" for w in report["warnings"]]
    return "\n".join(lines)
