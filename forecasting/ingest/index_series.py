"""A file of index series (market size, consumer confidence, weather) -> name, ds, value."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest.cells import Cells
from forecasting.ingest.days import read_days
from forecasting.ingest.notes import Notes, Question, counted, listed
from forecasting.ingest.options import ImportOptions
from forecasting.ingest.roles import guess_parts
from forecasting.ingest.styles import is_numeric
from forecasting.ingest.tables import RawTable, read_table

MOST_SERIES = 200  # a table wider than this is a sales history, not an index


@dataclass(frozen=True)
class IndexFile:
    """The series of a file, with what it leaves open and what its reader should know."""

    series: pd.DataFrame  # name, ds, value; one row per series and date
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def read_index(source: bytes | Path, *, name: str, options: ImportOptions | None = None) -> IndexFile:
    """Return the series of a file: one column of dates, and one or more of numbers.

    Where one column of text names the series of each row (date, indicator, value) it is followed.
    Values below zero are as good as others; blanks are left out.
    """
    options = options or ImportOptions()
    # A column is a series here, never an item to be unfolded.
    table = read_table(source, name=name, options=ImportOptions(**{**vars(options), "layout": "lines"}))
    notes = Notes(warnings=list(table.warnings))
    day = _day_column(table)
    columns = [c for c in table.frame.columns if c != day]
    numeric = [c for c in columns if is_numeric(table.frame[c])]
    if not numeric or len(numeric) > MOST_SERIES:
        raise DataError(
            f"{name} needs one column of dates and 1 to {MOST_SERIES} columns of numbers; beside {day!r} "
            f"it has {len(numeric)} of numbers ({listed(columns, 6) or 'nothing'})."
        )
    dates = read_days(table.frame[day], options.date_order, notes).values
    cells = Cells(table, decimal=options.decimal_sign, notes=notes)
    values = pd.DataFrame({column: cells.numbers(column) for column in numeric})
    named = _naming_column(table, day, numeric, dates)
    long = _from_names(table.frame[named], dates, values) if named else _from_columns(dates, values)
    ignored = [c for c in columns if c not in numeric and c != named]
    if ignored:
        notes.warn(f"Columns of text are left out: {listed(ignored)}.")
    return IndexFile(_usable(long, name, notes), tuple(notes.questions), tuple(notes.warnings))


def _day_column(table: RawTable) -> str:
    guess = guess_parts(table)
    if "ds" not in guess.parts:
        raise DataError(guess.unrecognised[0])
    return str(guess.parts["ds"])


def _naming_column(table: RawTable, day: str, numeric: list[str], dates: pd.Series) -> str | None:
    """Return the column of text that tells the rows of one date apart, where there is one number a row."""
    if len(numeric) != 1 or not dates.dropna().duplicated().any():
        return None
    texts = [c for c in table.frame.columns if c not in (day, *numeric)]
    for column in texts:
        if not pd.DataFrame({"ds": dates, "name": table.frame[column]}).dropna().duplicated().any():
            return str(column)
    return None


def _from_names(names: pd.Series, dates: pd.Series, values: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"name": names.str.strip(), "ds": dates, "value": values.iloc[:, 0]})


def _from_columns(dates: pd.Series, values: pd.DataFrame) -> pd.DataFrame:
    parts = [pd.DataFrame({"name": str(c), "ds": dates, "value": values[c]}) for c in values]
    return pd.concat(parts, ignore_index=True)


def _usable(long: pd.DataFrame, name: str, notes: Notes) -> pd.DataFrame:
    """Return the rows with a date and a finite number, sorted; a date told twice is refused."""
    usable = long[long["ds"].notna() & np.isfinite(long["value"]) & (long["name"] != "")]
    if len(usable) < len(long):
        notes.warn(f"{counted(len(long) - len(usable), 'cell')} without a date or a number left out.")
    if len(usable) < 2:
        raise DataError(
            f"{name} has {counted(len(usable), 'value')} with a date; an index needs two or more."
        )
    twice = usable.duplicated(["name", "ds"])
    if twice.any():
        first = usable[twice].iloc[0]
        raise DataError(
            f"{name} gives {first['name']!r} twice on {first['ds']:%Y-%m-%d}; keep one value per date."
        )
    return usable.sort_values(["name", "ds"], ignore_index=True)
