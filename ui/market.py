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
from ui.drill import linked_table, series_links
from ui.feedback import show_chart, theme
from ui.scope import narrow_to, one_of
from ui.sentences import as_text

BY_SERIES, MARKET_BY = "series", "market_by"


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
        by = one_of("Show by", [*columns, BY_SERIES], key=MARKET_BY)
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


def share_tab(view: MarketView, whole: Past, by: str) -> None:
    """Show the share of the market over time; any of the lines can be looked at more closely."""
    if view.share_now < 1:
        line = {"Share of the total": view.share * 100}
        chart = lines_chart(view.ds, line, axis=f"Share of {view.amount.lower()} (%)", theme=theme())
        show_chart(chart, key="share_chart", wide=True)
    chart = lines_chart(view.ds, view.lines, axis=f"{view.amount}, first month = 100", theme=theme())
    show_chart(chart, key="lines_chart", wide=True)
    _, *names = view.lines  # the first is the total
    # A key for each set of lines: a choice that is not among them would be an error.
    key = f"closer_{by}_{len(names)}_{'_'.join(names)}"
    chosen = st.pills("Look closer at", names, key=key, format_func=as_text) if names else None
    closer(chosen, whole, by, key="line")


def groups_tab(view: MarketView, whole: Past, by: str, currency: str) -> None:
    """Show every group with its own split, share and pace; a click on a row leads on."""
    st.caption("Each row adds up to its own change. Click a row to look closer.")
    words, columns = GROUP_COLUMNS, tuple(GROUP_COLUMNS)
    chosen = linked_table(view.groups, words, currency, key="groups", columns=columns, name="group")
    closer(chosen, whole, by, key="row")


def closer(chosen: str | None, whole: Past, by: str, *, key: str) -> None:
    """Offer the pages of a series; of a group, the same page for its series alone."""
    if chosen is None:
        return
    if by:
        st.button(
            f"Only {as_text(chosen)}, series by series", icon=":material/filter_alt:", key=f"only_{key}",
            on_click=_only, args=(by, chosen, whole),
        )  # fmt: skip
        return
    series_links(chosen, key=key)


def _only(by: str, group: str, whole: Past) -> None:
    narrow_to(by, group, whole.attributes)
    st.session_state[MARKET_BY] = BY_SERIES
