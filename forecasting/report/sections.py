"""The tables of a report as ready text, so that the web page and the PDF say the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from forecasting.report.columns import (
    ACCURACY_COLUMNS,
    COST_COLUMNS,
    ORDER_COLUMNS,
    VALUE_COLUMNS,
    Column,
    column_of,
    model_label,
)
from forecasting.report.content import ReportContent, line_names, ranked
from forecasting.report.tables import display, is_missing

# What fits across a printed page; the spreadsheet holds every column.
ORDER_PRINT = (
    "name",
    "status",
    "order_quantity",
    "expected_demand",
    "on_hand",
    "on_order",
    "stockout_date",
    "money_at_stake",
    "reason",
)
NAME = {"name": Column("Item", "Item and store of this line.", "text")}


@dataclass(frozen=True)
class Heading:
    """One column heading: its words, its tooltip and whether numbers stand under it."""

    label: str
    help: str
    numeric: bool


@dataclass(frozen=True)
class Table:
    """A table as text, ready to be escaped and printed; no rows prints as 'not computed yet'."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def order_table(content: ReportContent, limit: int | None = None) -> Table:
    """Return the order lines, most money at stake first, at most `limit` of them.

    A line that could not be decided shows its problem where the reason would stand.
    """
    orders = ranked(content.orders)
    if orders.empty:
        return Table((), ())
    shown = orders if limit is None else orders.head(limit)
    shown = shown.assign(name=line_names(shown), reason=_reason_or_problem(shown))
    note = "" if len(shown) == len(orders) else _left_out(len(shown), len(orders))
    return _table(shown, ORDER_PRINT, {**ORDER_COLUMNS, **NAME}, content.currency, note)


def accuracy_table(content: ReportContent) -> Table:
    """Return one row per model: what it cost and how far it was off."""
    return _by_model(content.leaderboard, ACCURACY_COLUMNS, content.currency)


def value_table(content: ReportContent) -> Table:
    """Return one row per model: what ordering by it would have cost, and the gain."""
    return _by_model(content.value, VALUE_COLUMNS, content.currency)


def cost_table(content: ReportContent) -> Table:
    """Return the cost lines; an amount nobody estimated reads n/a, never 0."""
    lines = content.cost_lines
    return _table(lines, tuple(COST_COLUMNS), COST_COLUMNS, content.currency)


def _by_model(frame: pd.DataFrame, known: Mapping[str, Column], currency: str) -> Table:
    if frame.empty:
        return Table((), ())
    named = frame.assign(model=frame["model"].map(model_label))
    listed = [c for c in known if c in _lowered(named)]
    spelled = _lowered(named)
    return _table(named, tuple(spelled[c] for c in listed), known, currency)


def _lowered(frame: pd.DataFrame) -> dict[str, str]:
    """Return column names by their lower-case spelling: WAPE and wape are one metric."""
    return {str(c).lower(): str(c) for c in frame.columns}


def _table(
    frame: pd.DataFrame, names: Sequence[str], known: Mapping[str, Column], currency: str, note: str = ""
) -> Table:
    present = [n for n in names if n in frame]
    columns = [column_of(n, known, numeric=True) for n in present]
    headings = tuple(Heading(c.label, c.help, c.kind != "text") for c in columns)
    cells = [
        [display(value, column.kind, currency) for value in frame[name]]
        for name, column in zip(present, columns, strict=True)
    ]
    return Table(headings, tuple(zip(*cells, strict=True)), note)


def _reason_or_problem(orders: pd.DataFrame) -> list[str]:
    reasons = orders.get("reason", pd.Series("", index=orders.index))
    problems = orders.get("problem", pd.Series("", index=orders.index))
    both = zip(reasons, problems, strict=True)
    return [f"Not decided: {p}" if not is_missing(p) and p else ("" if is_missing(r) else r) for r, p in both]


def _left_out(shown: int, all_lines: int) -> str:
    return (
        f"The {shown} lines with the most money at stake of {all_lines}; the spreadsheet and the CSV "
        "hold them all."
    )
