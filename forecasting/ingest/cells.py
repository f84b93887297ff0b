"""The cells of one table as numbers and yes/no, each column in its own style."""

import numpy as np
import pandas as pd

from forecasting.errors import DataError, DriverError
from forecasting.ingest.notes import Notes
from forecasting.ingest.numbers import POINT, NumberStyle, parse
from forecasting.ingest.styles import FileStyle, column_numbers, file_style, with_seen
from forecasting.ingest.tables import RawTable

YES = frozenset(("1", "yes", "y", "true", "t", "ja", "j", "si", "sí", "sim", "oui", "x", "on"))
NO = frozenset(("0", "no", "n", "false", "f", "nein", "nee", "nao", "não", "non", "off"))


class Cells:
    """Typed columns of a table; remembers which number styles were used, for the report."""

    def __init__(self, table: RawTable, *, decimal: str | None, notes: Notes) -> None:
        self._table = table
        self._decimal = decimal
        self._notes = notes
        self._file = file_style(table.frame.drop(columns=list(table.true_numbers)))
        self._used: list[NumberStyle] = []

    def numbers(self, column: str) -> pd.Series:
        """Return a column as numbers, NaN where a cell is blank or none."""
        texts = self._table.frame[column]
        if column in self._table.true_numbers:
            return parse(texts, POINT)
        values, style = column_numbers(texts, file=self._file, stated=self._decimal, notes=self._notes)
        self._used.append(style)
        return values

    def flags(self, column: str, rows: np.ndarray) -> pd.Series:
        """Return a yes/no column as 1.0 and 0.0 (NaN = blank); shares between 0 and 1 stay."""
        values = _as_flags(self._table.frame[column])
        values = values.fillna(self.numbers(column)) if values[rows].isna().any() else values
        text = self._unread(column, values, rows) | (values[rows] < 0) | (values[rows] > 1)
        if text.any():
            shown = self._table.frame.loc[text[text].index[0], column]
            raise DataError(f"{column!r} must say yes or no (1 or 0); it holds {shown!r}.")
        return values

    def driver(self, column: str, rows: np.ndarray) -> pd.Series:
        """Return a driver as numbers, yes/no coded 1/0; raises `DriverError` on other text."""
        values = self.numbers(column)
        unread = self._unread(column, values, rows)
        if unread.any():
            values = values.fillna(_as_flags(self._table.frame[column]))
            unread = self._unread(column, values, rows)
        if unread.any():
            shown = self._table.frame.loc[unread[unread].index[0], column]
            raise DriverError(
                f"The driver {column!r} must be numbers or yes/no; it holds text such as {shown!r}: "
                "leave it out of the drivers or code it 0/1."
            )
        return values

    @property
    def style(self) -> FileStyle:
        """Return the decimal and thousands signs seen in the file so far."""
        return with_seen(self._file, self._used)

    def _unread(self, column: str, values: pd.Series, rows: np.ndarray) -> pd.Series:
        """Return which of the rows hold text that became no number."""
        return values[rows].isna() & (self._table.frame.loc[rows, column].str.strip() != "")


def _as_flags(texts: pd.Series) -> pd.Series:
    codes, distinct = pd.factorize(texts)
    words = [text.strip().casefold() for text in distinct]
    coded = np.array([1.0 if w in YES else 0.0 if w in NO else np.nan for w in words])
    return pd.Series(coded[codes], index=texts.index)
