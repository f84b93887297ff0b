"""Which column plays which part: guessed, shown on the file's first rows, correctable by hand."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from forecasting.errors import SettingsError
from forecasting.ingest.date_parts import date_choices, joint_name
from forecasting.ingest.notes import ARBITRARY
from forecasting.ingest.options import ImportOptions, Roles
from forecasting.ingest.roles import guess_parts
from forecasting.ingest.sales import choose_roles
from forecasting.ingest.tables import RawTable
from forecasting.ingest.unused import ahead_in_words, known_ahead
from ui.sentences import as_text, show_refusal

NONE = "—"
PREVIEW_ROWS = 8
OPTIONAL = {
    "price": ("Price", "What one unit sells for."),
    "unit_cost": ("Unit cost", "What one unit costs you."),
    "on_hand": ("Stock at day's end", "Zero marks a stock-out: sales that day say too little about demand."),
    "stockout": ("Stock-out", "Yes or no (1 or 0): the shelf was empty."),
    "open": ("Open", "Yes or no (1 or 0): a closed day says nothing about demand."),
    "manager_plan": (
        "Your own plan",
        "Units you planned to sell, set before the order. Compared with forecasts, never shown to one.",
    ),
}


def map_columns(table: RawTable, before: ImportOptions | None, start: str) -> Roles | None:
    """Return the part of each column as picked; None while the date or the units are not picked.

    `start` names what the guesses start from: where that changes, the pickers start afresh.
    """
    top = st.container()
    if before is not None:
        guess: dict[str, Any] = vars(choose_roles(table, before))
        unrecognised: tuple[str, ...] = ()
    else:
        guessed = guess_parts(table)
        guess, unrecognised = guessed.parts, guessed.unrecognised
    for sentence in unrecognised:
        st.warning(as_text(sentence), icon=":material/help:")
    # Another sheet or encoding has other columns: its pickers start afresh.
    columns = "\n".join([start, table.name, *map(str, table.frame.columns)])
    mark = hashlib.sha256(columns.encode()).hexdigest()[:12]
    try:
        roles = _pickers(table, guess, mark)
        if roles is None:
            st.info("Choose the date and the units sold to go on.", icon=":material/arrow_upward:")
    except SettingsError as error:
        roles = None
        show_refusal(error)
    with top:
        show_preview(table, roles)
    if roles is not None:
        _offer_known_ahead(table, roles, mark)
    return roles


def _offer_known_ahead(table: RawTable, roles: Roles, mark: str) -> None:
    """Say which columns without a part look known ahead, and let them be taken with one click."""
    found = known_ahead(table, roles)
    if not found:
        return
    place, button = st.columns([5, 1], vertical_alignment="center")
    place.info(as_text(ahead_in_words(found)), icon=":material/event_available:")
    both = [*roles.drivers, *found]
    button.button(
        "Known ahead", key=f"ahead_{mark}", on_click=_take_ahead, args=(mark, both), width="stretch",
        help="Choose these columns under Known ahead (drivers). Leave it if you learn them only afterwards.",
    )  # fmt: skip


def _take_ahead(mark: str, columns: list[str]) -> None:
    st.session_state[_taken(mark)] = columns


def _taken(mark: str) -> str:
    return f"taken_ahead_{mark}"


def _pickers(table: RawTable, guess: Mapping[str, Any], mark: str) -> Roles | None:
    columns = [str(c) for c in table.frame.columns]
    first, second, third = st.columns(3)
    with first:
        ds, date_parts = _date(table, columns, guess, mark)
    with second:
        y = _needed("Units sold", columns, guess.get("y"), f"y_{mark}", "Pieces, not money.")
    ids = third.multiselect(
        "What makes a series", columns, list(guess.get("unique_id", ())), key=f"ids_{mark}",
        placeholder="The whole file is one series",
        help="For example shop and item: one forecast per combination.",
    )  # fmt: skip
    optional = _optional_parts(columns, guess, mark)
    if ds is None or y is None:
        return None
    return replace(Roles(tuple(ids), ds, y, date_parts=date_parts), **optional)


def _date(
    table: RawTable, columns: list[str], guess: Mapping[str, Any], mark: str
) -> tuple[str | None, tuple[str, ...]]:
    """Return what holds the date, and its columns where several do: a year and a month, week or quarter."""
    standing: tuple[str, ...] = tuple(guess.get("date_parts", ()))
    together = [standing, *date_choices(table.frame)] if standing else date_choices(table.frame)
    joint = {joint_name(parts): parts for parts in together}
    choices = list(dict.fromkeys([*columns, *joint]))
    words = (
        "The day, week or month of a sale; a year and a month in two columns stand at the end of the list."
    )
    ds = _needed("Date", choices, guess.get("ds"), f"ds_{mark}", words)
    return ds, joint.get(ds or "", ()) if ds not in columns else ()


def _needed(label: str, columns: list[str], guess: str | None, key: str, words: str) -> str | None:
    index = columns.index(guess) if guess in columns else None
    return st.selectbox(label, columns, index, key=key, placeholder="Choose a column", help=words)


def _optional_parts(columns: list[str], guess: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Return the parts a file may do without: open where one was guessed."""
    taken = st.session_state.get(_taken(mark))  # by the offer; the picker starts afresh with them
    standing = list(guess.get("drivers", ())) if taken is None else taken
    guessed = bool(standing) or any(guess.get(part) for part in OPTIONAL)
    with st.expander(
        "Price, cost, stock, opening, own plan, known ahead", guessed, icon=":material/add_notes:"
    ):
        chosen: dict[str, Any] = {
            part: _optional(place, part, columns, guess.get(part), mark)
            for place, part in zip(st.columns(len(OPTIONAL)), OPTIONAL, strict=True)
        }
        drivers = st.multiselect(
            "Known ahead (drivers)", columns, standing, key=f"drivers_{mark}_{len(standing)}",
            placeholder="None",
            help="Known before the day comes: price plan, promotions, school holidays. Numbers or yes/no.",
        )  # fmt: skip
    return {**chosen, "drivers": tuple(drivers)}


