"""What will be ordered in the end: the suggestion, the manager's own quantities, and the totals."""

from dataclasses import dataclass

import pandas as pd

from forecasting.inventory.own_orders import BUDGET, KEEP, MANAGER
from forecasting.inventory.reasons import plain
from forecasting.inventory.supply import STALE
from forecasting.report.tables import day, display, money, units
from forecasting.services.findings import Findings
from forecasting.services.judged import errors_against_money
from forecasting.services.stairs import Worth

NO_STOCK = (
    "Stock is not given: every shelf counts as empty, so the quantities are what to have in all, not what "
    "to order. Add on_hand to the items file; until then no spend and no money at stake is shown."
)


@dataclass(frozen=True)
class OrderTotals:
    """Sums over the order lines whose stock is known; units, and money in the project's currency."""

    lines: int
    known: int  # lines whose stock is given; the money counts only these
    due: int  # of them, to order now
    suggested: float  # units, all lines
    ordered: float  # units, all lines, the manager's quantities counted
    spend: float  # money; NaN while no line with a known stock has a unit cost
    priced: int  # lines with a known stock and a unit cost
    nothing: float  # expected money lost if nothing is ordered
    left: float  # expected money lost with these orders
    lost_before: float  # of it, lost before a delivery can come, whatever is ordered
    short_before: float  # the units behind it
    lines_short: int  # lines on which a unit or more is expected to be lost that way
    excess: float  # of `left`, the cost of stock that is there already and will not sell in time
    changed: int  # lines the manager changed
    difference: float  # units these lines are above what was suggested
    effect: float  # money: what the manager's changes add to the expected cost
    kept: int  # lines that keep the order already in place
    budgeted: int  # lines that a budget, volume or pallets changed

    @property
    def saved(self) -> float:
        """Return what ordering saves against doing nothing."""
        return self.nothing - self.left


def due_lines(orders: pd.DataFrame, most: int = 8) -> pd.DataFrame:
    """Return the lines to order now with most money at stake."""
    return orders[orders["status"] == "order now"].nlargest(most, "money_at_stake")


def order_totals(orders: pd.DataFrame) -> OrderTotals:
    """Return the totals of an order plan; without own quantities everything is ordered as suggested."""
    ordered = orders.get("yours", orders["order_quantity"])
    known = orders[orders["on_hand"].notna()]
    unit_cost = known.get("unit_cost", pd.Series(float("nan"), index=known.index)).astype(float)
    priced = int(unit_cost.notna().sum())
    whose = orders.get("decided_by", pd.Series("", index=orders.index))
    changed = orders[whose == MANAGER]
    sums = {
        name: float(known[column].sum(min_count=1))
        for name, column in {
            "nothing": "expected_cost_if_nothing",
            "left": "yours_cost" if "yours_cost" in known else "expected_cost",
            "lost_before": "lost_before",
            "short_before": "short_before",
            "excess": "excess_before",
        }.items()
    }
    return OrderTotals(
        lines=len(orders),
        known=len(known),
        due=int((known["status"] == "order now").sum()),
        suggested=float(orders["order_quantity"].sum()),
        ordered=float(ordered.sum()),
        spend=float((ordered[known.index] * unit_cost).sum()) if priced else float("nan"),
        priced=priced,
        lines_short=int((known["short_before"] >= 1).sum()),
        changed=len(changed),
        difference=float((ordered - orders["order_quantity"])[changed.index].sum()),
        kept=int((whose == KEEP).sum()),
        budgeted=int((whose == BUDGET).sum()),
        effect=float(changed["yours_effect"].sum(min_count=1)) if len(changed) else 0.0,
        **sums,
    )


def totals_in_words(orders: pd.DataFrame, currency: str) -> tuple[tuple[str, str], ...]:
    """Return the totals as label and line, for a report."""
    total = order_totals(orders)
    rows = [("Units to order", f"{units(total.ordered)} ({units(total.suggested)} suggested)")]
    if total.known:
        rows = [("Lines to order now", f"{total.due} of {total.known}{_stock_share(total)}"), *rows]
        rows += _money_rows(total, currency)
    else:
        rows.append(("Note", NO_STOCK))
    if total.changed:
        rows.append(("Changed by the manager", _changes(total, currency)))
    return tuple(rows)


def plan_totals(found: Findings) -> tuple[tuple[str, str], ...]:
    """Return the totals with how the plan stands to the last order and the budget, for a report."""
    shared = found.shared.sentences if found.shared else ()
    return (
        *totals_in_words(found.orders, found.settings.currency),
        *(("Compared", line) for line in against_in_words(found)),
        *(("Shared limits", line) for line in shared),
    )


def _money_rows(total: OrderTotals, currency: str) -> list[tuple[str, str]]:
    spend = f"{money(total.spend, currency)} at unit cost"
    if 0 < total.priced < total.lines:
        spend += f" ({total.priced} of {total.lines} lines have one)"
    return [
        ("To spend", spend if total.priced else "n/a (no unit cost is known)"),
        ("Expected cost if nothing is ordered", money(total.nothing, currency)),
        ("Expected cost with these orders", money(total.left, currency)),
        ("Saved by these orders", money(total.saved, currency)),
        (
            "Lost before a delivery can come",
            f"{money(total.lost_before, currency)} ({units(total.short_before)} units), whatever is ordered",
        ),
        ("Stock already in excess", f"{money(total.excess, currency)} that no order can lower"),
    ]


