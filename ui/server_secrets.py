"""What whoever runs the server has named for it, in the environment or the secrets file."""

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st


def secrets() -> Mapping[str, Any]:
    """Return what the secrets file of the server says; nothing where there is none."""
    return st.secrets.to_dict() if st.secrets.load_if_toml_exists() else {}


def environment() -> Mapping[str, str]:
    """Return the environment of the server."""
    return os.environ
