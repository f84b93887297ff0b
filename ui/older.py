"""A comparison that was asked of other data, costs or times says so before its figures are read."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from forecasting.services.asked_of import still_asked_of
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings


def say_if_older(asked: Mapping[str, Any], dataset: Dataset, settings: Settings) -> None:
    """Say that a comparison is not of the present data, costs and times, or that nobody can tell."""
    holds = still_asked_of(asked, dataset, settings)
    if holds is None:
        st.info(
            "An earlier version made this comparison and did not keep of which data, costs and times; "
            "compare again where any of them has changed.",
            icon=":material/history:",
        )
    elif not holds:
        st.info("Data, costs or times have changed since; compare again.", icon=":material/history:")
