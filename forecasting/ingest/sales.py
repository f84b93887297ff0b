"""Any sales file -> the sales frame: the one door through which a history comes in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecasting.errors import ForecastingError, SettingsError
from forecasting.ingest.attributes import learned_items
from forecasting.ingest.currencies import currency_of, refuse_mixed
from forecasting.ingest.date_parts import joined_days, joint_name
from forecasting.ingest.gaps import drop_incomplete, fill_gaps, gap_rule, tell_of_sums
from forecasting.ingest.grain import ask_if_sparse, drop_unfinished, native_frequency, wanted_frequency
from forecasting.ingest.lines import Lines, read_lines, repeated_lines
from forecasting.ingest.measure import in_units
from forecasting.ingest.notes import Notes, counted, listed
from forecasting.ingest.options import (
    ImportOptions,
    Roles,
    checked,
    find_column,
    find_columns,
    parse_columns,
)
from forecasting.ingest.outline import with_values_above
from forecasting.ingest.periods import not_below_zero, to_periods
from forecasting.ingest.plan import tell_of_plan
from forecasting.ingest.quarters import spread_quarters
from forecasting.ingest.report import dropped_rows, odd_lines, report_of
from forecasting.ingest.roles import guess_roles
from forecasting.ingest.series import series_ids
from forecasting.ingest.tables import RawTable, read_table
from forecasting.ingest.unused import known_ahead, unused
from forecasting.schema import PLAN, PRICE_PAID, validate_items, validate_sales

__all__ = [
    "ImportOptions",
    "ImportedSales",
    "RawTable",
    "Roles",
    "guess_roles",
    "import_sales",
    "read_table",
    "sales_of",
]


Progress = Callable[[str, float], None]  # the stage that begins, and the share of the work before it


def _unseen(stage: str, share: float) -> None:
    """Take note of nothing."""


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
    return sales_of(read_table(source, name=name, options=options), options)


def sales_of(table: RawTable, options: ImportOptions, progress: Progress = _unseen) -> ImportedSales:
    """Return the sales of a table that was read with the same options; `progress` hears of each stage."""
    progress("Understanding dates and numbers", 0.3)
    notes = Notes(list(table.questions), list(table.warnings))
    roles = choose_roles(table, options)
    if roles.price or roles.unit_cost:
        refuse_mixed(table, [c for c in (roles.price, roles.unit_cost) if c])
    whole_rows = with_values_above(table, roles, options.blanks, notes)
    lines = read_lines(_with_date(whole_rows, roles, notes), roles, options, notes)
    lines = in_units(lines, roles.y, measure=options.measure, price=roles.price, notes=notes)
    odd = _warn_of_lines(table, lines, notes)
    _warn_of_lost_series(whole_rows, roles, lines, notes)

    progress("Summing up periods", 0.8)
    native = native_frequency(lines.sales, lines.days, notes)
    if options.frequency == "auto":
        ask_if_sparse(lines.sales, native, notes)
    frequency = wanted_frequency(native, options.frequency)
    whole = drop_unfinished(lines, frequency, notes) if frequency != native else lines
    whole = spread_quarters(whole, options.quarters, notes)
    sales, missing = _sales_frame(whole, native, frequency, options.gaps, notes)
    sales = tell_of_plan(sales, roles.manager_plan, frequency, notes)
    # The last price and stock count even where their week is unfinished; series without a period do not.
    known = lines.only(whole.sales.index[lines.fate.kept[whole.sales.index]])
    # Where nobody knows a price sales stay money, of which one costs one: revenue is known all the same.
    measure = "money" if options.measure == "money" and roles.price is None else "units"
    items = learned_items(table, roles, known)
    return ImportedSales(
        sales=validate_sales(sales),
        items=validate_items(items.assign(price=1.0) if measure == "money" else items),
        future=_future_frame(known, frequency, sales["ds"].max()),
        roles=roles,
        frequency=frequency,
        dropped=dropped_rows(table, lines.fate),
        report=report_of(table, roles, lines, sales, notes)
        | {"frequency": frequency, "gaps": missing, "odd_lines": odd, "measure": measure}
        | {"currency": currency_of(table, roles), "unused": list(unused(table, roles, items.columns))}
        | {"known_ahead": list(known_ahead(table, roles))},
    )


def choose_roles(table: RawTable, options: ImportOptions) -> Roles:
    """Return which column plays which part: as chosen, as named in the text, else guessed."""
    available = list(table.frame.columns)
    roles = options.roles or _named_roles(table, options.columns)
    roles = checked(replace(roles, drivers=(*roles.drivers, *options.drivers)), available)
    opening = [c for c in roles.drivers if c.casefold() == "open"]
    return replace(roles, open=opening[0]) if opening and roles.open is None else roles


def _with_date(table: RawTable, roles: Roles, notes: Notes) -> RawTable:
    """Return the table with its date in one column, where the file has it in several."""
    if not roles.date_parts:
        return table
    days = joined_days(table.frame, roles.date_parts, notes)
    return replace(table, frame=table.frame.assign(**{roles.ds: days}))


def fits(source: bytes | Path, *, name: str, options: ImportOptions) -> bool:
    """Return whether a file has the sheet and the columns that the choices for an earlier one name."""
    try:
        choose_roles(read_table(source, name=name, options=options), options)
    except ForecastingError:
        return False
    return True


def _named_roles(table: RawTable, text: str | None) -> Roles:
    """Return the roles of a text such as "unique_id=Store,ds=Date,y=Units", parts left out guessed."""
    available = list(table.frame.columns)
    known: dict[str, Any] = {}
    for part, value in parse_columns(text).items() if text else ():
        several = part in ("unique_id", "drivers")
        known[part] = find_columns(value, available) if several else _single(part, value, available)
        if part == "ds" and known[part] is None:
            known["date_parts"] = find_columns(value, available)
            known["ds"] = joint_name(known["date_parts"])
    return guess_roles(table, known)


def _single(part: str, value: str, available: list[str]) -> str | None:
    if not value and part in ("ds", "y"):
        raise SettingsError(f"{part}= needs a column; the file has {listed(available, 30)}.")
    if part == "ds" and "+" in value and value not in available:
        return None  # several columns
    return find_column(value, available) if value else None


def _sales_frame(
    lines: Lines, native: str, frequency: str, gaps: str, notes: Notes
) -> tuple[pd.DataFrame, str]:
    """Return the sales, and what a period without a row was taken for: "zero" or "unknown"."""
    periods = to_periods(lines.sales, native)
    rule = gap_rule(periods, native, gaps, notes, summed=frequency != native)
    periods = fill_gaps(periods, native, rule)
    if frequency != native:
        if rule.missing == "unknown":
            periods = drop_incomplete(lines, periods, frequency, notes)
        else:
            tell_of_sums(to_periods(lines.sales, frequency), frequency, notes)
        periods = to_periods(periods, frequency)
    periods = not_below_zero(periods, notes)
    if "stockout" in periods and periods["stockout"].any():
        out = counted(int(periods["stockout"].sum()), "period")
        notes.warn(f"{out} without stock: sales there understate demand and are marked as stock-outs.")
    if PRICE_PAID in periods:
        # A period without a sale had the price of the one before it.
        paid = periods.groupby("code")[PRICE_PAID]
        periods = periods.assign(**{PRICE_PAID: paid.ffill().fillna(paid.bfill())})
    return _named(periods, lines, ["y"]), rule.missing


def _future_frame(lines: Lines, frequency: str, last: pd.Timestamp) -> pd.DataFrame:
    """Return the later periods known by their drivers: unique_id, ds, [open], drivers."""
    future = lines.future.drop(columns=["stockout", PRICE_PAID], errors="ignore")
    periods = to_periods(future, frequency) if len(future) else future
    return _named(periods[periods["ds"] > last], lines, [])


def _named(periods: pd.DataFrame, lines: Lines, first: list[str]) -> pd.DataFrame:
    """Return the periods under the ids of their series, columns in the order of the schema."""
    known = [c for c in ("stockout", "open", PLAN, PRICE_PAID) if c in periods]
    ids = pd.Series(lines.series.names[periods["code"]], index=periods.index, dtype=str)
    frame = periods.assign(unique_id=ids)[["unique_id", "ds", *first, *known, *lines.drivers]]
    return frame.reset_index(drop=True)


def _warn_of_lines(table: RawTable, lines: Lines, notes: Notes) -> list[dict[str, Any]]:
    """Warn of lines that are odd but kept; return returned and repeated ones by series (`odd_lines`)."""
    returned = lines.sales["y"] < 0
    if returned.any():
        units = -lines.sales.loc[returned, "y"].sum()
        notes.warn(
            f"{counted(int(returned.sum()), 'row')} with negative quantities ({units:,g} units): read as "
            "returns and netted within their period; the rule for returns can leave them out instead."
        )
    repeated = repeated_lines(table, lines.sales)
    copies = int(repeated.sum())
    if copies:
        notes.warn(
            f"{counted(copies, 'row')} the same as an earlier one in every column: kept and summed as repeat "
            "sales; the rule for rows alike can keep one of each instead."
        )
    if len(lines.future):
        notes.warn(f"{counted(len(lines.future), 'row')} after the last sale kept as the known future.")
    return odd_lines(lines, {"returned": returned, "repeated": repeated})


def _warn_of_lost_series(table: RawTable, roles: Roles, lines: Lines, notes: Notes) -> None:
    """Warn of series without a single number of units: rows are only counted, and they would just be gone."""
    reasons = ("no units", "units not a number", "no sales of this series")
    without = np.flatnonzero(np.isin(lines.fate.reason, reasons))
    if roles.unique_id and len(without):
        named = series_ids(table.frame.iloc[without], roles.unique_id, Notes()).names
        # Later rows alone, drivers known ahead, make no series.
        sold = lines.series.names[lines.sales["code"].unique()]
        lost = sorted({str(n) for n in named} - {str(n) for n in sold})
        if lost:
            notes.warn(
                f"{counted(len(lost), 'series', 'series')} without a single number of units left out: "
                f"{listed(lost)}."
            )
