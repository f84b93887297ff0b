"""The inputs of the business case: what the solution costs, and how much of the gain to believe."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.columns import COST_COLUMNS
from forecasting.services.content import cost_table
from forecasting.services.findings import Findings
from forecasting.services.worth import cautions
from forecasting.value.business_case import CaseTerms
from forecasting.value.cost_lines import CONFIDENCES, CostLine
from ui.data_costs import show_data_lines
from ui.feedback import column_words
from ui.sentences import as_text
from ui.workspace import Workspace

EDITOR, BEGAN_WITH = "cost_lines", "cost_lines_began_with"


def placeholder_warning(workspace: Workspace, found: Findings) -> None:
    """Say that the money rests on costs nobody gave, and let them be confirmed; nothing when it does not."""
    sentences = cautions(found)
    if not sentences:
        return
    st.warning(as_text(" ".join(sentences)), icon=":material/error:")
    if st.button("These two costs are mine", key="confirm_costs"):
        workspace.change(replace(workspace.settings, costs_confirmed=True))
        st.rerun()


def case_controls(workspace: Workspace, currency: str) -> None:
    """Show cost lines and haircuts; a change is saved with the project and the page runs again."""
    with st.expander("What the solution costs, and how carefully to count", expanded=_partial(workspace)):
        st.caption("Leave blank what you do not know; write 0 for what costs nothing.")
        table = _cost_editor(workspace.decisions.cost_lines, currency)
        show_data_lines(workspace.decisions.sources, currency)
        asked = _term_inputs(workspace.decisions.terms)
    before = workspace.decisions
    try:
        workspace.decide(cost_lines=_lines(table), terms=CaseTerms(*asked))
    except ForecastingError as error:
        st.error(str(error))
        return
    if workspace.decisions != before:
        st.rerun()  # the numbers above were worked out before the change


def _partial(workspace: Workspace) -> bool:
    return not all(line.estimated for line in workspace.decisions.lines)


def _cost_editor(lines: tuple[CostLine, ...], currency: str) -> pd.DataFrame:
    if EDITOR not in st.session_state:
        # While it is on screen the editor adds its edits to the table it began with: given a newer
        # one it would start afresh and lose what is typed meanwhile.
        st.session_state[BEGAN_WITH] = cost_table(lines).astype({"one_off": float, "yearly": float})
    table = st.session_state[BEGAN_WITH]
    confidence = COST_COLUMNS["confidence"]
    options = {
        "confidence": st.column_config.SelectboxColumn(
            confidence.label, help=confidence.help, options=CONFIDENCES
        )
    }
    return st.data_editor(
        table,
        hide_index=True,
        num_rows="dynamic",
        placeholder="not known",
        key=EDITOR,
        column_config=column_words(table, COST_COLUMNS, currency) | options,
    )


def _term_inputs(terms: CaseTerms) -> tuple[int, float, float, float, float]:
    """Return years, discount rate, adoption, realisation and decay as set on the page."""
    first, second, third, fourth, fifth = st.columns(5)
    years = first.number_input(
        "Years", 1, 10, terms.years, key="years", help="How long gains and running costs are counted."
    )
    discount = second.slider(
        "Discount rate", 0.0, 0.3, terms.discount_rate, 0.01, key="discount", format="percent",
        help="What money next year is worth less than money today (net present value).",
    )  # fmt: skip
    adoption = third.slider(
        "Orders that follow the advice", 0.0, 1.0, terms.adoption, 0.05, key="adoption", format="percent",
        help="First haircut: advice nobody follows gains nothing.",
    )  # fmt: skip
    realisation = fourth.slider(
        "Gain that practice keeps", 0.0, 1.0, terms.realisation, 0.05, key="realised", format="percent",
        help="Second haircut: deliveries come late, shelves are mixed up, a replay knows neither.",
    )  # fmt: skip
    decay = fifth.slider(
        "Lost each year", 0.0, 0.5, terms.decay, 0.05, key="decay", format="percent",
        help="Third haircut: what fades of the gain from one year to the next.",
    )  # fmt: skip
    return int(years), discount, adoption, realisation, decay


def _lines(table: pd.DataFrame) -> tuple[CostLine, ...]:
    rows = table.dropna(subset=["label"]).to_dict("records")
    return tuple(
        CostLine(
            str(row["label"]),
            None if pd.isna(row["one_off"]) else float(row["one_off"]),
            None if pd.isna(row["yearly"]) else float(row["yearly"]),
            "" if pd.isna(row["source"]) else str(row["source"]),
            "estimate" if pd.isna(row["confidence"]) else row["confidence"],
        )
        for row in rows
    )
