"""What was chosen for a file of the same shape: started from, said on the page, forgotten when asked."""

from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from forecasting.ingest.options import ImportOptions
from forecasting.report.tables import day
from ui import server
from ui.reading import AUTO, ENCODING, QUARTERS, RULES
from ui.sentences import as_text
from ui.upload import Upload


@dataclass(frozen=True)
class Remembered:
    """The choices for the last file of a shape."""

    shape: str
    options: ImportOptions
    when: datetime


def recall(upload: Upload) -> Remembered | None:
    """Return what was chosen for the last file of this shape on this server, where it can be chosen again."""
    shape = upload.shape()
    found = server.store().choices(shape) if shape else None
    if shape is None or found is None:
        return None
    options = ImportOptions.from_dict(found[0])
    return Remembered(shape, options, found[1]) if upload.fits(options) else None


def remember(upload: Upload, options: ImportOptions) -> None:
    """Keep what was chosen for this file, but its first day, which the next one is asked for again."""
    shape = upload.shape()
    if shape is not None:
        chosen = replace(options, start=None).as_dict()
        server.store().remember_choices(shape, chosen, now=server.now())


def show_remembered(found: Remembered) -> None:
    """Say that the choices are those of an earlier file, which they are, and let them be forgotten."""
    left, right = st.columns([5, 1], vertical_alignment="center")
    rules = "; ".join(_rules(found.options))
    left.caption(
        f"A file with these columns was read on this server on {day(found.when)}; this one starts from the "
        f"same choices{f' ({as_text(rules)})' if rules else ''}. Correct what is wrong."
    )
    right.button(
        "Forget them", key="forget_choices", type="tertiary", on_click=_forget, args=(found.shape,),
        help="Read this file, and the next of its kind, by guess alone.",
    )  # fmt: skip


def _rules(options: ImportOptions) -> list[str]:
    standing = [(rule, getattr(options, rule.option) or AUTO) for rule in (*RULES, ENCODING, QUARTERS)]
    chosen = [(rule, value) for rule, value in standing if value != next(iter(rule.words))]
    return [f"{rule.label}: {rule.words.get(value, value)}" for rule, value in chosen]


def _forget(shape: str) -> None:
    server.store().forget_choices(shape)
