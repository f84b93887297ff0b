"""What the items table says about stock and supplier, with the project's answer where it is blank."""

from typing import Protocol

import numpy as np
import pandas as pd

from forecasting.inventory.packs import Limits, smallest_order
from forecasting.inventory.rules import (
    Columns,
    Rule,
    at_row,
    either,
    first_broken,
    number,
    together,
    unreadable,
)


class StockTerms(Protocol):
    """The part of `orders.OrderInputs` that says how old a stock figure may be."""

    @property
    def days_per_period(self) -> float: ...
    @property
    def stock_confirmed(self) -> bool: ...


COLUMNS = ("on_hand", "on_order", "pack", "moq", "capacity", "shelf_life")

STALE = "Count it again, or confirm it."  # ends the problem of a line whose stock figure is too old

RULES = (
    Rule(
        lambda c: (c["on_hand"] < 0) & ~c["waits"],
        "Stock on hand is {on_hand:g}; count the shelf or write 0. Units owed belong here only where "
        "customers wait: then write missed_sale backorder.",
    ),
    Rule(lambda c: c["on_order"] < 0, "Stock on order is {on_order:g}; it must be 0 or more."),
    Rule(lambda c: c["pack"] <= 0, "Pack size is {pack:g}; it must be above 0."),
    Rule(lambda c: c["moq"] < 0, "Minimum order is {moq:g}; it must be 0 or more."),
    Rule(lambda c: c["capacity"] < 0, "Capacity is {capacity:g}; it must be 0 or more."),
    Rule(lambda c: c["shelf_life"] <= 0, "Shelf life is {shelf_life:g}; it must be above 0 periods."),
)
WHOLE_PACKS = Rule(
    lambda c: c["pack"] != np.floor(c["pack"]),
    "Pack size is {pack:g}; goods sold by the piece come in packs of a whole number.",
)


def item_supply(items: pd.DataFrame, *, whole_units: bool, waits: np.ndarray) -> pd.DataFrame:
    """Return `COLUMNS`, inventory_position, on_hand_given, on_order_given, stock_note and problem.

    One row per item, in units (shelf_life in periods). Blank pack: 1 for goods
    sold by the piece, NaN (any quantity) otherwise; blank moq: 0; blank
    capacity: unlimited (inf). Blank stock counts as 0 and `stock_note` says so. Where customers
    wait (`waits`, (n,) bool) stock below 0 is what is owed to them.
    """
    columns = {name: number(items, name) for name in COLUMNS}
    filled = dict(columns)
    for name, blank in {"on_hand": 0.0, "on_order": 0.0, "moq": 0.0, "capacity": np.inf}.items():
        filled[name] = np.where(np.isnan(columns[name]), blank, columns[name])
    if whole_units:
        filled["pack"] = np.where(np.isnan(columns["pack"]), 1.0, columns["pack"])

    rules = (*RULES, WHOLE_PACKS) if whole_units else RULES
    # A NaN pack breaks no rule: NaN != NaN would say otherwise.
    checked = filled | {"pack": np.where(np.isnan(filled["pack"]), 1.0, filled["pack"]), "waits": waits}
    return pd.DataFrame(
        {
            **filled,
            "inventory_position": filled["on_hand"] + filled["on_order"],
            "on_hand_given": ~np.isnan(columns["on_hand"]),
            "on_order_given": ~np.isnan(columns["on_order"]),
            "stock_note": _stock_note(np.isnan(columns["on_hand"]), np.isnan(columns["on_order"])),
            "problem": at_row(items, either(unreadable(items, COLUMNS), first_broken(rules, checked))),
        }
    )


def limits(lines: Columns) -> Limits:
    """Return what may be ordered for each line of `item_supply`.

    The room counts everything that is coming and nothing that will be sold
    before it comes: an order that fits this way always fits.
    """
    room = np.maximum(lines["capacity"] - lines["inventory_position"], 0.0)
    return Limits(lines["pack"], lines["moq"], room)


def supply_notes(lines: pd.DataFrame) -> np.ndarray:
    """Return what supplier and shelf life do to an order, in a sentence or two, '' where nothing.

    Part of it expires before the next one comes, or the minimum is no whole number of packs.
    `lines` holds leftover, shelf_life, protection_interval (periods), moq and pack (units).
    """
    perishable = (lines["leftover"] == "perishable").to_numpy()
    life, lasts = lines["shelf_life"].to_numpy(), lines["protection_interval"].to_numpy()
    expiring = perishable & (life < lasts)
    notes = np.full(len(lines), "", dtype=object)
    for row in np.flatnonzero(expiring):
        notes[row] = f"Keeps {life[row]:g} of the {lasts[row]:g} periods this order must last."
    return together(notes, _minimum_in_packs(lines))


def _minimum_in_packs(lines: pd.DataFrame) -> np.ndarray:
    notes = np.full(len(lines), "", dtype=object)
    moq, pack = (lines[name].to_numpy(dtype=float) for name in ("moq", "pack"))
    usable = (moq > 0) & (pack > 0) & np.isfinite(moq)
    least = smallest_order(
        Limits(np.where(usable, pack, 1.0), np.where(usable, moq, 0.0), np.zeros(len(moq)))
    )
    for row in np.flatnonzero(usable & (least > moq + 1e-9)):
        notes[row] = (
            f"Minimum order {moq[row]:g} is no whole number of packs of {pack[row]:g}: "
            f"{least[row]:g} is the least that is ordered."
        )
    return notes


def stale_stock(
    items: pd.DataFrame, policies: pd.DataFrame, first_day: pd.Timestamp, inputs: "StockTerms"
) -> np.ndarray:
    """Return a sentence where stock was counted more than a review before the forecast begins, else ''.

    items may say when stock was counted (`stock_date`). Such a line is not ordered until somebody
    confirms that the figure still holds.
    """
    problems = np.full(len(items), "", dtype=object)
    if "stock_date" not in items or inputs.stock_confirmed:
        return problems
    written = items["stock_date"].astype("string").str.strip().fillna("")
    counted = pd.to_datetime(items["stock_date"], errors="coerce", format="ISO8601")
    age = (first_day - counted).dt.days.to_numpy(dtype=float)  # the day before the forecast is 1 day old
    allowed = policies["review_period"].to_numpy(dtype=float) * inputs.days_per_period
    for row in np.flatnonzero(counted.isna().to_numpy() & (written != "").to_numpy()):
        problems[row] = f"Stock date reads {written.iloc[row]!r}; write it as 2026-06-28."
    for row in np.flatnonzero(age > allowed):
        problems[row] = (
            f"Stock was counted on {counted.iloc[row]:%Y-%m-%d}, {age[row]:g} days before the forecast "
            f"begins: more than one review of {allowed[row]:g} days. {STALE}"
        )
    return problems


def _stock_note(no_on_hand: np.ndarray, no_on_order: np.ndarray) -> np.ndarray:
    on_hand = np.where(no_on_hand, "Stock not given, taken as 0.", "")
    on_order = np.where(no_on_order, "On order not given, taken as 0.", "")
    return together(on_hand, on_order)
