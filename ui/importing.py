"""The import form: a file is shown, its reading corrected, its open questions answered, and it is kept."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.ingest.notes import counted
from forecasting.ingest.options import ImportOptions, Roles
from forecasting.ingest.report import changes, summary
from forecasting.ingest.sales import ImportedSales
from forecasting.ingest.unused import unused_in_words
from forecasting.report.content import Tile
from forecasting.report.tables import csv_bytes, day
from forecasting.services.opening import span_in_words
from ui.currency import file_currency
from ui.feedback import show_tiles
from ui.mapping import map_columns, show_preview
from ui.opening import open_reading
from ui.reading import (
    AUTO,
    BLANKS,
    DATE_ORDER,
    DECIMAL,
    FREQUENCY,
    GAPS,
    LAYOUT,
    MEASURE,
    QUARTERS,
    STRAY,
    Rule,
    choose_sheet,
    reading_rules,
)
from ui.remembered import recall, show_remembered
from ui.sentences import as_text, show_refusal
from ui.state import go_to
from ui.upload import Upload

QUESTIONS: dict[str, Rule] = {
    rule.option: rule
    for rule in (LAYOUT, BLANKS, STRAY, DATE_ORDER, DECIMAL, GAPS, QUARTERS, MEASURE, FREQUENCY)
}
MUST_ANSWER = (
    "layout",
    "blanks",
    "stray_dates",
    "date_order",
    "decimal",
    "start",
    "quarters",
    "measure",
    "frequency",
)  # a wrong guess makes every number wrong


def import_form(upload: Upload, before: ImportOptions | None) -> None:
    """Show a file, let its reading be corrected, keep it when asked; `before` = an earlier file's choices."""
    before = _starting_point(upload, before)
    file = st.container()
    with file:
        sheet = choose_sheet(upload, before or ImportOptions())
    rules = replace(reading_rules(upload, before or ImportOptions()), sheet=sheet)
    with file:
        answered = _with_layout(upload, rules, before or ImportOptions())
        if answered is None:
            return
        rules = answered
        roles = _mapped(upload, replace(rules, start=_said_start(upload)), before)
    if roles is None:
        return
    settled = _settle(upload, replace(rules, roles=roles), before or ImportOptions())
    if settled is None:
        return
    imported, options, plain = settled
    show_report(imported.report, upload.name, key="brought")
    _show_changes(upload, imported, options, plain)
    _show_dropped(imported, upload.name)
    currency = file_currency(upload.digest, imported.report)
    if st.button("Use this history", type="primary", key="use_file"):
        with st.spinner("Keeping the history and starting the models …", show_time=True):
            open_reading(upload, imported, options, currency)
        go_to("forecast")


def _starting_point(upload: Upload, before: ImportOptions | None) -> ImportOptions | None:
    """Return the choices to start from, said on the page: the project's own, else those for the shape."""
    if before is not None and upload.fits(before):
        st.caption("Read like the last file of this project. Correct what is wrong.")
        return before
    found = recall(upload)
    if found is None:
        return None
    show_remembered(found)
    return found.options


def _with_layout(upload: Upload, rules: ImportOptions, before: ImportOptions) -> ImportOptions | None:
    """Return the rules with what the columns are, asked where they leave it open; None while awaited.

    It is asked before the rest: the rows whose columns are mapped depend on it.
    """
    try:
        questions = upload.table(rules).questions
    except ForecastingError:
        return rules  # said where the columns are mapped
    question = next((q for q in questions if q.id == LAYOUT.option), None)
    if question is None:
        return rules
    columns = st.container()
    answer = _ask(question.as_dict(), upload, before)
    if answer is None:
        with columns:  # what is asked about, as it stands in the file
            show_preview(upload.table(replace(rules, layout="lines")), None)
        st.info("Answer the question to see how the file reads; nothing is guessed here.")
        return None
    return replace(rules, layout=answer)


def _mapped(upload: Upload, rules: ImportOptions, before: ImportOptions | None) -> Roles | None:
    """Return the part of each column; None, and the reason on the page, while that is not settled."""
    try:
        return map_columns(upload.table(rules), before, upload.mark(before or ImportOptions()))
    except ForecastingError as error:
        show_refusal(error)  # above the rules: one of them may be the cause
        return None


def _settle(
    upload: Upload, asked: ImportOptions, before: ImportOptions
) -> tuple[ImportedSales, ImportOptions, ImportOptions] | None:
    """Return the sales once every question is answered, the choices, and the choices without the rules.

    An answer may raise or settle other questions, so the file is read again after each.
    """
    answered: set[str] = set()
    plain = ImportOptions(roles=asked.roles, sheet=asked.sheet, layout=asked.layout)
    while True:
        imported = upload.sales(asked)
        open_questions = [q for q in imported.report["questions"] if q["id"] not in answered]
        if not open_questions:
            return imported, asked, plain
        question = open_questions[0]
        answer = _ask(question, upload, before)
        said: dict[str, Any] = {question["id"]: answer}
        if answer is None:
            st.info("Answer the question to see how the file reads; nothing is guessed here.")
            return None
        answered.add(question["id"])
        if question["id"] in MUST_ANSWER:
            plain = replace(plain, **said)
        if question["id"] in MUST_ANSWER or answer != question["assumed"]:
            asked = replace(asked, **said)


