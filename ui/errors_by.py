"""Where the error lies, and the past forecasts of the items that cost most."""

import streamlit as st

from forecasting.evaluation.selection import CHOSEN
from forecasting.report.charts import past_forecasts_chart, segment_error_chart
from forecasting.report.columns import ACCURACY_COLUMNS, PROMISE_COLUMNS, column_of
from forecasting.report.content import one_series
from forecasting.services.errors_by import few_sentence, floor_sentence, segment_errors
from forecasting.services.findings import Findings
from forecasting.services.ledger import segments_of
from forecasting.services.proof import worst_series
from ui.drill import series_links
from ui.feedback import show_chart, show_lines, show_table, theme
from ui.findings import past_rows
from ui.workspace import Workspace

MOST_BARS = 31


def errors_tab(workspace: Workspace, found: Findings) -> None:
    """Show the error by a segment of the manager's choice, beside the baseline and the floor of chance."""
    rows = past_rows(workspace, found)
    st.text(floor_sentence(rows))
    by = st.selectbox(
        "Split by", segments_of(rows), key="errors_by", persist_state="session",
        format_func=lambda column: column_of(column, PROMISE_COLUMNS, numeric=False).label,
    )  # fmt: skip
    table = segment_errors(rows, by)
    show_lines([line for line in [few_sentence(table)] if line])
    if table["wape"].notna().any():  # an empty chart would look like no error at all
        show_chart(segment_error_chart(table.head(MOST_BARS), by, theme=theme()), key="error_bars", wide=True)
    show_table(
        table, PROMISE_COLUMNS, "", key="errors_table",
        columns=(by, "wape", "baseline_wape", "plan_wape", "floor", "bias", "units", "periods"),
    )  # fmt: skip


def worst_tab(workspace: Workspace, found: Findings) -> None:
    """Show the items whose past orders cost most, and the past forecasts of one of them."""
    worst = worst_series(found)
    show_table(worst, ACCURACY_COLUMNS, found.settings.currency, key="worst")
    series = st.selectbox(
        "Past forecasts of", list(worst["unique_id"]), key="worst_series", persist_state="session"
    )
    rows = past_rows(workspace, found)
    past = one_series(rows[rows["model"] == CHOSEN], series)
    if past.empty:
        st.info(
            "No outcome of this item is known at the tested dates: stock-outs and closed days prove nothing."
        )
        return
    history = one_series(found.dataset.sales, series)
    chart = past_forecasts_chart(
        history, past, coverage=found.settings.coverage, period=found.settings.period, theme=theme()
    )
    show_chart(chart, key="past_forecasts")
    series_links(series, key="worst")
