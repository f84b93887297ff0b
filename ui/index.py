"""The index tab of the market page: its lead in words, and the test in money."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.history.lead import lead_in_words
from forecasting.report.charts import lead_chart, lines_chart
from forecasting.services import external
from forecasting.services.index_view import (
    Driver,
    as_driver,
    beside_sales,
    index_of,
    lead_of,
    try_index,
    worth_in_words,
)
from forecasting.services.past import Past
from forecasting.services.workbench import Comparison
from ui.feedback import show_chart, theme
from ui.sentences import as_text, show_refusal
from ui.server import processes, store
from ui.state import page_link
from ui.workspace import Workspace

KEPT = "index_tests"  # what was tested in this session, by what it depends on


def index_tab(workspace: Workspace, part: Past) -> None:
    """Show an external index beside the sales looked at, its lead, and what it is worth."""
    table = external.load(store(), workspace.project_id)
    if table.empty:
        st.info(
            "No external series is kept with this project: a market size, consumer confidence, the weather. "
            "Bring one and see whether it runs ahead of your sales, and whether it is worth its money."
        )
        page_link("data", "Bring an index", ":material/upload_file:")
        return
    name = st.selectbox("Index", sorted(table["name"].unique()), key="market_index")
    index = index_of(table, name)
    lead = None
    try:
        ds, lines = beside_sales(part.panel, index, name)
        chart = lines_chart(ds, lines, axis="First shared period = 100", theme=theme())
        show_chart(chart, key="index_chart", wide=True)
        lead = lead_of(part.panel, index)
        st.text(lead_in_words(name, lead))
        chart = lead_chart(lead.table, bound=lead.bound, period=lead.period, theme=theme())
        show_chart(chart, key="lead_chart", wide=True)
    except ForecastingError as error:
        show_refusal(error)
    if workspace.dataset is None:
        return
    st.markdown("**Does it earn its place in the forecast?**")
    try:
        driver = as_driver(index, workspace.dataset, workspace.settings, lead)
    except ForecastingError as error:
        show_refusal(error)
        return
    st.text(driver.words)
    _money_test(workspace, name, driver)


def _money_test(workspace: Workspace, name: str, driver: Driver) -> None:
    """Offer the test, and show what came of it: good or bad."""
    # What it would be worth depends on costs and settings too: another key is another test.
    key = f"{workspace.key()} {workspace.history_key()} {name} {driver.lag_days} {driver.values.sum()}"
    tests: dict[str, Comparison] = st.session_state.setdefault(KEPT, {})
    if key not in tests:
        st.caption("All series, boosted trees with the index and without it, the same past dates and costs.")
        if not st.button("Test it in money", key="test_index", icon=":material/science:"):
            return
        try:
            tests[key] = _tested(workspace, name, driver)
        except ForecastingError as error:
            show_refusal(error)
            return
    st.text(worth_in_words(tests[key], name, workspace.settings.currency))


def _tested(workspace: Workspace, name: str, driver: Driver) -> Comparison:
    if workspace.dataset is None:
        raise AssertionError("callers have checked that there is a history")
    shown = st.progress(0.0, "Testing without the index and with it …")

    def step(words: str, share: float) -> None:
        shown.progress(min(share, 1.0), as_text(words))

    try:
        return try_index(workspace.dataset, workspace.settings, name, driver, mapper=processes(), step=step)
    finally:
        shown.empty()
