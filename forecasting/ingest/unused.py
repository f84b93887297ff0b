"""Columns of a file that play no part: said, because what helps a forecast may sit among them."""

from collections.abc import Iterable

from forecasting.ingest import words
from forecasting.ingest.cells import NO, YES
from forecasting.ingest.measure import looks_like_money
from forecasting.ingest.options import Roles
from forecasting.ingest.styles import is_numeric
from forecasting.ingest.tables import RawTable

_SAMPLE = 3000  # rows, spread over the file
MOST_NAMED = 12


def known_ahead(table: RawTable, roles: Roles) -> tuple[str, ...]:
    """Return columns without a part whose heading is decided before the day: promotions, holidays, discounts.

    Only such as a model can take: numbers or yes/no.
    """
    return tuple(c for c in _left(table, roles) if words.match(c, words.AHEAD) and _usable(table, c))


def unused(table: RawTable, roles: Roles, described: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that play no part at all; `described` = those that describe the items."""
    taken = set(described)
    return tuple(c for c in _left(table, roles) if c not in taken)


def ahead_in_words(columns: Iterable[str]) -> str:
    """Return what is said of `known_ahead` columns; "" where there are none."""
    names = [repr(c) for c in columns]
    if not names:
        return ""
    one = len(names) == 1
    return (
        f"{_joined(names)} {'looks' if one else 'look'} like something known before the day comes, and no "
        f"forecast uses {'it' if one else 'them'} yet: promotions and holidays known ahead make forecasts "
        "better."
    )


def unused_in_words(columns: Iterable[str], *, priced: bool) -> list[str]:
    """Return that columns play no part, and what an amount of money among them could have been."""
    names = list(columns)
    if not names:
        return []
    rest = len(names) - MOST_NAMED
    more = f" and {rest} more" if rest > 0 else ""
    lines = [f"Not used: {', '.join(names[:MOST_NAMED])}{more}."]
    money = [repr(c) for c in names if looks_like_money(c)]
    if money and not priced:
        lines.append(
            f"{_joined(money)} may be money; revenue needs the price of one unit, in a column of its own."
        )
    return lines


def _left(table: RawTable, roles: Roles) -> list[str]:
    used = set(roles.columns())
    return [str(c) for c in table.frame.columns if c not in used]


def _usable(table: RawTable, column: str) -> bool:
    texts = table.frame[column].iloc[:: max(len(table.frame) // _SAMPLE, 1)].str.strip()
    filled = texts[texts != ""]
    return len(filled) > 0 and (set(filled.str.casefold()) <= {*YES, *NO} or is_numeric(filled, 1.0))


def _joined(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
