"""How each kind of database is told that it is only read, and what is said when it does not answer."""

import sqlite3
import time
from typing import Any
from urllib.parse import quote

from forecasting.errors import MissingLibrary, SourceError

CONNECT_SECONDS = 5
CHECK_EVERY = 10_000  # steps of SQLite between two looks at the clock; some milliseconds
EXTRAS = "requirements-databases.txt"


def connection_arguments(kind: str, database: str | None, seconds: float) -> dict[str, Any]:
    """Return what a connection to a kind of database needs so that it cannot hang, and cannot write."""
    if kind == "sqlite":
        return {"creator": lambda: _sqlite(database or "", seconds)}
    if kind == "duckdb":
        # Its SELECT can read any file of the server and any address; not here.
        closed = {"enable_external_access": False, "lock_configuration": True}
        return {"connect_args": {"read_only": True, "config": closed}}
    if kind in ("mysql", "mariadb"):
        times = {"connect_timeout": CONNECT_SECONDS, "read_timeout": int(seconds) + 1}
        return {"connect_args": times}
    return {"connect_args": {"connect_timeout": CONNECT_SECONDS}} if kind == "postgresql" else {}


def first_statements(kind: str, seconds: float) -> tuple[str, ...]:
    """Return what is said first on a connection: nothing may be written, nothing may take long.

    A kind that is not known here has only the check of the statement to protect it, and its own rights.
    """
    return {
        "postgresql": (
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            f"SET statement_timeout = {int(seconds * 1000)}",
        ),
        "mysql": (
            "SET SESSION TRANSACTION READ ONLY",
            f"SET SESSION max_execution_time = {int(seconds * 1000)}",
        ),
        "mariadb": ("SET SESSION TRANSACTION READ ONLY", f"SET SESSION max_statement_time = {seconds:g}"),
    }.get(kind, ())


def missing_driver(error: ModuleNotFoundError) -> MissingLibrary:
    """Return what to say when the driver of a database is not installed."""
    return MissingLibrary(
        f"This database needs the library {error.name!r}; run: pip install -r {EXTRAS}, or pip install "
        f"{error.name}."
    )


def unreachable() -> SourceError:
    """Return what to say when no connection comes about; why is for the server's own log, not for a page."""
    return SourceError(
        "The database does not answer, or refuses the login; nothing was read. Check that it runs and that "
        "its address and password are right where they were set."
    )


def not_given(cause: BaseException, password: str | None) -> SourceError:
    """Return what to say when a statement fails: the first line of the database's own reason."""
    reason = in_its_words(cause)
    if password:
        reason = reason.replace(password, "…")
    if any(word in reason for word in ("timeout", "interrupted", "execution time exceeded")):
        return SourceError(
            f"The database took too long and was stopped ({reason}); nothing was read. Ask for fewer rows, "
            "or sum them in the query."
        )
    return SourceError(f"The database did not give the rows: {reason}. Nothing was read and nothing changed.")


def in_its_words(cause: BaseException) -> str:
    """Return the first line of what a database or its driver says, without number, tuple or full stop.

    >>> in_its_words(RuntimeError(1146, "Table 'shop.sale' doesn't exist"))
    "Table 'shop.sale' doesn't exist"
    """
    own = getattr(cause, "orig", None) or cause
    texts = [text for text in own.args if isinstance(text, str)]  # MySQL's drivers put a number before it
    lines = (texts[-1] if texts else str(own)).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(own).__name__


def _sqlite(path: str, seconds: float) -> sqlite3.Connection:
    """Return a connection to an existing file that refuses to write and stops after some seconds."""
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, CHECK_EVERY)
    return connection
