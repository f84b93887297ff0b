"""The filter that history and market share: groups, series, a pasted list; it stays over page switches."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from forecasting.history.growth import lengths
from forecasting.history.panel import Panel
from forecasting.services.dataset import Dataset
from forecasting.services.history_view import length_in_words
from forecasting.services.past import ALL, Past
from forecasting.services.scope import Scope, group_columns, scope_in_words, scope_of_choice
from ui.sentences import as_text

MOST_GROUPS = 3  # lists side by side
SERIES = "history_series"
MOST_LISTED = 2_000  # names in a list; beyond it a pasted code finds them
KEPT = "scope_kept"  # what was chosen, by control


def _remembered(key: str, otherwise: Any) -> Any:
    """Return the value of a control, on whichever page it was set.

    Streamlit keeps a control for the page it stands on; these stand on two.
    """
    return st.session_state.get(key, st.session_state.get(KEPT, {}).get(key, otherwise))


def _keep(key: str, value: Any) -> Any:
    """Remember the value of a control for the other page, and return it."""
    st.session_state.setdefault(KEPT, {})[key] = value
    return value


def one_of(label: str, options: Sequence[str], *, key: str, **look: Any) -> str:
    """Return one choice that both pages share; the first where the last one is not there any more."""
    last = _remembered(key, options[0])
    st.session_state[key] = last if last in options else options[0]
    return str(_keep(key, st.selectbox(label, options, key=key, **look)))


def _some_of(label: str, options: Sequence[str], *, key: str, placeholder: str) -> list[str]:
    st.session_state[key] = [v for v in _remembered(key, []) if v in options]
    return list(_keep(key, st.multiselect(label, options, key=key, placeholder=placeholder)))


def scope_control(past: Past, dataset: Dataset, currency: str) -> Scope:
    """Return the series a visitor looks at, and show the scope line that says which they are."""
    line = st.empty()
    with st.expander("Filter: groups, items, a pasted list of codes"):
        scope = _filters(past.attributes)
    line.caption(as_text(scope_in_words(scope, dataset, currency)))
    if scope.unknown:
        st.warning(as_text(f"No series is called {', '.join(scope.unknown[:10])}."))
    if not scope.unique_ids:
        st.info("No series fits this filter; take a part of it away.")
        st.stop()
    return scope


def _filters(attributes: pd.DataFrame) -> Scope:
    groups = group_columns(attributes)[:MOST_GROUPS]
    chosen = {}
    for column, place in zip(groups, st.columns(max(len(groups), 1)), strict=False):
        with place:
            values = sorted(v for v in attributes[column].unique() if v)
            label = as_text(column.capitalize())
            chosen[column] = _some_of(label, values, key=f"scope_{column}", placeholder="all")
    left, right = st.columns(2)
    with left:
        names = list(attributes.index[:MOST_LISTED])
        items = _some_of("Items", names, key="scope_items", placeholder="all; type to search")
    st.session_state["scope_codes"] = _remembered("scope_codes", "")
    pasted = right.text_area(
        "Paste codes", key="scope_codes", height=80,
        placeholder="one a line, or separated by commas; names, codes, parts of a name",
    )  # fmt: skip
    return scope_of_choice(attributes, chosen, items, str(_keep("scope_codes", pasted)))


def length_control(panel: Panel) -> int:
    """Return how many of the latest periods to look at."""
    key, options = "history_length", lengths(panel)
    last = _remembered(key, options[-1])
    st.session_state[key] = last if last in options else options[-1]
    chosen = st.segmented_control(
        "Look at the last", options, key=key, required=True,
        format_func=lambda n: length_in_words(n, panel.frequency),
    )  # fmt: skip
    return int(_keep(key, chosen or options[-1]))


def series_in_scope(scope: Scope) -> str:
    """Return the series of the scope to look at, or all of them together."""
    return one_of("Series", [ALL, *scope.unique_ids], key=SERIES, help="Type to search.")


def look_at(series: str) -> None:
    """Set the series that history looks at; for callbacks, before the page is drawn."""
    st.session_state[SERIES] = series


def narrow_to(column: str, value: str, attributes: pd.DataFrame) -> None:
    """Set the filter to one group, or to one series (column ''); for callbacks, before the page is drawn."""
    listed = group_columns(attributes)[:MOST_GROUPS]
    # A group without a list of its own is found as a pasted code is: by any attribute, in full.
    key = "scope_items" if not column else f"scope_{column}" if column in listed else "scope_codes"
    _keep(key, value if key == "scope_codes" else [value])
    st.session_state[key] = st.session_state[KEPT][key]
