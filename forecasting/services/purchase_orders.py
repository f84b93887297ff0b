"""Orders as files for a supplier, and back again after somebody has changed them there."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from forecasting.errors import DataError, DecisionError
from forecasting.ingest.tables import read_table
from forecasting.inventory.rules import number
from forecasting.inventory.typed_orders import typed_quantity
from forecasting.report.columns import Column
from forecasting.report.spreadsheet import Sheet, one_sheet
from forecasting.report.tables import FORMULA_STARTS, csv_bytes
from forecasting.services.findings import marked

NOBODY = "(no supplier given)"
# The file is read back by these headings; the others are for the reader's eye.
KEY, QUANTITY = "series", "order"
PURCHASE_COLUMNS: Mapping[str, Column] = {
    KEY: Column("series", "Names the line; leave it as it is.", "text"),
    "item": Column("item", "", "text"),
    "store": Column("store", "", "text"),
    QUANTITY: Column("order", "Units; change it here and bring the file back.", "units"),
    "pack": Column("pack", "Units in one pack.", "units"),
    "unit_cost": Column("unit_cost", "Money per unit.", "money"),
    "amount": Column("amount", "Order times unit cost.", "money"),
    "reason": Column("reason", "Why this quantity.", "text"),
    "standing": Column("standing", "Models were still being tested when this was written.", "text"),
}
DIFFERENCE_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "before": Column("Was", "Units to order before this file.", "units"),
    "after": Column("In the file", "Units to order as the file says.", "units"),
    "change": Column("Difference", "Units more or fewer.", "units"),
}


@dataclass(frozen=True)
class Returned:
    """What a file that came back says: the differences, and what could not be used."""

    differences: pd.DataFrame  # unique_id, before, after, change
    lines: int  # that were understood
    troubles: tuple[str, ...]  # sentences, with the row of the file


def _suppliers(orders: pd.DataFrame) -> pd.Series:
    if "supplier" not in orders:
        return pd.Series(NOBODY, orders.index, dtype=object)
    named = orders["supplier"].astype("string").str.strip().fillna("").astype(object)
    return named.mask(named == "", NOBODY)


def suppliers(orders: pd.DataFrame) -> pd.DataFrame:
    """Return supplier, lines, units and amount (money; NaN: no unit cost is known) of what is ordered."""
    ordered = orders.assign(supplier=_suppliers(orders), amount=orders["yours"] * number(orders, "unit_cost"))
    ordered = ordered[ordered["yours"] > 0]
    grouped = ordered.groupby("supplier", sort=True)
    table = grouped.agg(lines=("unique_id", "size"), units=("yours", "sum"))
    return table.assign(amount=grouped["amount"].sum(min_count=1)).reset_index()


def purchase_order(orders: pd.DataFrame, supplier: str) -> pd.DataFrame:
    """Return the lines to order from one supplier, `PURCHASE_COLUMNS`, by series."""
    lines = orders[(_suppliers(orders) == supplier) & (orders["yours"] > 0)].sort_values("unique_id")
    words = {name: lines[name] for name in ("item", "store") if name in lines}
    cost = number(lines, "unit_cost")
    return pd.DataFrame(
        {
            KEY: lines["unique_id"],
            **words,
            QUANTITY: lines["yours"],
            "pack": lines["pack"],
            "unit_cost": cost,
            "amount": lines["yours"] * cost,
            "reason": lines["reason"],
        }
    ).reset_index(drop=True)


def purchase_file(
    orders: pd.DataFrame, supplier: str, kind: str, currency: str, provisional: tuple[str, ...] = ()
) -> bytes:
    """Return the order to a supplier as csv or xlsx; text of a file is never a formula in either.

    What may still change says so on every line: the file is read by people who never saw the page.
    """
    table = marked(purchase_order(orders, supplier), provisional)
    if kind == "csv":
        return csv_bytes(table)
    return one_sheet(Sheet("Order", table, PURCHASE_COLUMNS, tuple(PURCHASE_COLUMNS)), currency, supplier)


def file_name(supplier: str, kind: str) -> str:
    """Return a file name that every system takes.

    >>> file_name("Mill & Oven", "csv")
    'order-mill-oven.csv'
    """
    letters = "".join(c if c.isalnum() else " " for c in supplier.lower())
    return f"order-{'-'.join(letters.split()) or 'supplier'}.{kind}"


def read_back(content: bytes, name: str, orders: pd.DataFrame, *, whole: bool) -> Returned:
    """Return how a file that came back differs from what would be ordered; nothing is changed by it.

    The file needs the headings series (or unique_id) and order (or quantity). Lines it leaves out stay as
    they are. Raises `DataError` where the headings are missing, the reader's errors where it is no table.
    """
    table = read_table(content, name=name)
    frame = table.frame
    headings = {str(c).strip().lower(): c for c in frame.columns}
    key = next((headings[h] for h in (KEY, "unique_id") if h in headings), None)
    units = next((headings[h] for h in (QUANTITY, "quantity") if h in headings), None)
    if key is None or units is None:
        raise DataError(
            f"{name} needs the columns {KEY} and {QUANTITY}; it has {', '.join(map(str, frame.columns))}."
        )
    known = orders.set_index("unique_id")["yours"]
    suggested = dict(zip(orders["unique_id"], orders["order_quantity"].astype(float), strict=True))
    rows: dict[str, float] = {}
    troubles = []
    for place, series, text in zip(table.rows, frame[key], frame[units], strict=True):
        line = _unquoted(str(series).strip())
        try:
            rows[line] = _units_of(line, str(text), suggested, rows, whole)
        except DecisionError as error:
            troubles.append(f"Row {place}: {error}")
    before = known.reindex(list(rows)).to_numpy(dtype=float)
    said = pd.DataFrame({"unique_id": list(rows), "before": before, "after": list(rows.values())})
    said["change"] = said["after"] - said["before"]
    return Returned(said[said["change"] != 0].reset_index(drop=True), len(rows), tuple(troubles))


def _units_of(
    line: str, text: str, suggested: Mapping[str, float], seen: Mapping[str, float], whole: bool
) -> float:
    """Return the units of one row, or raise `DecisionError` with what is wrong with it."""
    if line not in suggested:
        raise DecisionError(f"no order line is called {line!r}.")
    if line in seen:
        raise DecisionError(f"{line!r} stands in the file twice; the first row counts.")
    units = typed_quantity(text, suggested[line], whole_units=whole)
    if units is None:
        raise DecisionError(f"{line!r} has a blank order; write 0 to order nothing.")
    return units


def _unquoted(text: str) -> str:
    """Return a name without the apostrophe that kept a spreadsheet from running it."""
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(FORMULA_STARTS) else text
