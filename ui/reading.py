"""How a file is read: the sheet, and the rules that a person may set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.ingest.options import ImportOptions
from forecasting.ingest.spreadsheet import Sheet, is_workbook
from ui.upload import Upload

AUTO = "auto"


@dataclass(frozen=True)
class Rule:
    """One choice of `ImportOptions`, in a manager's words; the first of them is the default."""

    option: str
    label: str
    help: str
    words: Mapping[str, str]


DATE_ORDER = Rule(
    "date_order", "Order in dates",
    "Whether 03/04 is 3 April or March 4. Read from the dates themselves; asked where they do not decide.",
    {AUTO: "As the dates show", "day-first": "Day first: 03/04 is 3 April",
     "month-first": "Month first: 03/04 is March 4"},
)  # fmt: skip
DECIMAL = Rule(
    "decimal", "Decimal mark",
    "Whether 1.200 is twelve hundred or one and a fifth. Read from the numbers; asked if they do not decide.",
    {AUTO: "As the numbers show", "comma": "Comma: 1,5", "point": "Point: 1.5"},
)  # fmt: skip
GAPS = Rule(
    "gaps", "Periods without a row",
    "Zero: nothing was sold. Unknown: the row is missing, and no model may take it for a day without demand. "
    "Left to the file: unknown where rows are rarely missing or zeros are written out, else zero.",
    {AUTO: "As the file shows", "zero": "Nothing was sold", "unknown": "Not known"},
)  # fmt: skip
QUARTERS = Rule(
    "quarters", "Rows that are quarters",
    "Forecasts are by month at the longest. A quarter can be spread evenly over its months, which hides "
    "their differences; better is an export by month.",
    {AUTO: "Ask me", "spread": "A third on each of its months", "leave": "No: I bring an export by month"},
)  # fmt: skip
MEASURE = Rule(
    "measure", "The units column counts",
    "Orders need units. Money is divided by the price column where there is one; without one it stays, and "
    "orders will be in money, not in pieces.",
    {AUTO: "As the file shows", "units": "Units", "money": "Money"},
)  # fmt: skip
RETURNS = Rule(
    "returns", "Negative quantities",
    "Returns are taken off the sales of the same period, which never falls below zero; or they are left out.",
    {"net": "Returns: take them off", "drop": "Leave them out"},
)  # fmt: skip
DUPLICATES = Rule(
    "duplicates", "Rows alike in every column",
    "Two customers may buy the same on one day; an export made twice is a copy.",
    {"sum": "Repeat sales: add them up", "drop_exact": "Copies: keep one"},
)  # fmt: skip
FREQUENCY = Rule(
    "frequency", "One period is",
    "Days can be summed to weeks or months. Nothing is ever averaged or split.",
    {AUTO: "As in the file", "D": "A day", "W": "A week", "MS": "A month"},
)  # fmt: skip
LAYOUT = Rule(
    "layout", "Layout",
    "A file with one column per item, store or date is turned into rows first. Choose 'One row per sale' if "
    "that went wrong.",
    {AUTO: "As the columns show", "across": "One column per store or item",
     "lines": "One row per sale, with its figures"},
)  # fmt: skip
ENCODING = Rule(
    "encoding", "Encoding",
    "How letters such as é, ł or ß are stored. Change it if names look wrong above.",
    {AUTO: "As the file shows", "utf-8": "UTF-8", "cp1252": "Western (cp1252)",
     "cp1250": "Central European (cp1250)", "cp1251": "Cyrillic (cp1251)", "cp1253": "Greek (cp1253)",
     "cp1254": "Turkish (cp1254)", "utf-16": "UTF-16", "shift_jis": "Japanese (Shift JIS)",
     "gb18030": "Chinese (GB 18030)"},
)  # fmt: skip
BLANKS = Rule(
    "blanks", "Blanks below a date or name",
    "Pivot tables and exports of orders write a date, shop or item only on its first row.",
    {AUTO: "Ask me", "above": "The value above counts", "leave": "They are blank"},
)  # fmt: skip
STRAY = Rule(
    "stray_dates", "Dates far from all others",
    "A year typed wrongly stretches the history over years in which nothing was sold.",
    {AUTO: "Ask me", "leave_out": "Typing errors: leave them out", "keep": "Real sales: keep them"},
)  # fmt: skip
RULES = (MEASURE, FREQUENCY, RETURNS, DUPLICATES, GAPS, DATE_ORDER, DECIMAL, LAYOUT)


def choose_sheet(upload: Upload, before: ImportOptions) -> str | None:
    """Return the sheet to read: asked only where the workbook has several."""
    sheets = upload.sheets()
    if len(sheets) < 2:
        return None
    names = [sheet.name for sheet in sheets]
    sizes = {sheet.name: _size(sheet) for sheet in sheets}
    return st.selectbox(
        "Sheet",
        names,
        names.index(before.sheet or _first_table(upload) or names[0]),
        format_func=lambda name: f"{name} ({sizes[name]})",
        key=f"sheet_{upload.mark(before)}",
        help="The workbook has several; the first that holds a table is read unless you choose.",
    )


def reading_rules(upload: Upload, before: ImportOptions) -> ImportOptions:
    """Return the rules as chosen, `before` standing until something else is picked; no sheet, no roles."""
    rules = RULES if is_workbook(upload.content) else (*RULES, ENCODING)
    chosen: dict[str, Any] = {}
    with st.expander("How the file is read", icon=":material/tune:"):
        # Row by row: on a phone, where columns stack, the order stays the same.
        for first in range(0, len(rules), 4):
            for column, rule in zip(st.columns(4), rules[first : first + 4], strict=False):
                with column:
                    chosen[rule.option] = _pick(rule, upload, before)
    return ImportOptions(**{option: value for option, value in chosen.items() if value != AUTO})


def _pick(rule: Rule, upload: Upload, before: ImportOptions) -> str:
    standing = getattr(before, rule.option) or AUTO
    values = list(dict.fromkeys([*rule.words, standing]))
    return st.selectbox(
        rule.label,
        values,
        values.index(standing),
        format_func=lambda value: rule.words.get(value, value),
        key=f"{rule.option}_{upload.mark(before)}",
        help=rule.help,
    )


def _first_table(upload: Upload) -> str | None:
    try:
        return upload.table(ImportOptions()).format.sheet
    except ForecastingError:
        return None  # another sheet may be one


def _size(sheet: Sheet) -> str:
    return f"{sheet.rows:,} rows × {sheet.columns:,} columns" if sheet.rows else "empty"
