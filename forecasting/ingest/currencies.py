"""Which currencies a file's money is in: amounts of different ones are never added."""

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from forecasting.errors import DataError
from forecasting.ingest import words
from forecasting.ingest.measure import SIGN
from forecasting.ingest.numbers import CURRENCY
from forecasting.ingest.options import Roles
from forecasting.ingest.tables import RawTable

HEADINGS = ("currency", "currency code", "curr", "waehrung", "wahrung", "moeda", "moneda", "devise", "valuta",
            "divisa")  # fmt: skip
CODES = {"€": "EUR", "£": "GBP", "US$": "USD", "R$": "BRL", "¥": "JPY", "₹": "INR", "₽": "RUB"}
# Signs of one country where nothing else is said.
SPOKEN = {"$": "USD", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF"}
MOST_READ = 500  # cells of a column: a file that writes a sign writes it from the start
DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"))
_SIGN = re.compile(CURRENCY, re.IGNORECASE)


def refuse_mixed(table: RawTable, money: Sequence[str], known: Iterable[str] = ()) -> None:
    """Raise `DataError` when the money of a file is in more than one currency.

    `money` names its columns of money, whose signs (€ 5) count; a column headed currency says it in
    words. `known` are currencies that stand already, such as those of the sales these items belong to.
    """
    found: dict[str, int | None] = {code(text): None for text in known}
    for column in (*currency_columns(table.frame), *(c for c in money if c in table.frame)):
        texts = table.frame[column]
        for text in texts.unique():
            said = code(text) if is_currency(column) else _signed(text)
            if said and said not in found:
                found[said] = int(table.rows[(texts == text).to_numpy().argmax()])
    found.pop("", None)
    if len(found) > 1 and DOLLARS & set(found):
        found.pop("$", None)  # the sign of whichever dollar is named beside it
    if len(found) > 1:
        where = [f"{name} (row {row})" if row is not None else name for name, row in found.items()]
        raise DataError(
            f"The money of {table.name} is in {' and '.join(where)}; amounts of different currencies are "
            "never added. Convert them to one, or keep a project for each."
        )


def currency_of(table: RawTable, roles: Roles) -> str:
    """Return the currency that a file says its money is in, three letters; "" where it does not say.

    A column headed currency says it first, then signs in cells of money, then the headings of money.
    """
    money = [c for c in (roles.price, roles.unit_cost, roles.y) if c]
    said: list[str] = []
    for column in currency_columns(table.frame):
        said += [code(text) for text in table.frame[column].head(MOST_READ).unique()]
    for column in money:
        said += [_signed(text) for text in table.frame[column].head(MOST_READ).unique()]
    said += [code(sign.group()) for sign in map(SIGN.search, money) if sign]
    known = (SPOKEN.get(name, name) for name in said)
    return next((name for name in known if re.fullmatch("[A-Z]{3}", name)), "")


def currency_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that say a currency."""
    return [c for c in frame.columns if is_currency(c)]


def is_currency(heading: str) -> bool:
    """Return whether a heading means the currency of the row."""
    return words.plain(heading) in HEADINGS


def code(text: str) -> str:
    """Return what a cell calls a currency, signs as codes where they mean one only.

    >>> code("eur"), code("€"), code(" ")
    ('EUR', 'EUR', '')
    """
    plain = text.strip().upper()
    return CODES.get(plain, plain)


def _signed(text: str) -> str:
    """Return the currency a cell of money carries, '' where it carries none."""
    bare = text[:1].isdigit() and text[-1:].isdigit()  # nearly every cell of a long file
    if bare or not any(c.isdigit() for c in text):
        return ""
    sign = _SIGN.search(text)
    return code(sign.group()) if sign else ""
