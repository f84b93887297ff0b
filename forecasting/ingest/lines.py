"""Text rows -> typed sales lines, every dropped row with its reason."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.errors import DataError, SettingsError
from forecasting.ingest import words
from forecasting.ingest.cells import Cells
from forecasting.ingest.days import Days, read_days
from forecasting.ingest.notes import Notes, counted, listed
from forecasting.ingest.options import ImportOptions, Roles
from forecasting.ingest.series import SeriesIds, series_ids
from forecasting.ingest.stray_dates import question_of, stray_days
from forecasting.ingest.styles import FileStyle
from forecasting.ingest.tables import RawTable
from forecasting.schema import PLAN, PRICE_PAID, RESERVED

NOT_A_NUMBER = "units not a number"
LOWERED = ("price", "promo")  # names the rest of the project knows


@dataclass
class Fate:
    """Why each row of the file was dropped ("" = kept); the first reason stands."""

    reason: np.ndarray  # (n_rows,) object

    def drop(self, mask: np.ndarray | pd.Series, reason: str) -> None:
        """Give the rows of the mask a reason, unless they have one."""
        self.reason[np.asarray(mask) & (self.reason == "")] = reason

    def drop_rows(self, places: pd.Index, reason: str) -> None:
        """Give the rows at these places of the file a reason, unless they have one."""
        self.drop(np.isin(np.arange(len(self.reason)), places), reason)

    @property
    def kept(self) -> np.ndarray:
        """Return which rows are kept, (n_rows,) bool."""
        return self.reason == ""


@dataclass(frozen=True)
class Lines:
    """The usable rows of a file: actual sales, and later rows known only by their drivers."""

    sales: (
        pd.DataFrame
    )  # index = file row place; code, ds, y, [price, unit_cost, on_hand, stockout, open, plan], drivers
    future: pd.DataFrame  # the same without y
    series: SeriesIds
    drivers: tuple[str, ...]  # their names in the sales frame
    days: Days
    style: FileStyle
    fate: Fate

    def only(self, places: pd.Index) -> "Lines":
        """Return the lines, known future included, of the series that have a sale at these rows."""
        codes = self.sales.loc[places, "code"].unique()
        sales = self.sales[self.sales["code"].isin(codes)]
        return replace(self, sales=sales, future=self.future[self.future["code"].isin(codes)])


def read_lines(table: RawTable, roles: Roles, options: ImportOptions, notes: Notes) -> Lines:
    """Return the typed lines of a table, and the fate of every row."""
    fate = Fate(np.full(len(table.frame), "", dtype=object))
    cells = Cells(table, decimal=options.decimal_sign, notes=notes)
    days = read_days(table.frame[roles.ds], options.date_order, notes)
    units = cells.numbers(roles.y)
    names = driver_names(roles)
    _drop_unusable(table, roles, days.values, fate)
    _drop_stray(table.frame[roles.ds], days.values.where(units.notna() & fate.kept), options, fate, notes)
    ahead = _ahead(table, roles, days.values, units, fate)
    _drop_without_units(table.frame[roles.y], units, ahead, fate)
    _refuse_marks(table.frame[roles.y], units, fate)
    if options.returns == "drop":
        fate.drop(units < 0, "negative quantity (returns left out)")
    if options.duplicates == "drop_exact":
        fate.drop(_duplicated(table.frame, fate.kept), "exact duplicate")
    _require_sales(table, roles, ahead, fate)

    usable = np.flatnonzero(fate.kept)
    series = series_ids(table.frame.iloc[usable], roles.unique_id, notes)
    typed = pd.DataFrame({"code": series.codes, "ds": days.values.iloc[usable], "y": units.iloc[usable]})
    typed = typed.assign(**_extras(cells, roles, usable, names, notes))
    sales = typed[~ahead[usable]]
    future = typed[ahead[usable]].drop(columns="y")
    unsold = future.index[~future["code"].isin(sales["code"].unique())]
    fate.drop_rows(unsold, "no sales of this series")
    return Lines(sales, future.drop(unsold), series, tuple(names.values()), days, cells.style, fate)


def driver_names(roles: Roles) -> dict[str, str]:
    """Return file column -> its name in the sales frame, for every driver."""
    names = {}
    for column in roles.drivers:
        if column == roles.open or column.casefold() == "open":
            continue  # opening days have a column of their own
        lowered = column.casefold() if column.casefold() in LOWERED else column
        names[column] = "price" if column == roles.price else lowered
    taken = [c for c in names.values() if c in RESERVED]
    if taken or {roles.ds, roles.y} & set(names):
        clash = listed(taken or sorted({roles.ds, roles.y} & set(names)))
        raise SettingsError(f"{clash} cannot be a driver: it is the series, date, units or stock-out column.")
    return names


def _drop_unusable(table: RawTable, roles: Roles, days: pd.Series, fate: Fate) -> None:
    frame = table.frame
    day_text, unit_text = frame[roles.ds].str.strip(), frame[roles.y].str.strip()
    empty = (day_text == "") & (unit_text == "")
    blank = np.zeros(len(frame), dtype=bool)
    blank[np.flatnonzero(empty)] = (frame[empty].apply(lambda c: c.str.strip()) == "").all(axis=1)
    fate.drop(blank, "blank line")
    fate.drop((day_text == roles.ds) & (unit_text == roles.y), "repeated header line")
    fate.drop(_totals(frame, roles), "total line")
    if table.too_long is not None:
        fate.drop(table.too_long, "more fields than the header")
    fate.drop(day_text == "", "no date")
    fate.drop(days.isna(), "date not readable")


def _totals(frame: pd.DataFrame, roles: Roles) -> np.ndarray:
    """Return the rows that sum up others: one of their keys says so, (n,) bool."""
    total = np.zeros(len(frame), dtype=bool)
    for column in (roles.ds, *roles.unique_id):
        codes, distinct = pd.factorize(frame[column])
        total |= np.array([words.is_total(text) for text in distinct], dtype=bool)[codes]
    return total


def _drop_stray(texts: pd.Series, days: pd.Series, options: ImportOptions, fate: Fate, notes: Notes) -> None:
    """Leave out rows whose date lies far from all others, unless they are to be kept; asked first."""
    stray = stray_days(days)
    if not stray.any() or options.stray_dates == "keep":
        return
    if options.stray_dates == "auto":
        notes.ask(question_of(texts, days, stray))
    fate.drop(stray, "date far from all others")
    notes.warn(f"{counted(int(stray.sum()), 'row')} with a date far from all others left out.")


def _ahead(table: RawTable, roles: Roles, days: pd.Series, units: pd.Series, fate: Fate) -> np.ndarray:
    """Return the rows after the last sale that have no units yet but every driver: the known future."""
    known_ahead = [c for c in (roles.open, *roles.drivers) if c] or [c for c in (roles.manager_plan,) if c]
    if not known_ahead:
        return np.zeros(len(days), dtype=bool)
    last = days[fate.kept & units.notna()].max()
    ahead = fate.kept & (table.frame[roles.y].str.strip() == "") & (days > last)
    for column in known_ahead:
        ahead &= table.frame[column].str.strip() != ""
    return np.asarray(ahead)


def _drop_without_units(texts: pd.Series, units: pd.Series, ahead: np.ndarray, fate: Fate) -> None:
    blank = (texts.str.strip() == "").to_numpy()
    fate.drop(blank & ~ahead, "no units")
    fate.drop(~np.isfinite(units) & ~ahead, NOT_A_NUMBER)


def _refuse_marks(texts: pd.Series, units: pd.Series, fate: Fate) -> None:
    """Raise `DataError` where a column holds text and otherwise only zeros: marks of days."""
    marks = texts[fate.reason == NOT_A_NUMBER].str.strip()
    counts = units[fate.kept].dropna()
    if marks.empty or counts.empty or (counts != 0).any():
        return
    raise DataError(
        f"Units sold are needed in {texts.name!r}; it holds text such as {marks.iloc[0]!r} "
        f"({counted(len(marks), 'row')}) and otherwise only zeros. Choose the column of what was sold."
    )


def _duplicated(frame: pd.DataFrame, kept: np.ndarray) -> np.ndarray:
    """Return which of the kept rows repeat an earlier one in every column."""
    repeated = np.zeros(len(frame), dtype=bool)
    repeated[np.flatnonzero(kept)] = frame[kept].duplicated()
    return repeated


def repeated_lines(table: RawTable, sales: pd.DataFrame) -> pd.Series:
    """Return which lines repeat another in every column; only lines that share a series and day can."""
    places = sales.index[sales.duplicated(["code", "ds", "y"], keep=False)]
    repeated = table.frame.loc[places].duplicated()
    return repeated.reindex(sales.index, fill_value=False)


def _require_sales(table: RawTable, roles: Roles, ahead: np.ndarray, fate: Fate) -> None:
    usable = int((fate.kept & ~ahead).sum())
    if usable >= 2:
        return
    reasons, counts = np.unique(fate.reason[~fate.kept].astype(str), return_counts=True)
    why = "; ".join(f"{counted(int(n), 'row')}: {r}" for r, n in zip(reasons, counts, strict=True))
    raise DataError(
        f"At least two rows with a date in {roles.ds!r} and units in {roles.y!r} are needed; {table.name} "
        f"has {usable} of {counted(len(table.frame), 'row')}" + (f" ({why})." if why else ".")
    )


def _extras(
    cells: Cells, roles: Roles, rows: np.ndarray, names: dict[str, str], notes: Notes
) -> dict[str, pd.Series]:
    """Return the other parts as typed columns under their sales names; those with _ are for the items."""
    extras = _money(cells, roles, rows, notes)
    if roles.price and "price" not in names.values():
        extras[PRICE_PAID] = extras["_price"]
    if roles.on_hand:
        extras["_on_hand"] = cells.numbers(roles.on_hand).iloc[rows]
        extras["stockout"] = extras["_on_hand"] <= 0
    if roles.stockout:
        extras["stockout"] = (cells.flags(roles.stockout, rows).iloc[rows] > 0) | extras.get(
            "stockout", False
        )
    if roles.open:
        extras["open"] = cells.flags(roles.open, rows).iloc[rows]
    if roles.manager_plan:
        extras[PLAN] = _planned(cells.numbers(roles.manager_plan).iloc[rows], roles.manager_plan, notes)
    for column, name in names.items():
        values = cells.driver(column, rows).iloc[rows]
        extras[name] = _positive(values, column, notes) if name == "price" else values
    return extras


def _money(cells: Cells, roles: Roles, rows: np.ndarray, notes: Notes) -> dict[str, pd.Series]:
    found = {f"_{part}": getattr(roles, part) for part in ("price", "unit_cost")}
    return {
        name: _positive(cells.numbers(column).iloc[rows], column, notes)
        for name, column in found.items()
        if column
    }


def _planned(values: pd.Series, column: str, notes: Notes) -> pd.Series:
    """Return planned units, NaN where there is no plan; a plan below nothing is none."""
    below = int((values < 0).sum())
    if below:
        notes.warn(f"{counted(below, 'row')} with {column!r} below zero: read as no plan.")
    return values.where((values >= 0) & np.isfinite(values))


def _positive(values: pd.Series, column: str, notes: Notes) -> pd.Series:
    free = int((values <= 0).sum())
    if free:
        notes.warn(f"{counted(free, 'row')} with {column!r} of zero or less: read as unknown.")
    return values.where(values > 0)
