"""The inputs a manager turns: what mistakes cost, how long an order must last, which item to look at."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.policy import OrderPolicy
from forecasting.models.registry import MODEL_NAMES
from forecasting.report.columns import COST_COLUMNS, ORDER_COLUMNS, Column, model_label
from forecasting.services.content import Findings, cost_table
from forecasting.services.views import ALL, typical_series
from forecasting.settings import Settings
from forecasting.value.business_case import BusinessCase, CostLine
from ui.feedback import column_words, readable
from ui.workspace import Workspace

COVERAGES = (0.5, 0.8, 0.9)
STATUSES = ("order now", "soon", "enough", "excess")
# Shape and word beside colour: a mark must survive a printer and a colour-blind eye.
MARKS = {"order now": "● order now", "soon": "◐ soon", "enough": "○ enough", "excess": "▲ excess"}
EDITOR_COLUMNS = (
    "unique_id", "on_hand", "on_order", "expected_demand", "stockout_date", "stockout_risk", "status",
    "order_quantity", "yours", "money_at_stake", "reason",
)  # fmt: skip
COUNTRIES = (
    "",
    "AT",
    "BE",
    "BR",
    "CH",
    "DE",
    "DK",
    "ES",
    "FI",
    "FR",
    "GB",
    "IE",
    "IT",
    "NL",
    "NO",
    "PL",
    "PT",
    "SE",
    "US",
)


def series_control(found: Findings) -> str:
    """Return the series to look at; the best seller first."""
    return st.selectbox(
        "Item",
        [*typical_series(found), ALL],
        key="series",
        persist_state="session",
        help="Type to search. The best seller comes first; all series together come last.",
    )


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
        asked.check_horizon()
        workspace.change(asked)
        st.rerun()
    except ForecastingError as error:
        st.error(str(error))


def cost_controls(workspace: Workspace) -> None:
    """Show what too much and too little cost and how long an order must last; a change refits nothing."""
    settings, costs = workspace.settings, workspace.settings.costs
    currency, period = settings.currency, settings.period
    with st.sidebar:
        st.subheader("What mistakes cost")
        source = st.segmented_control(
            "Costs from",
            ["items", "typed"],
            default=costs.source,
            format_func=lambda source: {"items": "Each item", "typed": "Two numbers"}[source],
            key="cost_source",
            required=True,
            help="Each item: from its price, unit cost, salvage and holding. Two numbers: the same for all.",
        )
        understock = st.number_input(
            f"One unit short costs ({currency})", 0.0, None, costs.understock, 0.5, key="understock",
            help="Underage cost Cu: the margin lost, and the customer's anger.",
        )  # fmt: skip
        overstock = st.number_input(
            f"One unit left over costs ({currency})", 0.0, None, costs.overstock, 0.1, key="overstock",
            help="Overage cost Co: written off, or held until the next order.",
        )  # fmt: skip
        st.subheader("How long an order must last")
        lead_time = st.number_input(
            f"Lead time ({period}s)", 0, 365, settings.policy.lead_time, key="lead_time",
            help="From order to delivery, where an item does not say.",
        )  # fmt: skip
        review = st.number_input(
            f"Review period ({period}s)", 1, 365, settings.policy.review_period, key="review_period",
            help="From one order to the next, where an item does not say.",
        )  # fmt: skip
    changed = replace(
        settings,
        costs=_costs(costs, source, understock, overstock),
        policy=OrderPolicy(int(lead_time), int(review)),
    )
    changed.check_horizon()
    if changed != settings:
        workspace.change(changed)


def _costs(costs: CostDefaults, source: str | None, understock: float, overstock: float) -> CostDefaults:
    return CostDefaults(
        **{**vars(costs), "source": source or costs.source, "understock": understock, "overstock": overstock}
    )


def status_filter(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the lines a visitor wants to see: by status, by search."""
    left, right = st.columns([2, 3])
    counts = orders["status"].value_counts()
    wanted = left.pills(
        "Show", STATUSES, selection_mode="multi", key="statuses",
        format_func=lambda s: f"{MARKS[s]} ({counts.get(s, 0)})",
    )  # fmt: skip
    text = right.text_input(
        "Search", key="search", placeholder="item, store, code; several separated by commas"
    )
    shown = orders[orders["status"].isin(wanted)] if wanted else orders
    parts = [p.strip().lower() for p in text.replace("\n", ",").split(",") if p.strip()]
    if parts:
        names = shown["unique_id"].str.lower()
        shown = shown[names.apply(lambda name: any(p in name for p in parts))]
    return shown


