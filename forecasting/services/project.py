"""A project in the store: its history, its results, and back again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from forecasting.paths import SamplePaths
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.findings import Decisions
from forecasting.services.limits import SharedLimits
from forecasting.services.order_view import OrderView
from forecasting.services.reasons import no_reasons
from forecasting.services.reformulate import Reformulations
from forecasting.services.workbench import Comparison
from forecasting.store.projects import Project, Store
from forecasting.value.business_case import CaseTerms
from forecasting.value.cost_lines import DEFAULT_COST_LINES, CostLine
from forecasting.value.data_costs import DataSource

PATHS = "paths:"
BENCH = "workbench_gains"
WAYS = "reformulation_gains"
# The documents and frames of what was compared beside the forecast.
COMPARISON = ("workbench", BENCH, "reformulations", WAYS)
RESULT_FRAMES = ("forecast", "backtest", "cumulative", "left_out", "evidence", "failures", "notes")


@dataclass(frozen=True)
class Opened:
    """What a saved project holds."""

    dataset: Dataset
    report: dict[str, Any]
    results: Results | None


def save_dataset(
    store: Store, project_id: str, dataset: Dataset, report: dict[str, Any], now: datetime
) -> None:
    """Save a history and how it was read."""
    store.save(project_id, documents=_told(dataset, report), frames=_tables(dataset), now=now)


def _told(dataset: Dataset, report: dict[str, Any]) -> dict[str, Any]:
    facts = {"name": dataset.name, "frequency": dataset.frequency, "sha256": dataset.sha256}
    return {"dataset": facts, "import": report}


def _tables(dataset: Dataset) -> dict[str, pd.DataFrame]:
    return {"sales": dataset.sales, "items": dataset.items, "future": dataset.future}


def save_results(store: Store, project_id: str, results: Results, now: datetime) -> None:
    """Save what the models have said so far; futures that this run has saved already stay as they are."""
    facts = {
        "run_id": results.run_id,
        "models": list(results.models),
        "scored": [c.isoformat() for c in results.scored],
        "seconds": dict(results.seconds),
        "assumptions": list(results.assumptions),
        "with_paths": list(results.paths),
        "failed": list(results.failed),
    }
    before = store.load(project_id).documents.get("results", {})
    # Futures change once more when their model has been tested and is calibrated.
    held = before.get("models", []) if before.get("run_id") == results.run_id else []
    frames = {name: getattr(results, name) for name in RESULT_FRAMES}
    fresh = {model: paths for model, paths in results.paths.items() if model not in held}
    frames |= {PATHS + model: paths_frame(paths) for model, paths in fresh.items()}
    store.save(project_id, documents={"results": facts}, frames=frames, now=now)


def replace_history(
    store: Store,
    project_id: str,
    dataset: Dataset,
    report: dict[str, Any],
    documents: Mapping[str, Any],
    now: datetime,
) -> None:
    """Save another history with the other documents, and forget what the old one led to: all or nothing."""
    stale = [n for n in store.load(project_id).frames if n in RESULT_FRAMES or n.startswith(PATHS)]
    store.save(
        project_id,
        documents=_told(dataset, report) | dict(documents),
        frames=_tables(dataset),
        forget=["results", *stale, *COMPARISON],
        now=now,
    )


def forget_results(store: Store, project_id: str) -> None:
    """Forget results that belong to an older history."""
    saved = store.load(project_id)
    stale = [n for n in saved.frames if n in RESULT_FRAMES or n.startswith(PATHS)]
    store.remove(project_id, [*stale, *(["results"] if "results" in saved.documents else [])])


def save_comparison(store: Store, project_id: str, found: Comparison, now: datetime) -> None:
    """Save the grid of the workbench."""
    facts = {
        "base": found.base,
        "origins": [c.isoformat() for c in found.origins],
        "unknown": found.unknown,
        "asked_of": dict(found.asked_of),
    }
    store.save(project_id, documents={"workbench": facts}, frames={BENCH: found.gains}, now=now)


def load_comparison(store: Store, saved: Project) -> Comparison | None:
    """Return the grid that a project holds; its single cycles are not kept."""
    if "workbench" not in saved.documents:
        return None
    facts = saved.documents["workbench"]
    origins = tuple(pd.Timestamp(c) for c in facts["origins"])
    gains = store.frame(saved.frames[BENCH])
    known = facts.get("asked_of", {})  # an earlier version did not keep it
    return Comparison(facts["base"], pd.DataFrame(), gains, origins, facts["unknown"], known)


def save_reformulations(store: Store, project_id: str, found: Reformulations, now: datetime) -> None:
    """Save what other ways to ask would have cost."""
    facts = {
        "group": found.group,
        "origins": [c.isoformat() for c in found.origins],
        "asked_of": dict(found.asked_of),
    }
    store.save(project_id, documents={"reformulations": facts}, frames={WAYS: found.gains}, now=now)


def load_reformulations(store: Store, saved: Project) -> Reformulations | None:
    """Return what other ways to ask would have cost, as far as a project holds it."""
    if "reformulations" not in saved.documents:
        return None
    facts = saved.documents["reformulations"]
    origins = tuple(pd.Timestamp(c) for c in facts["origins"])
    known = facts["asked_of"] if isinstance(facts["asked_of"], dict) else {}  # once a name of all of it
    return Reformulations(store.frame(saved.frames[WAYS]), facts["group"], origins, known)


def load(store: Store, project_id: str) -> Opened | None:
    """Return a saved project, or None when it has no history yet."""
    saved = store.load(project_id)
    if "dataset" not in saved.documents:
        return None
    frames = saved.frames
    facts = saved.documents["dataset"]
    dataset = Dataset(
        facts["name"],
        store.frame(frames["sales"]),
        store.frame(frames["items"]),
        store.frame(frames["future"]),
        facts["frequency"],
        facts["sha256"],
    )
    return Opened(dataset, saved.documents.get("import", {}), _results(store, saved.documents, frames))


def _results(store: Store, documents: dict[str, Any], frames: dict[str, str]) -> Results | None:
    if "results" not in documents:
        return None
    facts = documents["results"]
    forecast = store.frame(frames["forecast"])
    ds = pd.DatetimeIndex(np.sort(forecast["ds"].unique()))
    return Results(
        run_id=facts["run_id"],
        models=tuple(facts["models"]),
        forecast=forecast,
        paths={m: frame_paths(store.frame(frames[PATHS + m]), ds) for m in facts["with_paths"]},
        backtest=store.frame(frames["backtest"]),
        cumulative=store.frame(frames["cumulative"]),
        scored=tuple(pd.Timestamp(c) for c in facts["scored"]),
        seconds=facts["seconds"],
        assumptions=tuple(facts["assumptions"]),
        left_out=store.frame(frames["left_out"]),
        # A project saved by an older version has none of these.
        evidence=store.frame(frames["evidence"]) if "evidence" in frames else pd.DataFrame(),
        failures=store.frame(frames["failures"]) if "failures" in frames else no_reasons(),
        notes=store.frame(frames["notes"]) if "notes" in frames else no_reasons(),
        failed=tuple(facts.get("failed", ())),
    )


def paths_frame(paths: SamplePaths) -> pd.DataFrame:
    """Return sample paths as a frame: unique_id, then h1 … hH; a series' expectation, then its paths."""
    n, n_paths, horizon = paths.values.shape
    columns = [f"h{h}" for h in range(1, horizon + 1)]
    both = np.concatenate([paths.expectation().astype(np.float32)[:, None, :], paths.values], axis=1)
    frame = pd.DataFrame(both.reshape(n * (n_paths + 1), horizon), columns=columns)
    frame.insert(0, "unique_id", np.repeat(paths.unique_id, n_paths + 1))
    return frame


