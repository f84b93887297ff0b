"""The tables of a report as ready text, so that the web page and the PDF say the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from forecasting.report.columns import (
    ACCURACY_COLUMNS,
    COST_COLUMNS,
    PROMISE_COLUMNS,
    Column,
    column_of,
    model_label,
)
from forecasting.report.content import (
    Answered,
    ReportContent,
    any_changed,
    changed,
    line_names,
    ranked,
    shared_notes,
)
from forecasting.report.order_columns import ORDER_COLUMNS, order_words
from forecasting.report.tables import display, is_missing
from forecasting.report.value_columns import (
    ANSWER_COLUMNS,
    EFFECT_COLUMNS,
    ITEM_GAIN_COLUMNS,
    VALUE_COLUMNS,
    WAY_COLUMNS,
)

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
DUE = "order now"
SUMMED = ("order_quantity", "yours", "expected_demand", "on_hand", "on_order", "money_at_stake")
# About forty pages: more lines than anybody reads on paper.
MOST_PRINTED = 600
PROMISES_PRINT = ("promise", "nominal", "achieved", "low", "high", "cycles", "seen_as")
CHANGES_PRINT = ("name", "order_quantity", "yours", "difference", "yours_effect", "own_reason", "note")
NAME = {
    "name": Column("Item", "Item and store of this line.", "text"),
    "difference": Column("Difference", "Units more or fewer than suggested.", "units"),
}


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
    """Return the order lines, most money at stake first; with a `limit` only the first, and all to order now.

    With a limit every line to order now is there, up to `MOST_PRINTED`, and their total.
    A line that could not be decided shows its problem where the reason would stand.
    """
    orders = ranked(content.orders)
    if orders.empty:
        return Table((), ())
    shown = orders if limit is None else _on_paper(orders, limit)
    shared, own = shared_notes(orders)
    due = shown[shown["status"] == DUE] if "status" in shown else shown.head(0)
    shown = shown.assign(name=line_names(shown), reason=_why(shown.assign(note=own)))
    note = "" if len(shown) == len(orders) else _left_out(shown, orders)
    note = f"{note} On every line: {shared}".strip() if shared else note
    names: Sequence[str] = ORDER_PRINT
    if not any_changed(orders):
        shown = shown.drop(columns="yours", errors="ignore")
    else:
        names = (*ORDER_PRINT[:3], "yours", *ORDER_PRINT[3:])
    names = [n for n in names if _says_something(shown, n)]  # no stock is given: four headings over nothing
    table = _table(shown, names, {**order_words(shown), **NAME}, content.currency, note)
    if limit is None or due.empty:
        return table
    total = _total(due, [n for n in names if n in shown], content.currency)
    return replace(table, rows=(*table.rows, total))


def _says_something(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and any(not is_missing(value) and value != "" for value in frame[name])


def _on_paper(orders: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return the lines to order now, the others after them up to `least` lines in all."""
    if "status" not in orders:
        return orders.head(least)
    due = orders[orders["status"] == DUE].head(MOST_PRINTED)
    others = orders[orders["status"] != DUE].head(max(0, least - len(due)))
    return pd.concat([due, others])


def _total(due: pd.DataFrame, names: Sequence[str], currency: str) -> tuple[str, ...]:
    """Return the sums of the lines to order now, as the last row of their table."""
    cells = {
        name: display(due[name].sum(), ORDER_COLUMNS[name].kind, currency) for name in SUMMED if name in due
    }
    title = {"name": f"Total of {len(due)} lines", "status": DUE}
    return tuple({**cells, **title}.get(name, "") for name in names)


def changes_table(content: ReportContent) -> Table:
    """Return the lines on which the manager orders something else: both quantities and what that costs."""
    lines = changed(ranked(content.orders))
    if lines.empty:
        return Table((), ())
    _, notes = shared_notes(ranked(content.orders))
    difference = lines["yours"] - lines["order_quantity"]
    shown = lines.assign(name=line_names(lines), difference=difference, note=notes)
    names = CHANGES_PRINT if (notes[lines.index] != "").any() else CHANGES_PRINT[:-1]
    return _table(shown, names, {**order_words(shown), **NAME}, content.currency)


