"""What the forecast of one item is made of, on screen."""

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.report.charts import made_of_chart
from forecasting.services.drivers import with_events
from forecasting.services.findings import Findings
from forecasting.services.made_of import made_of, made_of_in_words, names_of
from ui.feedback import show_chart, theme
from ui.sentences import show_refusal
from ui.workspace import Workspace


def made_of_parts(workspace: Workspace, found: Findings, unique_id: str) -> None:
    """Show what trend, seasons, holidays and drivers add to the forecast of one item."""
    try:
        parts = _parts(f"{workspace.results_key()} {unique_id}", workspace, unique_id)
    except ForecastingError as error:
        show_refusal(error)
        return
    st.text(made_of_in_words(found, parts, unique_id))
    names = names_of(parts)
    if names:
        chart = made_of_chart(parts, names, period=found.settings.period, theme=theme())
        show_chart(chart, key="parts", wide=True)


@st.cache_resource(max_entries=64, show_spinner="Taking the forecast apart")
def _parts(key: str, _workspace: Workspace, unique_id: str) -> pd.DataFrame:
    del key  # names the data, the models' settings and the item
    if _workspace.dataset is None:
        raise AssertionError("callers have checked that there is a history")
    settings = _workspace.settings
    return made_of(with_events(_workspace.dataset, _workspace.events, settings.horizon), settings, unique_id)