def _ask(question: dict[str, Any], upload: Upload, before: ImportOptions) -> str | None:
    """Return the answer to what the file leaves open; it stands already where an earlier file had it."""
    if question["id"] == "start":
        return _ask_start(question, upload)
    rule = QUESTIONS[question["id"]]
    options = [value for value in rule.words if value != AUTO]
    assumed = None if question["id"] in MUST_ANSWER else question["assumed"]
    earlier = getattr(before, rule.option)
    standing = earlier if earlier in options else assumed
    with st.container(border=True):
        return st.radio(
            as_text(question["question"]),
            options,
            options.index(standing) if standing else None,
            format_func=lambda value: rule.words[value],
            key=f"question_{question['id']}_{upload.mark(before)}",
            horizontal=True,
            help=rule.help,
        )


def _said_start(upload: Upload) -> str | None:
    """Return the first day that was answered below, so that the rows above are shown with their dates."""
    first = st.session_state.get(_start_key(upload))
    return first.isoformat() if first else None


def _start_key(upload: Upload) -> str:
    return f"question_start_{upload.digest}"


def _ask_start(question: dict[str, Any], upload: Upload) -> str | None:
    """Return the first day of a file that only counts its periods."""
    with st.container(border=True):
        first = st.date_input(
            as_text(question["question"]), None, key=_start_key(upload),
            min_value=date(1990, 1, 1), max_value=date(2049, 12, 31), format="YYYY-MM-DD",
            help="The history is laid into the calendar from here; seasons and holidays depend on it.",
        )  # fmt: skip
        # A typed day counts once its calendar closes, and Enter leaves that open: a click here closes it.
        st.button("Take this day", key=f"take_start_{upload.digest}")
    return first.isoformat() if first else None


def show_report(report: dict[str, Any], name: str, *, key: str) -> None:
    """Show what was read, kept and dropped, and why; all of it can be downloaded."""
    if not report:
        return
    rows = report["rows"]
    tiles = (
        Tile("Rows kept", f"{rows['kept']:,}", f"of {rows['read']:,} read"),
        Tile("Series", f"{report['series']:,}", _FREQUENCIES.get(report["frequency"][:1], "")),
        Tile("From", day(pd.Timestamp(report["start"])), span_in_words(report)),
        _sold(report),
    )
    show_tiles(tiles)
    if "format" in report:
        st.caption(as_text(_written(report["format"])))
    dropped = [f"{d['count']:,} left out: {d['reason']}" for d in rows["dropped"]]
    unused = unused_in_words(report.get("unused", ()), priced="price" in report["columns"])
    lines = [f"- {as_text(line)}" for line in [*dropped, *report["warnings"], *unused]]
    if lines:
        st.markdown("\n".join(lines))
    st.download_button(
        "Import report", lambda: csv_bytes(summary(report)), f"import report of {name}.csv", "text/csv",
        on_click="ignore", key=f"report_{key}", type="tertiary", icon=":material/download:",
        help="Rows read, kept and left out with the reason, and how the file was read.",
    )  # fmt: skip


def _sold(report: dict[str, Any]) -> Tile:
    total = f"{report['total_units']:,.0f}"
    in_money = report.get("measure") == "money"
    return Tile("Sales", total, "in money, not in pieces") if in_money else Tile("Units", total, "in all")


_FREQUENCIES = {"D": "day by day", "W": "week by week", "M": "month by month"}


def _written(form: dict[str, Any]) -> str:
    """Return how a file is written, in a line."""
    marks = {
        "columns parted by": form["separator"],
        "decimals by": form["decimal"],
        "thousands by": form["thousands"],
    }
    parted = [f"{what} {_MARKS.get(mark, mark)}" for what, mark in marks.items() if mark]
    sheet = [f"sheet {form['sheet']!r}"] if form["sheet"] else []
    parts = [*sheet, form["encoding"], *parted, f"dates as {form['date_format']}"]
    return "Read as " + ", ".join(part for part in parts if part) + "."


_MARKS = {
    ",": "comma",
    ";": "semicolon",
    ".": "point",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    "'": "apostrophe",
}


def _show_changes(
    upload: Upload, imported: ImportedSales, options: ImportOptions, plain: ImportOptions
) -> None:
    """Show what the chosen rules changed against the file read without them."""
    if options == plain:
        return
    try:
        differing = changes(upload.sales(plain).report, imported.report)
    except ForecastingError:
        return  # without the rules the file cannot be read at all: nothing to compare with
    words = [f"- {as_text(line)}" for line in differing] or ["- Nothing: the file reads the same."]
    st.markdown("\n".join(["What your choices changed:", "", *words]))


def _show_dropped(imported: ImportedSales, name: str) -> None:
    dropped = imported.dropped
    if dropped.empty:
        return
    with st.expander(f"{counted(len(dropped), 'row')} left out, one by one"):
        st.dataframe(dropped, hide_index=True, key="dropped")
        st.download_button(
            "Download these rows", lambda: csv_bytes(dropped), f"left out of {name}.csv", "text/csv",
            on_click="ignore", key="dropped_file",
        )  # fmt: skip
