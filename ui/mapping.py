"""The import form: how a file is read, which column plays which part, what it leaves open."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from forecasting.ingest.options import ImportOptions, Roles
from forecasting.ingest.roles import guess_roles
from forecasting.ingest.sales import import_sales
from forecasting.ingest.tables import RawTable, read_table
from forecasting.report.content import Tile
from ui.feedback import show_tiles
from ui.opening import open_files
from ui.state import go_to

NONE = "—"
ANSWERS = {
    "date_order": ("day-first", "month-first"),
    "decimal": ("comma", "point"),
    "gaps": ("zero", "unknown"),
}
WORDS = {
    "day-first": "Day first (3 April is 03/04)",
    "month-first": "Month first (3 April is 04/03)",
    "comma": "Comma is the decimal mark (1,5)",
    "point": "Point is the decimal mark (1.5)",
    "zero": "A missing period sold nothing",
    "unknown": "A missing period is unknown",
}


def import_form(content: bytes, name: str) -> None:
    """Show a file, let its reading be corrected, and keep it when asked."""
    table = read_table(content, name=name)
    st.write("The first rows, as they are in the file:")
    st.dataframe(table.frame.head(8), hide_index=True, key="preview")
    roles = _roles(table)
    asked = _reading(roles)
    imported = import_sales(content, name=name, options=asked)
    answers = _questions(imported.report["questions"])
    if answers:
        asked = replace(
            asked,
            date_order=answers.get("date_order"),
            decimal=answers.get("decimal"),
            gaps=answers.get("gaps", "auto"),
        )
        imported = import_sales(content, name=name, options=asked)
    show_report(imported.report)
    if len(imported.dropped):
        with st.expander(f"{len(imported.dropped):,} rows left out"):
            st.dataframe(imported.dropped, hide_index=True, key="dropped")
    if st.button("Use this history", type="primary", key="use_file"):
        open_files(name, content, name, asked)
        go_to("forecast")


def _roles(table: RawTable) -> Roles:
    """Return the parts the columns play: guessed, shown, correctable."""
    guess = guess_roles(table)
    columns = list(table.frame.columns)
    optional = [NONE, *columns]
    first, second, third = st.columns(3)
    ids = first.multiselect(
        "What makes a series", columns, list(guess.unique_id), key=f"ids_{table.name}",
        help="For example shop and item: one forecast per combination. Empty: the file is one series.",
    )  # fmt: skip
    ds = second.selectbox("Date", columns, columns.index(guess.ds), key=f"ds_{table.name}")
    y = third.selectbox("Units sold", columns, columns.index(guess.y), key=f"y_{table.name}")
    parts = st.columns(5)
    chosen = {
        part: column.selectbox(
            label,
            optional,
            optional.index(getattr(guess, part) or NONE),
            key=f"{part}_{table.name}",
        )
        for column, (part, label) in zip(parts, OPTIONAL.items(), strict=True)
    }
    rest = [c for c in columns if c not in (*ids, ds, y)]
    drivers = st.multiselect(
        "Known ahead (drivers)", rest, [d for d in guess.drivers if d in rest],
        key=f"drivers_{table.name}",
        help="Known before the day comes: price plan, promotions, school holidays. Numbers or yes/no.",
    )  # fmt: skip
    picked = {part: (None if value == NONE else value) for part, value in chosen.items()}
    return Roles(tuple(ids), ds, y, drivers=tuple(drivers), **picked)


OPTIONAL = {
    "price": "Price",
    "unit_cost": "Unit cost",
    "stockout": "Stock-out flag",
    "on_hand": "Stock at day's end",
    "open": "Open (1/0)",
}


def _reading(roles: Roles) -> ImportOptions:
    left, middle, right = st.columns(3)
    frequency = left.selectbox(
        "Grain", ["auto", "D", "W", "MS"], key="grain",
        format_func=lambda f: {"auto": "As in the file", "D": "Daily", "W": "Weekly", "MS": "Monthly"}[f],
    )  # fmt: skip
    returns = middle.selectbox(
        "Negative quantities", ["net", "drop"], key="returns",
        format_func=lambda r: {"net": "Returns: net them off", "drop": "Leave them out"}[r],
    )  # fmt: skip
    duplicates = right.selectbox(
        "Identical rows", ["sum", "drop_exact"], key="duplicates",
        format_func=lambda d: {"sum": "Real repeat sales: add up", "drop_exact": "Copies: keep one"}[d],
    )  # fmt: skip
    return ImportOptions(roles=roles, frequency=frequency, returns=returns, duplicates=duplicates)


def _questions(questions: list[dict[str, Any]]) -> dict[str, str]:
    """Ask what the file leaves open; return the answers, by option."""
    answers = {}
    for question in questions:
        options = ANSWERS.get(question["id"])
        if options is None:
            st.info(f"{question['question']} Assumed: {question['assumed']}.")
            continue
        assumed = question["assumed"] if question["assumed"] in options else options[0]
        answers[question["id"]] = st.radio(
            question["question"],
            options,
            options.index(assumed),
            format_func=lambda o: WORDS[o],
            key=f"question_{question['id']}",
            horizontal=True,
        )
    return answers


def show_report(report: dict[str, Any]) -> None:
    """Show what was read, kept and dropped, and why."""
    if not report:
        return
    rows = report["rows"]
    tiles = (
        Tile("Rows kept", f"{rows['kept']:,}", f"of {rows['read']:,} read"),
        Tile("Series", f"{report['series']:,}", report["frequency"]),
        Tile("From", report["start"], f"to {report['end']}"),
        Tile("Units", f"{report['total_units']:,.0f}", report["columns"]["y"]),
    )
    show_tiles(tiles)
    if rows["dropped"]:
        st.dataframe(pd.DataFrame(rows["dropped"]), hide_index=True, key="drop_reasons")
    for line in report["warnings"]:
        st.text(f"• {line}")