def _optional(place: Any, part: str, columns: list[str], guess: str | None, mark: str) -> str | None:
    label, words = OPTIONAL[part]
    options = [NONE, *columns]
    picked = place.selectbox(
        label, options, options.index(guess or NONE), key=f"{part}_{mark}", help=f"{words} May stay empty."
    )
    return None if picked == NONE else picked


def show_preview(table: RawTable, roles: Roles | None) -> None:
    """Show the first rows as they are in the file; the used columns first, their parts in the heading."""
    labels = {c: f"{c} → {', '.join(parts)}" for c, parts in _parts(roles).items()} if roles else {}
    st.dataframe(
        table.frame.head(PREVIEW_ROWS),
        hide_index=True,
        column_order=[*labels, *(c for c in table.frame.columns if c not in labels)],
        key="preview",
        column_config={c: st.column_config.TextColumn(label) for c, label in labels.items()},
    )
    shown = min(PREVIEW_ROWS, len(table.frame))
    notes = [f"The first {shown} of {len(table.frame):,} rows.", *table.warnings]
    if any(question.id in ARBITRARY for question in table.questions):
        notes.append("Its dates are an example until the question below is answered.")
    st.caption(as_text(" ".join(notes)))


def _parts(roles: Roles) -> dict[str, list[str]]:
    """Return column -> the parts it plays, in words."""
    named = {column: ["date"] for column in roles.dated()}
    named.setdefault(roles.y, []).append("units")
    for column in roles.unique_id:
        named.setdefault(column, []).append("series")
    for part, (label, _) in OPTIONAL.items():
        if column := getattr(roles, part):
            named.setdefault(column, []).append(label.lower())
    for column in roles.drivers:
        named.setdefault(column, []).append("known ahead")
    return named
