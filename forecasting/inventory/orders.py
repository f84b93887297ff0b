"""How much to order of everything now, why, and what it costs not to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.decision import decide
from forecasting.inventory.economics import TERMS, CostDefaults, item_costs
from forecasting.inventory.lead_times import lead_time_draws
from forecasting.inventory.policy import OrderPolicy, item_policies, with_rules
from forecasting.inventory.reasons import reasons
from forecasting.inventory.rules import at_row, either, items_for, number, together
from forecasting.inventory.situations import EXPIRES
from forecasting.inventory.supply import item_supply, stale_stock, supply_notes
from forecasting.inventory.targets import ServiceTarget, item_targets
from forecasting.paths import SamplePaths
from forecasting.schema import validate_items

# Fewer simulated futures than this beyond the order-up-to level are too few to place it.
FUTURES_BEYOND = 5
# Share of a series' simulated periods that may be below zero before it is called a fault.
MOST_BELOW_ZERO = 0.05

COST_LINES = [
    "unique_id", "underage", "overage", "critical_ratio", "basis", "leftover", "missed_sale", "situation",
    "order_cost", "unit_cost", *TERMS,
]  # fmt: skip

ORDER_COLUMNS = (
    "unique_id", "order_quantity", "order_up_to_level", "expected_demand", "safety_stock",
    "inventory_position", "on_hand", "on_order", "protection_interval", "lead_time", "review_period",
    "underage", "overage", "critical_ratio", "basis", "leftover", "unrounded_order", "pack", "moq",
    "capacity", "rounding_cost", "expected_cost", "expected_cost_if_nothing", "money_at_stake",
    "short_before", "lost_before", "risk_before", "excess_before", "fill_rate", "cycle_service_level",
    "stockout_risk", "days_of_cover", "stockout_date", "status", "reason", "note", "problem",
    "situation", "missed_sale", "policy", "reorder_point", "lot", "order_cost", "expiry_risk", "target",
    "target_measure", "implied_underage", "lead_time_min", "lead_time_max", "shelf_life", "minimum_service",
    "overstock_cost", "shortage_cost", "demand_low", "demand_high",
    *TERMS,
)  # fmt: skip


@dataclass(frozen=True)
class OrderInputs:
    """Everything an order needs beside the forecast; changing any of it refits nothing."""

    items: pd.DataFrame  # items frame; series without a row take the defaults
    defaults: CostDefaults
    policy: OrderPolicy  # where an item does not give its own lead time or review period
    days_per_period: float
    whole_units: bool = True  # goods sold by the piece; False: by weight, length, volume
    currency: str = ""  # only printed
    period: str = "period"  # only printed: day, week or month
    target: ServiceTarget = field(default_factory=ServiceTarget)  # in place of costs, where it asks
    lead_times: Mapping[str, np.ndarray] = field(default_factory=dict)  # supplier -> what it has shown
    stock_confirmed: bool = False  # somebody said that stock figures of an earlier cycle still hold

    def __post_init__(self) -> None:
        validate_items(self.items)
        if not (np.isfinite(self.days_per_period) and self.days_per_period > 0):
            raise DecisionError(f"A period lasts {self.days_per_period} days; it must be above 0.")


def plan_orders(paths: SamplePaths, inputs: OrderInputs) -> pd.DataFrame:
    """Return the orders frame: one row per series of `paths`, sorted by unique_id.

    Parameters
    ----------
    paths
        Simulated demand from the next period on, in units.
    inputs
        Stock, costs and policy.

    Returns
    -------
    `ORDER_COLUMNS`. Quantities in units; rounding_cost, expected_cost,
    expected_cost_if_nothing and money_at_stake in money per protection
    interval. `situation` and missed_sale say what becomes of a left-over and of a missed
    sale, `TERMS` what is paid for it. lot is 0 but for rules that batch orders; where a
    service target replaces costs, implied_underage is the cost of a missed unit that would
    ask for as much. demand_low and demand_high hold the interval's demand in 8 of 10 futures.
    No order changes short_before (units) and lost_before (money),
    lost before a delivery can come, nor excess_before (money), the cost of
    stock already left over; risk_before is the chance to run out before the
    delivery, stockout_risk after it. on_hand and on_order are NaN where nobody
    gave them, and count as 0. days_of_cover in days, NaN (and stockout_date NaT)
    where the stock outlasts the forecast; status 'order now', 'soon', 'enough' or 'excess'. A
    row that cannot be decided has NaN numbers, status '' and its `problem`; the
    others go on.

    An order that must last longer than the forecast reaches is such a row, for a protection interval
    is never truncated; `DecisionError` where every order must.

    Source: Silver, Pyke & Thomas (2017), 6.9, the (R, S) policy: S is the cheapest level
    for demand summed over R + L along whole paths, its critical-ratio quantile where all is
    settled at the interval's end.
    """
    paths, unreal = _nothing_below_zero(paths)
    lines = order_lines(paths, inputs)
    numbers = decide(paths, lines, days_per_period=inputs.days_per_period, whole_units=inputs.whole_units)
    decided = _with_expiry(pd.concat([lines, numbers], axis=1))
    decided["safety_stock"] = decided["reorder_point"] - decided["expected_demand"]
    decided["money_at_stake"] = decided["expected_cost_if_nothing"] - decided["expected_cost"]
    decided["status"] = _status(decided)
    decided["reason"] = reasons(decided, inputs.currency, inputs.period)
    decided["note"] = together(
        lines["note"].to_numpy(), _tail_notes(lines, paths.values.shape[1]), unreal, _search_notes(decided)
    )
    return _as_given(decided)[list(ORDER_COLUMNS)].sort_values("unique_id", ignore_index=True)


def _nothing_below_zero(paths: SamplePaths) -> tuple[SamplePaths, np.ndarray]:
    """Return the paths with demand below zero taken as none, and a note per series on how much that was."""
    notes = np.full(len(paths.unique_id), "", dtype=object)
    if paths.values.min(initial=0.0) >= 0:
        return paths, notes
    share = (paths.values < 0).mean(axis=(1, 2))
    for row in np.flatnonzero(share):
        fault = " That is too much to be chance: look at its model." if share[row] > MOST_BELOW_ZERO else ""
        notes[row] = f"{share[row]:.1%} of its simulated demand was below zero and counts as none.{fault}"
    return paths.with_values(np.maximum(paths.values, 0)), notes


def _with_expiry(decided: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with what a left-over costs, π · (c − v) included, now that the level is known."""
    expires = decided["situation"] == EXPIRES
    held = decided["held_period_cost"] * decided["review_period"]
    over = held + decided["expiry_risk"] * decided["expired_cost"]
    overage = decided["overage"].mask(expires, over)
    ratio = decided["underage"] / (decided["underage"] + overage)
    return decided.assign(overage=overage, critical_ratio=decided["critical_ratio"].mask(expires, ratio))


