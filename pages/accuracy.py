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
from ui.feedback import column_words, next_step, show_tiles, theme
from ui.findings import require_findings

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
    st.plotly_chart(money_bars(board, currency=currency, theme=theme()), key="money_bars")
    words = column_words(board, ACCURACY_COLUMNS, currency)
    st.dataframe(board.assign(model=board["model"].map(model_label)), hide_index=True, column_config=words)
    st.plotly_chart(accuracy_vs_money(board, currency=currency, theme=theme()), key="accuracy_vs_money")
with promise:
    known = list(board["model"])
    model = st.selectbox(
        "Model", known, index=known.index(CHOSEN), format_func=model_label, key="promise_model"
    )
    st.plotly_chart(calibration_chart(calibration_of(found, model), theme=theme()), key="calibration")
    st.caption("Neighbouring days are not independent: the intervals are a lower bound of the doubt.")
with ahead:
    st.plotly_chart(
        horizon_error_chart(errors_by_horizon(found), period=found.settings.period, theme=theme()),
        key="horizon",
    )
with worst:
    table = worst_series(found)
    st.dataframe(
        table, hide_index=True, key="worst", column_config=column_words(table, ACCURACY_COLUMNS, currency)
    )
next_step("orders", "what should I order, and why?")
