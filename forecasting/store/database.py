"""The tables of the store and every statement on them; nothing else here or elsewhere knows SQLAlchemy.

The statements suit SQLite and PostgreSQL alike; only `_prepare_sqlite` knows which one it is.
`Foreign` is somebody else's database, which is only ever read.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from forecasting.errors import StoreError
from forecasting.store.logbook import BUSY_MILLISECONDS, turn_to_wal
from forecasting.store.readers import (
    connection_arguments,
    first_statements,
    in_its_words,
    missing_driver,
    not_given,
    unreachable,
)

SCHEMA_VERSION = 1

metadata = sa.MetaData()
schema_version = sa.Table(
    "schema_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),  # always 1: there is one version
    sa.Column("version", sa.Integer, nullable=False),
)
# Times are ISO text: what the caller said, zone or none, comes back unchanged from every database.
projects = sa.Table(
    "projects",
    metadata,
    sa.Column("project_id", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("updated", sa.String(40), nullable=False),
)
blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("content_hash", sa.String(64), primary_key=True),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
)
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("project_id", sa.ForeignKey(projects.c.project_id, ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("updated", sa.String(40), nullable=False),
)
frames = sa.Table(
    "frames",
    metadata,
    sa.Column("project_id", sa.ForeignKey(projects.c.project_id, ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("content_hash", sa.ForeignKey(blobs.c.content_hash), nullable=False, index=True),
)
shapes = sa.Table(  # of files; what was chosen for one is where the next of its shape starts
    "shapes",
    metadata,
    sa.Column("shape", sa.String(64), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("updated", sa.String(40), nullable=False),
)
_UNUSED = ~sa.exists().where(frames.c.content_hash == blobs.c.content_hash)


class Transaction:
    """The statements of one transaction: all of them happen, or none."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def layout(self) -> int:
        """Return the version of the tables, written down now if the database is new."""
        self._make(schema_version)
        found = self._connection.execute(sa.select(schema_version.c.version)).scalar()
        if found is None:
            self._connection.execute(sa.insert(schema_version).values(id=1, version=SCHEMA_VERSION))
        return SCHEMA_VERSION if found is None else int(found)

    def make_tables(self) -> None:
        """Make the tables that are missing."""
        for table in metadata.sorted_tables:
            self._make(table)

    def add_project(self, project_id: str, name: str, stamp: str) -> None:
        """Add an empty project."""
        row = {"project_id": project_id, "name": name, "created": stamp, "updated": stamp}
        self._connection.execute(sa.insert(projects).values(row))

    def change_project(self, project_id: str, **values: str) -> bool:
        """Return whether the project exists; change it, and queue behind others who are changing it.

        An update that changes nothing still locks the row, in every database.
        """
        change = sa.update(projects).where(projects.c.project_id == project_id)
        return self._connection.execute(change.values(values or {"project_id": project_id})).rowcount > 0

    def drop_project(self, project_id: str) -> None:
        """Forget a project with its documents, and the frames that were its alone."""
        mine = sa.select(frames.c.content_hash).where(frames.c.project_id == project_id)
        hashes = list(self._connection.execute(mine).scalars())
        self._connection.execute(sa.delete(projects).where(projects.c.project_id == project_id))
        self._connection.execute(sa.delete(blobs).where(blobs.c.content_hash.in_(hashes), _UNUSED))

    def project(self, project_id: str) -> dict[str, str] | None:
        """Return project_id, name, created and updated, or None."""
        row = self._connection.execute(sa.select(projects).where(projects.c.project_id == project_id)).first()
        return None if row is None else dict(row._mapping)

    def bodies(self, project_id: str) -> dict[str, str]:
        """Return the JSON text of every document by name."""
        wanted = sa.select(documents.c.name, documents.c.body).where(documents.c.project_id == project_id)
        return {row.name: row.body for row in self._connection.execute(wanted.order_by(documents.c.name))}

    def hashes(self, project_id: str) -> dict[str, str]:
        """Return the content hash of every frame by name."""
        wanted = sa.select(frames.c.name, frames.c.content_hash).where(frames.c.project_id == project_id)
        return {r.name: r.content_hash for r in self._connection.execute(wanted.order_by(frames.c.name))}

    def put_document(self, project_id: str, name: str, body: str, stamp: str) -> None:
        """Set a document, whether or not it was there."""
        self._replace(documents, {"project_id": project_id, "name": name}, {"body": body, "updated": stamp})

    def put_frame(self, project_id: str, name: str, digest: str) -> None:
        """Point a frame's name at stored bytes."""
        self._replace(frames, {"project_id": project_id, "name": name}, {"content_hash": digest})

    def forget(self, project_id: str, names: Sequence[str]) -> None:
        """Drop the documents and frames with these names."""
        for table in (documents, frames):
            gone = sa.delete(table).where(table.c.project_id == project_id, table.c.name.in_(names))
            self._connection.execute(gone)

    def blob(self, digest: str) -> bytes | None:
        """Return stored bytes, or None."""
        return self._connection.execute(
            sa.select(blobs.c.bytes).where(blobs.c.content_hash == digest)
        ).scalar()

    def put_blob(self, digest: str, content: bytes, stamp: str) -> None:
        """Store bytes once, also when another writer stores the same ones at this moment."""
        # The lock keeps a deletion off the blob until this project uses it (SQLite has one writer anyway).
        there = sa.select(blobs.c.content_hash).where(blobs.c.content_hash == digest)
        if self._connection.execute(there.with_for_update(read=True)).first() is not None:
            return
        try:
            with self._connection.begin_nested():
                row = {"content_hash": digest, "bytes": content, "created": stamp}
                self._connection.execute(sa.insert(blobs).values(row))
        except IntegrityError:
            self._connection.execute(there.with_for_update(read=True))

    def put_shape(self, shape: str, body: str, stamp: str) -> None:
        """Set what was chosen for a shape."""
        self._replace(shapes, {"shape": shape}, {"body": body, "updated": stamp})

    def shape(self, shape: str) -> tuple[str, str] | None:
        """Return what was chosen for a shape, and when; or None."""
        row = self._connection.execute(sa.select(shapes).where(shapes.c.shape == shape)).first()
        return None if row is None else (row.body, row.updated)

    def drop_shape(self, shape: str) -> None:
        """Forget what was chosen for a shape."""
        self._connection.execute(sa.delete(shapes).where(shapes.c.shape == shape))

    def drop_unused_blobs(self) -> int:
        """Return how many frames were dropped because no project uses them."""
        return self._connection.execute(sa.delete(blobs).where(_UNUSED)).rowcount

    def _replace(self, table: sa.Table, key: dict[str, str], values: dict[str, str]) -> None:
        self._connection.execute(sa.delete(table).filter_by(**key))
        self._connection.execute(sa.insert(table).values(key | values))

    def _make(self, table: sa.Table) -> None:
        # "If not exists" rather than a look first: two servers may start at once on a new database.
        self._connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            self._connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))


