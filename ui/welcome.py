"""The picture on an empty start page: what the sample's first answer looks like."""

import time

import streamlit as st

from forecasting.report.charts import forecast_chart
from ui.feedback import show_chart, theme
from ui.sample import preview

# While it is waited for, a click is answered this quickly.
LOOK_EVERY = 0.1  # seconds
COVERAGE = 0.8


def picture_of_the_answer() -> None:
    """Show the first forecast of the sample's best seller, as soon as this server has worked it out.

    Besides being the answer's picture, it lets the browser load what draws charts while the visitor
    reads: the first forecast then waits for nothing.
    """
    place = st.empty()
    while not preview().done():
        place.caption("Working out a first forecast of the sample …")
        time.sleep(LOOK_EVERY)
    with place.container():
        shown = preview().result()
        st.caption(
            "The sample's best seller and a first forecast of it, worked out on this computer just now:"
        )
        chart = forecast_chart(shown.history, shown.forecast, coverage=COVERAGE, theme=theme())
        show_chart(chart, key="picture_of_the_answer")
