"""The sample, read while its first visitor is still reading the start page."""

import importlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from forecasting.execution.libraries import versions
from forecasting.ingest.sales import ImportOptions
from forecasting.report.content import one_series
from forecasting.services.calibrated import calibrated_results
from forecasting.services.compute import feasible_settings
from forecasting.services.dataset import Dataset
from forecasting.services.opening import open_history
from forecasting.settings import usual_settings
from forecasting.store.batches import Batches
from ui.server import UNFINISHED

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
SAMPLE_OPTIONS = ImportOptions(
    columns="unique_id=store+item,ds=date,y=units,price=price,stockout=stockout,open=open",
    drivers=("price", "promo"),
)
# What the first click would otherwise wait for: 0.4 s of reading and up to 2 s of imports.
HEAVY_MODULES = ("ui.findings", "ui.controls", "ui.importing", "forecasting.models.registry")


@dataclass(frozen=True)
class Preview:
    """The first forecast of the sample's best seller: the picture on an empty start page."""

    series: str
    history: pd.DataFrame
    forecast: pd.DataFrame  # of seasonal naive


@st.cache_resource
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="sample")


@st.cache_resource
def prepared() -> Future[tuple[Dataset, dict[str, Any]]]:
    """Return the sample's dataset and import report, once per server, as something to wait for."""
    return _worker().submit(_prepare)


@st.cache_resource
def preview() -> Future[Preview]:
    """Return the first forecast of the sample, once per server, as something to wait for.

    What the model said is kept as a finished batch, so that the first visitor who takes the sample
    does not wait for it again.
    """
    ready = prepared()
    return _worker().submit(lambda: _first_forecast(ready.result()[0]))


def _first_forecast(dataset: Dataset) -> Preview:
    settings = feasible_settings(dataset, usual_settings(dataset.frequency))
    said = next(calibrated_results(dataset, settings, kept=Batches(UNFINISHED, versions())))
    best = str(said.forecast.groupby("unique_id")["mean"].sum().idxmax())
    return Preview(best, one_series(dataset.sales, best), one_series(said.forecast, best))


def _prepare() -> tuple[Dataset, dict[str, Any]]:
    sample = open_history(
        SAMPLE / "sales.csv", name="sales.csv", options=SAMPLE_OPTIONS, items=SAMPLE / "items.csv"
    )
    for name in HEAVY_MODULES:
        importlib.import_module(name)
    return sample
