"""One open project in the server's memory, shared by every tab that shows it, and saved as it changes."""

import hashlib
import importlib
import json
import logging
import os
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import Any

import streamlit as st

from forecasting.errors import StoreError
from forecasting.execution import Job, Jobs, Processes
from forecasting.services import project
from forecasting.services.compute import Results, compute
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings
from forecasting.store.projects import Store, open_store
from forecasting.value.business_case import DEFAULT_COST_LINES, CostLine

log = logging.getLogger("shelfwise")
# After the first forecast the job stands aside while the page draws it: both share one interpreter.
DRAWING_SECONDS = 1.0
# What the first click would otherwise wait for.
HEAVY_MODULES = ("ui.findings", "ui.controls", "ui.mapping", "forecasting.models.registry")
MOST_OPEN = 20  # projects kept in memory; the rest wait in the store


@dataclass
class Workspace:
    """What one project knows; pages read it, and change it only through the methods."""

    project_id: str
    name: str
    dataset: Dataset | None = None
    settings: Settings = field(default_factory=Settings)
    import_report: dict[str, Any] = field(default_factory=dict)
    results: Results | None = None
    edits: dict[str, float] = field(default_factory=dict)  # unique_id -> quantity the manager wants
    cost_lines: tuple[CostLine, ...] = DEFAULT_COST_LINES

    def key(self) -> str:
        """Return what names the current numbers: data, results so far and every setting."""
        items = project.items_digest(self.dataset) if self.dataset else ""
        lines = [vars(line) for line in self.cost_lines]
        return _digest([self.results_key(), items, self.settings.as_dict(), lines])

    def results_key(self) -> str:
        """Return what names the results so far, whatever the costs."""
        results = self.results
        so_far = [results.run_id, list(results.models), len(results.paths)] if results else []
        return _digest([self.project_id, self.dataset.sha256 if self.dataset else "", so_far])

    def open_dataset(self, dataset: Dataset, report: dict[str, Any], settings: Settings) -> None:
        """Take a new history: results of the old one are forgotten, and the models start."""
        stop(self.project_id)
        self.dataset, self.import_report, self.settings = dataset, report, settings
        self.results, self.edits = None, {}
        project.save_dataset(store(), self.project_id, dataset, report, now())
        project.forget_results(store(), self.project_id)
        self.save_settings()
        self.start()

    def change(self, settings: Settings) -> None:
        """Take new settings; models run again only when something they depend on changed."""
        refit = settings.forecast_options() != self.settings.forecast_options()
        self.settings = settings
        self.save_settings()
        if refit:
            self.start()

    def edit(self, edits: dict[str, float]) -> None:
        """Remember the quantities the manager typed."""
        self.edits = edits
        self.save_settings()

    def save_settings(self) -> None:
        """Write everything small."""
        documents = {
            "settings": self.settings.as_dict(),
            "edits": self.edits,
            "cost_lines": [vars(line) for line in self.cost_lines],
        }
        store().save(self.project_id, documents=documents, now=now())

    def start(self) -> Job:
        """Start the models in the background; a run that is still going is stopped."""
        dataset, settings = self.dataset, self.settings
        if dataset is None:
            raise StoreError("This project has no sales history yet; bring a file on the Data page.")
        self.results = None

        def work(job: Job) -> None:
            for results in compute(dataset, settings, mapper=processes(), progress=job.step):
                job.step(job.stage, job.share)
                first = self.results is None
                self.results = results
                if first:
                    time.sleep(DRAWING_SECONDS)
                project.save_results(store(), self.project_id, results, now())

        return jobs().start(self.project_id, "Forecasting", work)


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def now() -> datetime:
    """Return the time, the only place where pages read the clock."""
    return datetime.now(UTC).replace(tzinfo=None)


@st.cache_resource
def store() -> Store:
    """Return the database: DATABASE_URL, or a file under var/."""
    opened = open_store(os.environ.get("DATABASE_URL") or None)
    opened.tidy()
    return opened


@st.cache_resource
def processes() -> Processes:
    """Return the workers for the heavy models; they give way to the pages (`execution`)."""
    return Processes(os.cpu_count() or 1)


@st.cache_resource
def warm_up() -> None:
    """Load the heavy modules in the background, once per server, while the first visitor reads."""
    Thread(target=lambda: [importlib.import_module(name) for name in HEAVY_MODULES], daemon=True).start()


@st.cache_resource
def jobs() -> Jobs:
    """Return the background jobs of this server."""
    return Jobs(workers=2, on_crash=lambda error: log.error("A job crashed", exc_info=error))


@st.cache_resource
def _open_workspaces() -> tuple[dict[str, Workspace], Lock]:
    return {}, Lock()


def create(name: str) -> Workspace:
    """Return a new, empty project."""
    project_id = store().create(name, now=now())
    return _remember(Workspace(project_id, name))


def get(project_id: str) -> Workspace:
    """Return an open project, from memory or from the store; `StoreError` when there is none."""
    held, _ = _open_workspaces()
    return held.get(project_id) or _remember(_loaded(project_id))


def stop(project_id: str) -> None:
    """Cancel whatever runs for a project."""
    job = jobs().get(project_id)
    if job is not None:
        job.cancel()


def _remember(workspace: Workspace) -> Workspace:
    held, lock = _open_workspaces()
    with lock:
        workspace = held.setdefault(workspace.project_id, workspace)
        while len(held) > MOST_OPEN:
            del held[next(iter(held))]
    return workspace


def _loaded(project_id: str) -> Workspace:
    saved = store().load(project_id)
    workspace = Workspace(project_id, saved.name)
    opened = project.load(store(), project_id)
    if opened is None:
        return workspace
    documents = saved.documents
    return replace(
        workspace,
        dataset=opened.dataset,
        import_report=opened.report,
        results=opened.results,
        settings=Settings.from_dict(documents["settings"]) if "settings" in documents else Settings(),
        edits=documents.get("edits", {}),
        cost_lines=tuple(CostLine(**line) for line in documents.get("cost_lines", [])) or DEFAULT_COST_LINES,
    )
