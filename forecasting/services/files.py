"""The files of a backtest and of a plan: all of them or none."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from forecasting.errors import StoreError
from forecasting.evaluation.tasks import Mapper
from forecasting.execution.libraries import versions
from forecasting.execution.memory import give_back
from forecasting.report.content import ReportContent
from forecasting.report.parquet import write_parquet
from forecasting.report.pdf import pdf
from forecasting.report.spreadsheet import spreadsheet
from forecasting.report.tables import write_csv
from forecasting.report.web_page import web_page
from forecasting.services.choices import choice_table
from forecasting.services.compute import Results
from forecasting.services.content import report_content
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import Evaluation, scored_parts
from forecasting.services.findings import Findings
from forecasting.services.plan import chosen_forecast
from forecasting.services.reasons import problems
from forecasting.services.reformulate import Reformulations
from forecasting.services.reformulate_view import ways_frame
from forecasting.settings import Settings

# Written by some runs only: what an earlier run left would speak of this one.
SOMETIMES = ("problems.csv", "reformulations.csv")


class OutputFolder:
    """Files are written beside the target and moved in at the end, so nothing is left half-written."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __enter__(self) -> Path:
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self._draft = Path(tempfile.mkdtemp(prefix=".shelfwise-", dir=self.target.parent))
        except OSError as error:
            raise StoreError(f"Cannot write to {self.target}: {error.strerror}.") from error
        return self._draft

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self.target.mkdir(exist_ok=True)
                for name in SOMETIMES:
                    (self.target / name).unlink(missing_ok=True)
                for path in self._draft.iterdir():
                    path.replace(self.target / path.name)
        finally:
            shutil.rmtree(self._draft, ignore_errors=True)


def write_run(target: Path, findings: Findings, *, now: datetime, mapper: Mapper | None) -> None:
    """Write the files of a plan or, without a mapper that makes its reports, those of a backtest alone."""
    if findings.evaluation is None:
        raise AssertionError("complete results have been evaluated")
    with OutputFolder(target) as folder:
        write_ways(folder, findings.ways)
        if mapper is None:
            results, dataset, settings = findings.results, findings.dataset, findings.settings
            write_backtest(folder, results, findings.evaluation, dataset, settings)
        else:
            write_plan(folder, findings, now=now, mapper=mapper)


def write_ways(folder: Path, ways: Reformulations | None) -> None:
    """Write reformulations.csv, a row per way to ask the same decision, where they were compared."""
    if ways is not None:
        write_csv(ways_frame(ways), folder / "reformulations.csv")


def write_backtest(
    folder: Path, results: Results, evaluation: Evaluation, dataset: Dataset, settings: Settings
) -> None:
    """Write backtest.parquet, cumulative.parquet, scores.csv, leaderboard.csv, choice.csv and run.json.

    And problems.csv, when a model had no forecast of its own for some series.
    """
    for name in ("backtest", "cumulative"):
        rows = scored_parts(getattr(results, name), results, evaluation)
        write_parquet(rows, folder / f"{name}.parquet")
    write_csv(_sorted(evaluation.scores, ["model", "unique_id", "cutoff"]), folder / "scores.csv")
    write_csv(evaluation.leaderboard, folder / "leaderboard.csv")
    write_csv(choice_table(results, evaluation), folder / "choice.csv")
    wrong = problems(results.failures, results.notes)
    if len(wrong):
        write_csv(wrong, folder / "problems.csv")
    (folder / "run.json").write_text(json.dumps(run_record(results, evaluation, dataset, settings), indent=1))


REPORTS: Mapping[str, Callable[[ReportContent], bytes]] = {
    "report.xlsx": spreadsheet, "report.html": web_page, "report.pdf": pdf,
}  # fmt: skip


def write_plan(folder: Path, findings: Findings, *, now: datetime, mapper: Mapper = map) -> None:
    """Write what `write_backtest` does, forecast.csv, orders.csv and report.xlsx, .html and .pdf.

    `mapper` may have the reports made elsewhere while the other files are written here.
    """
    if findings.evaluation is None:
        raise AssertionError("complete results have been evaluated")
    content = report_content(findings, now=now)
    give_back()
    reports = mapper(_report, [(name, content) for name in REPORTS])
    results, dataset, settings = findings.results, findings.dataset, findings.settings
    write_backtest(folder, results, findings.evaluation, dataset, settings)
    give_back()
    forecast = chosen_forecast(results, findings.choice)
    write_csv(_sorted(forecast, ["unique_id", "ds"]), folder / "forecast.csv")
    write_csv(_sorted(findings.orders, ["unique_id"]), folder / "orders.csv")
    for name, report in zip(REPORTS, reports, strict=True):
        (folder / name).write_bytes(report)


def _report(job: tuple[str, ReportContent]) -> bytes:
    name, content = job
    give_back()  # what the models left in a worker: a large workbook needs the room
    return REPORTS[name](content)


def run_record(
    results: Results, evaluation: Evaluation, dataset: Dataset, settings: Settings
) -> Mapping[str, Any]:
    """Return what is needed to make the same numbers again, and how long they took."""
    live = evaluation.live_choice
    return {
        "run_id": results.run_id,
        "file": dataset.name,
        "data_sha256": dataset.sha256,
        "series": int(dataset.sales["unique_id"].nunique()),
        "rows": len(dataset.sales),
        "start": f"{dataset.sales['ds'].min():%Y-%m-%d}",
        "end": f"{dataset.sales['ds'].max():%Y-%m-%d}",
        "seed": settings.seed,
        "settings": settings.as_dict(),
        "cutoffs": [f"{c:%Y-%m-%d}" for c in results.scored],
        "versions": versions(),
        "seconds": {model: round(spent, 3) for model, spent in results.seconds.items()},
        "chosen": live["model"].value_counts().to_dict(),
        "left_out": results.left_out.to_dict("records"),
        "failures": len(results.failures),
        "stand_ins": len(results.notes),
        "assumptions": list(results.assumptions),
        "differ_from_accuracy_choice": evaluation.differ,
        "price_of_accuracy": evaluation.price_of_accuracy,
    }


def _sorted(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return frame.sort_values(by, ignore_index=True)
