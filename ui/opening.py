"""Bringing data in: the sample, a sales file, an items file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from forecasting.ingest.items import read_items
from forecasting.ingest.sales import ImportOptions
from forecasting.services import project
from forecasting.services.compute import feasible_settings
from forecasting.services.dataset import Dataset
from forecasting.services.opening import open_history
from forecasting.settings import usual_settings
from ui import workspace
from ui.state import open_project
from ui.workspace import Workspace

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
SAMPLE_OPTIONS = ImportOptions(
    columns="unique_id=store+item,ds=date,y=units,price=price,stockout=stockout,open=open",
    drivers=("price", "promo"),
)


def open_sample() -> Workspace:
    """Return a new project with the sample in it, its models already running."""
    sales, items = SAMPLE / "sales.csv", SAMPLE / "items.csv"
    return open_files("Sample", sales.read_bytes(), sales.name, SAMPLE_OPTIONS, items.read_bytes())


def open_files(
    title: str, content: bytes, name: str, options: ImportOptions, items: bytes | None = None
) -> Workspace:
    """Return the project with this history in it; a visitor without one gets a new project."""
    dataset, report = _read(content, name, options, items)
    settings = feasible_settings(dataset, usual_settings(dataset.frequency))
    target = workspace.create(title)
    target.open_dataset(dataset, report, settings)
    open_project(target.project_id)
    return target


@st.cache_resource(max_entries=4, show_spinner="Reading the file")
def _read(
    content: bytes, name: str, options: ImportOptions, items: bytes | None
) -> tuple[Dataset, dict[str, Any]]:
    return open_history(content, name=name, options=options, items=items)


def adopt_items(target: Workspace, content: bytes, name: str) -> list[str]:
    """Join an items file onto the project and return what its reader should know."""
    if target.dataset is None:
        return []
    items, warnings = read_items(content, name=name, series=target.dataset.items)
    target.dataset = replace(target.dataset, items=items)
    project.save_dataset(
        workspace.store(), target.project_id, target.dataset, target.import_report, workspace.now()
    )
    return warnings
