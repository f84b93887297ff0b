"""The columns of an items file under their contract names, typed; nonsense becomes blank and is told."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.cells import NO, YES, Cells
from forecasting.ingest.notes import Notes, counted, listed
from forecasting.ingest.tables import RawTable
from forecasting.schema import ITEM_COLUMNS, ITEM_RANGES

SYNONYMS = {
    "price": "unit price, selling price, sell price, sales price, retail price, list price, preco, precio, "
    "prix, preis, prezzo, verkaufspreis, price each, price per unit",
    "unit_cost": "cost, unit cost, cost price, purchase price, buying price, cost per unit, cogs, custo, "
    "coste, costo, cout, kosten, einkaufspreis, einstandspreis",
    "salvage": "salvage value, clearance price, scrap value, residual value, restwert",
    "goodwill": "goodwill cost, lost sale penalty, stockout penalty, shortage penalty",
    "holding_rate": "holding, holding cost rate, carrying rate, carrying cost rate, annual holding rate",
    "leftover": "left over, leftovers, perishable",
    "lead_time": "lead time periods, leadtime, lieferzeit, delai, prazo, plazo",
    "review_period": "review, review time, review cycle, order cycle, ordering cycle",
    "on_hand": "stock, stock on hand, inventory, quantity on hand, qty on hand, soh, estoque, existencias, "
    "bestand, lagerbestand, voorraad, closing stock, current stock",
    "on_order": "ordered, open orders, quantity on order, qty on order, inbound, in transit, open po",
    "moq": "minimum order quantity, min order, minimum order, min order qty, min qty, mindestbestellmenge",
    "pack": "pack size, case pack, case size, packsize, units per pack, units per case, lot size, vpe",
    "shelf_life": "shelflife, shelf life periods, haltbarkeit, validade",
    "capacity": "max stock, maximum stock, shelf capacity, storage capacity",
    "missed_sale": "missed sales, unmet demand, when out of stock",
    "backorder_cost": "backorder penalty, cost per unit owed, expedite cost",
    "order_cost": "fixed order cost, cost per order, ordering cost, setup cost, bestellkosten",
    "lead_time_min": "minimum lead time, shortest lead time",
    "lead_time_max": "maximum lead time, longest lead time",
    "unit_volume": "volume per unit, cubic metres per unit",
    "units_per_pallet": "pallet quantity, pallet size",
    "service_target": "target service level, service level target",
    "minimum_service": "minimum service level, service floor",
}
LEFTOVER = {
    **dict.fromkeys(("perishable", "perish", "fresh"), "perishable"),
    **dict.fromkeys(("carry over", "carryover", "carries over", "keeps", "durable"), "carry_over"),
}
MISSED = {
    **dict.fromkeys(("lost", "lost sale", "lost sales", "gone"), "lost"),
    **dict.fromkeys(("backorder", "back order", "waits", "owed"), "backorder"),
    **dict.fromkeys(("backorder per day", "owed per day", "waits per day"), "backorder_per_day"),
}
_UNITS_OF_TIME = {"day", "days", "week", "weeks", "month", "months", "tage", "dias", "jours"}


@dataclass(frozen=True)
class Bound:
    """What a number of the items table must satisfy, and how that reads."""

    lowest: float
    words: str
    whole: bool = False
    highest: float = np.inf


ABOVE_ZERO = Bound(np.nextafter(0, 1), "above 0")
NOT_NEGATIVE = Bound(0, "0 or more")
SHARE = Bound(0, "a share between 0 and 1 (95 % is 0.95)", highest=np.nextafter(1, 0))
NUMBER = Bound(-np.inf, "a number")
BOUNDS = {
    "price": ABOVE_ZERO,
    "unit_cost": ABOVE_ZERO,
    "salvage": Bound(-np.inf, "a number"),  # below zero: clearing costs money
    "goodwill": NOT_NEGATIVE,
    "holding_rate": Bound(0, "a fraction of the cost per year between 0 and 2 (25 % is 0.25)", highest=2),
    "lead_time": Bound(0, "a whole number of periods, 0 or more", whole=True),
    "review_period": Bound(1, "a whole number of periods, 1 or more", whole=True),
    "on_hand": NOT_NEGATIVE,
    "on_order": NOT_NEGATIVE,
    "moq": Bound(1, "a whole number, 1 or more", whole=True),
    "pack": Bound(1, "a whole number, 1 or more", whole=True),
    "shelf_life": ABOVE_ZERO,
    "capacity": NOT_NEGATIVE,
    "backorder_cost": ABOVE_ZERO,
    "order_cost": NOT_NEGATIVE,
    "lead_time_min": Bound(0, "a whole number of periods, 0 or more", whole=True),
    "lead_time_max": Bound(0, "a whole number of periods, 0 or more", whole=True),
    "unit_volume": ABOVE_ZERO,
    "units_per_pallet": ABOVE_ZERO,
    "service_target": SHARE,
    "minimum_service": SHARE,
    **dict.fromkeys(ITEM_RANGES, NUMBER),
}


def contract_name(heading: str) -> str | None:
    """Return the items column a heading means, None when it is an attribute.

    >>> contract_name("Cost"), contract_name("Case Pack"), contract_name("Colour")
    ('unit_cost', 'pack', None)
    """
    plain = words.plain(heading)
    for column in ITEM_COLUMNS:
        phrases = [column.replace("_", " "), *(p.strip() for p in SYNONYMS.get(column, "").split(","))]
        if plain in phrases or plain.replace(" ", "") in [p.replace(" ", "") for p in phrases]:
            return column
    return None


def item_values(table: RawTable, columns: list[str], notes: Notes) -> pd.DataFrame:
    """Return the columns renamed and typed; a value that makes no sense is NaN and told in `notes`."""
    cells = Cells(table, decimal=None, notes=notes)
    typed: dict[str, pd.Series] = {}
    for column in columns:
        name = contract_name(column)
        if name in typed:
            notes.warn(f"{column!r} is a second column of {name}; the first was used.")
        elif name == "leftover":
            typed[name] = _leftover(table.frame[column], notes)
        elif name == "missed_sale":
            typed[name] = _meaning(
                table.frame[column], MISSED, " or ".join(sorted({*MISSED.values()})), notes
            )
        elif name:
            typed[name] = _checked(table.frame[column], cells.numbers(column), BOUNDS[name], notes)
        else:
            text = table.frame[column].str.strip()
            typed[column] = text.where(text != "")
            _warn_of_time(column, notes)
    return pd.DataFrame(typed, index=table.frame.index)


def _checked(texts: pd.Series, numbers: pd.Series, bound: Bound, notes: Notes) -> pd.Series:
    good = numbers.between(bound.lowest, bound.highest) & np.isfinite(numbers)
    if bound.whole:
        good &= numbers == numbers.round()
    _warn_of_nonsense(texts, ~good & (texts.str.strip() != ""), bound.words, notes)
    return numbers.where(good)


def _leftover(texts: pd.Series, notes: Notes) -> pd.Series:
    meaning = dict(LEFTOVER)
    if "perishable" in words.plain(str(texts.name)):  # only there do yes and no say something
        meaning |= dict.fromkeys(YES, "perishable") | dict.fromkeys(NO, "carry_over")
    return _meaning(texts, meaning, "perishable or carry_over", notes)


def _meaning(texts: pd.Series, meaning: dict[str, str], need: str, notes: Notes) -> pd.Series:
    value = pd.Series([meaning.get(words.plain(t), np.nan) for t in texts], texts.index, dtype=object)
    _warn_of_nonsense(texts, value.isna() & (texts.str.strip() != ""), need, notes)
    return value


def _warn_of_nonsense(texts: pd.Series, wrong: pd.Series, need: str, notes: Notes) -> None:
    if wrong.any():
        examples = listed([repr(t) for t in texts[wrong].drop_duplicates()], 3)
        notes.warn(
            f"{texts.name!r} must be {need}; {counted(int(wrong.sum()), 'row')} with {examples} left blank, "
            "so the project's default is used there."
        )


def _warn_of_time(column: str, notes: Notes) -> None:
    plain = set(words.plain(column).split())
    if plain & _UNITS_OF_TIME and plain & {"lead", "review", "shelf", "lieferzeit", "cycle"}:
        notes.warn(
            f"{column!r} is not used: give times in periods of the sales, as lead_time or review_period."
        )
