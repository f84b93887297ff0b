"""One item looked at closely: why its order is what it is, and what other costs and times would make it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.evaluation.scores import BASELINE
from forecasting.inventory.blocks import blocks
from forecasting.inventory.own_orders import MANAGER
from forecasting.inventory.reasons import reasons
from forecasting.report.content import Tile
from forecasting.report.tables import NOT_AVAILABLE, day, display, money, percent
from forecasting.services.deciding import decided
from forecasting.services.findings import Decisions, Findings
from forecasting.services.order_views import lines_of
from forecasting.services.plan import order_plan

TIMES = ("lead_time", "review_period")


@dataclass(frozen=True)
class Knob:
    """One input of a what-if: what it is now, and how far it can be turned."""

    name: str  # an items column, or understock / overstock where two typed costs decide
    label: str
    value: float
    low: float
    high: float
    step: float
    help: str


def knobs(found: Findings, unique_id: str) -> tuple[Knob, ...]:
    """Return what can be turned for one item: the costs its order rests on, then its times."""
    line = _line(found, unique_id)
    currency, period = found.settings.currency, found.settings.period
    policy, reach = found.settings.policy, found.settings.horizon
    shown = [_money_knob(*row, currency) for row in _costs(found, line)]
    times = (("Lead time", 0.0, "From order to delivery."), ("Review period", 1.0, "Between two orders."))
    for name, (label, low, text) in zip(TIMES, times, strict=True):
        now = float(line[name])
        now = float(getattr(policy, name)) if np.isnan(now) else now
        knob = Knob(name, f"{label} ({period}s)", now, low, max(float(reach), now), 1.0, text)
        shown.append(knob)
    return tuple(shown)


def _costs(found: Findings, line: pd.Series) -> list[tuple[str, str, float, str]]:
    """Return name, label, value and help of every cost behind an order line."""
    costs = found.settings.costs
    if line["problem"]:
        return []
    if line["basis"] != "price and cost":
        return [
            ("understock", f"One {found.settings.unit} short costs", costs.understock, "Underage cost Cu."),
            ("overstock", f"One {found.settings.unit} left over costs", costs.overstock, "Overage cost Co."),
        ]
    price, cost = float(line["price"]), float(line["unit_cost"])
    rows = [
        ("price", "Price", price, "Selling price of one unit."),
        ("unit_cost", "Unit cost", cost, "What one unit costs you."),
    ]
    goodwill = _given(line, "goodwill", costs.goodwill)
    if line["missed_sale"] == "lost":
        rows.append(("goodwill", "Anger of a missed sale", goodwill, "Goodwill lost beyond the margin."))
    if line["situation"] in ("season", "expires"):
        salvage = _given(line, "salvage", costs.salvage_share * cost)
        rows.append(("salvage", "A unit left over fetches", salvage, "Salvage value."))
    return rows


def _given(line: pd.Series, name: str, otherwise: float) -> float:
    value = pd.to_numeric(line.get(name, np.nan), errors="coerce")
    return otherwise if pd.isna(value) else float(value)


def _money_knob(name: str, label: str, value: float, text: str, currency: str) -> Knob:
    """Return a slider whose step is a round hundredth of its reach, and whose value it can hold exactly."""
    high = max(4 * value, 1.0)
    step = 10.0 ** np.floor(np.log10(high / 100))
    return Knob(name, f"{label} ({currency})", value, 0.0, float(np.ceil(high / step) * step), step, text)


def what_if(found: Findings, unique_id: str, values: Mapping[str, float]) -> Findings:
    """Return the findings of one item with some of its inputs changed; the project stays as it is.

    `values` holds only what was turned, by the name of its `Knob`. Nothing is refitted.
    Raises `DecisionError` where the order would have to last longer than the forecast reaches.
    """
    settings = found.settings
    costs = replace(
        settings.costs,
        understock=values.get("understock", settings.costs.understock),
        overstock=values.get("overstock", settings.costs.overstock),
    )
    items = found.dataset.items_of([unique_id])
    for name in (n for n in values if n not in ("understock", "overstock")):
        items[name] = float(values[name])
        if name == "lead_time":  # a span around the old one says nothing about the new one
            items = items.drop(columns=["lead_time_min", "lead_time_max"], errors="ignore")
    dataset = replace(found.dataset, items=items)
    changed = replace(settings, costs=costs)
    choice = found.choice[found.choice["unique_id"] == unique_id]
    orders = order_plan(found.results, choice, dataset, changed)
    alone = replace(found, dataset=dataset, settings=changed, choice=choice, orders=orders)
    return decided(alone, Decisions(found.decisions.quantities))


def _line(found: Findings, unique_id: str) -> pd.Series:
    rows = found.orders[found.orders["unique_id"] == unique_id]
    return rows.iloc[0]


def demand_to_cover(found: Findings, unique_id: str) -> np.ndarray:
    """Return simulated demand until the delivery after next, (n_paths,) units; empty: not decidable."""
    block = next(iter(blocks(*lines_of(found, unique_id))), None)
    return np.empty(0) if block is None else np.asarray(block.demand.whole[0])


def naive_quantity(found: Findings, unique_id: str) -> float:
    """Return what repeating last season would order: its sales of the same periods, less the stock."""
    line = _line(found, unique_id)
    paths = found.results.paths.get(BASELINE)
    if paths is None or line["problem"] or unique_id not in set(paths.unique_id):
        return float("nan")
    lasts = int(line["protection_interval"])
    expected = float(paths.only([unique_id]).expectation()[0, :lasts].sum())
    return max(float(np.ceil(expected - line["inventory_position"])), 0.0)


def own_quantity(found: Findings, unique_id: str) -> float | None:
    """Return the manager's own quantity, None where the suggestion stands."""
    line = _line(found, unique_id)
    return float(line["yours"]) if line.get("decided_by") == MANAGER else None