def order_sentences(found: Findings, worth: Worth) -> list[str]:
    """Return what the orders save, how they stand to others and to the past, and what was changed."""
    orders, currency = found.orders, found.settings.currency
    return [
        *remainder_in_words(orders, currency),
        *against_in_words(found),
        *changes_in_words(orders, currency),
        *errors_against_money(found, worth),
    ]


def remainder_in_words(orders: pd.DataFrame, currency: str) -> list[str]:
    """Return what ordering saves and what is lost all the same, in sentences; none where stock is unknown."""
    total = order_totals(orders)
    if not total.known:
        return []
    nothing, left, saved, gone, excess = (
        display(amount, "money", currency)
        for amount in (total.nothing, total.left, total.saved, total.lost_before, total.excess)
    )
    short = f"{units(total.short_before)} units, one or more on {total.lines_short} of {total.known} lines"
    return [
        f"Doing nothing is expected to lose {nothing}, these orders {left}: they save {saved}.",
        f"Of what is still lost, {gone} is gone before a delivery can come ({short}) "
        f"and {excess} is stock already in excess; no order changes either.",
    ]


def stock_notes(orders: pd.DataFrame) -> list[str]:
    """Return what a reader must know where stock is not given; nothing where it is."""
    total = order_totals(orders)
    if total.known == 0:
        return [NO_STOCK] if total.lines else []
    unknown = total.lines - total.known
    if not unknown:
        return []
    return [
        f"{unknown} of {total.lines} lines have no stock given: it counts as 0, and no sum of money or of "
        "lines to order includes them."
    ]


def stale_lines(orders: pd.DataFrame) -> list[str]:
    """Return the series that are not ordered because their stock was counted too long ago."""
    return orders.loc[orders["problem"].str.contains(STALE, regex=False), "unique_id"].tolist()


def against_in_words(found: Findings) -> list[str]:
    """Return the plan beside the last order and the budget, a sentence each; none where neither is there."""
    orders, decisions, currency = found.orders, found.decisions, found.settings.currency
    total, said = order_totals(orders), []
    if decisions.placed:
        last = orders["unique_id"].map(dict(decisions.placed)).astype(float)
        cost = orders.get("unit_cost", pd.Series(float("nan"), orders.index)).astype(float)
        spent, before = float((last * cost).sum()), float(last.sum())
        when = f" of {day(pd.Timestamp(decisions.placed_at))}" if decisions.placed_at else ""
        said.append(
            f"Last order{when}: {display(before, 'units', '')} units for "
            f"{display(spent, 'money', currency)}; this one is "
            f"{_more(total.ordered - before, '')} units and {_more(total.spend - spent, currency)}."
        )
    limit = decisions.limits.money
    if limit is not None:
        over = total.spend > limit + 0.005
        rest = f"{display(abs(limit - total.spend), 'money', currency)} {'too much' if over else 'left'}"
        said.append(
            f"{display(total.spend, 'money', currency)} of a budget of "
            f"{display(limit, 'money', currency)}: {rest}."
        )
    return said


def _more(difference: float, currency: str) -> str:
    size = display(abs(difference), "money" if currency else "units", currency)
    return f"{size} {'more' if difference >= 0 else 'less' if currency else 'fewer'}"


def lasting_in_words(orders: pd.DataFrame, period: str) -> str:
    """Return how long the orders must last: 'each order must last 2 to 14 days (delivery + time …)'."""
    lasts = orders["protection_interval"].dropna()
    if lasts.empty:
        return "no order could be decided"
    low, high = plain(lasts.min()), plain(lasts.max())
    span = low if low == high else f"{low} to {high}"
    word = period if span == "1" else f"{period}s"
    return f"each order must last {span} {word} (delivery + time to the next order)"


def changes_in_words(orders: pd.DataFrame, currency: str) -> list[str]:
    """Return what the manager's changes come to, one sentence; none where nothing was changed."""
    total = order_totals(orders)
    said = [f"You changed {_changes(total, currency)}."] if total.changed else []
    if total.kept:
        lines = f"{total.kept} of {total.lines} lines"
        said.append(f"{lines} keep the last order: changing them gains too little.")
    return said


def _stock_share(total: OrderTotals) -> str:
    return "" if total.known == total.lines else f" with stock given ({total.lines} in all)"


def _changes(total: OrderTotals, currency: str) -> str:
    """Return in units and in expected money what the manager's changes come to."""
    lines = f"{total.changed} of {total.lines} lines"
    word = "more" if total.difference >= 0 else "fewer"
    size = f"{units(abs(total.difference))} units {word} than suggested"
    if total.effect != total.effect:
        return (
            f"{lines}: {size}; what that costs is not known, for these lines lack a unit cost or their stock"
        )
    word = "more" if total.effect >= 0 else "less"
    return f"{lines}: {size}, at {money(abs(total.effect), currency)} {word} expected cost"
