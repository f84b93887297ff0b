"""Whether the column of units is money: asked where its name or its values sound like it."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.ingest import words
from forecasting.ingest.lines import Lines
from forecasting.ingest.notes import Notes, Question, counted

MONEY, SALES = words.UNITS[3:], words.UNITS[2:3]  # "turnover" says it; "sales" may be either
SIGN = re.compile(r"[€$£¥₹]|\b(eur|usd|gbp|chf|jpy|inr|brl)\b", re.IGNORECASE)
BROKEN = 0.1  # share of amounts that are no whole number: weights are sold by the kilo, money nearly always
LARGE = 1_000  # units of a usual line; larger ones under "sales" are more often money than pieces


def in_units(lines: Lines, column: str, *, measure: str, price: str | None, notes: Notes) -> Lines:
    """Return the lines in units; what sounds like money is asked about and, until answered, units.

    `measure` is 'auto', 'units' or 'money'. Money is divided by the `price` column where there is one, and
    a row without a price is left out; else it stays, and orders are in money.
    """
    why = _sounds_like_money(column, lines.sales["y"])
    if measure == "auto" and why:
        _ask(column, why, price, lines.sales["y"], notes)
    if measure != "money":
        return lines
    if price is None:
        notes.warn(f"{column!r} is money: orders will be in money, not in pieces; no column is the price.")
        return lines
    each = lines.sales["_price"]
    unpriced = each.isna()
    lines.fate.drop_rows(lines.sales.index[unpriced], "no price to turn money into units")
    notes.warn(
        f"{column!r} is money: units are {column!r} divided by {price!r}"
        + (f"; {counted(int(unpriced.sum()), 'row')} without a price left out." if unpriced.any() else ".")
    )
    sales = lines.sales[~unpriced]
    return replace(lines, sales=sales.assign(y=sales["y"] / each[~unpriced]))


def looks_like_money(heading: str) -> bool:
    """Return whether a heading may be an amount of money: it says so, or says sales beside the units.

    >>> looks_like_money("Sales"), looks_like_money("Revenue (EUR)"), looks_like_money("Quantity")
    (True, True, False)
    """
    return bool(SIGN.search(heading) or words.match(heading, words.UNITS[2:], words.UNITS_NOT))


def _sounds_like_money(column: str, values: pd.Series) -> str:
    """Return why a column may be money, "" when nothing says so."""
    if SIGN.search(column) or (words.match(column, MONEY) and not words.match(column, words.UNITS[:2])):
        return "its name"
    if words.match(column, words.UNITS[:2]) or not words.match(column, SALES):
        return ""
    sold = values[values > 0]
    if sold.empty:
        return ""
    if float((np.abs(sold - sold.round()) > 1e-9).mean()) >= BROKEN:
        return "amounts that are not whole"
    return "the size of its amounts" if float(sold.median()) >= LARGE else ""


def _ask(column: str, why: str, price: str | None, values: pd.Series, notes: Notes) -> None:
    then = f"it can be divided by {price!r}" if price else "orders will be in money, not in pieces"
    typical = float(values[values > 0].median())
    notes.ask(
        Question(
            id="measure",
            question=f"Is {column!r} money or units? {why[0].upper()}{why[1:]} would fit money. If it is "
            f"money, {then}.",
            example=f"a usual row is {typical:,.6g}",
            options=("units", "money"),
            assumed="units",
        )
    )
    notes.warn(f"{column!r} may be money ({why}): read as units, because orders need units.")
