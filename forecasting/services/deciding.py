"""What will be ordered in the end: the suggestion, unless a person, a budget or a threshold differs."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.inventory.own_orders import BUDGET, KEEP, own_costs, own_series, with_own_quantities
from forecasting.inventory.rules import number
from forecasting.services.budget import budget_plan
from forecasting.services.findings import Decisions, Findings
from forecasting.services.limits import budgeted
from forecasting.services.plan import chosen_paths


def decided(found: Findings, decisions: Decisions) -> Findings:
    """Return the findings with what the manager has decided; nothing is replayed or refitted.

    A quantity the manager typed stands whatever else is set. Under a budget, volume or pallets the other
    lines share what is left; without any, a line whose change gains less than `keep_below` keeps the
    order already in place. `own_reason` says why a person changed a line.
    """
    own = dict(decisions.quantities)
    shared = budget_plan(found, decisions.limits, fixed=own) if decisions.limits.given() else None
    changed = budgeted(shared.table) if shared else kept(found, decisions)
    others = {name: units for name, units in changed.items() if name not in own}
    by = dict.fromkeys(others, BUDGET if shared else KEEP)
    orders = _priced(found, others | own, by)
    reasons = [decisions.reasons.get(name, "") for name in orders["unique_id"]]
    orders["own_reason"] = pd.Series(reasons, orders.index, dtype=object)
    return replace(found, orders=orders, decisions=decisions, shared=shared)


def in_place(found: Findings, decisions: Decisions) -> dict[str, float]:
    """Return the order that stands today, in units by unique_id; lines without one are left out.

    The items' `last_order`, else what was last ordered from this plan, else what today's rule would
    order where its cover is stated.
    """
    ids = found.orders["unique_id"].tolist()
    last = number(found.dataset.items_of(ids), "last_order")
    placed = np.array([decisions.placed.get(name, np.nan) for name in ids], dtype=float)
    units = np.where(np.isnan(last), placed, last)
    cover = found.settings.practice.cover
    if cover is not None:
        lasts = found.orders["protection_interval"].to_numpy(dtype=float)
        level = found.orders["expected_demand"].to_numpy(dtype=float) * cover / lasts
        rule = np.ceil(np.maximum(level - found.orders["inventory_position"].to_numpy(dtype=float), 0.0))
        units = np.where(np.isnan(units), rule, units)
    return {name: float(q) for name, q in zip(ids, units, strict=True) if np.isfinite(q) and q >= 0}


def kept(found: Findings, decisions: Decisions) -> dict[str, float]:
    """Return the units of every line that keeps its order in place: changing it gains too little."""
    if decisions.keep_below <= 0:
        return {}
    standing = in_place(found, decisions)
    tried = _priced(found, standing, dict.fromkeys(standing, KEEP))
    little = (tried["decided_by"] == KEEP) & (tried["yours_effect"] < decisions.keep_below)
    return dict(zip(tried.loc[little, "unique_id"], tried.loc[little, "yours"].astype(float), strict=True))


def _priced(found: Findings, quantities: dict[str, float], by: dict[str, str]) -> pd.DataFrame:
    """Return the orders with these quantities and what each of them costs and risks."""
    orders = with_own_quantities(found.orders, quantities, by)
    ids = own_series(orders)
    if not ids:
        return orders
    theirs = found.choice[found.choice["unique_id"].isin(ids)]
    return own_costs(orders, chosen_paths(found.results, theirs))
