"""The order lines on screen, and the two cells of each that a manager may change: quantity and reason."""

import hashlib
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pandas as pd
import streamlit as st

from forecasting.inventory.own_orders import BUDGET, KEEP, MANAGER, SUGGESTION
from forecasting.inventory.typed_orders import TYPED
from forecasting.report.columns import Column
from forecasting.report.content import ranked, shared_notes
from forecasting.report.order_columns import ORDER_COLUMNS, order_words
from forecasting.report.tables import csv_bytes
from forecasting.services.cost_view import line_costs
from forecasting.services.findings import marked, marked_name
from forecasting.services.order_edits import as_typed, decided_in_words, demand_range, edited
from ui.feedback import column_words, readable
from ui.item import item_link
from ui.sentences import as_text
from ui.state import page_link
from ui.workspace import Workspace

GENERATION = "orders_generation"
DRAWN = "orders_drawn"  # key, series and cells of the table as it was last drawn
# Shape and word beside colour: a mark must survive a printer and a colour-blind eye.
MARKS = {"order now": "● order now", "soon": "◐ soon", "enough": "○ enough", "excess": "▲ excess"}
COLOURS = {"order now": "#D55E00", "soon": "#E69F00", "enough": "#009E73", "excess": "#56B4E9"}
DECIDERS = {MANAGER: "✎ yours", BUDGET: "€ budget", KEEP: "= as last time"}
DECIDER_COLOURS = {MANAGER: "#CC79A7", BUDGET: "#E69F00", KEEP: "#56B4E9"}
WORDS = {
    **ORDER_COLUMNS,
    "demand_range": Column("Range", "What it comes to 8 times out of 10, in units.", "text"),
    "expected_demand": ORDER_COLUMNS["expected_demand"]._replace(label="Will sell"),
    "stockout_date": ORDER_COLUMNS["stockout_date"]._replace(label="Out on"),
    "stockout_risk": ORDER_COLUMNS["stockout_risk"]._replace(label="Risk"),
    "yours_effect": ORDER_COLUMNS["yours_effect"]._replace(label="Effect"),
    "yours_risk": ORDER_COLUMNS["yours_risk"]._replace(label="Risk as decided"),
}
# Inputs left, results right; a view changes the first part, the second is what the page is for.
# The other columns wait in the chooser: together with these they would push the order off a laptop's screen.
USUAL = (
    "on_hand", "on_order", "expected_demand", "demand_range", "stockout_date", "money_at_stake", "status",
)  # fmt: skip
ALWAYS = (
    "order_quantity", "typed", "yours", "decided_by", "own_reason", "yours_effect", "reason", "note",
)  # fmt: skip
EDITABLE = ("typed", "own_reason")
# px: from the name to who decided, all must be seen at 1440 without scrolling (`SEEN`).
WIDTHS = {
    "unique_id": 196, "on_hand": 66, "on_order": 70, "expected_demand": 64, "demand_range": 94,
    "days_of_cover": 48, "stockout_date": 66, "stockout_risk": 46, "overstock_cost": 74,
    "shortage_cost": 70, "money_at_stake": 70, "status": 104, "order_quantity": 78, "typed": 70, "yours": 74,
    "decided_by": 102, "yours_effect": 70,
}  # fmt: skip
SEEN = 1054  # px beside the sidebar at 1440
PHONE = ("unique_id", "status", "yours")  # what a narrow screen has room for
PHONE_WIDTHS = {"unique_id": 168, "status": 104, "yours": 74}


def orders_editor(workspace: Workspace, lines: pd.DataFrame, columns: Sequence[str], currency: str) -> None:
    """Show the order lines; the manager's own quantity and its reason are all that can be edited."""
    table, key = _as_shown(lines, columns), _editor_key(workspace, lines, columns)
    _on_a_phone(table, currency)
    late = _typed_too_late(key, set(lines["unique_id"]))
    now = st.data_editor(
        table,
        hide_index=True,
        disabled=[c for c in table.columns if c not in EDITABLE],
        column_config=_columns(table, currency),
        placeholder="",
        key=key,
        height=min(36 * (len(table) + 1) + 4, 640),
    )
    shared, _ = shared_notes(lines)
    if shared:
        st.text(f"On every line shown: {shared}")
    cells = {n: dict(zip(now["unique_id"], now[n].fillna(""), strict=True)) | late[n] for n in EDITABLE}
    st.session_state[DRAWN] = (key, lines["unique_id"].tolist(), deepcopy(_rows_typed(key)))
    dataset = workspace.dataset
    after = edited(
        lines, cells["typed"], cells["own_reason"], workspace.decisions,
        whole=dataset is not None and dataset.whole_units,
    )  # fmt: skip
    for sentence in after.refused:
        st.error(as_text(sentence))
    before = workspace.decisions
    if (after.quantities, after.reasons) != (dict(before.quantities), dict(before.reasons)):
        workspace.decide(quantities=after.quantities, reasons=after.reasons)
        st.rerun()


def _on_a_phone(table: pd.DataFrame, currency: str) -> None:
    """Show name, status and quantity alone; the style of `ui.main` hides them where the editor fits."""
    config = _columns(table, currency)
    for name, width in PHONE_WIDTHS.items():
        config[name]["width"] = width
    with st.container(key="phone_orders"):
        st.dataframe(
            table[list(PHONE)], hide_index=True, key="orders_phone", column_config=config, placeholder=""
        )
        st.caption("All columns, and the cells you may change:")


def _rows_typed(key: str) -> dict[int, dict[str, Any]]:
    return dict(st.session_state.get(key, {}).get("edited_rows", {}))


