"""What happens to a left-over and to a missed sale, what both cost, and whether it is known well enough."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.situations import Leftover, Missed
from forecasting.services.cost_view import (
    ROBUST_COLUMNS,
    SITUATION_COLUMNS,
    has_ranges,
    robust_in_words,
    robust_orders,
    situation_table,
    situations_in_words,
    unanswered,
)
from forecasting.services.findings import Findings
from ui.feedback import show_lines, show_table
from ui.sentences import show_refusal
from ui.workspace import Workspace

LEFTOVERS: dict[Leftover, str] = {
    "carry_over": "It is kept for the next cycle",
    "perishable": "It is written off at the end of the cycle",
}
MISSED: dict[Missed, str] = {
    "lost": "The sale is lost",
    "backorder": "Delivered later, at a cost per unit",
    "backorder_per_day": "Delivered later, at a cost per unit and day",
}


def what_mistakes_cost(workspace: Workspace, found: Findings) -> None:
    """Ask the two questions every unit cost hangs on, and show both costs and what they imply."""
    _questions(workspace)
    table = situation_table(found.orders)
    if table.empty:
        st.info("No line has both of its costs; see the problems named above.")
        return
    show_table(table, SITUATION_COLUMNS, found.settings.currency, key="situations")
    show_lines(situations_in_words(table))
    _doubts(workspace, found)


def _questions(workspace: Workspace) -> None:
    dataset, costs, currency = workspace.dataset, workspace.settings.costs, workspace.settings.currency
    if dataset is None:
        return
    count, places = len(dataset.series), st.columns(4)
    left = unanswered(dataset, "leftover")
    leftover = places[0].selectbox(
        "What happens to a unit left over?", list(LEFTOVERS), list(LEFTOVERS).index(costs.leftover),
        format_func=LEFTOVERS.__getitem__, key="leftover", disabled=left == 0,
        help=f"For {left} of {count} series; the others say it themselves (leftover, shelf_life).",
    )  # fmt: skip
    missed_by = unanswered(dataset, "missed_sale")
    missed = places[1].selectbox(
        "And to a missed sale?", list(MISSED), list(MISSED).index(costs.missed_sale),
        format_func=MISSED.__getitem__, key="missed_sale", disabled=missed_by == 0,
        help=f"For {missed_by} of {count} series; the others say it themselves (missed_sale).",
    )  # fmt: skip
    holding = places[2].number_input(
        "Holding, % of cost a year", 0.0, 200.0, round(costs.holding_rate * 100, 4), 1.0, key="holding",
        help="Interest, room, loss; 20 to 30 % is usual. Where an item gives none (holding_rate).",
    )  # fmt: skip
    owed = costs.backorder_cost
    if missed != "lost":
        owed = places[3].number_input(
            f"An owed unit costs ({currency})", 0.01, None, owed or 1.0, 0.5, key="owed",
            help="Expediting, discount, goodwill; per unit, or per unit and day. Where an item gives none.",
        )  # fmt: skip
    asked = {"leftover": leftover, "missed_sale": missed, "backorder_cost": owed}
    try:
        changed = CostDefaults(**{**vars(costs), **asked, "holding_rate": holding / 100})
    except ForecastingError as error:
        show_refusal(error)
        return
    if changed != costs:
        workspace.change(replace(workspace.settings, costs=changed))
        st.rerun()


def _doubts(workspace: Workspace, found: Findings) -> None:
    """Show which orders do not care about costs that are known only roughly."""
    st.markdown("**Which of these costs must be known better?**")
    doubt = st.slider(
        "My costs may be off by", 0, 50, 0, 5, format="±%d %%", key="doubt",
        help="Each cost alone, up and down. Ranges in the items file (price_low, price_high) come first.",
    )  # fmt: skip
    if doubt == 0 and not has_ranges(found.dataset):
        st.caption("Move the slider, or give ranges in the items file, to see which orders would change.")
        return
    if found.settings.costs.source == "typed":
        st.caption("Two typed numbers decide for all and have no parts to measure; move them in the sidebar.")
        return
    table = _robust(workspace.key(), doubt, found)
    st.text(robust_in_words(table))
    show_table(table, ROBUST_COLUMNS, found.settings.currency, key="robust")


@st.cache_resource(max_entries=6, show_spinner="Trying both ends of every cost")
def _robust(key: str, doubt: int, _found: Findings) -> pd.DataFrame:
    del key
    return robust_orders(_found, doubt / 100)
