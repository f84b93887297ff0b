"""The value page's parts: what is done today, the staircase, what moves the result, the audit."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.execution.jobs import duration
from forecasting.report.charts import tornado_chart, value_chart
from forecasting.report.columns import Column
from forecasting.report.tables import csv_bytes
from forecasting.report.value_columns import EFFECT_COLUMNS, ITEM_GAIN_COLUMNS, VALUE_COLUMNS
from forecasting.services.compute import feasible_settings, time_for
from forecasting.services.findings import Findings
from forecasting.services.judged import one_sided_sentences
from forecasting.services.questions import Answer
from forecasting.services.stairs import Worth
from forecasting.services.worth import (
    base_label,
    effects_table,
    item_gains,
    measure_of,
    over,
    replay_table,
    staircase_table,
)
from forecasting.value.period_case import folds_needed
from forecasting.value.practice import FORECASTS, Practice
from ui.feedback import show_chart, show_lines, show_table, theme
from ui.findings import under_now
from ui.sentences import as_text
from ui.server import workers
from ui.workspace import Workspace

SHOWN = ("step", "cost", "gain", "low", "high", "label", "fill_rate")


def show_staircase(found: Findings, worth: Worth) -> None:
    """Show the four steps, what each costs and saves."""
    table, currency = staircase_table(worth), found.settings.currency
    chart = value_chart(table, currency=currency, theme=theme(), over=over(worth))
    show_chart(chart, key="value_chart", wide=True)
    show_table(table, VALUE_COLUMNS, currency, key="value_table", columns=SHOWN)


def practice_controls(workspace: Workspace, worth: Worth) -> None:
    """Let the manager say how orders are made today; a change replays the past, nothing is fitted."""
    practice, period = workspace.settings.practice, workspace.settings.period
    named = {"auto": "the strongest simple one" if worth.stairs is None else _auto(worth)}
    with st.expander("What you do today", icon=":material/storefront:"):
        left, right = st.columns(2)
        forecast = left.selectbox(
            "Orders are based on",
            FORECASTS,
            FORECASTS.index(practice.forecast),
            format_func=lambda name: named.get(name) or base_label(name),
            key="practice_forecast",
            help="Your own plan needs a column manager_plan in the sales file.",
        )
        cover = right.number_input(
            f"The shelf is filled up to so many {period}s of it",
            0.0, 3650.0, practice.cover, 1.0, key="practice_cover", placeholder="not known",
            help="Left blank, the multiple that was cheapest at earlier dates is assumed.",
        )  # fmt: skip
    asked = Practice(forecast, cover or None)
    if asked != practice:
        workspace.change(replace(workspace.settings, practice=asked))
        st.rerun()


def _auto(worth: Worth) -> str:
    base = worth.stairs.base if worth.stairs else ""
    return f"the strongest simple one ({base_label(base).lower()})"


def offer_more_dates(workspace: Workspace, worth: Worth) -> None:
    """Offer to test on as many past dates as a yearly figure needs, where the history has them."""
    settings, dataset = workspace.settings, workspace.dataset
    wanted = folds_needed(settings.step, settings.days_per_period, worth.days, settings.folds)
    results = workspace.results
    if dataset is None or results is None or worth.stairs is None or wanted <= settings.folds:
        return
    if results.unfinished(settings.models):
        return
    try:
        possible = feasible_settings(dataset, replace(settings, folds=wanted))
    except ForecastingError:
        return
    if possible.folds < wanted:
        st.caption("The history is too short to test on enough past dates for a yearly figure.")
        return
    label = f"Test on {wanted} past dates for yearly figures and a range"
    lasts = time_for(results, possible.folds - settings.folds, workers())
    asked = st.button(label, key="more_dates")
    st.caption(
        f"The models run again, which takes {duration(lasts)} on this server by what they took so far. "
        "Until they are done this page keeps the figures it shows now."
    )
    if asked:
        workspace.change(possible)
        st.rerun()


def show_gains(found: Findings, worth: Worth) -> None:
    """Show the gain of every item in its parts, and the audit to download."""
    currency = found.settings.currency
    with st.expander("Forecast value by item", icon=":material/list:"):
        show_table(
            item_gains(worth), ITEM_GAIN_COLUMNS, currency, key="item_gains", columns=tuple(ITEM_GAIN_COLUMNS)
        )
        st.download_button(
            "Every item, block and step (CSV)",
            lambda: csv_bytes(replay_table(worth)),
            "replay.csv",
            "text/csv",
            key="download_replay",
            on_click="ignore",
        )


def show_tornado(workspace: Workspace, found: Findings, worth: Worth) -> None:
    """Show what the result hangs on, widest first."""
    currency, decisions = found.settings.currency, found.decisions
    middle, table = effects_table(worth, under_now(workspace, worth), decisions)
    if table.empty:
        return
    st.subheader("What the result hangs on")
    chart = tornado_chart(
        table, middle, currency=currency, theme=theme(), measure=measure_of(worth, decisions)
    )
    show_chart(chart, key="tornado", wide=True)
    show_lines(one_sided_sentences(middle, table, currency))
    with st.expander("The same in numbers"):
        show_table(table, EFFECT_COLUMNS, currency, key="effects")


def show_answer(answer: Answer, words: Mapping[str, Column], currency: str) -> None:
    """Show a question with its number; opened, the words and the table behind it."""
    with st.expander(f"**{as_text(answer.question)}** {as_text(answer.number)}"):
        st.text(answer.words)
        if len(answer.table):
            key = f"answer_{answer.question}"
            show_table(
                answer.table, words, currency, key=key, columns=tuple(c for c in words if c in answer.table)
            )
