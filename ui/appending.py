"""New periods for the open project: what is new and what differs is shown before anything is joined."""

from dataclasses import replace
from typing import Any

import streamlit as st

from forecasting.ingest.options import ImportOptions
from forecasting.report.columns import Column
from forecasting.services.append import Comparison, Keep, appended_report, compare, joined
from forecasting.services.opening import as_dataset
from ui.answers import RULES, answer
from ui.data_costs import note_source
from ui.feedback import show_lines, show_table
from ui.fetched import source_of
from ui.opening import CHOICES, last_choices
from ui.sentences import as_text
from ui.state import go_to
from ui.upload import Upload
from ui.workspace import Workspace

KEEP: dict[Keep, str] = {"old": "Keep the project's units", "new": "Take the file's units"}
KEPT = {"old": "The project's units were kept.", "new": "The file's units were taken."}
COLUMNS = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "ds": Column("Period", "Its first day.", "date"),
    "before": Column("In the project", "Units sold, as the project has them.", "units"),
    "after": Column("In the file", "Units sold, as the file has them.", "units"),
    "y": Column("In the project", "Units sold, as the project has them.", "units"),
}


def append_form(project: Workspace, upload: Upload) -> None:
    """Compare a file with the open project and join the two when asked."""
    before, choices = project.raw, last_choices(project)
    if before is None or choices is None:
        return
    choices = _answered(upload, choices)
    if choices is None:
        st.info("Answer the question to see what the file adds.")
        return
    imported = upload.sales(choices)
    # What no row means was settled with the project's first file; a short one proves nothing by itself.
    gaps = project.import_report.get("gaps", imported.report["gaps"])
    if imported.report["gaps"] != gaps:
        imported = upload.sales(replace(choices, gaps=gaps))
    comparison = compare(before, as_dataset(imported, name=upload.name, content=upload.content), gaps=gaps)
    st.write(as_text(comparison.sentence))
    keep = _differences(comparison)
    show_lines(imported.report["warnings"])
    if not comparison.adds:
        st.info("The file says nothing that the project does not know already.")
    elif st.button("Add to this project", type="primary", key="append"):
        together = joined(comparison, keep)
        whose = f" {KEPT[keep]}" if len(comparison.changed) else ""
        said = f"Added from {upload.name}: {comparison.sentence}{whose}"
        report = appended_report(project.import_report, imported.report, together, said=said)
        project.open_dataset(together, {**report, CHOICES: choices.as_dict()}, project.settings)
        note_source(project, source_of(upload))
        go_to("forecast")


def _answered(upload: Upload, choices: ImportOptions) -> ImportOptions | None:
    """Return the choices with what this file leaves open answered; None while an answer is awaited."""
    for question in upload.sales(choices).report["questions"]:
        if question["id"] not in RULES:
            continue
        said = answer(question["id"], question["question"], key=f"append_{question['id']}_{upload.digest}")
        if said is None:
            return None
        settled: dict[str, Any] = {question["id"]: said}
        choices = replace(choices, **settled)
    return choices


def _differences(comparison: Comparison) -> Keep:
    """Show where file and project differ, and return whose units are kept."""
    keep: Keep = "old"
    if len(comparison.changed):
        keep = st.radio(
            "Where the units differ",
            list(KEEP),
            format_func=KEEP.__getitem__,
            key="append_keep",
            horizontal=True,
        )
        with st.expander(f"Units that differ ({len(comparison.changed):,})", expanded=True):
            show_table(comparison.changed, COLUMNS, "", key="append_changed")
    if len(comparison.missing):
        with st.expander(f"In the project but not in the file ({len(comparison.missing):,}): they stay"):
            show_table(comparison.missing, COLUMNS, "", key="append_missing")
    return keep
