"""The parts of the market page: what the market is, the split of growth, shares, groups."""

import pandas as pd
import streamlit as st

from forecasting.report.charts import lines_chart, split_chart
from forecasting.report.past_columns import GROUP_COLUMNS, group_words
from forecasting.services.index_market import Outside, markets_of, outside_of
from forecasting.services.index_view import index_of
from forecasting.services.market_view import MarketView, market_choices
from forecasting.services.market_words import split_in_words, split_steps, what_total_is
from forecasting.services.past import Past
from forecasting.services.scope import Scope, group_columns
from ui.drill import linked_table, series_links
from ui.feedback import show_chart, theme
from ui.scope import narrow_to, one_of
from ui.sentences import as_text

INDEX = "index: "  # before the name of an index among the markets
BY_SERIES, MARKET_BY = "series", "market_by"


def market_controls(whole: Past, scope: Scope, external: pd.DataFrame) -> tuple[str, str, Outside | None]:
    """Return what the market is, by what it is parted ('' for series), and the index that stands for it."""
    columns = group_columns(whole.attributes)
    left, right = st.columns(2)
    choices = market_choices(whole, scope, columns)
    indices = {f"{INDEX}{name}": name for name in markets_of(external)}
    words = {c: f"the same {c}" for c in choices[1:]} | {c: f"the index {n}" for c, n in indices.items()}
    with left:
        market = one_of(
            "Held against", [*choices, *indices], key="market_is", format_func=lambda c: words.get(c, c),
            help="A group can be the total when all series you look at belong to it; an index from outside "
            "can stand for the market.",
        )  # fmt: skip
    with right:
        by = one_of("Show by", [*columns, BY_SERIES], key=MARKET_BY)
    by = "" if by == BY_SERIES else by
    if market not in indices:
        return market, by, None
    name = indices[market]
    return market, by, outside_of(name, index_of(external, name), whole.panel.ds)


def growth_split(view: MarketView, currency: str) -> None:
    """Show what of the growth is market, share and price."""
    if view.note:
        st.info(view.note)
    st.caption(as_text(what_total_is(view)))
    if view.split is not None:
        st.text(split_in_words(view.split, view.market, currency, alone=view.share_now >= 1))
        steps = split_steps(view.split, outside=view.outside)
        show_chart(split_chart(steps, currency=currency, theme=theme()), key="split", wide=True)


def share_tab(view: MarketView, whole: Past, by: str) -> None:
    """Show the share of the market over time; any of the lines can be looked at more closely."""
    if view.outside:
        line = {f"Sales held against {view.market}": view.share * 100}
        chart = lines_chart(view.ds, line, axis="Sales over the index, first month = 100", theme=theme())
        show_chart(chart, key="share_chart")
    elif view.share_now < 1:
        line = {"Share of the total": view.share * 100}
        chart = lines_chart(view.ds, line, axis=f"Share of {view.amount.lower()} (%)", theme=theme())
        show_chart(chart, key="share_chart")
    chart = lines_chart(view.ds, view.lines, axis=f"{view.amount}, first month = 100", theme=theme())
    show_chart(chart, key="lines_chart")
    _, *names = view.lines  # the first is the total
    # A key for each set of lines: a choice that is not among them would be an error.
    key = f"closer_{by}_{len(names)}_{'_'.join(names)}"
    chosen = st.pills("Look closer at", names, key=key, format_func=as_text) if names else None
    closer(chosen, whole, by, key="line")


def groups_tab(view: MarketView, whole: Past, by: str, currency: str) -> None:
    """Show every group with its own split, share and pace; a click on a row leads on."""
    st.caption("Each row adds up to its own change. Click a row to look closer.")
    words, columns = group_words(outside=view.outside), tuple(GROUP_COLUMNS)
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