def _typed_too_late(key: str, shown: set[str]) -> dict[str, dict[str, str]]:
    """Return the cells, by column and series, typed into a table that new figures have replaced since.

    A model that finishes while somebody types reorders the lines, and an editor of other lines would
    forget what was typed into the old ones.
    """
    before, ids, seen = st.session_state.get(DRAWN, (key, [], {}))
    fresh = {} if before == key else {r: c for r, c in _rows_typed(before).items() if seen.get(r) != c}
    typed = {ids[int(row)]: cells for row, cells in fresh.items()}
    return {n: {i: c[n] or "" for i, c in typed.items() if n in c and i in shown} for n in EDITABLE}


def back_to_suggestion(workspace: Workspace, orders: pd.DataFrame) -> None:
    """Offer to take every quantity back that the manager changed; nothing while there is none."""
    count = int((orders["decided_by"] == MANAGER).sum())
    if not count:
        return
    lines = "1 line" if count == 1 else f"{count} lines"
    if st.button(f"Back to the suggestion on {lines}", icon=":material/undo:", key="back_to_suggestion"):
        workspace.decide(quantities={}, reasons={})
        begin_anew()
        st.rerun()


def begin_anew() -> None:
    """Let the editor forget what was typed: else it would put the old quantities back."""
    st.session_state.pop(DRAWN, None)
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1


def explain_line(lines: pd.DataFrame, currency: str, unit: str) -> None:
    """Show the whole arithmetic of one line (in the table it is far to the right) and lead to its item."""
    order = ranked(lines).set_index("unique_id")
    reasons = order[["problem", "reason", "note"]]
    if reasons.empty:
        st.text("No line is called that; clear the search to see all.")
        return
    chosen = st.selectbox(
        "Why this quantity?", reasons.index, key="why", help="Any of the lines shown above."
    )
    st.text(" ".join(part for part in (*reasons.loc[chosen], decided_in_words(order.loc[chosen])) if part))
    if costs := line_costs(lines, chosen, currency, unit=unit):
        st.caption(as_text(costs))
    item_link(str(chosen))


def download_plan(orders: pd.DataFrame, provisional: tuple[str, ...]) -> None:
    """Offer the plan as CSV; one made before all models are tested says so in its name and on every line."""
    st.download_button(
        "Download the plan (CSV)",
        lambda: csv_bytes(marked(ranked(orders), provisional)),
        marked_name("orders.csv", provisional),
        "text/csv",
        key="download_orders",
        on_click="ignore",
        icon=":material/download:",
    )


def ask_for_stock(notes: list[str]) -> None:
    """Show that stock is missing, and the way to give it; nothing where it is known."""
    if notes:
        st.warning("\n\n".join(notes))
        page_link("data", "Add an items file with on_hand", ":material/upload_file:")


def _editor_key(workspace: Workspace, lines: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return another key for other lines: an editor remembers its edits by their place in the table."""
    generation = str(st.session_state.get(GENERATION, 0))
    names = "\n".join([workspace.key(), generation, *columns, *lines["unique_id"]])
    return f"orders_{hashlib.sha256(names.encode()).hexdigest()[:16]}"


def _as_shown(lines: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the columns a manager decides by.

    They are the same whatever is typed: an editor whose columns change forgets what is being typed.
    """
    changed = lines["decided_by"] != SUGGESTION
    full = lines.assign(
        demand_range=demand_range(lines),
        typed=as_typed(lines),
        status=_pills(lines["status"], MARKS),
        decided_by=_pills(lines["decided_by"], DECIDERS),
        note=shared_notes(lines)[1],
        yours_effect=lines["yours_effect"].where(changed),  # blank where nothing was changed
    )
    shown = [c for c in ("unique_id", *columns, *ALWAYS) if c in full]
    quantities = lines[["order_quantity", "yours"]].round(2)  # what is sold by weight is typed to the gram
    return readable(full[shown], order_words(lines)).assign(**quantities)


def _pills(values: pd.Series, words: dict[str, str]) -> pd.Series:
    """Return each value as the list of coloured labels a cell shows: one, or none."""
    return pd.Series([[words[v]] if v in words else [] for v in values], values.index, dtype=object)


def _columns(table: pd.DataFrame, currency: str) -> dict[str, Any]:
    words = {**order_words(table), **{n: w for n, w in WORDS.items() if n != "order_quantity"}}
    config = column_words(table, words, "")  # the scope line names the currency; a heading has no room
    config["stockout_date"] = st.column_config.DateColumn(
        words["stockout_date"].label, help=words["stockout_date"].help, format="D MMM"
    )
    config["typed"] = st.column_config.TextColumn(
        "Yours", validate=TYPED, alignment="right",
        help="Type 60, or change the suggestion: +12, -5, +10%, *1.1. Blank: as suggested.",
    )  # fmt: skip
    config["own_reason"] = st.column_config.TextColumn(
        "Your reason", max_chars=200, width="medium", help="Why you order another quantity; it is printed."
    )
    for name, marks, colours in (("status", MARKS, COLOURS), ("decided_by", DECIDERS, DECIDER_COLOURS)):
        known = words[name]
        config[name] = st.column_config.MultiselectColumn(
            known.label, help=known.help, options=list(marks.values()), color=list(colours.values())
        )
    config["unique_id"] = st.column_config.TextColumn("Series", pinned=True)
    for name in config.keys() & {"overstock_cost", "shortage_cost", "money_at_stake", "yours_effect"}:
        config[name]["help"] = f"{words[name].help} In {currency}."
    for name in ("reason", "note"):
        config[name] = st.column_config.TextColumn(words[name].label, width="large", help=words[name].help)
    for name in WIDTHS.keys() & config.keys():
        config[name]["width"] = WIDTHS[name]
    return config
