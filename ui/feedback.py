"""What a page says back: progress, tiles, tables in a manager's words, the next step."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from forecasting.report.charts import ChartTheme, Figure
from forecasting.report.columns import Column, column_of, model_label
from forecasting.report.content import Tile
from ui.state import page_link
from ui.workspace import Workspace, jobs, stop

DELTA_COLOURS: dict[bool | None, Literal["green", "orange", "off"]] = {
    True: "green",
    False: "orange",
    None: "off",
}


def show_progress(workspace: Workspace) -> None:
    """Show the running job, if any, and let it be cancelled; the page refreshes itself at each result."""
    job = jobs().get(workspace.project_id)
    if job is None or (job.finished and not job.error):
        if workspace.results is None or set(workspace.results.models) < set(workspace.settings.models):
            _offer_to_continue(workspace)
        return
    if job.finished:
        st.warning(job.error)
        _offer_to_continue(workspace)
        return
    _live_progress(workspace, first_wait=workspace.results is None)


@st.fragment(run_every=0.3)
def _live_progress(workspace: Workspace, first_wait: bool) -> None:
    """Show how far the job is; the whole page runs again at the first forecast and at the end.

    Not at every stage: a rerun started by the server can collide with a click on
    another page. Results in between appear with the next click.
    """
    job = jobs().get(workspace.project_id)
    if job is None or job.finished or (first_wait and workspace.results is not None):
        st.rerun()
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.progress(min(job.share, 1.0), text=f"{job.stage} …")
    if right.button("Stop", key="stop_job", help="Keep what is ready and stop the rest."):
        stop(workspace.project_id)


def _offer_to_continue(workspace: Workspace) -> None:
    if st.button("Run the models", type="primary", key="run_models"):
        workspace.start()
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
        )


def column_words(frame: pd.DataFrame, words: Mapping[str, Column], currency: str) -> dict[str, Any]:
    """Return the column configuration of a table: label, tooltip and number format per column."""
    formats = {
        "money": f"%.2f {currency}",
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
            config[name] = st.column_config.NumberColumn(
                column.label, help=column.help or None, format=formats.get(column.kind)
            )
    return config


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with as many decimals as a manager reads; exports keep them all."""
    shares = [c for c in frame.columns if c.startswith(("wape", "bias", "wql", "coverage", "stockout_risk"))]
    return frame.round(dict.fromkeys(frame.select_dtypes("number").columns.difference(shares), 2)).round(
        dict.fromkeys(shares, 3)
    )


def show_table(
    frame: pd.DataFrame, words: Mapping[str, Column], currency: str, *, key: str, columns: Sequence[str] = ()
) -> None:
    """Show a read-only table in a manager's words; `columns` picks and orders them."""
    shown = readable(frame[[c for c in columns if c in frame]] if columns else frame)
    if "model" in shown:
        shown = shown.assign(model=shown["model"].map(model_label))
    st.dataframe(shown, hide_index=True, key=key, column_config=column_words(shown, words, currency))


def show_chart(figure: Figure, *, key: str) -> None:
    """Show a chart in its own colours, not in streamlit's template."""
    st.plotly_chart(figure, theme=None, key=key)


def theme() -> ChartTheme:
    """Return the scheme the visitor sees: light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def next_step(page: str, label: str) -> None:
    """Show the one next step of a page."""
    st.divider()
    page_link(page, f"Next: {label}", ":material/arrow_forward:")
