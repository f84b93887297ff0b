"""The ledger of promises on screen: bands, order levels, and the advice itself."""

import streamlit as st

from forecasting.evaluation.selection import CHOSEN
from forecasting.report.charts import advice_chart, calibration_chart
from forecasting.report.columns import PROMISE_COLUMNS, column_of, model_label
from forecasting.schema import PLAN
from forecasting.services.evaluate import Evaluation
from forecasting.services.evidence import mended_sentence
from forecasting.services.findings import Findings
from forecasting.services.ledger import (
    SEEN_AS,
    advice_ledger,
    advice_sentences,
    band_ledger,
    order_ledger,
    reliability,
    segments_of,
)
from ui.feedback import show_chart, show_lines, show_table, theme
from ui.findings import past_rows
from ui.workspace import Workspace

# A verdict has its sign and its word; the colour only makes it quicker to find.
VERDICTS = {"seen_as": dict(zip(SEEN_AS.values(), ("green", "orange", "red", "gray"), strict=True))}
SHARES = ("nominal", "achieved", "strict", "low", "high", "cycles", "seen_as")


def promises_tab(workspace: Workspace, found: Findings, evaluation: Evaluation) -> None:
    """Show what was promised and what came: the advice, the bands, the levels orders rest on."""
    st.subheader("Did it run out as often as we said?")
    show_lines(advice_sentences(found))
    advice = advice_ledger(found)
    left, right = st.columns([3, 2])
    with left:
        show_chart(advice_chart(advice, theme=theme()), key="advice")
    with right:
        show_table(
            advice, PROMISE_COLUMNS, "", key="advice_table",
            columns=("said", "happened", "cycles", "seen_as"), chips=VERDICTS,
        )  # fmt: skip
    st.subheader("Levels that orders rest on")
    st.caption("Demand until the delivery after next was at most its stated level: promised and kept.")
    show_table(order_ledger(found), PROMISE_COLUMNS, "", key="order_levels", columns=SHARES, chips=VERDICTS)
    show_lines([mended_sentence(found)])
    st.subheader("Ranges")
    _bands(workspace, found)
    _reliability(workspace, found, evaluation)


def _bands(workspace: Workspace, found: Findings) -> None:
    rows = past_rows(workspace, found)
    choices = ["model", *segments_of(rows)]
    by = st.selectbox(
        "By", choices, format_func=_named, key="promises_by", persist_state="session",
        help="All models, or our choice split by step, place, time or promotion.",
    )  # fmt: skip
    table = band_ledger(rows, found, by)
    show_table(table, PROMISE_COLUMNS, "", key="bands", columns=(by, *SHARES), chips=VERDICTS)


def _reliability(workspace: Workspace, found: Findings, evaluation: Evaluation) -> None:
    known = [m for m in evaluation.leaderboard["model"] if m != PLAN]  # it promises nothing
    model = st.selectbox("Model", known, index=known.index(CHOSEN), format_func=model_label, key="promised")
    rows = reliability(past_rows(workspace, found), found, model)
    show_chart(calibration_chart(rows, theme=theme()), key="calibration")
    st.caption(
        "Every range was moved by what came at earlier dates only, and is judged here at later ones. "
        "Neighbouring periods are not independent: the intervals count order cycles, not periods."
    )


def _named(column: str) -> str:
    return column_of(column, PROMISE_COLUMNS, numeric=False).label