def _as_given(decided: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with blanks where the items table had one, in place of what was reckoned with."""
    given = {name: decided[name].where(decided[f"{name}_given"]) for name in ("on_hand", "on_order")}
    return decided.assign(**given, capacity=decided["capacity"].replace(np.inf, np.nan))


def costs_and_times(
    inputs: OrderInputs, unique_ids: Sequence[str] | np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return items with their rules settled, their costs, and their policies, in the order of the ids."""
    items = with_rules(items_for(inputs.items, unique_ids))
    costs = item_costs(
        items,
        inputs.defaults,
        days_per_period=inputs.days_per_period,
        review_period=inputs.policy.review_period,
    )
    return items, costs, item_policies(items, inputs.policy)


def order_lines(paths: SamplePaths, inputs: OrderInputs) -> pd.DataFrame:
    """Return costs, policy, supply and target of every series, side by side in the order of the paths."""
    items, costs, policies = costs_and_times(inputs, paths.unique_id)
    waits = (costs["missed_sale"] != "lost").to_numpy(dtype=bool)
    supply = item_supply(items, whole_units=inputs.whole_units, waits=waits)
    parts = [
        costs[COST_LINES],
        _timed(items, policies, inputs),
        supply.drop(columns=["problem", "stock_note"]),
    ]
    lines = pd.concat(parts, axis=1)
    lines["searched"] = inputs.policy.searched
    lines["target"], lines["target_measure"] = item_targets(items, inputs.target), inputs.target.measure
    lines["minimum_service"] = number(items, "minimum_service")
    stale = at_row(items, stale_stock(items, policies, paths.ds[0], inputs))
    lines["note"] = together(supply["stock_note"].to_numpy(), costs["note"].to_numpy(), supply_notes(lines))
    lines["problem"] = either(*(frame["problem"].to_numpy() for frame in (policies, costs, supply)), stale)
    lines["problem"] = either(lines["problem"].to_numpy(), _beyond_horizon(lines, paths.horizon))
    return lines


def _timed(items: pd.DataFrame, policies: pd.DataFrame, inputs: OrderInputs) -> pd.DataFrame:
    """Return when goods come and orders go; where receipts show it, lead_time is the middle one."""
    when = policies.drop(columns=["unique_id", "problem"])
    when["lead_time_draws"] = lead_time_draws(items, policies, inputs.lead_times)
    shown = items["supplier"].astype(str).isin(inputs.lead_times) if "supplier" in items else False
    for row in np.flatnonzero(when["lead_time_draws"].notna() & shown):
        draws = when["lead_time_draws"].iloc[row]
        middle = draws[len(draws) // 2]
        when.loc[row, ["lead_time_min", "lead_time", "lead_time_max"]] = [draws[0], middle, draws[-1]]
    return when.assign(protection_interval=when["lead_time"] + when["review_period"])


def _beyond_horizon(lines: pd.DataFrame, horizon: int) -> np.ndarray:
    """Return a sentence where an order must last longer than the forecast reaches, '' elsewhere.

    Raises `DecisionError` where that leaves no line to decide: then the forecast is what has to change.
    """
    lasts = (lines["lead_time_max"] + lines["review_period"]).to_numpy()
    decidable = (lines["problem"] == "").to_numpy()
    problems = np.full(len(lines), "", dtype=object)
    too_long = decidable & (lasts > horizon)
    for row in np.flatnonzero(too_long):
        problems[row] = _too_long(lines.iloc[row], horizon)
    if too_long.any() and not (decidable & ~too_long).any():
        raise DecisionError(problems[int(np.argmax(np.where(too_long, lasts, 0)))])
    return problems


def _too_long(line: pd.Series, horizon: int) -> str:
    needed = line["lead_time_max"] + line["review_period"]
    word = "lead time" if line["lead_time_max"] == line["lead_time"] else "longest lead time"
    return (
        f"An order for {line['unique_id']!r} must last {needed:g} periods "
        f"({word} {line['lead_time_max']:g} + review period {line['review_period']:g}) but the "
        f"forecast reaches {horizon}; forecast {needed:g} periods or shorten one of the two."
    )


def _status(lines: pd.DataFrame) -> np.ndarray:
    """Return what to do per line.

    soon: at the next review the stock is expected to be below the level;
    excess: a whole further protection interval would still be covered.
    """
    position, level = lines["inventory_position"], lines["order_up_to_level"]
    conditions = [
        lines["problem"] != "",
        lines["order_quantity"] > 0,
        position > level + lines["expected_demand"],
        position - lines["demand_to_review"] < level,
    ]
    return np.select(conditions, ["", "order now", "excess", "soon"], "enough").astype(object)


def _search_notes(decided: pd.DataFrame) -> np.ndarray:
    """Return what the search on simulated shelves changed, in a sentence; '' where nothing."""
    formula, level = decided["formula_level"].to_numpy(), decided["reorder_point"].to_numpy()
    moved = (decided["searched"] & decided["target"].isna()).to_numpy() & (formula != level)
    notes = np.full(len(decided), "", dtype=object)
    for row in np.flatnonzero(moved & np.isfinite(level)):
        notes[row] = f"Level {level[row]:g} from simulated shelves; the formula gives {formula[row]:g}."
    return notes


def _tail_notes(lines: pd.DataFrame, n_paths: int) -> np.ndarray:
    """Return a warning where the level lies too far out for this many simulated futures to show."""
    beyond = n_paths * (1 - lines["critical_ratio"])
    thin = (beyond < FUTURES_BEYOND) & (lines["problem"] == "")
    notes = f"Fewer than {FUTURES_BEYOND} of {n_paths} simulated futures exceed this level."
    often = lines["critical_ratio"].between(0, 0.5, inclusive="neither") & (lines["problem"] == "")
    return np.select([thin, often], [notes, "Running out is cheaper here: expect it in most cycles."], "")