def dated_reason(found: Findings, unique_id: str) -> str:
    """Return the arithmetic of the order with the dates it must last for, or the problem of its line."""
    line = found.orders[found.orders["unique_id"] == unique_id]
    if line["problem"].iloc[0]:
        return str(line["problem"].iloc[0])
    ready = line.assign(
        on_hand_given=line["on_hand"].notna(),
        on_order_given=line["on_order"].notna(),
        on_hand=line["on_hand"].fillna(0.0),
        on_order=line["on_order"].fillna(0.0),
        short_before=line["short_before"].fillna(0.0),
        capacity=line["capacity"].fillna(np.inf),
        dates=_dates(found, line.iloc[0]),
    )
    settings = found.settings
    return reasons(ready, settings.currency, settings.period)[0]


def _dates(found: Findings, line: pd.Series) -> str:
    ds = next(iter(found.results.paths.values())).ds
    last = ds[min(int(line["protection_interval"]), len(ds)) - 1]
    return f"{day(ds[0])} to {day(last)}, "


def item_tiles(found: Findings, unique_id: str) -> tuple[Tile, ...]:
    """Return the order, how long the stock lasts, the risk and the money, each beside its yardstick."""
    line, currency = _line(found, unique_id), found.settings.currency
    naive = naive_quantity(found, unique_id)
    suggested = display(line["order_quantity"], "units", currency)
    runs_out = "outlasts the forecast" if pd.isna(line["stockout_date"]) else day(line["stockout_date"])
    known = not pd.isna(line["on_hand"])
    cover = line["days_of_cover"]
    return (
        Tile("Order", suggested, f"{display(naive, 'units', currency)} repeating last season"),
        Tile(
            "Stock runs out",
            runs_out if known else NOT_AVAILABLE,
            _lasting(cover) if known else "stock is not given",
        ),
        Tile("Risk after delivery", percent(line["stockout_risk"]), _worth(line)),
        Tile(
            "At stake",
            money(line["money_at_stake"], currency),
            _still_lost(line, currency) if known else "stock is not given",
            help="What the order is expected to save until the delivery after next; beside it what is still "
            "lost with it, on stock left over and on sales missed.",
        ),
    )


def _lasting(cover: float) -> str:
    return "beyond the forecast" if pd.isna(cover) else f"in {cover:.1f} days"


def _worth(line: pd.Series) -> str:
    return f"worth covering {percent(line['critical_ratio'])} of cycles"


def what_if_in_words(found: Findings, alone: Findings, unique_id: str) -> str:
    """Return what turning the inputs does to the order, against the project's own."""
    before, after = (float(_line(f, unique_id)["order_quantity"]) for f in (found, alone))
    return (
        f"What if: order {display(after, 'units', '')} instead of {display(before, 'units', '')}. "
        "Only this page reckons with it; the project keeps its own numbers."
    )


def _still_lost(line: pd.Series, currency: str) -> str:
    over, short = (money(line[name], currency) for name in ("overstock_cost", "shortage_cost"))
    return f"against ordering nothing; still lost: {over} over, {short} short"