def frame_paths(frame: pd.DataFrame, ds: pd.DatetimeIndex) -> SamplePaths:
    """Return the sample paths a `paths_frame` holds; `ds` are the dates of its columns."""
    ids = frame["unique_id"].unique().astype(object)
    values = frame.drop(columns="unique_id").to_numpy(dtype=np.float32).reshape(len(ids), -1, len(ds))
    return SamplePaths(ids, ds, values[:, 1:], expected=values[:, 0].astype(np.float64))


def decisions_from(documents: Mapping[str, Any]) -> Decisions:
    """Return what the manager of a saved project had decided; projects of an earlier layout too."""
    saved = documents.get("decisions")
    if saved is None:  # layout before the terms of the business case were kept
        saved = {"quantities": documents.get("edits", {}), "cost_lines": documents.get("cost_lines", [])}
    lines = tuple(CostLine(**line) for line in saved["cost_lines"]) or DEFAULT_COST_LINES
    sources = tuple(DataSource(**source) for source in saved.get("sources", ()))
    return Decisions(
        dict(saved["quantities"]),
        lines,
        CaseTerms(**saved.get("terms", {})),
        sources,
        limits=SharedLimits(**saved.get("limits", {})),
        views=tuple(OrderView.from_dict(view) for view in saved.get("views", ())),
        **{name: saved[name] for name in ("reasons", "keep_below", "placed", "placed_at") if name in saved},
    )


def items_digest(dataset: Dataset) -> str:
    """Return what names the contents of an items table: any edit changes it."""
    return f"{int(pd.util.hash_pandas_object(dataset.items.astype(str)).sum()):x}"


def history_digest(dataset: Dataset) -> str:
    """Return what names a history and its items: another file, repair, driver or price changes it."""
    sales = dataset.sales
    sums = {str(name): float(sales[name].sum()) for name in sales.select_dtypes(["number", "bool"])}
    return f"{dataset.sha256} {len(sales)} {sums} {items_digest(dataset)}"