class Database:
    """A database by its URL; threads and processes may share it."""

    def __init__(self, url: str) -> None:
        try:
            address = sa.make_url(url)
            if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
                Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
            self._engine = sa.create_engine(address)
        except ModuleNotFoundError as error:
            raise missing_driver(error) from error
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(
                f"The database cannot be opened: {in_its_words(error)}. "
                "Set DATABASE_URL to one such as sqlite:///var/shelfwise.db, in a folder you may write to."
            ) from error
        if self._engine.dialect.name == "sqlite":
            _prepare_sqlite(self._engine)

    @contextmanager
    def transaction(self, *, writes: bool) -> Iterator[Transaction]:
        """Give the statements of one transaction; an error inside undoes all of them."""
        try:
            with self._engine.execution_options(writes=writes).begin() as connection:
                yield Transaction(connection)
        except SQLAlchemyError as error:
            raise StoreError(
                f"The database {self._engine.url.render_as_string(hide_password=True)} did not "
                f"{'take' if writes else 'give'} the data: {in_its_words(error)}. "
                "Nothing was changed; check the disk and that the file is Shelfwise's, then try again."
            ) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


class Foreign:
    """Somebody else's database: read, never written, and given up on after some seconds.

    No message of its errors repeats the address, which holds the login.
    """

    def __init__(self, url: str, *, seconds: float) -> None:
        self._seconds = seconds
        try:
            address = sa.make_url(url)
            arguments = connection_arguments(address.get_backend_name(), address.database, seconds)
            self._engine = sa.create_engine(address, poolclass=sa.NullPool, **arguments)
        except ModuleNotFoundError as error:
            raise missing_driver(error) from error
        except SQLAlchemyError:
            raise unreachable() from None

    def tables(self) -> list[str]:
        """Return the names of the tables and views, those of other schemas than the usual one left out."""
        with self._reading() as connection:
            inspector = sa.inspect(connection)
            return sorted([*inspector.get_table_names(), *inspector.get_view_names()])

    def whole(self, table: str) -> str:
        """Return the statement that reads a whole table."""
        return f"SELECT * FROM {self._engine.dialect.identifier_preparer.quote(table)}"

    @contextmanager
    def rows(self, statement: str) -> Iterator[tuple[list[str], Iterator[Sequence[Any]]]]:
        """Give the column names of a statement and its rows as they come; it must be one that reads."""
        # Neither `text()` nor the driver's own parameters: a colon or a percent sign is a plain letter here.
        options = {"stream_results": True, "no_parameters": True}
        with (
            self._reading() as connection,
            connection.execution_options(**options).exec_driver_sql(statement) as result,
        ):
            yield list(result.keys()), iter(result)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """Give a connection whose transactions cannot write, where the database knows of such."""
        try:
            connection = self._engine.connect()
        except (SQLAlchemyError, OSError):
            raise unreachable() from None
        try:
            with connection:
                dialect = connection.dialect
                kind = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
                for statement in first_statements(kind, self._seconds):
                    connection.exec_driver_sql(statement)
                connection.commit()
                yield connection
        except SQLAlchemyError as error:
            raise not_given(error, self._engine.url.password) from None


def _prepare_sqlite(engine: sa.Engine) -> None:
    """Readers never wait for a writer, writers queue, and foreign keys are kept."""

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say when a transaction begins, not the driver
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys = ON")
        turn_to_wal(connection)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A transaction that reads first and writes later is refused, not queued, behind another writer.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
