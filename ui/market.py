"""The parts of the market page: what the market is, the split of growth, shares, groups."""

import streamlit as st

from forecasting.report.charts import lines_chart, split_chart
from forecasting.report.past_columns import GROUP_COLUMNS
from forecasting.services.market_view import (
    MarketView,
    market_choices,
    split_in_words,
    split_steps,
    what_total_is,
)
from forecasting.services.past import Past
from forecasting.services.scope import Scope, group_columns
from ui.feedback import show_chart, show_table, theme
from ui.scope import one_of
from ui.sentences import as_text

BY_SERIES = "series"


def market_controls(whole: Past, scope: Scope) -> tuple[str, str]:
    """Return what the market is, and by what it is parted ('' for series)."""
    columns = group_columns(whole.attributes)
    left, right = st.columns(2)
    choices = market_choices(whole, scope, columns)
    with left:
        market = one_of(
            "Held against", choices, key="market_is",
            format_func=lambda c: c if c == choices[0] else f"the same {c}",
            help="A group can be the total when all series you look at belong to it.",
        )  # fmt: skip
    with right:
        by = one_of("Show by", [*columns, BY_SERIES], key="market_by")
    return market, "" if by == BY_SERIES else by


def growth_split(view: MarketView, currency: str) -> None:
    """Show what of the growth is market, share and price."""
    if view.note:
        st.info(view.note)
    st.caption(as_text(what_total_is(view)))
    if view.split is not None:
        st.text(split_in_words(view.split, view.market, currency, alone=view.share_now >= 1))
        show_chart(
            split_chart(split_steps(view.split), currency=currency, theme=theme()), key="split", wide=True
        )


def share_tab(view: MarketView) -> None:
    """Show the share of the market over time."""
    if view.share_now < 1:
        line = {"Share of the total": view.share * 100}
        chart = lines_chart(view.ds, line, axis=f"Share of {view.amount.lower()} (%)", theme=theme())
        show_chart(chart, key="share_chart", wide=True)
    chart = lines_chart(view.ds, view.lines, axis=f"{view.amount}, first month = 100", theme=theme())
    show_chart(chart, key="lines_chart", wide=True)


def groups_tab(view: MarketView, currency: str) -> None:
    """Show every group with its own split, share and pace."""
    st.caption("Each row adds up to its own change.")
    show_table(view.groups, GROUP_COLUMNS, currency, key="groups", columns=tuple(GROUP_COLUMNS))
