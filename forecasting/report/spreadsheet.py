"""The plan as one Excel workbook: the only file that knows xlsxwriter."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from forecasting.report import columns as words_of
from forecasting.report.columns import Column, Kind, column_of, model_label
from forecasting.report.content import ANOTHER_QUESTION, NOT_YET, ReportContent, ranked
from forecasting.report.order_columns import ORDER_COLUMNS, order_words
from forecasting.report.sections import answers_frame, rows_behind
from forecasting.report.spreadsheet_styles import styles_of
from forecasting.report.tables import is_missing
from forecasting.report.value_columns import (
    ANSWER_COLUMNS,
    EFFECT_COLUMNS,
    ITEM_GAIN_COLUMNS,
    QUESTION,
    REPLAY_COLUMNS,
    VALUE_COLUMNS,
    VALUE_DETAILS,
    WAY_COLUMNS,
)

# Limits of the file format (ECMA-376 as Excel reads it).
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
WIDTHS: dict[Kind, float] = {"text": 22, "date": 12, "money": 13}
WIDE = {
    "unique_id": 30, "item": 24, "store": 14, "category": 14, "status": 11, "decided_by": 12,
    "own_reason": 30, "reason": 60, "note": 45, "problem": 30, "source": 30, "question": 44, "why": 60,
}  # fmt: skip
WRAPPED = ("reason", "note", "problem")
LINE_HEIGHT = 14.5  # points: a line of the default font
# What the orders page shows; every other column stands on a sheet of its own, beside the name of the line.
ORDER_SHEET = (
    "unique_id", "status", "on_hand", "on_order", "expected_demand", "demand_low", "demand_high",
    "stockout_date", "money_at_stake", "order_quantity", "yours", "decided_by", "own_reason", "yours_effect",
    "reason", "note", "problem",
)  # fmt: skip
SHEET_OF = {"What is it worth?": "Value", "Forecast value by item": "Gains"}  # parts of a report
FORECAST_FIRST = ("unique_id", "ds", "h", "mean")
# Rows turned into cells at a time.
ROWS_AT_ONCE = 1_000
# Text is text: nothing a file brought becomes a formula or a link. A row goes to disk when the next begins
# (cells must come row by row): held in memory, the 1.2 million of 1,000 series would be 0.4 GB.
SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its frame and the words of its columns."""

    name: str
    frame: pd.DataFrame
    words: Mapping[str, Column]
    first: Sequence[str] = ()  # columns to put first; the others follow in their own order


def spreadsheet(content: ReportContent) -> bytes:
    """Return the workbook, its sheets in the order of the pages.

    Summary, Orders, Forecast, Accuracy, Promises, Errors, Scores, Other questions (where they were
    compared), Value, Gains, Finance, Sensitivity, Replay, Costs, Order details, Assumptions.
    Numbers keep full precision behind their format, dates are dates, unknown is an empty cell.
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        book.set_properties(
            {"title": content.title, "comments": f"Run {content.run_id}", "created": content.made_at}
        )
        styles = styles_of(book, content.currency)
        _summary(book, content, styles)
        for sheet in _sheets(content):
            _write(book, sheet, styles, content.run_id)
        _assumptions(book, content, styles)
    return buffer.getvalue()


def one_sheet(sheet: Sheet, currency: str, footer: str) -> bytes:
    """Return a workbook of one sheet, such as an order to a supplier; `footer` is printed under each page."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        _write(book, sheet, styles_of(book, currency), footer)
    return buffer.getvalue()


