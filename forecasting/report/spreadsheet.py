"""The plan as one Excel workbook: the only file that knows xlsxwriter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from forecasting.report.columns import (
    ACCURACY_COLUMNS,
    COST_COLUMNS,
    FORECAST_COLUMNS,
    ORDER_COLUMNS,
    VALUE_COLUMNS,
    Column,
    Kind,
    column_of,
    model_label,
)
from forecasting.report.content import NOT_YET, ReportContent, ranked
from forecasting.report.tables import is_missing

# Limits of the file format (ECMA-376 as Excel reads it).
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
FORMATS: dict[Kind, str] = {
    "units": "#,##0.##",
    "money": "#,##0.00",
    "percent": "0.0%",
    "periods": "0.0",
    "ratio": "0.00",
    "count": "0",
    "date": "yyyy-mm-dd",
}
WIDTHS: dict[Kind, float] = {"text": 22, "date": 12, "money": 13}
WIDE = {"reason": 70, "problem": 40, "unique_id": 34, "item": 30, "source": 30}
# Text is text: nothing a file brought becomes a formula or a link.
SAFE = {
    "in_memory": True,
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
    """Return the workbook: Summary, Orders, Forecast, Accuracy, Scores, Value, Costs, Assumptions.

    Numbers keep full precision behind their format, dates are dates, unknown is an empty cell.
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        book.set_properties(
            {"title": content.title, "comments": f"Run {content.run_id}", "created": content.made_at}
        )
        styles = _styles(book)
        _summary(book, content, styles)
        for sheet in _sheets(content):
            _write(book, sheet, styles, content)
        _assumptions(book, content, styles)
    return buffer.getvalue()


def _sheets(content: ReportContent) -> tuple[Sheet, ...]:
    def named(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(model=frame["model"].map(model_label)) if "model" in frame else frame

    return (
        Sheet("Orders", ranked(content.orders), ORDER_COLUMNS, tuple(ORDER_COLUMNS)),
        Sheet("Forecast", named(content.forecast), FORECAST_COLUMNS, ("unique_id", "ds", "h", "mean")),
        Sheet("Accuracy", named(content.leaderboard), ACCURACY_COLUMNS, ("model",)),
        Sheet("Scores", named(content.scores), ACCURACY_COLUMNS, ("model", "unique_id")),
        Sheet("Value", named(content.value), VALUE_COLUMNS, tuple(VALUE_COLUMNS)),
        Sheet("Costs", content.cost_lines, COST_COLUMNS, tuple(COST_COLUMNS)),
    )


def _styles(book: Any) -> dict[str, Any]:
    styles = {kind: book.add_format({"num_format": f, "valign": "top"}) for kind, f in FORMATS.items()}
    return styles | {
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "wrapped": book.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
        "heading": book.add_format(
            {"bold": True, "bg_color": "#DCEAF4", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        ),
        "decided": book.add_format({"num_format": "#,##0.##", "bold": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "muted": book.add_format({"font_color": "#4A5260", "text_wrap": True, "valign": "top"}),
    }


def _summary(book: Any, content: ReportContent, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Summary")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 2, 46)
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
    row = _pairs(sheet, row + 1, ("Business case", content.case), styles)
    _notes(sheet, row + 1, content.notes, styles)
    _for_paper(sheet, content, landscape=False)


def _assumptions(book: Any, content: ReportContent, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Assumptions")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 80)
    row = _pairs(sheet, 0, ("What was assumed", content.settings), styles)
    _notes(sheet, row + 1, content.notes, styles)
    _for_paper(sheet, content, landscape=False)


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


def _notes(sheet: Any, row: int, notes: tuple[str, ...], styles: dict[str, Any]) -> None:
    _text(sheet, (row, 0), "Worth knowing", styles["heading"])
    for place, note in enumerate(notes or ("No warnings.",), start=row + 1):
        _text(sheet, (place, 0), note, None)


def _write(book: Any, sheet: Sheet, styles: dict[str, Any], content: ReportContent) -> None:
    page = book.add_worksheet(sheet.name)
    _for_paper(page, content, landscape=True)
    if sheet.frame.empty:
        page.write_string(0, 0, NOT_YET)
        return
    if len(sheet.frame) >= MOST_ROWS:
        page.write_string(0, 0, f"{len(sheet.frame):,} rows do not fit into a sheet; take the CSV instead.")
        return
    names = [c for c in sheet.first if c in sheet.frame]
    names += [c for c in sheet.frame.columns if c not in names]
    for place, name in enumerate(names):
        numeric = pd.api.types.is_numeric_dtype(sheet.frame[name])
        _column(page, place, sheet.frame[name], column_of(name, sheet.words, numeric=numeric), styles)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, len(sheet.frame), len(names) - 1)
    page.set_row(0, 32)
    page.repeat_rows(0)


def _column(page: Any, place: int, values: pd.Series, words: Column, styles: dict[str, Any]) -> None:
    page.write_string(0, place, words.label[:LONGEST_TEXT], styles["heading"])
    if words.help:
        page.write_comment(0, place, words.help, {"x_scale": 1.6, "y_scale": 0.6})
    page.set_column(place, place, WIDE.get(str(values.name), WIDTHS.get(words.kind, 11)))
    style = styles["decided" if values.name == "order_quantity" else words.kind]
    if values.name in ("reason", "problem"):
        style = styles["wrapped"]
    if pd.api.types.is_datetime64_any_dtype(values):
        _fill(page.write_datetime, place, values.dt.to_pydatetime(), styles["date"], values.notna().tolist())
    elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(dtype=float)
        _fill(page.write_number, place, numbers.tolist(), style, np.isfinite(numbers).tolist())
    else:
        texts = ["" if is_missing(v) else str(v)[:LONGEST_TEXT] for v in values]
        _fill(page.write_string, place, texts, style, [t != "" for t in texts])


def _fill(write: Any, place: int, values: Sequence[Any], style: Any, known: Sequence[bool]) -> None:
    for row, (value, there) in enumerate(zip(values, known, strict=True), start=1):
        if there:
            write(row, place, value, style)


def _text(sheet: Any, cell: tuple[int, int], text: str, style: Any) -> None:
    sheet.write_string(*cell, str(text)[:LONGEST_TEXT], style)


def _for_paper(sheet: Any, content: ReportContent, *, landscape: bool) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # '&' starts a code in Excel's headers and footers.
    sheet.set_footer(f"&L{content.run_id.replace('&', '&&')}&RPage &P of &N")
    if landscape:
        sheet.set_landscape()
