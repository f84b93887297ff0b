"""The tab for web addresses: a CSV, workbook or JSON behind https."""

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.services.addresses import Service, limits, read_address, services
from ui.fetched import keep_fetched
from ui.sentences import show_refusal
from ui.server_secrets import environment, secrets

NONE = "none"


def address_source() -> None:
    """Let a table behind an https address be read; its rows are then read like a file."""
    st.write("A CSV, Excel or JSON download behind an https address. Nothing inside this network is reached.")
    read = fetch_form("address", "Read the address")
    if read is not None:
        keep_fetched(*read, kind="web address", origin=st.session_state["address"].strip())


def fetch_form(key: str, label: str) -> tuple[bytes, str] | None:
    """Return content and name of what an address gives, once it is asked for."""
    try:
        named = services(environment(), secrets())
        with st.form(f"{key}_form", border=False):
            left, right = st.columns([3, 1])
            address = left.text_input("Web address", key=key, placeholder="https://example.org/sales.csv")
            chosen = right.selectbox(
                "Headers of", [NONE, *named], key=f"{key}_service",
                help="A service that the server knows with its key; the key never reaches this page.",
            )  # fmt: skip
            asked = st.form_submit_button(label, key=f"{key}_read")
        if not asked or not address.strip():
            return None
        with st.spinner("Reading the address"):
            return _read(address.strip(), named.get(chosen))
    except ForecastingError as error:
        show_refusal(error)
        return None


def _read(address: str, service: Service | None) -> tuple[bytes, str]:
    return read_address(address, service=service, limits=limits(environment()))
