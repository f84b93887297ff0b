"""From files to a dataset: the sales history, and what is known about its items."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from forecasting.dates import calendar
from forecasting.errors import SettingsError, UnreadableFile
from forecasting.ingest.items import read_items
from forecasting.ingest.notes import ARBITRARY, counted
from forecasting.ingest.sales import ImportedSales, ImportOptions, import_sales
from forecasting.report.tables import day
from forecasting.services.compute import least_periods
from forecasting.services.dataset import Dataset
from forecasting.settings import usual_settings

Source = bytes | Path


def open_history(
    source: Source, *, name: str, options: ImportOptions, items: Source | None = None
) -> tuple[Dataset, dict[str, Any]]:
    """Return the dataset of a sales file (and of an items file, if any) and the import report."""
    content = contents(source)
    imported = import_sales(content, name=name, options=options)
    _require_answers(imported.report)
    dataset = as_dataset(imported, name=name, content=content)
    if items is None:
        return dataset, imported.report
    items_name = items.name if isinstance(items, Path) else "items"
    table, warnings = read_items(contents(items), name=items_name, series=imported.items)
    report = {**imported.report, "warnings": [*imported.report["warnings"], *warnings]}
    return Dataset(**{**vars(dataset), "items": table}), report


def _require_answers(report: dict[str, Any]) -> None:
    """Raise `SettingsError` where an answer is needed that nobody gave: the assumption is only an example."""
    for question in report["questions"]:
        if question["id"] in ARBITRARY:
            raise SettingsError(f"{question['question']} Say it with --{question['id']}.")


def span_in_words(report: Mapping[str, Any]) -> str:
    """Return to when a history reaches; one that is too short for a forecast says so, with what is needed."""
    start, end = pd.Timestamp(report["start"]), pd.Timestamp(report["end"])
    settings = usual_settings(report["frequency"])
    periods = len(calendar(start, end, report["frequency"]))
    least = least_periods(settings)
    if periods >= least:
        return f"to {day(end)}"
    return f"to {day(end)}: {counted(periods, settings.period)}, a forecast needs {least}"


def as_dataset(imported: ImportedSales, *, name: str, content: bytes) -> Dataset:
    """Return an imported file as a dataset, named by the hash of its bytes."""
    digest = hashlib.sha256(content).hexdigest()
    return Dataset(name, imported.sales, imported.items, imported.future, imported.frequency, digest)


def contents(source: Source) -> bytes:
    """Return the bytes of a file or of an upload."""
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(f"There is no file {source}.") from error
    except OSError as error:
        raise UnreadableFile(f"{source} cannot be read: {error.strerror}.") from error
