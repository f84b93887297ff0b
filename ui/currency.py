"""What money is in: said by the file or picked, and never converted."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from forecasting.currency import CURRENCIES
from ui.state import current

SAID = "Currency of its money"
NOT_SAID = "Currency of its money (the file does not say)"
HELP = "What prices and costs are in, on all pages and in reports; nothing is converted."


def file_currency(digest: str, report: Mapping[str, Any]) -> str:
    """Return what a file's money is in: as it says, else as in the open project; to be set right."""
    project = current()
    said = report["currency"] or (project.settings.currency if project else CURRENCIES[0])
    label = SAID if report["currency"] else NOT_SAID
    # What the file says may change with its columns: then it is asked afresh.
    return _picked(label, said, key=f"currency_{digest}_{said}")


def project_currency(standing: str) -> str:
    """Return what the open project's money is in, `standing` until something else is picked."""
    return _picked("Currency", standing, key="currency")


def _picked(label: str, standing: str, *, key: str) -> str:
    known = CURRENCIES if standing in CURRENCIES else (*CURRENCIES, standing)
    return st.selectbox(label, known, known.index(standing), key=key, width=360, help=HELP)