def accuracy_table(content: ReportContent) -> Table:
    """Return one row per model: what it cost and how far it was off."""
    return _by_model(content.leaderboard, ACCURACY_COLUMNS, content.currency)


def promises_table(content: ReportContent) -> Table:
    """Return what our forecast promised and kept; the spreadsheet holds every model's."""
    frame = content.promises
    ours = frame[frame["model"] == "chosen"] if "model" in frame else frame
    return _table(ours, PROMISES_PRINT, PROMISE_COLUMNS, content.currency)


def ways_table(content: ReportContent) -> Table:
    """Return one row per way to ask the same decision: what its orders would have cost and saved."""
    return _table(content.ways, tuple(WAY_COLUMNS), WAY_COLUMNS, content.currency)


def value_table(content: ReportContent) -> Table:
    """Return one row per step of the staircase: what it costs and saves."""
    return _table(content.value, tuple(VALUE_COLUMNS), VALUE_COLUMNS, content.currency)


def item_gains_table(content: ReportContent, limit: int | None = None) -> Table:
    """Return what each series gained, largest first, in parts, and the sum over all of them."""
    frame = content.item_gains
    if frame.empty:
        return Table((), ())
    shown = frame if limit is None else frame.head(limit)
    note = (
        "" if len(shown) == len(frame) else f"The first {len(shown)} of {len(frame):,}; the total is of all."
    )
    table = _table(shown, tuple(ITEM_GAIN_COLUMNS), ITEM_GAIN_COLUMNS, content.currency, note)
    cells = [display(frame[name].sum(), "money", content.currency) for name in list(ITEM_GAIN_COLUMNS)[1:]]
    return replace(table, rows=(*table.rows, ("All together", *cells)))


def effects_table(content: ReportContent) -> Table:
    """Return what moves the net result, widest first."""
    return _table(content.effects, tuple(EFFECT_COLUMNS), EFFECT_COLUMNS, content.currency)


def answer_table(answer: Answered, currency: str, limit: int | None = None) -> Table:
    """Return the table behind an answer; nothing where another part of the report prints it."""
    if answer.part or answer.table.empty:
        return Table((), ())
    shown = answer.table if limit is None else answer.table.head(limit)
    more = len(answer.table) - len(shown)
    note = f"{more:,} more rows are in the spreadsheet." if more else ""
    return _table(shown, tuple(ANSWER_COLUMNS), ANSWER_COLUMNS, currency, note)


def answers_frame(content: ReportContent) -> pd.DataFrame:
    """Return the tables behind all answers under one another, for the spreadsheet: `question` says whose."""
    tables = [
        a.table[[c for c in ANSWER_COLUMNS if c in a.table]].assign(question=a.question)
        for a in content.finance
        if not a.part and len(a.table)
    ]
    if not tables:
        return pd.DataFrame()
    whole = pd.concat(tables, ignore_index=True)
    return whole[["question", *(c for c in ANSWER_COLUMNS if c in whole)]]


def rows_behind(content: ReportContent) -> dict[str, int]:
    """Return the first row of every question in `answers_frame`, by question; others have none there."""
    asked = [] if (frame := answers_frame(content)).empty else frame["question"].tolist()
    return {question: asked.index(question) for question in dict.fromkeys(asked)}


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


def _why(orders: pd.DataFrame) -> list[str]:
    """Return the problem of a line, else its reason with its note."""
    blank = pd.Series("", index=orders.index)
    texts = [orders.get(name, blank) for name in ("problem", "reason", "note")]
    rows = (["" if is_missing(text) else str(text) for text in row] for row in zip(*texts, strict=True))
    return [f"Not decided: {problem}" if problem else f"{why} {note}".strip() for problem, why, note in rows]


def _left_out(shown: pd.DataFrame, orders: pd.DataFrame) -> str:
    rest = "the spreadsheet and the CSV hold them all."
    if "status" not in orders:
        return f"The {len(shown)} lines with the most money at stake of {len(orders):,}; {rest}"
    due = int((orders["status"] == DUE).sum())
    printed = int((shown["status"] == DUE).sum())
    first = f"All {due}" if printed == due else f"The first {printed} of {due:,}"
    return f"{first} lines to order now, of {len(orders):,} lines in all; {rest}"
