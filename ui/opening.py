"""Bringing data in: the sample, a sales file, an items file."""

from dataclasses import replace
from typing import Any

import streamlit as st

from forecasting.errors import ForecastingError, StoreError
from forecasting.ingest.cost_lines import read_cost_lines
from forecasting.ingest.items import read_items
from forecasting.ingest.sales import ImportedSales, ImportOptions
from forecasting.services import project
from forecasting.services.compute import feasible_settings
from forecasting.services.dataset import Dataset
from forecasting.services.opening import as_dataset
from forecasting.settings import usual_settings
from forecasting.value.data_costs import with_source
from ui import server, workspace
from ui.fetched import put_aside, source_of
from ui.remembered import remember
from ui.sample import SAMPLE, SAMPLE_OPTIONS, prepared
from ui.sentences import show_refusal
from ui.state import KEY, open_project
from ui.upload import Upload
from ui.workspace import Workspace

CHOICES = "choices"  # the part of a project's import report that says how its file was read


def open_sample() -> Workspace:
    """Return a new project with the sample in it, its models already running.

    Its cost lines are the sample's own example and say so; a visitor's own data begins with blank ones.
    """
    dataset, report = prepared().result()
    opened = _start("Sample", dataset, report, SAMPLE_OPTIONS)
    opened.decide(cost_lines=read_cost_lines(SAMPLE / "costs.csv", name="costs.csv"))
    return opened


def open_by_code() -> None:
    """Ask for a project's code, or the whole link it stands in, and open that project."""
    # A form: the first click and Enter both take what was typed.
    with st.form("open_project", border=False):
        code = st.text_input("Project code", key="code", help="What follows ?project= in the link you saved.")
        asked = st.form_submit_button("Open", key="open")
    if not asked:
        return
    if not code.strip():
        st.warning("Paste the code, or the whole link you saved.")
        return
    try:
        opened = open_project(code.strip().rpartition("project=")[2])
    except ForecastingError as error:
        show_refusal(error)
    else:
        st.query_params[KEY] = opened.project_id
        st.rerun()


def open_reading(upload: Upload, imported: ImportedSales, options: ImportOptions, currency: str) -> Workspace:
    """Return a new project with this history; the project that was open stays as it is."""
    dataset = as_dataset(imported, name=upload.name, content=upload.content)
    remember(upload, options)
    opened = _start(upload.name, dataset, imported.report | {"currency": currency}, options)
    opened.decide(sources=with_source((), source_of(upload)))
    put_aside()
    return opened


def _start(title: str, dataset: Dataset, report: dict[str, Any], options: ImportOptions) -> Workspace:
    usual = usual_settings(dataset.frequency, measure=report["measure"], currency=report["currency"] or None)
    settings = feasible_settings(dataset, usual)
    target = workspace.create(title)
    try:
        target.open_dataset(dataset, {**report, CHOICES: options.as_dict()}, settings)
    except StoreError:
        workspace.discard(target.project_id)
        raise
    open_project(target.project_id)
    return target


def last_choices(project: Workspace | None) -> ImportOptions | None:
    """Return how the history of a project was read, so that its next file can be read alike."""
    chosen = project.import_report.get(CHOICES) if project else None
    return ImportOptions.from_dict(chosen) if chosen else None


def adopt_items(target: Workspace, content: bytes, name: str) -> list[str]:
    """Join an items file onto the project and return what its reader should know."""
    if target.dataset is None:
        return []
    items, warnings = read_items(content, name=name, series=target.dataset.items)
    dataset = replace(target.dataset, items=items)
    came = replace(target.came, items=items) if target.came else None
    report = target.import_report
    project.save_dataset(server.store(), target.project_id, came or dataset, report, server.now())
    target.dataset, target.came = dataset, came  # only once it is kept
    return warnings
