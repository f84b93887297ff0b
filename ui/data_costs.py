"""The costs of data: edited per source on the data page, shown as lines of the business case."""

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.columns import COST_COLUMNS
from forecasting.services.sources import SOURCE_COLUMNS, costs_sentence, source_table, sources_from
from forecasting.value.cost_lines import CONFIDENCES
from forecasting.value.data_costs import KINDS, DataSource, cost_lines_of, with_source
from ui.feedback import column_words, show_table
from ui.sentences import as_text, show_refusal
from ui.workspace import Workspace

VERSION = "sources_version"  # a source that joins elsewhere gives the editor a new table


def data_costs(workspace: Workspace) -> None:
    """Show the sources of a project and let their costs be set; saved as they change."""
    st.write(
        "Data that are free to read are not free to have: somebody exports and mends them, and the disk is "
        "paid for. These lines join the business case. Leave blank what nobody knows; write 0 for what "
        "costs nothing."
    )
    currency = workspace.settings.currency
    edited = _editor(workspace.decisions.sources, currency)
    try:
        sources = sources_from(edited)
        workspace.decide(sources=sources)
    except ForecastingError as error:
        show_refusal(error)
        return
    st.write(as_text(costs_sentence(sources, currency)))


def show_data_lines(sources: tuple[DataSource, ...], currency: str) -> None:
    """Show the lines that the sources of data add to the business case; nothing where there is none."""
    if not sources:
        return
    st.caption("Costs of data, one line per source; change them on the Data page, under Costs of data.")
    rows = [vars(line) for line in cost_lines_of(sources)]
    show_table(pd.DataFrame(rows), COST_COLUMNS, currency, key="data_lines")


def note_source(workspace: Workspace, source: DataSource) -> None:
    """Remember where data of a project came from; its costs can then be set."""
    workspace.decide(sources=with_source(workspace.decisions.sources, source))
    st.session_state[VERSION] = st.session_state.get(VERSION, 0) + 1


def _editor(sources: tuple[DataSource, ...], currency: str) -> pd.DataFrame:
    key = f"sources_{st.session_state.get(VERSION, 0)}"
    began = f"{key}_began_with"
    if key not in st.session_state:
        # The editor adds its edits to the table it began with: a newer one would lose what is being typed.
        st.session_state[began] = source_table(sources)
    table = st.session_state[began]
    choices = {
        name: st.column_config.SelectboxColumn(
            SOURCE_COLUMNS[name].label, help=SOURCE_COLUMNS[name].help, options=options
        )
        for name, options in (("kind", KINDS), ("confidence", CONFIDENCES))
    }
    return st.data_editor(
        table,
        hide_index=True,
        num_rows="dynamic",
        placeholder="not known",
        key=key,
        column_config=column_words(table, SOURCE_COLUMNS, currency) | choices,
    )
