"""One open project in the server's memory, shared by every tab that shows it, and saved as it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from threading import Lock
from typing import Any

import streamlit as st

from forecasting.errors import StoreError
from forecasting.execution.jobs import Job
from forecasting.execution.libraries import versions
from forecasting.history.events import Event
from forecasting.history.health.repairs import Repair
from forecasting.services import project
from forecasting.services.asked_of import asked_of
from forecasting.services.calibrated import calibrated_results
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.driver_worth import Worth, worth_of
from forecasting.services.drivers import as_rows, fitting, from_rows, with_events
from forecasting.services.health import with_repairs
from forecasting.services.index_view import Driver, IndexWorth, try_index
from forecasting.services.variants import variants_of
from forecasting.services.workbench import compare
from forecasting.settings import Settings
from forecasting.store.batches import Batches
from ui.known import Known
from ui.server import UNFINISHED, jobs, now, processes, said, store, usual_mapper

ANOMALY_NOTES, EVENTS, WORTH, INDEX_WORTH = "anomaly_notes", "events", "worth", "index_worth"
MOST_OPEN = 20  # projects kept in memory; the rest wait in the store


@dataclass
class Workspace(Known):
    """An open project as it changes, by these methods only; what it knows is `Known`."""

    _taking: Lock = field(default_factory=Lock, repr=False, compare=False)

    def open_dataset(self, dataset: Dataset, report: dict[str, Any], settings: Settings) -> None:
        """Take a new history: results of the old one are forgotten, and the models start.

        What cannot be saved changes nothing, here or in the store.
        """
        after = replace(
            self, dataset=dataset, import_report=report, results=None,
            settings=replace(settings, stock_confirmed=False),  # it was said of other figures
            decisions=replace(self.decisions, quantities={}, reasons={}), repairs=(), came=None, worth=(),
            index_worth=(), workbench=None, reformulations=None, events=fitting(dataset, self.events),
        )  # fmt: skip
        small = {**after.small_documents(), EVENTS: as_rows(after.events), WORTH: [], INDEX_WORTH: []}
        project.replace_history(store(), self.project_id, dataset, report, small, now())
        stop(self.project_id)
        vars(self).update(vars(after))
        self._start_anew()

    def use_repairs(self, repairs: tuple[Repair, ...]) -> None:
        """Let the models see the history with these repairs; results of the other one are forgotten."""
        raw = self.raw
        if raw is None or set(repairs) == set(self.repairs):
            return
        dataset = with_repairs(raw, repairs)  # may refuse; then nothing has changed
        stop(self.project_id)
        self.came, self.dataset, self.repairs = raw, dataset, repairs
        self.save_settings()
        self._start_anew()

    def compare(self, models: Sequence[str]) -> Job:
        """Start the workbench in the background; a comparison that is still going is stopped."""
        raw, settings = _present(self.raw), self.settings

        def work(job: Job) -> None:
            job.step("Preparing the variants of the data", 0.0)
            found = compare(
                variants_of(raw), settings, models=models, said=said(), mapper=usual_mapper(), step=job.step
            )
            self.workbench = replace(found, asked_of=asked_of(raw, settings))
            project.save_comparison(store(), self.project_id, self.workbench, now())

        return jobs().start(self.bench_key, "Workbench", work)

    def _take(self, results: Results, job: Job) -> None:
        with self._taking:
            job.check()  # a run that was stopped meanwhile says nothing any more
            self.results = results
            project.save_results(store(), self.project_id, results, now())

    def change(self, settings: Settings) -> None:
        """Take new settings; models run again only when something they depend on changed."""
        before, self.settings = self.settings, settings
        self.save_settings()
        if settings.forecast_options() != before.forecast_options():
            self._start_anew(keep=settings.differs_in_dates_only(before))

    def decide(self, **changes: Any) -> None:
        """Remember what the manager decided: quantities, cost_lines, terms or sources."""
        decisions = replace(self.decisions, **changes)
        if decisions != self.decisions:
            self.decisions = decisions
            self.save_settings()

    def note_anomalies(self, notes: dict[str, str]) -> None:
        """Remember what odd stretches of the history were."""
        if notes != self.anomaly_notes:
            self.anomaly_notes = notes
            store().save(self.project_id, documents={ANOMALY_NOTES: notes}, now=now())

    def plan_events(self, events: tuple[Event, ...]) -> None:
        """Remember what people know; the models run again when an accepted event changed."""
        if events == self.events or self.dataset is None:
            return
        # Also refuses a place nobody knows.
        before, after = (self._seen_with(planned) for planned in (self.events, events))
        self.events = events
        store().save(self.project_id, documents={EVENTS: as_rows(events)}, now=now())
        if before != after:
            self._start_anew()

    def _seen_with(self, events: Sequence[Event]) -> str:
        """Return what names the data that the models see when these events are planned."""
        return with_events(_present(self.dataset), events, self.settings.horizon).sha256

    def test_worth(self, candidates: Mapping[str, Sequence[Event]], columns: Sequence[str] = ()) -> Job:
        """Measure in the background what events, and columns of the file, save in backtest money."""
        dataset, settings, accepted = _present(self.dataset), self.settings, self.events

        def work(job: Job) -> None:
            found = worth_of(
                dataset, candidates, accepted, settings, columns=columns, mapper=usual_mapper(), step=job.step
            )
            asked = asked_of(dataset, settings)
            self.worth = tuple(replace(w, asked_of=asked) for w in found)
            store().save(self.project_id, documents={WORTH: [asdict(w) for w in self.worth]}, now=now())

        return jobs().start(self.worth_job, "Testing what features are worth", work)

    def test_index(self, name: str, driver: Driver) -> Job:
        """Measure in the background what an external series saves in backtest money."""
        dataset, settings = _present(self.dataset), self.settings

        def work(job: Job) -> None:
            job.step(f"Testing without {name} and with it", 0.0)
            found = try_index(dataset, settings, name, driver, mapper=usual_mapper(), step=job.step)
            self.index_worth = (*(w for w in self.index_worth if w.name != name), found)
            rows = [asdict(w) for w in self.index_worth]
            store().save(self.project_id, documents={INDEX_WORTH: rows}, now=now())

        return jobs().start(self.index_job, f"Testing {name}", work)

    def save_settings(self) -> None:
        """Write everything small."""
        store().save(self.project_id, documents=self.small_documents(), now=now())

    def start(self, *, locally: bool = False, keep: bool = False) -> Job:
        """Start the models in the background; a run that is still going is stopped.

        What an interrupted run had finished is taken from there. `locally` passes over the cluster,
        `keep` leaves complete results until the new ones are complete.
        """
        dataset, settings = _present(self.dataset), self.settings
        waits = keep and self.results is not None and not self.results.unfinished(settings.models)
        self.results = self.results if waits else None
        known = with_events(dataset, self.events, settings.horizon)

        def work(job: Job) -> None:
            mapper = processes() if locally else usual_mapper()
            with Batches(UNFINISHED, versions()) as kept:
                told = calibrated_results(known, settings, mapper=mapper, progress=job.step, kept=kept)
                for results in told:
                    if not (waits and results.unfinished(settings.models)):
                        self._take(results, job)

        return jobs().start(self.project_id, "Forecasting", work)

    def _start_anew(self, *, keep: bool = False) -> None:
        """Start the models on another question: the old answers leave the store too, unless they are kept.

        A restart must not show them under the new settings.
        """
        with self._taking:
            self.start(keep=keep)
            if self.results is None:
                project.forget_results(store(), self.project_id)


def _present(dataset: Dataset | None) -> Dataset:
    if dataset is None:
        raise StoreError("This project has no sales history yet; bring a file on the Data page.")
    return dataset


@st.cache_resource
def _open_workspaces() -> tuple[dict[str, Workspace], Lock]:
    return {}, Lock()


def create(name: str) -> Workspace:
    """Return a new, empty project."""
    project_id = store().create(name, now=now())
    return _remember(Workspace(project_id, name))


def discard(project_id: str) -> None:
    """Forget a project that nobody has seen."""
    _open_workspaces()[0].pop(project_id, None)
    store().delete(project_id)


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
        # One that is being forecast stays: a page that came back to it would wait for another object.
        idle = [name for name in held if name != workspace.project_id and not jobs().alive(name)]
        for name in idle[: max(0, len(held) - MOST_OPEN)]:
            del held[name]
    return workspace


def _loaded(project_id: str) -> Workspace:
    saved = store().load(project_id)
    workspace = Workspace(project_id, saved.name)
    opened = project.load(store(), project_id)
    if opened is None:
        return workspace
    documents = saved.documents
    repairs = tuple(Repair(rule) for rule in documents.get("repairs", []))
    return replace(
        workspace,
        dataset=with_repairs(opened.dataset, repairs),
        came=opened.dataset,
        repairs=repairs,
        workbench=project.load_comparison(store(), saved),
        reformulations=project.load_reformulations(store(), saved),
        import_report=opened.report,
        results=opened.results,
        settings=Settings.from_dict(documents["settings"]) if "settings" in documents else Settings(),
        decisions=project.decisions_from(documents),
        anomaly_notes=dict(documents.get(ANOMALY_NOTES, {})),
        events=from_rows(documents.get(EVENTS, [])),
        worth=tuple(Worth(**row) for row in documents.get(WORTH, [])),
        index_worth=tuple(IndexWorth(**row) for row in documents.get(INDEX_WORTH, [])),
    )
