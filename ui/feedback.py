"""What a page says back: progress, tiles, tables in a manager's words, the next step."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
import streamlit as st

from forecasting.errors import ClusterError
from forecasting.execution.jobs import Job
from forecasting.report.charts import ChartTheme, Figure
from forecasting.report.columns import ACCURACY_COLUMNS, Column, column_of, model_label
from forecasting.report.content import Tile
from forecasting.services.compute import Results
from forecasting.services.findings import unlike_asked
from forecasting.services.reasons import in_short, problems
from ui.sentences import as_text
from ui.server import jobs
from ui.state import page_link
from ui.workspace import Workspace, stop

STOP = "Keep what is ready and stop the rest."
STOPPING = "Stopping: the batch under way is finished first …"

DELTA_COLOURS: dict[bool | None, Literal["green", "orange", "off"]] = {
    True: "green",
    False: "orange",
    None: "off",
}

PROBLEM_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "cutoff": Column("Standing at", "The last date the model could see.", "date"),
}


DECIMALS = {"units": 1, "periods": 1, "percent": 3, "count": 0}  # a share of 0.125 reads 12.5 %
MOST_WHOLE = 15  # rows of a table that is shown whole
LONGEST_CELL = 110  # letters
ROW_HEIGHT, HEADING_HEIGHT = 35, 38  # px, streamlit's own


def show_progress(workspace: Workspace) -> None:
    """Show the running job, if any, and let it be cancelled; the page refreshes itself at each result."""
    job = jobs().get(workspace.project_id)
    if job is None or (job.finished and not job.error):
        if workspace.results is None or unlike_asked(workspace.results, workspace.settings):
            _offer_to_continue(workspace)
        return
    if job.finished:
        st.warning(job.error)
        _offer_to_continue(workspace, locally=isinstance(job.failure, ClusterError))
        return
    _live_progress(workspace, drawn=tested_in(workspace))


def tested_in(workspace: Workspace) -> int | None:
    """Return how many of the asked models have been tested so far; None before the first forecast."""
    results = workspace.results
    return None if results is None else results.tested(workspace.settings.models)


@st.fragment(run_every=0.3)
def _live_progress(workspace: Workspace, drawn: int | None) -> None:
    """Show how far the job is; the whole page runs again at the first forecast and at the end.

    Not at every stage: a rerun started by the server can collide with a click on
    another page. What has come since the page was drawn (`drawn` models) is offered as a button.
    """
    job, tested = jobs().get(workspace.project_id), tested_in(workspace)
    if job is None or job.finished or (drawn is None and tested is not None):
        st.rerun()
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.progress(min(job.progress.share, 1.0), text=_words(job))
    if right.button("Stop", key="stop_job", help=STOP, disabled=job.cancelled):
        stop(workspace.project_id)
    if drawn is not None and tested is not None and tested > drawn:
        label = f"{tested} of {len(workspace.settings.models)} models are tested by now: use them"
        if st.button(label, key="newer_results", icon=":material/refresh:"):
            st.rerun()


def _words(job: Job) -> str:
    """Return how far a job is; a batch under way cannot be broken off, so a stop is answered at once here."""
    return STOPPING if job.cancelled else f"{as_text(job.progress.words())} …"


def show_side_job(key: str) -> bool:
    """Show a background job beside the forecast's; return whether it still runs. An error is said."""
    job = jobs().get(key)
    if job is not None and not job.finished:
        _side_progress(key)
        return True
    if job is not None and job.error:
        st.warning(as_text(job.error))
    return False


@st.fragment(run_every=0.5)
def _side_progress(key: str) -> None:
    job = jobs().get(key)
    if job is None or job.finished:
        st.rerun()
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.progress(min(job.progress.share, 1.0), text=_words(job))
    if right.button("Stop", key=f"stop_{key}", help=STOP, disabled=job.cancelled):
        job.cancel()


def _offer_to_continue(workspace: Workspace, *, locally: bool = False) -> None:
    label = "Run on this computer" if locally else "Run the models"
    unlike = unlike_asked(workspace.results, workspace.settings) if workspace.results else ""
    if unlike and not locally:
        st.warning(f"The run was interrupted; {unlike}")
        label = "Continue"
    if st.button(label, type="primary", key="run_models"):
        workspace.start(locally=locally, keep=True)
        st.rerun()


def show_tiles(tiles: Sequence[Tile]) -> None:
    """Show at most four numbers, each beside its baseline."""
    for column, tile in zip(st.columns(len(tiles)), tiles, strict=True):
        column.metric(
            tile.label,
            tile.value,
            delta=tile.baseline or None,
            delta_color=DELTA_COLOURS[tile.good],
            delta_arrow="off",
            help=tile.help or None,
            border=True,
            height="stretch",
        )


