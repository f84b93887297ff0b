"""Any sales file -> the sales frame: the one door through which a history comes in."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecasting.ingest.attributes import learned_items
from forecasting.ingest.gaps import drop_incomplete, fill_gaps
from forecasting.ingest.grain import drop_unfinished, native_frequency, wanted_frequency
from forecasting.ingest.lines import Fate, Lines, exact_duplicates, read_lines
from forecasting.ingest.notes import Notes, counted
from forecasting.ingest.options import (
    ImportOptions,
    Roles,
    checked,
    find_column,
    find_columns,
    parse_columns,
)
from forecasting.ingest.periods import not_below_zero, to_periods
from forecasting.ingest.report import dropped_rows, report_of
from forecasting.ingest.roles import guess_roles
from forecasting.ingest.tables import RawTable, read_table
from forecasting.schema import validate_items, validate_sales

__all__ = ["ImportOptions", "ImportedSales", "RawTable", "Roles", "guess_roles", "import_sales", "read_table"]


@dataclass(frozen=True)
class ImportedSales:
    """A sales file as frames, with what was kept, what not and why."""

    sales: pd.DataFrame
    items: pd.DataFrame  # what the file itself says about each series
    future: pd.DataFrame  # later rows without units: the drivers known ahead
    roles: Roles
    frequency: str
    dropped: pd.DataFrame  # the dropped rows as in the file, with row and reason
    report: dict[str, Any]


def import_sales(source: bytes | Path, *, name: str, options: ImportOptions | None = None) -> ImportedSales:
    """Return the sales of a file; raises a `ForecastingError` in one sentence when there are none."""
    options = options or ImportOptions()
    table = read_table(source, name=name, options=options)
    notes, fate = Notes(warnings=list(table.warnings)), Fate(np.full(len(table.frame), "", dtype=object))
    roles = choose_roles(table, options)
    lines = read_lines(table, roles, options, fate=fate, notes=notes)
    _warn_of_lines(table, lines, options, notes)

    native = native_frequency(lines.sales, lines.days, notes)
    frequency = wanted_frequency(native, options.frequency)
    lines = drop_unfinished(lines, native, frequency, fate=fate, notes=notes)
    sales = _sales_frame(lines, native, frequency, options, fate=fate, notes=notes)
    kept = replace(lines, sales=lines.sales[fate.kept[lines.sales.index]])
    return ImportedSales(
        sales=validate_sales(sales),
        items=validate_items(learned_items(table, roles, kept)),
        future=_future_frame(kept, frequency),
        roles=roles,
        frequency=frequency,
        dropped=dropped_rows(table, fate),
        report=report_of(table, roles, lines, fate, sales, notes) | {"frequency": frequency},
    )


def choose_roles(table: RawTable, options: ImportOptions) -> Roles:
    """Return which column plays which part: as chosen, as named in the text, else guessed."""
    available = list(table.frame.columns)
    roles = options.roles or _named_roles(table, options.columns)
    roles = checked(replace(roles, drivers=(*roles.drivers, *options.drivers)), available)
    opening = [c for c in roles.drivers if c.casefold() == "open"]
    return replace(roles, open=opening[0]) if opening and roles.open is None else roles


def _named_roles(table: RawTable, text: str | None) -> Roles:
    if not text:
        return guess_roles(table)
    available = list(table.frame.columns)
    named = parse_columns(text)
    series = {p: find_columns(named.pop(p), available) for p in ("unique_id", "drivers") if p in named}
    single = {part: find_column(value, available) if value else None for part, value in named.items()}
    if {"ds", "y"} <= set(single) and "unique_id" in series:
        guess = _guessed_extras(table, series, single)
    else:
        guess = guess_roles(table)
    return replace(guess, **series, **single)
