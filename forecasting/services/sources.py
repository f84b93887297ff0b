"""The sources of a project's data as a table a manager fills in, and what they come to."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from forecasting.report.columns import Column
from forecasting.report.tables import money
from forecasting.value.data_costs import DataSource, cost_lines_of

SOURCE_COLUMNS: Mapping[str, Column] = {
    "name": Column("Source", "The file, database, address or calendar the data come from.", "text"),
    "kind": Column("Kind", "How it comes in.", "text"),
    "origin": Column("Where from", "Who gave or sold it, and where it was read.", "text"),
    "purchase": Column("Purchase", "Paid once to get it.", "money"),
    "storage": Column("Storage a month", "Disk, database and backups, a month.", "money"),
    "upkeep": Column("Upkeep a year", "Yearly fees, and hours of care × their rate.", "money"),
    "confidence": Column("How sure", "A quote, an estimate or a guess.", "text"),
}  # fmt: skip


def source_table(sources: Sequence[DataSource]) -> pd.DataFrame:
    """Return one row per source; what is not estimated is blank."""
    table = pd.DataFrame([vars(source) for source in sources], columns=list(SOURCE_COLUMNS))
    kinds = {name: float if column.kind == "money" else object for name, column in SOURCE_COLUMNS.items()}
    return table.astype(kinds)


def sources_from(table: pd.DataFrame) -> tuple[DataSource, ...]:
    """Return the sources of a filled-in table; rows without a name are not there yet."""
    named = table[table["name"].notna() & (table["name"].astype(str).str.strip() != "")]
    return tuple(
        DataSource(
            name=str(row["name"]).strip(),
            kind=_text(row["kind"], "file"),
            origin=_text(row["origin"], ""),
            purchase=_amount(row["purchase"]),
            storage=_amount(row["storage"]),
            upkeep=_amount(row["upkeep"]),
            confidence=_text(row["confidence"], "estimate"),
        )
        for row in named.to_dict("records")
    )


def costs_sentence(sources: Sequence[DataSource], currency: str) -> str:
    """Return what the sources come to, and for how many nothing is estimated."""
    if not sources:
        return "No source of data is listed yet: each file, database or address that is used joins here."
    lines = cost_lines_of(sources)
    once = sum(line.one_off for line in lines if line.one_off is not None)
    yearly = sum(line.yearly for line in lines if line.yearly is not None)
    unknown = [source.name for source in sources if source.not_estimated]
    if not any(line.estimated for line in lines):
        return f"{len(sources)} listed, none with a cost yet: return and payback leave them out and say so."
    known = f"Data cost {money(once, currency)} once and {money(yearly, currency)} a year"
    rest = f", or more: {len(unknown)} of {len(sources)} sources lack an estimate" if unknown else ""
    return f"{known}{rest}."


def _amount(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _text(value: Any, otherwise: str) -> Any:
    return otherwise if pd.isna(value) or not str(value).strip() else str(value)