def column_words(frame: pd.DataFrame, words: Mapping[str, Column], currency: str) -> dict[str, Any]:
    """Return the column configuration of a table: label with its unit, tooltip and number format."""
    formats = {
        "money": "accounting",
        "percent": "percent",
        "units": "localized",
        "periods": "localized",
        "ratio": "%.2f",
        "count": "localized",
    }
    config: dict[str, Any] = {}
    for name in frame.columns:
        column = column_of(name, words, numeric=pd.api.types.is_numeric_dtype(frame[name]))
        if column.kind == "text":
            config[name] = st.column_config.TextColumn(column.label, help=column.help or None)
        elif column.kind == "date":
            config[name] = st.column_config.DateColumn(column.label, help=column.help, format="D MMM YYYY")
        else:
            unit = f" ({currency})" if column.kind == "money" and currency else ""
            config[name] = st.column_config.NumberColumn(
                column.label + unit, help=column.help or None, format=formats.get(column.kind)
            )
    return config


def readable(frame: pd.DataFrame, words: Mapping[str, Column]) -> pd.DataFrame:
    """Return a table with as many decimals as a manager reads; exports keep them all."""
    numbers = [str(name) for name in frame.select_dtypes("number").columns]
    kinds = {name: column_of(name, words, numeric=True).kind for name in numbers}
    rounded = frame.round({name: DECIMALS.get(kind, 2) for name, kind in kinds.items()})
    return rounded.assign(**{name: rounded[name] + 0 for name in numbers})  # −0.0 would read −0 %


def show_table(
    frame: pd.DataFrame,
    words: Mapping[str, Column],
    currency: str,
    *,
    key: str,
    columns: Sequence[str] = (),
    chips: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> None:
    """Show a read-only table in a manager's words; `columns` picks and orders them.

    `chips` names columns of few words and the colour of each word.
    """
    shown = readable(frame[[c for c in columns if c in frame]] if columns else frame, words)
    if "model" in shown:
        shown = shown.assign(model=shown["model"].map(model_label))
    # A little more than what is shown without scrolling would hide its last rows for nothing.
    whole = 10 <= len(shown) <= MOST_WHOLE
    height: int | Literal["auto"] = ROW_HEIGHT * len(shown) + HEADING_HEIGHT if whole else "auto"
    worded = column_words(shown, words, currency)
    for name, colours in chips.items():
        column = column_of(name, words, numeric=False)
        shown = shown.assign(**{name: shown[name].map(lambda value: [value])})
        worded[name] = st.column_config.MultiselectColumn(
            column.label, help=column.help, options=list(colours), color=list(colours.values())
        )
    st.dataframe(shown, hide_index=True, key=key, height=height, column_config=worded, placeholder="–")


def show_problems(results: Results) -> None:
    """Show which series a model could not forecast by itself, and why; nothing when it could."""
    table = problems(results.failures, results.notes)
    if table.empty:
        return
    with st.expander(f"{in_short(results.failures, results.notes)}: which, and why"):
        show_table(table, {**ACCURACY_COLUMNS, **PROBLEM_COLUMNS}, "", key="problems")


def show_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    """Show label and line side by side, as they stand in the report; notes as sentences under them."""
    table = pd.DataFrame([p for p in pairs if p[0] != "Note"], columns=["What", "How much"])
    if (table["How much"].str.len() > LONGEST_CELL).any():  # a cell would hide its end
        for label, text in pairs:
            st.markdown(f"**{as_text(label)}:** {as_text(text)}")
        return
    height = ROW_HEIGHT * len(table) + HEADING_HEIGHT
    st.dataframe(table, hide_index=True, height=height)
    show_lines([line for label, line in pairs if label == "Note"])


def show_lines(lines: Sequence[str]) -> None:
    """Show sentences that may hold names from a file, one bullet each: as they are, never as markup."""
    if lines:
        st.text("\n".join(f"• {line}" for line in lines))


def show_chart(figure: Figure, *, key: str, wide: bool = False) -> None:
    """Show a chart in its own colours, not in streamlit's template.

    A `wide` chart has names or amounts beside its marks: on a phone it keeps its width, scrolls and says so.
    Lines over time are not: cut off, they would open on the oldest days.
    """
    with st.container(key=f"wide_{key}" if wide else None):
        st.plotly_chart(figure, theme=None, key=key)


def theme() -> ChartTheme:
    """Return the scheme the visitor sees: light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def next_step(page: str, label: str) -> None:
    """Show the one next step of a page."""
    st.divider()
    page_link(page, f"Next: {label}", ":material/arrow_forward:")
