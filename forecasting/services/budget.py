"""All orders together under one budget, lorry or store room: what to order, and what more of it is worth."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.inventory.budget import TIME_LIMIT, Limit, SharedPlan, shared_plan
from forecasting.inventory.options import OptionLists, option_lists
from forecasting.inventory.orders import order_lines
from forecasting.inventory.own_orders import BUDGET, own_costs, with_own_quantities
from forecasting.inventory.rules import number
from forecasting.paths import SamplePaths
from forecasting.report.tables import display, money, units
from forecasting.services.findings import Findings
from forecasting.services.limits import UNIT_OF, BudgetPlan, SharedLimits, budgeted
from forecasting.services.plan import chosen_paths, order_inputs


def budget_plan(
    found: Findings,
    limits: SharedLimits,
    lead_times: Mapping[str, np.ndarray] | None = None,
    time_limit: float = TIME_LIMIT,
    fixed: Mapping[str, float] | None = None,
) -> BudgetPlan:
    """Return the cheapest orders that keep every limit, and what one more unit of each limit saves.

    Nothing is refitted: the same futures price up to 16 quantities per item. Lines without a unit
    cost (volume, pallet size), without a counted stock or with a problem are set aside and named.
    `fixed` are units that somebody has decided on: they are ordered whatever the limits, and the
    others share what is left.
    """
    paths, lines, takes = _lines(found, limits, lead_times)
    aside = _aside(found.orders, lines, takes)
    units_fixed = lines["unique_id"].map(dict(fixed or {})).to_numpy(dtype=float)
    kept = ~lines["unique_id"].isin(aside["unique_id"]).to_numpy() & np.isnan(units_fixed)
    ids = lines.loc[kept, "unique_id"]
    options = option_lists(paths.only(ids), lines[kept].reset_index(drop=True))
    free = replace(options, floor=np.zeros(len(ids)))
    taken = {n: float(np.nansum(units_fixed * takes[n])) for n in limits.given()}
    shared = {n: Limit(max(v - taken[n], 0.0), takes[n][kept]) for n, v in limits.given().items()}
    solution = shared_plan(options if limits.floors else free, shared, time_limit)
    floor_price = 0.0
    if limits.floors and options.floor.any() and solution.feasible:
        floor_price = max(solution.cost - shared_plan(free, shared, time_limit).cost, 0.0)
    table = _table(options, lines[kept], solution, {n: takes[n][kept] for n in takes})
    table["cost_rise"] = _rise(found, table, paths, lead_times)
    said = _sentences(table, solution, limits, floor_price, found.settings.currency)
    said += _fixed_in_words(taken, limits, found.settings.currency)
    return BudgetPlan(table, aside, solution, floor_price, tuple(said))


def _lines(
    found: Findings, limits: SharedLimits, lead_times: Mapping[str, np.ndarray] | None
) -> tuple[SamplePaths, pd.DataFrame, dict[str, np.ndarray]]:
    """Return the futures, the order lines with their suggestion, and what a unit takes of each limit."""
    paths = chosen_paths(found.results, found.choice)
    inputs = order_inputs(found.dataset, found.settings, list(paths.unique_id), lead_times)
    suggested = found.orders.set_index("unique_id")
    lines = order_lines(paths, inputs)
    for name in ("order_quantity", "implied_underage"):
        lines[name] = lines["unique_id"].map(suggested[name]).to_numpy()
    items = inputs.items
    takes = {
        "money": number(items, "unit_cost"),
        "volume": number(items, "unit_volume"),
        "pallets": 1.0 / number(items, "units_per_pallet"),
    }
    return paths, lines, {n: v for n, v in takes.items() if n == "money" or n in limits.given()}


def _aside(orders: pd.DataFrame, lines: pd.DataFrame, takes: Mapping[str, np.ndarray]) -> pd.DataFrame:
    missing = {"money": "no unit cost", "volume": "no volume per unit", "pallets": "no units per pallet"}
    counted = lines["unique_id"].map(orders.set_index("unique_id")["on_hand"]).notna().to_numpy()
    reasons = [lines["problem"] != "", ~counted, *(np.isnan(takes[n]) for n in takes)]
    why = np.select(
        reasons, ["cannot be decided", "its stock is not given", *(missing[n] for n in takes)], ""
    )
    return pd.DataFrame({"unique_id": lines["unique_id"], "why": why})[why != ""].reset_index(drop=True)


def _table(
    options: OptionLists, lines: pd.DataFrame, solution: SharedPlan, takes: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    suggested, chosen = lines["order_quantity"].to_numpy(), solution.quantity
    outcome = np.select(
        [np.isclose(chosen, suggested), chosen > suggested, chosen == 0],
        ["as suggested", "more", "dropped"],
        "less",
    )
    columns = {"money": "spend"}
    return pd.DataFrame(
        {
            "unique_id": options.unique_id,
            "suggested": suggested,
            "budgeted": chosen,
            **{columns.get(n, n): per_unit * chosen for n, per_unit in takes.items()},
            "outcome": outcome.astype(object),
        }
    )


def _rise(
    found: Findings,
    table: pd.DataFrame,
    paths: SamplePaths,
    lead_times: Mapping[str, np.ndarray] | None,
) -> np.ndarray:
    """Return what each line's change adds to its expected cost, (n,) money, judged as any own quantity is."""
    quantities = budgeted(table)
    orders = with_own_quantities(found.orders, quantities, dict.fromkeys(quantities, BUDGET))
    effect = own_costs(orders, paths, lead_times).set_index("unique_id")["yours_effect"]
    return table["unique_id"].map(effect).where(table["outcome"] != "as suggested", 0.0).to_numpy(dtype=float)


