"""SQLite's write-ahead log, with which readers never wait for a writer."""

import sqlite3
import time

# How long a writer waits for another one before it gives up.
BUSY_MILLISECONDS = 20_000


def turn_to_wal(connection: sqlite3.Connection) -> None:
    """Turn a database to write-ahead logging; on one that is turned already this does nothing.

    SQLite refuses the turn at once, whatever the busy timeout, while another connection is
    about to write: of eight servers starting together, about one opening in 1,800 failed.
    """
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
