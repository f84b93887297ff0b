"""The inputs a manager turns: what mistakes cost, how long an order must last, which item to look at."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.policy import KINDS, OrderPolicy
from forecasting.models.registry import MODEL_NAMES
from forecasting.report.columns import model_label
from forecasting.services.findings import Findings
from forecasting.services.forecast_view import ALL, typical_series
from forecasting.services.plan import DefaultUse, check_reach, default_use
from forecasting.settings import Settings
from ui.currency import project_currency
from ui.sentences import as_text
from ui.workspace import Workspace

COVERAGES = (0.5, 0.8, 0.9)
RULES = {
    "order_up_to": "At each review, up to a level (R, S)",
    "min_max": "When low, fill up (s, S)",
    "fixed_quantity": "When low, a fixed lot (s, Q)",
    "known_demand": "Demand is certain: cheapest lots",
}
COUNTRIES = (
    "", "AT", "BE", "BR", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "NL", "NO", "PL", "PT",
    "SE", "US",
)  # fmt: skip


def series_control(found: Findings) -> str:
    """Return the series to look at; the best seller first."""
    names = [*typical_series(found), ALL]
    first_if_unknown("series", names)
    return st.selectbox(
        "Item",
        names,
        key="series",
        persist_state="session",
        help="Type to search. The best seller comes first; all series together come last.",
    )


def first_if_unknown(key: str, names: Sequence[str]) -> None:
    """Choose the first name where the one that was asked for has no forecast, and say so."""
    asked = st.session_state.get(key)
    if asked not in names:
        st.session_state[key] = names[0]
        if asked is not None:
            st.info(as_text(f"{asked} has no forecast, so here is {names[0]}."))


def coverage_control() -> float:
    """Return the coverage of the band."""
    return st.segmented_control(
        "How sure",
        COVERAGES,
        default=0.8,
        format_func=lambda share: f"{share:.0%}",
        key="coverage",
        required=True,
        help="Share of futures inside the range (coverage).",
    )


def forecast_settings(workspace: Workspace) -> None:
    """Let an analyst change what the models see; applying runs them again."""
    settings = workspace.settings
    with st.expander("Forecast settings"), st.form("forecast_settings", border=False):
        first, second, third, fourth = st.columns(4)
        horizon = first.number_input(f"{settings.period.capitalize()}s ahead", 1, 730, settings.horizon)
        folds = second.number_input("Past dates to test on", 1, 24, settings.folds)
        known = COUNTRIES if settings.country in COUNTRIES else (*COUNTRIES, settings.country)
        country = third.selectbox(
            "Public holidays", known, known.index(settings.country), format_func=lambda c: c or "none"
        )
        seed = fourth.number_input(
            "Seed", 0, 10_000, settings.seed, help="The same seed gives the same numbers."
        )
        models = st.multiselect("Models", MODEL_NAMES, list(settings.models), format_func=model_label)
        if st.form_submit_button("Apply and run again"):
            ordered = tuple(m for m in MODEL_NAMES if m in models)
            try:
                asked = replace(
                    settings,
                    horizon=int(horizon),
                    step=int(horizon),
                    folds=int(folds),
                    country=country,
                    seed=int(seed),
                    models=ordered,
                )
                _apply_forecast(workspace, asked)
            except ForecastingError as error:
                st.error(str(error))


def _apply_forecast(workspace: Workspace, asked: Settings) -> None:
    try:
        if workspace.dataset is not None:
            check_reach(workspace.dataset, asked)
        workspace.change(asked)
        st.rerun()
    except ForecastingError as error:
        st.error(str(error))


def cost_controls(workspace: Workspace) -> None:
    """Show what too much and too little cost and how long an order must last; a change refits nothing."""
    settings, dataset = workspace.settings, workspace.dataset
    if dataset is None:
        return
    use = default_use(dataset)
    with st.sidebar:
        st.subheader("What mistakes cost")
        currency = project_currency(settings.currency)
        costs = _cost_inputs(settings, use)
        st.subheader("How long an order must last")
        policy = _policy_inputs(settings, use)
        if policy.kind != "order_up_to":
            costs = replace(costs, order_cost=_order_cost(settings))
    changed = replace(settings, costs=costs, policy=policy, currency=currency)
    check_reach(dataset, changed)
    if changed != settings:
        workspace.change(changed)


def _used_by(count: int, use: DefaultUse) -> str:
    """Return how many items a default is for, and why it may be none."""
    if count == 0:
        return f"Used by 0 of {use.items} series: the items file gives each its own."
    return f"Used by {count} of {use.items} series" + (
        "." if count == use.items else ": the others have their own."
    )


def _cost_inputs(settings: Settings, use: DefaultUse) -> CostDefaults:
    costs, currency = settings.costs, settings.currency
    source = st.segmented_control(
        "Costs from",
        ["items", "typed"],
        default=costs.source,
        format_func=lambda source: {"items": "Each item", "typed": "Two numbers"}[source],
        key="cost_source",
        required=True,
        help="Each item: from its price, unit cost, salvage and holding. Two numbers: the same for all.",
    )
    used = use.items if source == "typed" else use.without_costs
    understock = st.number_input(
        f"One {settings.unit} short costs ({currency})", 0.0, None, costs.understock, 0.5, key="understock",
        disabled=used == 0,
        help="Underage cost Cu: the margin lost, and the customer's anger.",
    )  # fmt: skip
    overstock = st.number_input(
        f"One {settings.unit} left over costs ({currency})", 0.0, None, costs.overstock, 0.1, key="overstock",
        disabled=used == 0,
        help="Overage cost Co: written off, or held until the next order.",
    )  # fmt: skip
    st.caption(_used_by(used, use))
    typed = {"source": source or costs.source, "understock": understock, "overstock": overstock}
    return CostDefaults(**{**vars(costs), **typed})


def _policy_inputs(settings: Settings, use: DefaultUse) -> OrderPolicy:
    policy, period = settings.policy, settings.period
    lead_time = st.number_input(
        f"Lead time ({period}s)", 0, 365, policy.lead_time, key="lead_time",
        disabled=use.lead_time == 0,
        help="From order to delivery, where an item does not say.",
    )  # fmt: skip
    st.caption(_used_by(use.lead_time, use))
    review = st.number_input(
        f"Review period ({period}s)", 1, 365, policy.review_period, key="review_period",
        disabled=use.review_period == 0,
        help="From one order to the next, where an item does not say.",
    )  # fmt: skip
    st.caption(_used_by(use.review_period, use))
    kind = st.selectbox(
        "Ordering rule", KINDS, KINDS.index(policy.kind), format_func=RULES.__getitem__, key="policy",
        help="Where an item names none (column policy). All but the first are for orders that cost "
        "money by themselves (column order_cost).",
    )  # fmt: skip
    searched = st.checkbox(
        "Search levels by simulation", policy.searched, key="searched",
        help="Lost sales and goods with a date: the formula is only nearly right there. Takes seconds.",
    )  # fmt: skip
    return replace(policy, lead_time=int(lead_time), review_period=int(review), kind=kind, searched=searched)


def _order_cost(settings: Settings) -> float:
    return st.number_input(
        f"One order costs ({settings.currency})", 0.0, None, settings.costs.order_cost, 1.0, key="order_cost",
        help="Fixed cost of an order line, where an item does not say (column order_cost).",
    )  # fmt: skip