def orders_editor(workspace: Workspace, lines: pd.DataFrame, currency: str) -> None:
    """Show the order lines; the manager's own quantity is the only thing that can be edited."""
    words = {**ORDER_COLUMNS, "yours": Column("Yours", "Your quantity; change it here.", "units")}
    shown = readable(lines[[c for c in EDITOR_COLUMNS if c in lines]])
    shown = shown.assign(status=lines["status"].map(MARKS), expected_demand=shown["expected_demand"].round(1))
    config = column_words(shown, words, currency)
    config["yours"] = st.column_config.NumberColumn("Yours", help=words["yours"].help, min_value=0)
    config["unique_id"] = st.column_config.TextColumn("Series", pinned=True)
    config["reason"] = st.column_config.TextColumn("Why", width="large", help=words["reason"].help)
    edited = st.data_editor(
        shown,
        hide_index=True,
        disabled=[c for c in shown.columns if c != "yours"],
        column_config=config,
        key=f"editor_{workspace.key()[:16]}",
        height=min(38 * (len(shown) + 1), 640),
    )
    changed = edited["yours"].notna() & (edited["yours"] != lines["order_quantity"].to_numpy())
    typed = edited[changed]
    changes = dict(zip(typed["unique_id"].astype(str), typed["yours"].astype(float), strict=True))
    kept = {k: v for k, v in workspace.edits.items() if k not in set(edited["unique_id"])}
    if {**kept, **changes} != workspace.edits:
        workspace.edit({**kept, **changes})
        st.rerun()


def case_controls(workspace: Workspace, found: Findings) -> BusinessCase | None:
    """Return the business case under the cost lines and haircuts on the page."""
    if found.case is None:
        return None
    with st.expander("What the solution costs, and how carefully to count", expanded=found.case.partial):
        table = cost_table(found.case)
        edited = st.data_editor(
            table.astype({"one_off": float, "yearly": float}),
            hide_index=True,
            num_rows="dynamic",
            key="cost_lines",
            column_config={
                **column_words(table, COST_COLUMNS, found.settings.currency),
                "confidence": st.column_config.SelectboxColumn(
                    "How sure", options=["quote", "estimate", "guess"]
                ),
            },
        )
        first, second, third, fourth = st.columns(4)
        years = first.number_input("Years", 1, 10, found.case.years, key="years")
        discount = second.slider(
            "Discount rate", 0.0, 0.3, found.case.discount_rate, 0.01, key="discount", format="percent"
        )
        adoption = third.slider(
            "Orders that follow the advice",
            0.0,
            1.0,
            found.case.adoption,
            0.05,
            key="adoption",
            format="percent",
        )
        realised = fourth.slider(
            "Gain that practice keeps",
            0.0,
            1.0,
            found.case.realisation,
            0.05,
            key="realised",
            format="percent",
        )
    try:
        lines = _lines(edited)
        if lines != workspace.cost_lines:
            workspace.cost_lines = lines
            workspace.save_settings()
        return BusinessCase(found.case.annual_gain, lines, int(years), discount, adoption, realised)
    except ForecastingError as error:
        st.error(str(error))
        return found.case


def _lines(table: pd.DataFrame) -> tuple[CostLine, ...]:
    rows = table.dropna(subset=["label"]).to_dict("records")
    return tuple(
        CostLine(
            str(row["label"]),
            None if pd.isna(row["one_off"]) else float(row["one_off"]),
            None if pd.isna(row["yearly"]) else float(row["yearly"]),
            "" if pd.isna(row["source"]) else str(row["source"]),
            "estimate" if pd.isna(row["confidence"]) else row["confidence"],
        )
        for row in rows
    )