def _sheets(content: ReportContent) -> tuple[Sheet, ...]:
    def named(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(model=frame["model"].map(model_label)) if "model" in frame else frame

    orders = named(ranked(content.orders))
    page = orders[[c for c in ORDER_SHEET if c in orders]]
    details = orders.drop(columns=[c for c in ORDER_SHEET[1:] if c in orders])
    asked = Sheet("Other questions", content.ways, WAY_COLUMNS, tuple(WAY_COLUMNS))
    return (
        Sheet("Orders", page, order_words(orders), ORDER_SHEET),
        Sheet("Forecast", named(content.forecast), words_of.FORECAST_COLUMNS, FORECAST_FIRST),
        Sheet("Accuracy", named(content.leaderboard), words_of.ACCURACY_COLUMNS, ("model",)),
        Sheet("Promises", named(content.promises), words_of.PROMISE_COLUMNS),
        Sheet("Errors", content.errors, words_of.PROMISE_COLUMNS),
        Sheet("Scores", named(content.scores), words_of.ACCURACY_COLUMNS, ("model", "unique_id")),
        *([] if content.ways.empty else [asked]),
        Sheet("Value", content.value, {**VALUE_COLUMNS, **VALUE_DETAILS}, (*VALUE_COLUMNS, *VALUE_DETAILS)),
        Sheet("Gains", content.item_gains, ITEM_GAIN_COLUMNS, tuple(ITEM_GAIN_COLUMNS)),
        Sheet("Finance", answers_frame(content), {**ANSWER_COLUMNS, "question": QUESTION}, ("question",)),
        Sheet("Sensitivity", content.effects, EFFECT_COLUMNS, tuple(EFFECT_COLUMNS)),
        Sheet("Replay", content.replay, REPLAY_COLUMNS, tuple(REPLAY_COLUMNS)),
        Sheet("Costs", content.cost_lines, words_of.COST_COLUMNS, tuple(words_of.COST_COLUMNS)),
        Sheet("Order details", details, order_words(orders), tuple(ORDER_COLUMNS)),
    )


def _summary(book: Any, content: ReportContent, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Summary")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 74)
    sheet.set_column(2, 2, 34)
    _text(sheet, (0, 0), content.title, styles["title"])
    _text(sheet, (1, 0), content.scope, None)
    _text(sheet, (2, 0), f"Run {content.run_id} · made {content.made_on}", None)
    row = 4
    for tile in content.tiles:
        for column, (text, style) in enumerate(
            ((tile.label, "bold"), (tile.value, "text"), (tile.baseline, "muted"))
        ):
            _text(sheet, (row, column), text, styles[style])
        row += 1
    for caution in content.cautions:
        _text(sheet, (row, 0), caution, styles["bold"])
        row += 1
    row = _pairs(sheet, row + 1, ("Order plan", content.totals), styles)
    row = _pairs(sheet, row + 1, ("Business case", content.case), styles)
    row = _answers(sheet, row + 1, content, styles)
    row = _notes(sheet, row + 1, content.worth, styles, "What the gain rests on") if content.worth else row
    _notes(sheet, row + 1, content.notes, styles)
    _for_paper(sheet, content.run_id, landscape=False)


def _answers(sheet: Any, row: int, content: ReportContent, styles: dict[str, Any]) -> int:
    """Write the finance director's questions, each with its answer and a link to the rows behind it."""
    _text(sheet, (row, 0), "What a finance director asks", styles["heading"])
    places = rows_behind(content)
    for answer in content.finance:
        row += 1
        _text(sheet, (row, 0), answer.question, styles["bold"])
        _text(sheet, (row, 1), answer.text, styles["wrapped"])
        name, line = SHEET_OF.get(answer.part, "Finance"), places.get(answer.question, -1) + 2
        if answer.part or line > 1:
            sheet.write_url(row, 2, f"internal:'{name}'!A{line}", string=f"table: {name}, row {line}")
    return row + 1


def _assumptions(book: Any, content: ReportContent, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Assumptions")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 80)
    row = _pairs(sheet, 0, ("What was assumed", content.settings), styles)
    row = _pairs(sheet, row + 1, ("How it was tested", content.tested), styles)
    said = (*content.cautions, *content.worth, *content.proof)
    row = _notes(sheet, row + 1, said, styles, "What the test says") if said else row
    row = _notes(sheet, row + 1, content.asked, styles, ANOTHER_QUESTION) if content.asked else row
    _notes(sheet, row + 1, content.notes, styles)
    _for_paper(sheet, content.run_id, landscape=False)


def _pairs(
    sheet: Any, row: int, section: tuple[str, tuple[tuple[str, str], ...]], styles: dict[str, Any]
) -> int:
    title, pairs = section
    _text(sheet, (row, 0), title, styles["heading"])
    for label, text in pairs or (("", NOT_YET),):
        row += 1
        _text(sheet, (row, 0), label, styles["bold"])
        _text(sheet, (row, 1), text, styles["wrapped"])
    return row + 1


def _notes(
    sheet: Any, row: int, notes: Sequence[str], styles: dict[str, Any], title: str = "Worth knowing"
) -> int:
    _text(sheet, (row, 0), title, styles["heading"])
    sentences = notes or ("No warnings.",)
    for place, note in enumerate(sentences, start=row + 1):
        _text(sheet, (place, 0), note, None)
    return row + 1 + len(sentences)


def _write(book: Any, sheet: Sheet, styles: dict[str, Any], footer: str) -> None:
    page = book.add_worksheet(sheet.name)
    _for_paper(page, footer, landscape=True)
    if sheet.frame.empty:
        page.write_string(0, 0, NOT_YET)
        return
    if len(sheet.frame) >= MOST_ROWS:
        page.write_string(0, 0, f"{len(sheet.frame):,} rows do not fit into a sheet; take the CSV instead.")
        return
    names = [c for c in sheet.first if c in sheet.frame]
    names += [c for c in sheet.frame.columns if c not in names]
    page.set_row(0, 32)
    used = []
    for place, name in enumerate(names):
        numeric = pd.api.types.is_numeric_dtype(sheet.frame[name])
        words = column_of(name, sheet.words, numeric=numeric)
        used.append(_heading(page, place, sheet.frame[name], words, styles))
    _rows(page, sheet.frame[names], used)
    _mark_own(page, sheet.frame, names, styles["own"])
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, len(sheet.frame), len(names) - 1)
    page.repeat_rows(0)


def _lines_needed(frame: pd.DataFrame) -> list[int]:
    """Return how many lines the wrapped texts of each row take: not every program works that out itself."""
    wrapped = [frame[name].fillna("").str.len() / (WIDE[name] - 2) for name in WRAPPED if name in frame]
    if not wrapped:
        return []
    return np.ceil(np.clip(np.max(wrapped, axis=0), 1, 20)).astype(int).tolist()


def _mark_own(page: Any, frame: pd.DataFrame, names: Sequence[str], style: Any) -> None:
    """Give the quantities a manager decided on their own colour; the column beside them says it in words."""
    if "yours" not in names:
        return
    yours, decided_by = names.index("yours"), xl_col_to_name(names.index("decided_by"))
    rule = {"type": "formula", "criteria": f'=${decided_by}2="manager"', "format": style}
    page.conditional_format(1, yours, len(frame), yours, rule)


def _heading(page: Any, place: int, values: pd.Series, words: Column, styles: dict[str, Any]) -> Any:
    """Write a column's heading and width; return the style of its cells."""
    page.write_string(0, place, words.label[:LONGEST_TEXT], styles["heading"])
    if words.help:
        page.write_comment(0, place, words.help, {"x_scale": 1.6, "y_scale": 0.6})
    wide = WIDE if values.name in WIDE and (values.astype(str) != "").any() else {}
    page.set_column(place, place, wide.get(str(values.name), WIDTHS.get(words.kind, 11)))
    if values.name in WRAPPED:
        return styles["wrapped"]
    if pd.api.types.is_datetime64_any_dtype(values):
        return styles["date"]
    return styles["decided" if values.name in ("order_quantity", "yours") else words.kind]


def _rows(page: Any, frame: pd.DataFrame, styles: Sequence[Any]) -> None:
    """Write the rows under the headings, one after the other and each once."""
    heights = _lines_needed(frame)
    for start in range(0, len(frame), ROWS_AT_ONCE):
        block = frame.iloc[start : start + ROWS_AT_ONCE]
        columns = [(*_cells(page, block.iloc[:, place]), style) for place, style in enumerate(styles)]
        for row in range(len(block)):
            if heights:
                page.set_row(start + row + 1, LINE_HEIGHT * heights[start + row])
            for place, (write, values, style) in enumerate(columns):
                if values[row] is not None:
                    write(start + row + 1, place, values[row], style)


def _cells(page: Any, values: pd.Series) -> tuple[Any, list[Any]]:
    """Return the method that writes such cells, and their values; None is an empty cell."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return page.write_datetime, [None if pd.isna(v) else v.to_pydatetime() for v in values]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(dtype=float).tolist()
        return page.write_number, [number if math.isfinite(number) else None for number in numbers]
    texts = ("" if is_missing(v) else str(v)[:LONGEST_TEXT] for v in values)
    return page.write_string, [text or None for text in texts]


def _text(sheet: Any, cell: tuple[int, int], text: str, style: Any) -> None:
    sheet.write_string(*cell, str(text)[:LONGEST_TEXT], style)


def _for_paper(sheet: Any, footer: str, *, landscape: bool) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # '&' starts a code in Excel's headers and footers.
    sheet.set_footer(f"&L{footer.replace('&', '&&')}&RPage &P of &N")
    if landscape:
        sheet.set_landscape()