def _sentences(
    table: pd.DataFrame, solution: SharedPlan, limits: SharedLimits, floor_price: float, currency: str
) -> list[str]:
    """Return what a manager must know of the plan, most important first."""
    said = []
    if not solution.feasible:
        said.append(
            "The minimum services do not fit the limits and are given up here; raise a limit, or lower them."
        )
    rise = float(table["cost_rise"].sum())
    cut = table["outcome"].isin(["less", "dropped"]).sum()
    dropped = table.loc[table["outcome"] == "dropped", "unique_id"]
    said.append(
        f"{cut} of {len(table)} lines get less than suggested, {len(dropped)} of them nothing; "
        f"expected cost {'rises' if rise >= 0 else 'falls'} by {money(abs(rise), currency)}."
        if cut
        else "Everything suggested fits the limits."
    )
    for name, price in solution.price.items():
        said.append(_price_in_words(name, price, limits.given()[name], currency))
    if floor_price > 0:
        said.append(f"The minimum services cost {money(floor_price, currency)} of it.")
    if not solution.exact:
        said.append(_approximate(solution))
    return said


def _price_in_words(name: str, price: float, available: float, currency: str) -> str:
    """Return the shadow price of a limit: 'One more EUR of budget saves €0.38.'"""
    if name == "money":
        one, of = f"One more {currency}", f"the budget of {money(available, currency)}"
        lead = f"{one} of budget"
    else:
        of, lead = f"the {units(available)} {UNIT_OF[name]}s", f"One more {UNIT_OF[name]}"
    if np.isnan(price):
        return f"What {lead.lower()} would save is not known."
    if price < 0.005:
        return f"More than {of} would save nothing."
    return f"{lead} saves {display(price, 'money', currency)}."


def _fixed_in_words(taken: Mapping[str, float], limits: SharedLimits, currency: str) -> list[str]:
    """Return what the quantities that were fixed take of each limit; nothing where none was."""
    said = []
    for name, used in taken.items():
        if used <= 0:
            continue
        whole = limits.given()[name]
        over = "; they alone exceed it" if used > whole else ""
        took, there = (_amount(name, value, currency) for value in (used, whole))
        said.append(f"Your own quantities take {took} of {there}{over}.")
    return said


def _amount(name: str, value: float, currency: str) -> str:
    return money(value, currency) if name == "money" else f"{units(value)} {UNIT_OF[name]}s"


def _approximate(solution: SharedPlan) -> str:
    how = "Approximate: chosen by what each step saves for what it takes"
    return f"{how}." if np.isnan(solution.gap) else f"{how}; {_within(solution.gap)} of the best."


def _within(gap: float) -> str:
    return "within 0.1 %" if gap < 0.001 else f"within {100 * gap:.1f} %"
