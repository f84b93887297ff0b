"""The sample, read while its first visitor is still reading the start page."""

import importlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import streamlit as st

from forecasting.ingest.sales import ImportOptions
from forecasting.services.dataset import Dataset
from forecasting.services.opening import open_history

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
SAMPLE_OPTIONS = ImportOptions(
    columns="unique_id=store+item,ds=date,y=units,price=price,stockout=stockout,open=open",
    drivers=("price", "promo"),
)
# What the first click would otherwise wait for: 0.4 s of reading and up to 2 s of imports.
HEAVY_MODULES = ("ui.findings", "ui.controls", "ui.importing", "forecasting.models.registry")


@st.cache_resource
def prepared() -> Future[tuple[Dataset, dict[str, Any]]]:
    """Return the sample's dataset and import report, once per server, as something to wait for."""
    return ThreadPoolExecutor(1, thread_name_prefix="sample").submit(_prepare)


def _prepare() -> tuple[Dataset, dict[str, Any]]:
    sample = open_history(
        SAMPLE / "sales.csv", name="sales.csv", options=SAMPLE_OPTIONS, items=SAMPLE / "items.csv"
    )
    for name in HEAVY_MODULES:
        importlib.import_module(name)
    return sample
