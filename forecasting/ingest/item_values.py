"""The columns of an items file under their contract names, typed; nonsense makes its row a problem."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.cells import NO, YES, Cells
from forecasting.ingest.notes import Notes, counted, listed
from forecasting.ingest.tables import RawTable
from forecasting.schema import ITEM_GIVEN, ITEM_RANGES

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
    "policy": "ordering rule, order rule, ordering policy, order policy, inventory policy",
    "price_breaks": "quantity discounts, discounts, volume discounts, staffelpreise",
    "last_order": "last ordered, last order quantity, previous order, usual order",
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
POLICY = {
    **dict.fromkeys(("order up to", "r s", "periodic review"), "order_up_to"),
    **dict.fromkeys(("base stock", "continuous review"), "base_stock"),
    **dict.fromkeys(("newsvendor", "one off", "season"), "newsvendor"),
    **dict.fromkeys(("min max", "s s"), "min_max"),
    **dict.fromkeys(("fixed quantity", "s q", "r q", "reorder point"), "fixed_quantity"),
    **dict.fromkeys(("known demand", "contract", "wagner whitin"), "known_demand"),
}
WORDS = {
    "policy": (POLICY, ", ".join(dict.fromkeys(POLICY.values()))),
    "leftover": (LEFTOVER, "perishable or carry_over"),
    "missed_sale": (MISSED, " or ".join(sorted({*MISSED.values()}))),
}
# What people write into a cell that has nothing to say.
BLANK = frozenset(("", "-", "–", "na", "n/a", "nan", "none", "null", "?"))
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
    "on_hand": NUMBER,  # below zero: owed to customers who wait
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
    "last_order": NOT_NEGATIVE,
    **dict.fromkeys(ITEM_RANGES, NUMBER),
}


def contract_name(heading: str) -> str | None:
    """Return the items column a heading means, None when it is an attribute.

    >>> contract_name("Cost"), contract_name("Case Pack"), contract_name("Colour")
    ('unit_cost', 'pack', None)
    """
    plain = words.plain(heading)
    for column in ITEM_GIVEN:
        phrases = [column.replace("_", " "), *(p.strip() for p in SYNONYMS.get(column, "").split(","))]
        if plain in phrases or plain.replace(" ", "") in [p.replace(" ", "") for p in phrases]:
            return column
    return None


def item_values(table: RawTable, columns: list[str], notes: Notes) -> pd.DataFrame:
    """Return the columns renamed and typed, and items_problem: the first entry that makes no sense.

    Such an entry is NaN, its row has a sentence (NaN elsewhere) and `notes` names the rows: no
    default stands in for what somebody wrote.
    """
    cells = Cells(table, decimal=None, notes=notes)
    reader = _Reader(table.rows, notes)
    typed: dict[str, pd.Series] = {}
    for column in columns:
        name = contract_name(column)
        if name in typed:
            notes.warn(f"{column!r} is a second column of {name}; the first was used.")
        elif name in WORDS:
            typed[name] = reader.word(table.frame[column], *WORDS[name])
        elif name == "price_breaks":
            breaks = table.frame[column].str.strip()
            typed[name] = breaks.where(breaks != "")
        elif name:
            typed[name] = reader.number(table.frame[column], cells.numbers(column), BOUNDS[name])
        else:
            text = table.frame[column].str.strip()
            typed[column] = text.where(text != "")
            _warn_of_time(column, notes)
    values = pd.DataFrame(typed, index=table.frame.index)
    return values.assign(items_problem=reader.problems(values.index))


class _Reader:
    """Types columns one by one and remembers the first nonsense of every row."""

    def __init__(self, rows: np.ndarray, notes: Notes) -> None:
        self._rows, self._notes = rows, notes
        self._problems: dict[object, str] = {}

    def number(self, texts: pd.Series, numbers: pd.Series, bound: Bound) -> pd.Series:
        good = numbers.between(bound.lowest, bound.highest) & np.isfinite(numbers)
        if bound.whole:
            good &= numbers == numbers.round()
        self._refuse(texts, ~good, bound.words)
        return numbers.where(good)

    def word(self, texts: pd.Series, meaning: dict[str, str], need: str) -> pd.Series:
        if "perishable" in words.plain(str(texts.name)):  # only there do yes and no say something
            meaning = meaning | dict.fromkeys(YES, "perishable") | dict.fromkeys(NO, "carry_over")
        value = pd.Series([meaning.get(words.plain(t), np.nan) for t in texts], texts.index, dtype=object)
        self._refuse(texts, value.isna(), need)
        return value

    def problems(self, index: pd.Index) -> pd.Series:
        """Return the sentence of each row, NaN where all made sense."""
        return pd.Series([self._problems.get(i, np.nan) for i in index], index, dtype=object)

    def _refuse(self, texts: pd.Series, not_good: pd.Series, need: str) -> None:
        wrong = not_good & ~texts.str.strip().str.casefold().isin(BLANK)
        if not wrong.any():
            return
        for place, text in texts[wrong].items():
            self._problems.setdefault(place, f"{texts.name!r} reads {text!r}; it must be {need}.")
        examples = listed([repr(t) for t in texts[wrong].drop_duplicates()], 3)
        where = listed([f"{row}" for row in self._rows[wrong.to_numpy()]], 5)
        count = int(wrong.sum())
        self._notes.warn(
            f"{texts.name!r} must be {need}; {counted(count, 'row')} with {examples} (row {where}): "
            f"no order for {'it' if count == 1 else 'them'} until that is corrected."
        )


def _warn_of_time(column: str, notes: Notes) -> None:
    plain = set(words.plain(column).split())
    if plain & _UNITS_OF_TIME and plain & {"lead", "review", "shelf", "lieferzeit", "cycle"}:
        notes.warn(
            f"{column!r} is not used: give times in periods of the sales, as lead_time or review_period."
        )
