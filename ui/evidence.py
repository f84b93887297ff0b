"""The accuracy page's tables and charts: what each model cost, promised and kept, and what that rests on."""

import streamlit as st

from forecasting.report.charts import accuracy_vs_money, horizon_error_chart, money_bars
from forecasting.report.columns import ACCURACY_COLUMNS, EVIDENCE_COLUMNS, PROMISE_COLUMNS
from forecasting.services.evaluate import Evaluation
from forecasting.services.evidence import REFUSED, evidence_table
from forecasting.services.findings import Findings
from forecasting.services.proof import errors_by_horizon
from forecasting.services.tested import how_tested
from ui.errors_by import errors_tab, worst_tab
from ui.feedback import show_chart, show_pairs, show_table, theme
from ui.findings import paired_now, past_rows
from ui.promises import promises_tab
from ui.reformulate import SHOWN, TAB, advisor_tab, checks_tab
from ui.workspace import Workspace

BOARD = (
    "model",
    "money",
    "wape",
    "floor",
    "bias",
    "mase",
    "wql",
    "coverage_50",
    "coverage_80",
    "coverage_90",
    "skill",
)

TABS = (
    "Money by model",
    "Promises kept",
    "Where the error lies",
    "By distance",
    "Worst items",
    "Assumptions",
    TAB,
    "What it rests on",
)
PAIRED = ("model", "better", "words")


def show_how_tested(found: Findings) -> None:
    """Show on which days, against what, and what was left out."""
    with st.expander("On which days, against what, and what was left out", icon=":material/fact_check:"):
        show_pairs(how_tested(found))


def evidence_tabs(workspace: Workspace, found: Findings, evaluation: Evaluation) -> None:
    """Show money, kept promises, where the error lies, the worst items, and what all this rests on."""
    currency = found.settings.currency
    # A new key draws the tabs anew, so that a button of one can open another.
    sent = st.session_state.get(SHOWN, 0)
    money, promise, where, ahead, worst, checks, otherwise, rests = st.tabs(
        TABS, default=TAB if sent else None, key=f"evidence_{sent}"
    )
    with money:
        _money_by_model(workspace, found, evaluation)
    with promise:
        promises_tab(workspace, found, evaluation)
    with where:
        errors_tab(workspace, found)
    with ahead:
        errors = errors_by_horizon(past_rows(workspace, found))
        show_chart(
            horizon_error_chart(errors, period=found.settings.period, theme=theme()), key="horizon", wide=True
        )
    with worst:
        worst_tab(workspace, found)
    with checks:
        checks_tab(workspace, found)
    with otherwise:
        advisor_tab(workspace)
    with rests:
        show_table(evidence_table(found), EVIDENCE_COLUMNS, currency, key="evidence")
        st.caption(REFUSED)


def _money_by_model(workspace: Workspace, found: Findings, evaluation: Evaluation) -> None:
    board, currency = evaluation.leaderboard, found.settings.currency
    show_chart(money_bars(board, currency=currency, theme=theme()), key="money_bars", wide=True)
    show_table(board, ACCURACY_COLUMNS, currency, key="board", columns=BOARD)
    st.caption("Against repeating last season, in money: is the difference more than chance?")
    show_table(paired_now(workspace, found), PROMISE_COLUMNS, currency, key="paired", columns=PAIRED)
    show_chart(accuracy_vs_money(board, currency=currency, theme=theme()), key="accuracy_vs_money", wide=True)
