"""What all orders of one day share, and when a last order is worth changing: asked beside the table."""

from dataclasses import replace
from typing import Any

import streamlit as st

from forecasting.inventory.rules import number
from forecasting.report.columns import Column
from forecasting.services.findings import Findings
from forecasting.services.limits import SharedLimits
from forecasting.services.order_lines import stale_lines
from ui.feedback import show_lines, show_table
from ui.order_table import WORDS
from ui.workspace import Workspace

LIMITS = {
    "volume": (
        "Volume (cubic metres)",
        "unit_volume",
        "Room in the lorry or the store, all orders together.",
    ),
    "pallets": ("Pallets", "units_per_pallet", "Pallets the delivery may have, all orders together."),
}
BUDGET_HELP = "Most money for all orders together, at unit cost. Blank: no limit."
BUDGET_COLUMNS = {
    **WORDS,
    "suggested": Column("Suggested", "Units without the limits.", "units"),
    "budgeted": Column("Under the limits", "Units that fit.", "units"),
    "cost_rise": Column("Costs", "What the limits cost on this line, expected.", "money"),
    "outcome": Column("Outcome", "Less or more than suggested, or dropped.", "text"),
    "why": Column("Why", "Why the line takes part in no limit.", "text"),
}
CUT = ("less", "more", "dropped")


def limit_controls(workspace: Workspace) -> None:
    """Ask for budget, volume and pallets, and below which gain the last order stays; nothing is refitted."""
    dataset, decisions, currency = workspace.dataset, workspace.decisions, workspace.settings.currency
    if dataset is None:
        return
    items, now = dataset.items_of(list(dataset.series)), decisions.limits
    with st.sidebar:
        st.subheader("What all orders share")
        given: dict[str, Any] = {
            "money": _limit("budget", f"Budget ({currency})", now.money, 100.0, BUDGET_HELP),
        }
        for name, (label, column, words) in LIMITS.items():
            if (number(items, column) > 0).any():
                given[name] = _limit(name, label, getattr(now, name), 1.0, words)
        if (number(items, "minimum_service") > 0).any():
            given["floors"] = st.toggle(
                "Keep each item's minimum service", now.floors, key="floors",
                help="Items with a minimum_service are covered at least that often, whatever it costs.",
            )  # fmt: skip
        below = st.number_input(
            f"Keep the last order below a gain of ({currency})", 0.0, None, decisions.keep_below, 0.5,
            key="keep_below",
            help="A line keeps its last order where changing it is expected to gain less. 0: always change.",
        )  # fmt: skip
        if below > 0 and given["money"] is not None:
            st.caption("Under a budget the lines share it anew; none keeps its last order.")
    workspace.decide(limits=SharedLimits(**given), keep_below=float(below))


def _limit(key: str, label: str, kept: float | None, step: float, words: str) -> float | None:
    """Return what was typed, None where the field is blank."""
    # Only a number input that starts empty can be emptied again, so what is kept is no default.
    st.session_state.setdefault(key, kept)
    return st.number_input(
        label, 0.0, None, value=None, step=step, key=key, placeholder="no limit", help=words
    )


def show_limits(found: Findings) -> None:
    """Show what the limits did: shadow price, what it costs, what was dropped; nothing without limits."""
    plan = found.shared
    if plan is None:
        return
    with st.container(border=True):
        st.markdown("**Under the limits**")
        if not plan.solution.feasible:
            st.warning(plan.sentences[0], icon=":material/block:")
        show_lines(plan.sentences if plan.solution.feasible else plan.sentences[1:])
        currency, cut = found.settings.currency, plan.table[plan.table["outcome"].isin(CUT)]
        if len(cut):
            with st.expander(f"{len(cut)} lines changed, {len(plan.dropped)} of them dropped"):
                show_table(
                    cut.sort_values("cost_rise", ascending=False), BUDGET_COLUMNS, currency, key="cut",
                    columns=("unique_id", "outcome", "suggested", "budgeted", "cost_rise"),
                )  # fmt: skip
        if len(plan.aside):
            with st.expander(f"{len(plan.aside)} lines take part in no limit"):
                show_table(plan.aside, BUDGET_COLUMNS, currency, key="aside")


def confirm_stock(workspace: Workspace, found: Findings) -> None:
    """Say which lines wait for a stock count, and let somebody vouch for the figures; or take it back."""
    stale = stale_lines(found.orders)
    if stale:
        st.warning(
            f"{len(stale)} of {len(found.orders)} lines are not ordered: their stock was counted more than "
            "one review ago. Bring newer figures, or confirm that they still hold.",
            icon=":material/hourglass_disabled:",
        )
        if st.button("The stock figures still hold", key="confirm_stock", icon=":material/check:"):
            _confirmed(workspace, holds=True)
    elif workspace.settings.stock_confirmed:
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.caption("Somebody confirmed that stock figures of an earlier cycle still hold.")
        if right.button("Take it back", key="unconfirm_stock", type="tertiary"):
            _confirmed(workspace, holds=False)


def _confirmed(workspace: Workspace, *, holds: bool) -> None:
    workspace.change(replace(workspace.settings, stock_confirmed=holds))
    st.rerun()
