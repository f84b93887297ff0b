"""What one open project knows, and the names of what follows from it; nothing here changes anything."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from forecasting.history.events import Event
from forecasting.history.health.repairs import Repair
from forecasting.services import project
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.driver_worth import Worth
from forecasting.services.drivers import event_notes
from forecasting.services.findings import Decisions
from forecasting.services.health import repair_notes
from forecasting.services.index_view import IndexWorth
from forecasting.services.reformulate import Reformulations
from forecasting.services.workbench import Comparison
from forecasting.settings import Settings


@dataclass
class Known:
    """What one project knows; pages read it."""

    project_id: str
    name: str
    dataset: Dataset | None = None
    settings: Settings = field(default_factory=Settings)
    import_report: dict[str, Any] = field(default_factory=dict)
    results: Results | None = None
    decisions: Decisions = field(default_factory=Decisions)
    anomaly_notes: dict[str, str] = field(default_factory=dict)  # of `history_view.note_key`
    events: tuple[Event, ...] = ()  # what people know beside the file
    worth: tuple[Worth, ...] = ()  # what features save in backtest money, as last tested
    index_worth: tuple[IndexWorth, ...] = ()  # what external series are worth, each as last tested
    repairs: tuple[Repair, ...] = ()
    came: Dataset | None = None  # the history as it came, where repairs changed it
    workbench: Comparison | None = None
    reformulations: Reformulations | None = None

    @property
    def raw(self) -> Dataset | None:
        """Return the history as it came, before any repair."""
        return self.came or self.dataset

    def key(self) -> str:
        """Return what names the numbers worked out: data, results so far and every setting."""
        items = project.items_digest(self.dataset) if self.dataset else ""
        planned = [asdict(event) for event in self.events if event.status == "accepted"]
        return _digest([self.results_key(), items, self.settings.as_dict(), planned])

    def history_key(self) -> str:
        """Return what names the history itself, whatever the models or costs."""
        return self.key_of_history(self.dataset)

    def key_of_history(self, dataset: Dataset | None) -> str:
        """Return what names a history of this project: the one models see, or the one that came."""
        return _digest([self.project_id, project.history_digest(dataset) if dataset else ""])

    def report_key(self) -> str:
        """Return what names a report: the numbers and what the manager decided."""
        return _digest([self.key(), self.name, asdict(self.decisions)])

    def results_key(self) -> str:
        """Return what names the results so far, whatever the costs."""
        results = self.results
        so_far: list[Any] = []
        if results:
            # A batch lost to a dead worker may be there the next time, under the same run_id.
            troubles = (results.failures, results.notes, results.left_out)
            so_far = [results.run_id, list(results.models), len(results.paths), *map(len, troubles)]
        return _digest([self.project_id, self.dataset.sha256 if self.dataset else "", so_far])

    def notes(self) -> tuple[str, ...]:
        """Return what a reader of any number must know of the data: how read, repaired and added to."""
        told = event_notes(self.dataset, self.events) if self.dataset else ()
        return (*self.import_report.get("warnings", ()), *repair_notes(self.repairs), *told)

    @property
    def bench_key(self) -> str:
        """Return the key of the workbench's job; the forecast has another."""
        return f"{self.project_id} workbench"

    @property
    def worth_job(self) -> str:
        """Return the key of the job that tests what features are worth."""
        return f"{self.project_id}:worth"

    @property
    def index_job(self) -> str:
        """Return the key of the job that tests what an external series is worth."""
        return f"{self.project_id}:index"

    def worth_of_index(self, name: str) -> IndexWorth | None:
        """Return what an external series was worth when it was last tested, or None."""
        return next((worth for worth in self.index_worth if worth.name == name), None)

    def small_documents(self) -> dict[str, Any]:
        """Return everything small, as the store keeps it."""
        return {
            "settings": self.settings.as_dict(),
            "decisions": asdict(self.decisions),
            "repairs": [repair.rule for repair in self.repairs],
        }


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
