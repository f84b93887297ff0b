"""What people know, on screen: the calendar to edit, what the data propose, and what a plan would change."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.history.effects import Effects
from forecasting.history.events import KINDS, STATUSES, Event, Status
from forecasting.history.proposals import Proposal
from forecasting.report.columns import DRIVER_COLUMNS
from forecasting.services.driver_worth import with_worth
from forecasting.services.drivers import (
    candidates_of,
    decided,
    edited_events,
    effects_table,
    event_notes,
    events_table,
    proposals,
)
from forecasting.services.findings import Findings
from forecasting.services.past import Past
from forecasting.services.what_if import Plan, as_planned, what_if
from ui.drill import linked_table, series_links
from ui.feedback import show_lines, show_side_job, show_table
from ui.older import say_if_older
from ui.past import effects_of_part, whole_past
from ui.sentences import show_refusal
from ui.workspace import Workspace

EFFECTS = (
    "name", "who", "seen", "series", "effect", "low", "high", "money", "worth", "worth_low", "worth_high",
    "verdict", "problem",
)  # fmt: skip
PLANNED = (
    "unique_id", "units_before", "units", "units_low", "units_high", "order_before", "order",
    "revenue_change", "margin_change", "margin_low", "margin_high",
)  # fmt: skip
WORDS = 620  # px for what is proposed, so that the answers stand under each other; on a phone below it
WHO, WHY = "proposal_who", "proposal_why"
GENERATION = "events_generation"
SHOWN, TYPED = "events_shown", "events_typed"  # the table an editor started from; what stands in it by now
# The status before the reasons: a long one would push it off a laptop's screen.
CALENDAR = ("name", "kind", "start", "end", "where", "price", "status", "who", "why")


def calendar_tab(workspace: Workspace) -> None:
    """Let a person write down what they know; saving makes the models see it."""
    st.caption(
        "One line for each time something happens. Past dates teach the effect, future dates use it: give "
        "the same name every year. A closure means nothing is sold; a price is a plan for the selling price."
    )
    key = _calendar_key(workspace)
    if key not in st.session_state:  # drawn for the first time, or again after another tab or page
        typed = st.session_state.get(TYPED, ("", None))
        st.session_state[SHOWN] = typed[1] if typed[0] == key else events_table(workspace.events)
    edited = st.data_editor(
        st.session_state[SHOWN], num_rows="dynamic", hide_index=True, key=key, column_config=_columns(),
        column_order=CALENDAR, placeholder="",
    )  # fmt: skip
    # An editor that is not drawn forgets what was typed; a look at the effects must not cost it.
    st.session_state[TYPED] = (key, edited)
    if workspace.dataset is not None:
        show_lines(list(event_notes(workspace.dataset, workspace.events)))
    if st.button("Save and forecast again", type="primary", key="save_events"):
        try:
            workspace.plan_events(edited_events(edited))
            st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1
            st.rerun()
        except ForecastingError as error:
            show_refusal(error)


def _columns() -> dict[str, Any]:
    words = {name: DRIVER_COLUMNS[name] for name in events_table(()).columns}
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(w.label, help=w.help) for name, w in words.items()
    }
    config["kind"] = st.column_config.SelectboxColumn("Kind", options=list(KINDS), default="promotion")
    config["status"] = st.column_config.SelectboxColumn("Status", options=list(STATUSES), default="accepted")
    for name in ("start", "end"):
        config[name] = st.column_config.DateColumn(
            words[name].label, help=words[name].help, format="D MMM YYYY"
        )
    config["price"] = st.column_config.NumberColumn("Price", help=words["price"].help, min_value=0.0)
    return config


def features_tab(workspace: Workspace, past: Past) -> None:
    """Show every feature with its measured effect and worth; proposals to accept or reject."""
    proposed = proposals(past, workspace.events, workspace.settings)
    candidates = candidates_of(workspace.events, proposed)
    table = _effects(workspace, past, candidates)
    if table.empty:
        st.info("Nothing is on or off in the file, and the data propose nothing; write down what you know.")
        return
    told = with_worth(table, workspace.worth, candidates)
    # Money without prices, worth before the test: empty columns would push the reasons off the screen.
    columns = [c for c in EFFECTS if told[c].replace("", None).notna().any()]
    show_table(told, DRIVER_COLUMNS, workspace.settings.currency, key="effects", columns=columns)
    dataset = workspace.dataset
    if workspace.worth and dataset is not None:
        say_if_older(workspace.worth[0].asked_of, dataset, workspace.settings)
    st.caption(
        "Effects are associations with 95 % intervals. Columns of the file have the effect the History page "
        "shows, events and proposals what they add to it. Worth: the same model and dates, with it and "
        "without; what a price or another column tells as well, counts as known without it (the workbench "
        "leaves out all columns together too)."
    )
    _decide(workspace, proposed)
    if show_side_job(workspace.worth_job):
        return
    of_file = list(told.loc[~told["name"].isin(list(candidates)), "column"])
    if (candidates or of_file) and st.button(
        "Test what they are worth", icon=":material/science:", key="test_worth"
    ):
        workspace.test_worth(candidates, of_file)
        st.rerun()


def _decide(workspace: Workspace, proposed: Sequence[Proposal]) -> None:
    """Show every proposal to accept or reject, with who decides and why: both are kept with it."""
    if not proposed:
        return
    left, right = st.columns([1, 2])
    left.text_input("Who decides", key=WHO, placeholder="your name", max_chars=80)
    right.text_input(
        "What you know about it", key=WHY, max_chars=300,
        placeholder="kept with the next proposal you accept or reject",
    )  # fmt: skip
    for place, proposal in enumerate(proposed):
        choices: tuple[tuple[Status, str], ...] = (("accepted", "Accept"), ("rejected", "Reject"))
        row = st.container(horizontal=True, vertical_alignment="center")
        row.text(f"{proposal.name}: {proposal.why} ({len(proposal.dates)} days).", width=WORDS)
        for status, label in choices:
            row.button(
                label,
                key=f"{status}_{place}",
                type="tertiary",
                on_click=_take,
                args=(workspace, proposal, status),
            )


def _take(workspace: Workspace, proposal: Proposal, status: Status) -> None:
    """Keep a decision; what was said of it is said of no other, and what is being typed stays."""
    after = decided(
        workspace.events, proposal, status, st.session_state.get(WHO, ""), st.session_state.get(WHY, "")
    )
    before, new = _calendar_key(workspace), after[len(workspace.events) :]
    workspace.plan_events(after)
    st.session_state[WHY] = ""
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1
    key, typed = st.session_state.get(TYPED, ("", None))
    if key == before and len(typed):
        both = pd.concat([typed, events_table(new)], ignore_index=True)
        st.session_state[TYPED] = (_calendar_key(workspace), both)


def _calendar_key(workspace: Workspace) -> str:
    return f"events_{workspace.project_id}_{st.session_state.get(GENERATION, 0)}"


def _effects(workspace: Workspace, past: Past, candidates: Mapping[str, tuple[Event, ...]]) -> pd.DataFrame:
    events = [event for group in candidates.values() for event in group]
    own = effects_of_part(workspace, past)
    return _measured(f"{workspace.history_key()} {events}", workspace, tuple(events), own)


@st.cache_resource(max_entries=8, show_spinner="Measuring effects")
def _measured(key: str, _workspace: Workspace, _events: tuple[Event, ...], _own: Effects) -> pd.DataFrame:
    del key
    if _workspace.dataset is None:
        raise AssertionError("callers have checked that there is a history")
    return effects_table(_workspace.dataset, list(_events), _workspace.settings.horizon, _own)


@st.cache_resource(max_entries=4, show_spinner=False)
def _planned(key: str, _found: Findings, _events: tuple[Event, ...]) -> Findings:
    """Return findings with the calendar's events; not laid out anew at every turn of a control."""
    del key
    return as_planned(_found, _events)


