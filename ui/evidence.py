"""The accuracy page's tables and charts: what each model cost, promised and kept, and what that rests on."""

import streamlit as st

from forecasting.evaluation.selection import CHOSEN
from forecasting.report.charts import accuracy_vs_money, calibration_chart, horizon_error_chart, money_bars
from forecasting.report.columns import ACCURACY_COLUMNS, EVIDENCE_COLUMNS, model_label
from forecasting.services.evaluate import Evaluation
from forecasting.services.evidence import evidence_table
from forecasting.services.findings import Findings
from forecasting.services.proof import calibration_of, errors_by_horizon, worst_series
from forecasting.services.tested import how_tested
from ui.feedback import show_chart, show_pairs, show_table, theme

BOARD = (
    "model",
    "money",
    "wape",
    "bias",
    "mase",
    "wql",
    "coverage_50",
    "coverage_80",
    "coverage_90",
    "skill",
)


def show_how_tested(found: Findings) -> None:
    """Show on which days, against what, and what was left out."""
    with st.expander("On which days, against what, and what was left out", icon=":material/fact_check:"):
        show_pairs(how_tested(found))


def evidence_tabs(found: Findings, evaluation: Evaluation) -> None:
    """Show money, kept promises, errors by distance, the worst items and what all this rests on."""
    currency = found.settings.currency
    money, promise, ahead, worst, rests = st.tabs(
        ["Money by model", "Promises kept", "By distance", "Worst items", "What it rests on"]
    )
    with money:
        _money_by_model(evaluation, currency)
    with promise:
        _promises(found, evaluation)
    with ahead:
        errors = errors_by_horizon(found)
        show_chart(horizon_error_chart(errors, period=found.settings.period, theme=theme()), key="horizon")
    with worst:
        show_table(worst_series(found), ACCURACY_COLUMNS, currency, key="worst")
    with rests:
        show_table(evidence_table(found), EVIDENCE_COLUMNS, currency, key="evidence")
        st.caption("A model that does not beat seasonal naive beyond chance is refused for that series.")


def _money_by_model(evaluation: Evaluation, currency: str) -> None:
    board = evaluation.leaderboard
    show_chart(money_bars(board, currency=currency, theme=theme()), key="money_bars", wide=True)
    show_table(board, ACCURACY_COLUMNS, currency, key="board", columns=BOARD)
    show_chart(accuracy_vs_money(board, currency=currency, theme=theme()), key="accuracy_vs_money", wide=True)


def _promises(found: Findings, evaluation: Evaluation) -> None:
    known = list(evaluation.leaderboard["model"])
    model = st.selectbox("Model", known, index=known.index(CHOSEN), format_func=model_label, key="promised")
    show_chart(calibration_chart(calibration_of(found, model), theme=theme()), key="calibration")
    st.caption("Neighbouring days are not independent: the intervals are a lower bound of the doubt.")
