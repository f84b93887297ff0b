"""When orders are placed and how long each must last."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.price_breaks import COLUMN, break_problems, written
from forecasting.inventory.rules import Rule, at_row, either, first_broken, number, unreadable
from forecasting.schema import validate_items

Kind = Literal["order_up_to", "min_max", "fixed_quantity", "known_demand"]
KNOWN_DEMAND: Kind = "known_demand"
KINDS: tuple[Kind, ...] = ("order_up_to", "min_max", "fixed_quantity", KNOWN_DEMAND)
FILLED = ("min_max", KNOWN_DEMAND)  # an order that is due brings the lot beside what is short
# Names an item may give that are one of the kinds with a further answer settled.
BASE_STOCK, NEWSVENDOR = "base_stock", "newsvendor"
NAMES = (*KINDS, BASE_STOCK, NEWSVENDOR)


def _not_whole(values: np.ndarray) -> np.ndarray:
    return values != np.floor(values)


OWN, BOUNDS = ("lead_time", "review_period"), ("lead_time_min", "lead_time_max")

RULES = (
    Rule(
        lambda c: (c["lead_time"] < 0) | _not_whole(c["lead_time"]),
        "Lead time is {lead_time:g}; it must be a whole number of periods, 0 or more.",
        "lead_time",
    ),
    Rule(
        lambda c: (c["lead_time_min"] > c["lead_time"]) | (c["lead_time"] > c["lead_time_max"]),
        "Lead time {lead_time:g} does not lie between its shortest, {lead_time_min:g}, and its longest, "
        "{lead_time_max:g}.",
        "lead_time",
    ),
    Rule(
        lambda c: (c["lead_time_min"] < 0) | _not_whole(c["lead_time_min"]) | _not_whole(c["lead_time_max"]),
        "Shortest and longest lead time are {lead_time_min:g} and {lead_time_max:g}; they must be whole "
        "numbers of periods, 0 or more.",
        "lead_time_min",
    ),
    Rule(
        lambda c: (c["review_period"] < 1) | _not_whole(c["review_period"]),
        "Review period is {review_period:g}; it must be a whole number of periods, 1 or more.",
        "review_period",
    ),
)


@dataclass(frozen=True)
class OrderPolicy:
    """Order up to a level every `review_period` periods; the goods come `lead_time` periods later.

    >>> OrderPolicy(lead_time=4, review_period=1).protection_interval
    5
    """

    lead_time: int  # periods, L >= 0
    review_period: int  # periods, R >= 1
    # order_up_to: (R, S); min_max: fill up to S, a lot above s, once at or below s; fixed_quantity: whole
    # lots Q once at or below s; known_demand: what is expected is certain, as under a contract, and orders
    # cover whole cycles. The last three are for orders that cost money by themselves.
    kind: Kind = "order_up_to"
    searched: bool = False  # levels of lost sales and dated goods are searched on simulated shelves: seconds

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise DecisionError(f"An order policy is one of {', '.join(KINDS)}, got {self.kind!r}.")
        lead, review = np.array([float(self.lead_time)]), np.array([float(self.review_period)])
        columns = {"lead_time": lead, "lead_time_min": lead, "lead_time_max": lead, "review_period": review}
        problem = first_broken(RULES, columns)[0]
        if problem:
            raise DecisionError(problem)

    @property
    def protection_interval(self) -> int:
        """Return the periods one order must last, P = R + L: until the next one has come in."""
        return self.review_period + self.lead_time


def with_rules(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items with `policy` among `KINDS` or blank, and with what the other names settle.

    base_stock is (R, S) reviewed every period; newsvendor is one order whose left-overs are written off
    at the end of its cycle. A word that is no rule stays as it is, for `item_policies` to refuse.
    """
    if "policy" not in items:
        return items
    named = items["policy"].astype("string").str.strip().str.lower().str.replace(r"[ -]", "_", regex=True)
    base, season = ((named == name).fillna(False).to_numpy(dtype=bool) for name in (BASE_STOCK, NEWSVENDOR))
    settled = items.assign(policy=named.mask(base | season, "order_up_to").fillna(""))
    if base.any():
        settled["review_period"] = np.where(base, 1.0, number(items, "review_period"))
    if season.any():
        blank = pd.Series(pd.NA, index=items.index, dtype=object)
        settled["leftover"] = items.get("leftover", blank).astype(object).mask(season, "perishable")
        settled["shelf_life"] = np.where(season, np.nan, number(items, "shelf_life"))
    return settled


def _kinds(items: pd.DataFrame, default: OrderPolicy) -> tuple[np.ndarray, np.ndarray]:
    """Return each item's kind, and a sentence where it names none."""
    problems = np.full(len(items), "", dtype=object)
    if "policy" not in items:
        return np.full(len(items), default.kind, dtype=object), problems
    named = items["policy"].to_numpy(dtype=object)
    for row in np.flatnonzero(~np.isin(named, [*KINDS, ""])):
        problems[row] = f"Policy is {named[row]!r}; write {', '.join(NAMES[:-1])} or {NAMES[-1]}."
    return np.where(named == "", default.kind, named), problems


def item_policies(items: pd.DataFrame, default: OrderPolicy) -> pd.DataFrame:
    """Return when each item is ordered and by which rule, one row per item.

    unique_id, lead_time, lead_time_min, lead_time_max, review_period, protection_interval (periods), policy,
    price_breaks, problem. An item's own answers win over the default; a blank shortest or
    longest lead time is the usual one. A row with a problem has NaN.
    """
    items = with_rules(validate_items(items))
    columns = {name: _or_default(number(items, name), getattr(default, name)) for name in OWN}
    for name in BOUNDS:
        columns[name] = _or_default(number(items, name), columns["lead_time"])
    kinds, no_kind = _kinds(items, default)
    broken = either(unreadable(items, tuple(columns)), first_broken(RULES, columns))
    problem = at_row(items, either(broken, no_kind, break_problems(items)))
    usable = {name: np.where(problem == "", values, np.nan) for name, values in columns.items()}
    return pd.DataFrame(
        {
            "unique_id": items["unique_id"].to_numpy(),
            **usable,
            "protection_interval": usable["lead_time"] + usable["review_period"],
            "policy": kinds,
            COLUMN: written(items),
            "problem": problem,
        }
    )


def _or_default(values: np.ndarray, default: float | np.ndarray) -> np.ndarray:
    return np.where(np.isnan(values), default, values)
