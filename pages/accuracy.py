"""Can I trust it? Every model on past dates it had not seen, in money first."""

import streamlit as st

from forecasting.evaluation.selection import CHOSEN
from forecasting.report.charts import accuracy_vs_money, calibration_chart, horizon_error_chart, money_bars
from forecasting.report.columns import ACCURACY_COLUMNS, model_label
from forecasting.services.content import scope_line
from forecasting.services.views import (
    accuracy_sentences,
    accuracy_tiles,
    calibration_of,
    errors_by_horizon,
    worst_series,
)
from ui.feedback import next_step, show_chart, show_table, show_tiles, theme
from ui.findings import require_findings

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

st.title("Can I trust it?")
workspace, found = require_findings()
st.caption(scope_line(found.dataset, found.settings.currency))
if found.evaluation is None:
    st.info("The models are being tested on the past; this page fills itself as they finish.")
    st.stop()

board, currency = found.evaluation.leaderboard, found.settings.currency
show_tiles(accuracy_tiles(found))
for sentence in accuracy_sentences(found):
    st.markdown(sentence)

money, promise, ahead, worst = st.tabs(["Money by model", "Promises kept", "By distance", "Worst items"])
with money:
    show_chart(money_bars(board, currency=currency, theme=theme()), key="money_bars")
    show_table(board, ACCURACY_COLUMNS, currency, key="board", columns=BOARD)
    show_chart(accuracy_vs_money(board, currency=currency, theme=theme()), key="accuracy_vs_money")
with promise:
    known = list(board["model"])
    model = st.selectbox("Model", known, index=known.index(CHOSEN), format_func=model_label, key="promised")
    show_chart(calibration_chart(calibration_of(found, model), theme=theme()), key="calibration")
    st.caption("Neighbouring days are not independent: the intervals are a lower bound of the doubt.")
with ahead:
    errors = errors_by_horizon(found)
    show_chart(horizon_error_chart(errors, period=found.settings.period, theme=theme()), key="horizon")
with worst:
    show_table(worst_series(found), ACCURACY_COLUMNS, currency, key="worst")
next_step("orders", "what should I order, and why?")
