"""The tabs of the history page: seasons, items, promotions and prices, oddities, movers."""

from typing import Any

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.history.effects import Effects
from forecasting.history.growth import movers, window_of
from forecasting.history.segments import ABC_CUTS, XYZ_CUTS
from forecasting.report.charts import effects_chart, heatmap_chart, movers_chart, parts_chart, profile_chart
from forecasting.report.past_columns import (
    EFFECT_COLUMNS,
    MOVER_COLUMNS,
    ODDITY_COLUMNS,
    PRICE_COLUMNS,
    segment_words,
)
from forecasting.report.tables import csv_bytes
from forecasting.services.findings import Findings
from forecasting.services.history_view import (
    edited_notes,
    effects_in_words,
    oddities_in_words,
    with_notes,
)
from forecasting.services.past import Line, Past, class_grid, parts_of
from ui.drill import selectable_chart, selectable_table
from ui.feedback import column_words, readable, show_chart, show_lines, theme
from ui.past import segments_of_part
from ui.scope import look_at
from ui.sentences import as_text, show_refusal
from ui.workspace import Workspace

EDITOR = "oddities_editor"
GENERATION = "oddities_generation"


def seasons_tab(line: Line, period: str) -> None:
    """Show trend, seasons and what is left, the profiles of week and year, and the heatmap of both."""
    seasons = line.seasons
    st.markdown("**Trend, seasons and what is left**")
    show_chart(parts_chart(parts_of(line), period=period, theme=theme()), key="parts_chart")
    left, right = st.columns(2)
    if len(seasons.week):
        with left:
            st.markdown("**Through the week**")
            show_chart(profile_chart(seasons.week, theme=theme()), key="week_profile")
    if len(seasons.year):
        with right:
            st.markdown("**Through the year**")
            show_chart(profile_chart(seasons.year, theme=theme()), key="year_profile", wide=True)
    show_lines(seasons.notes)
    if seasons.heatmap.size:
        show_chart(heatmap_chart(seasons.heatmap, theme=theme()), key="season_heatmap", wide=True)


def items_tab(workspace: Workspace, part: Past, found: Findings | None, currency: str) -> None:
    """Show the ABC × XYZ grid; a click on a cell filters the table, a click on a row shows the series."""
    with st.expander("Limits of the classes"):
        cuts = _cuts()
    try:
        segments = segments_of_part(workspace, part, found, cuts)
    except ForecastingError as error:
        show_refusal(error)
        return
    show_lines(segments.notes)
    table, grid = segments.table, class_grid(segments.table)
    event = st.dataframe(
        grid, key="class_grid", on_select="rerun", selection_mode="single-cell", width="content",
        column_config={"_index": "Series · share of value"},
    )  # fmt: skip
    cells = event.selection.cells
    if cells:
        row, column = cells[0]
        table = table[(table["abc"] == grid.index[row]) & (table["xyz"] == column)]
        st.caption(f"Class {grid.index[row]}{column}: {len(table)} series. Click the cell again to see all.")
    columns = ("unique_id", "abc", "xyz", "demand_class", "value", "units", "error_cv", "adi", "cv2")
    words = segment_words(in_money=segments.in_money)
    selectable_table(table, words, currency, key="segments", columns=columns)
    st.download_button(
        "Classes (CSV)", lambda: csv_bytes(table), "classes.csv", "text/csv", on_click="ignore",
        key="download_classes",
    )  # fmt: skip


def _cuts() -> tuple[float, float, float, float]:
    labels = ("A up to share of value", "B up to share of value", "X below error", "Y below error")
    columns = st.columns(len(labels))
    values = [
        place.number_input(label, 0.01, 10.0, usual, 0.05, key=f"cut_{k}", persist_state="session")
        for k, (place, label, usual) in enumerate(zip(columns, labels, (*ABC_CUTS, *XYZ_CUTS), strict=True))
    ]
    return (values[0], values[1], values[2], values[3])


def effects_tab(effects: Effects, currency: str) -> None:
    """Show what promotions and prices did, in units and in money, with intervals."""
    show_lines(effects_in_words(effects, currency))
    told = effects.switches[effects.switches["problem"] == ""]
    for name, rows in told.groupby("switch", sort=False):  # in the order of the sentences above
        st.markdown(f"**{as_text(str(name))}**")
        selectable_chart(effects_chart(rows, theme=theme()), key=f"effect_{name}")
    if len(told):
        columns = ("unique_id", "switch", "episodes", "uplift", "uplift_low", "uplift_high", "units",
                   "money", "money_low", "money_high")  # fmt: skip
        selectable_table(told, EFFECT_COLUMNS, currency, key="effects", columns=columns)
    prices = effects.prices
    if len(prices) and (prices["problem"] == "").any():
        stated = prices[prices["problem"] == ""].sort_values("elasticity")
        shown = ("unique_id", "elasticity", "elasticity_low", "elasticity_high", "units", "units_low",
                 "units_high", "money", "money_low", "money_high")  # fmt: skip
        selectable_table(stated, PRICE_COLUMNS, currency, key="elasticities", columns=shown)


def oddities_tab(workspace: Workspace, part: Past, currency: str) -> None:
    """Show odd stretches, dearest first, each with room for what it was; a tick shows the series."""
    odd = part.oddities
    st.text(oddities_in_words(odd, workspace.anomaly_notes))
    if odd.empty:
        return
    columns = ["show", "unique_id", "start", "end", "units", "expected", "money", "note", "found_by"]
    table = readable(with_notes(odd, workspace.anomaly_notes).assign(show=False)[columns], ODDITY_COLUMNS)
    config = column_words(table, ODDITY_COLUMNS, currency)
    config["show"] = st.column_config.CheckboxColumn("Look", help=ODDITY_COLUMNS["show"].help)
    config["note"] = st.column_config.TextColumn(
        "What was it? ✎", help=ODDITY_COLUMNS["note"].help, width="large", max_chars=300
    )
    key = f"{EDITOR}_{st.session_state.get(GENERATION, 0)}"
    st.data_editor(
        table, hide_index=True, key=key, column_config=config, placeholder="",
        disabled=[c for c in columns if c not in ("show", "note")],
        on_change=_take_edits, args=(workspace, odd, key),
    )  # fmt: skip


def _take_edits(workspace: Workspace, odd: pd.DataFrame, key: str) -> None:
    """Save the notes, and look at the series that was ticked."""
    edits: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    workspace.note_anomalies(edited_notes(odd, edits, workspace.anomaly_notes))
    ticked = [row for row, changed in edits.items() if changed.get("show")]
    if ticked:
        look_at(str(odd["unique_id"].iloc[ticked[0]]))
    # The table now holds what was typed; an editor that kept its edits would tick again.
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1


def movers_tab(part: Past, length: int, currency: str) -> None:
    """Show who won and lost most against a year ago (or the time just before)."""
    table = movers(part.panel, window_of(part.panel, length))
    if table[["change", "units_change"]].isna().all(axis=None):
        st.info("There is nothing earlier to compare these periods with; look at a shorter time.")
        return
    st.caption(f"Against {table['against'].iloc[0]}")
    selectable_chart(movers_chart(table, currency=currency, theme=theme()), key="movers_chart")
    selectable_table(table, MOVER_COLUMNS, currency, key="movers", columns=tuple(MOVER_COLUMNS))
