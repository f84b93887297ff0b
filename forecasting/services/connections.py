"""Databases that whoever runs the server has named, and sales read from them.

The names are all a page ever sees: addresses and logins stay in the environment or the secrets file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forecasting.errors import SourceError
from forecasting.ingest.rows import MOST_ROWS, rows_csv
from forecasting.ingest.statement import checked_statement
from forecasting.store.database import Foreign

PREFIX = "SHELFWISE_DB_"  # of a variable that holds the address of a database
SECONDS = 60.0  # what a manager waits for; a slower query belongs into a view of the database


@dataclass(frozen=True)
class Connection:
    """A database by its name."""

    name: str
    url: str

    def __repr__(self) -> str:
        """Leave the address out: it holds the login, and what is printed may be logged."""
        return f"Connection({self.name!r})"


def connections(environment: Mapping[str, str], secrets: Mapping[str, Any]) -> dict[str, Connection]:
    """Return the databases that are named, by name.

    `SHELFWISE_DB_TILLS=postgresql+psycopg://…` names one "tills"; so does `tills = "…"` under `[databases]`
    in the secrets file. The environment wins.
    """
    stated = {str(name): str(url) for name, url in dict(secrets.get("databases", {})).items()}
    stated |= {
        name.removeprefix(PREFIX).lower(): url
        for name, url in environment.items()
        if name.startswith(PREFIX) and url.strip()
    }
    return {name: Connection(name, url.strip()) for name, url in sorted(stated.items())}


def tables_of(connection: Connection, *, seconds: float = SECONDS) -> list[str]:
    """Return the tables and views of a database."""
    return Foreign(connection.url, seconds=seconds).tables()


def read_whole(connection: Connection, table: str, *, seconds: float = SECONDS) -> bytes:
    """Return a table or view as the bytes of a CSV file; only one that `tables_of` lists."""
    foreign = Foreign(connection.url, seconds=seconds)
    known = foreign.tables()
    if table not in known:
        raise SourceError(f"The database {connection.name!r} has no table {table!r}; choose one it lists.")
    return _read(foreign, foreign.whole(table), MOST_ROWS)


def read_query(
    connection: Connection, query: str, *, seconds: float = SECONDS, most_rows: int = MOST_ROWS
) -> bytes:
    """Return the rows of one SELECT as the bytes of a CSV file; whatever may write is refused unrun."""
    return _read(Foreign(connection.url, seconds=seconds), checked_statement(query), most_rows)


def _read(foreign: Foreign, statement: str, most_rows: int) -> bytes:
    with foreign.rows(statement) as (columns, rows):
        return rows_csv(columns, rows, most=most_rows)
