"""The index tab of the market page: its lead in words, and the test in money."""

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.history.lead import Lead, lead_in_words
from forecasting.report.charts import lead_chart, lines_chart
from forecasting.services import external
from forecasting.services.dataset import Dataset
from forecasting.services.index_view import (
    Driver,
    as_driver,
    beside_sales,
    index_of,
    lead_of,
    lead_to_test,
    worth_in_words,
)
from forecasting.services.past import Past
from forecasting.settings import Settings
from ui.feedback import show_chart, show_side_job, theme
from ui.sentences import show_refusal
from ui.server import store
from ui.state import page_link
from ui.workspace import Workspace


def external_of(workspace: Workspace) -> pd.DataFrame:
    """Return the external series that are kept with a project: name, ds, value."""
    return external.load(store(), workspace.project_id)


def index_tab(workspace: Workspace, whole: Past, part: Past) -> None:
    """Show an external index beside the sales looked at, its lead, and what it is worth to all series."""
    table = external_of(workspace)
    if table.empty:
        st.info(
            "No external series is kept with this project: a market size, consumer confidence, the weather. "
            "Bring one and see whether it runs ahead of your sales, and whether it is worth its money."
        )
        page_link("data", "Bring an index", ":material/upload_file:")
        return
    name = st.selectbox("Index", sorted(table["name"].unique()), key="market_index")
    index = index_of(table, name)
    try:
        ds, lines = beside_sales(part.panel, index, name)
        chart = lines_chart(ds, lines, axis="First shared period = 100", theme=theme())
        show_chart(chart, key="index_chart")
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
        # All series are forecast, so it is their lead that counts, whatever is looked at.
        known = _lead(whole, index, workspace.dataset, workspace.settings)
        driver = as_driver(index, workspace.dataset, workspace.settings, known)
    except ForecastingError as error:
        show_refusal(error)
        return
    st.text(driver.words)
    _money_test(workspace, workspace.dataset, name, driver)


def _lead(past: Past, index: pd.Series, dataset: Dataset, settings: Settings) -> Lead | None:
    try:
        return lead_to_test(past.panel, index, dataset, settings)
    except ForecastingError:  # too few shared periods before the tested dates
        return None


def _money_test(workspace: Workspace, dataset: Dataset, name: str, driver: Driver) -> None:
    """Offer the test, which goes on whatever page is looked at, and show what came of it: good or bad."""
    running = show_side_job(workspace.index_job)
    worth = workspace.worth_of_index(name)
    current = worth is not None and worth.still_of(dataset, workspace.settings, driver)
    if worth is not None:
        st.text(worth_in_words(worth, workspace.settings.currency))
    if current or running:
        return
    if worth is not None:
        st.info(
            "The index or its lead, the data, costs or times have changed since; test again.",
            icon=":material/history:",
        )
    st.caption(
        "All series, boosted trees with the index and without it, the same past dates and costs. The lead is "
        "looked for before the first of these dates only."
    )
    if st.button("Test it in money", key="test_index", icon=":material/science:"):
        workspace.test_index(name, driver)
        st.rerun()