def what_if_tab(workspace: Workspace, found: Findings) -> None:
    """Let a manager change price or promotion ahead and see units, orders and money move."""
    found = _planned(f"{workspace.key()} {workspace.events}", found, workspace.events)
    past = whole_past(workspace.key_of_history(found.dataset), found.dataset)
    names = sorted(found.choice["unique_id"])
    ids = st.multiselect("Series", names, default=names[:1], key="plan_series", persist_state="session")
    first, last = found.results.forecast["ds"].min().date(), found.results.forecast["ds"].max().date()
    left, middle, right = st.columns(3)
    days = left.date_input(
        "Days", (first, min(last, first + timedelta(days=6))), first, last, key="plan_days"
    )
    price = middle.slider("Price", -0.5, 0.5, 0.0, 0.05, key="plan_price", format="percent",
                          help="Change of the selling price on these days.")  # fmt: skip
    switches = ["", *past.panel.switches]
    switch = right.selectbox("Put on", switches, format_func=lambda s: s or "nothing", key="plan_switch",
                             help="A promotion or event whose effect the history shows.")  # fmt: skip
    if not ids or not isinstance(days, tuple) or len(days) < 2:
        st.info("Choose at least one series, and the first and last day of the plan.")
        return
    if price == 0 and not switch:
        st.info("Change the price or put something on to see units, orders and money move.")
        return
    _outcome(workspace, past, found, (tuple(ids), days, price, switch))


def _outcome(
    workspace: Workspace,
    past: Past,
    found: Findings,
    asked: tuple[tuple[str, ...], tuple[date, ...], float, str],
) -> None:
    ids, days, price, switch = asked
    try:
        effects = effects_of_part(workspace, past, found.dataset)
        outcome = what_if(found, effects, Plan(ids, days[0], days[1], price, switch))
    except ForecastingError as error:
        show_refusal(error)
        return
    show_lines(list(outcome.sentences(workspace.settings.currency)))
    currency = workspace.settings.currency
    row = linked_table(outcome.table, DRIVER_COLUMNS, currency, key="plan_table", columns=PLANNED)
    series_links(row, key="plan", invite="Click a row to look at its series.")
    show_lines(list(outcome.basis))
