"""Projects in a database: a SQLite file by default, PostgreSQL by its URL.

A project is documents (JSON) and frames by name. Frames lie in `blobs` under the
hash of their content, so a history that ten projects share is stored once.
Only this module knows SQLAlchemy, and only `_prepare_sqlite` knows SQLite.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from forecasting.errors import MissingLibrary, StoreError
from forecasting.store.encoding import (
    content_hash,
    decode_document,
    decode_frame,
    encode_document,
    encode_frame,
)

DEFAULT_URL = "sqlite:///var/shelfwise.db"
SCHEMA_VERSION = 1
# How long a writer waits for another one before it gives up.
BUSY_MILLISECONDS = 20_000

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
_owner = sa.ForeignKey("projects.project_id", ondelete="CASCADE")
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("project_id", sa.String(64), _owner, primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("updated", sa.String(40), nullable=False),
)
blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("content_hash", sa.String(64), primary_key=True),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
)
frames = sa.Table(
    "frames",
    metadata,
    sa.Column("project_id", sa.String(64), _owner.copy(), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("content_hash", sa.String(64), sa.ForeignKey("blobs.content_hash"), nullable=False, index=True),
)


@dataclass(frozen=True)
class Project:
    """What a project holds; a frame is fetched by its hash, which is also its cache key."""

    project_id: str
    name: str
    created: datetime
    updated: datetime
    documents: dict[str, Any]
    frames: dict[str, str]  # name -> content hash


def open_store(url: str | None = None) -> "Store":
    """Return the store behind a database URL, made ready if it is new; None is the file `var/shelfwise.db`."""
    try:
        address = sa.make_url(url or DEFAULT_URL)
        if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
            Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(address)
    except ModuleNotFoundError as error:
        raise MissingLibrary(
            f"This database needs the library {error.name!r}; install it with: pip install {error.name}."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(
            f"The database cannot be opened: {error}. Give a URL such as {DEFAULT_URL} in a folder you may write to."
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    store = Store(engine)
    try:
        store.prepare()
    except StoreError:
        engine.dispose()
        raise
    return store


class Store:
    """All projects of one database. Threads and processes may share it: every method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def prepare(self) -> None:
        """Make the tables where there are none; refuse a database that a newer Shelfwise has made."""
        with self._transaction(writes=True) as connection:
            # "If not exists" on every table, because two servers may start at once on a new database.
            for table in metadata.sorted_tables:
                connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
            found = connection.execute(sa.select(schema_version.c.version)).scalar()
            if found is None:
                connection.execute(sa.insert(schema_version).values(id=1, version=SCHEMA_VERSION))
        if found is not None and found > SCHEMA_VERSION:
            raise StoreError(
                f"The database was made by a newer Shelfwise (layout {found}, this one knows {SCHEMA_VERSION}); "
                "update Shelfwise or point it at another database."
            )

    def create(self, name: str, *, now: datetime) -> str:
        """Return the id of a new, empty project: 128 random bits, for whoever has the link has the project."""
        project_id = secrets.token_urlsafe(16)
        stamp = now.isoformat()
        row = {"project_id": project_id, "name": name, "created": stamp, "updated": stamp}
        with self._transaction(writes=True) as connection:
            connection.execute(sa.insert(projects).values(row))
        return project_id

    def save(
        self,
        project_id: str,
        *,
        documents: Mapping[str, Any] | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
        now: datetime,
    ) -> None:
        """Replace the named documents and frames, all or none of them; other names keep what they hold."""
        bodies = {name: encode_document(name, value) for name, value in (documents or {}).items()}
        contents = {name: encode_frame(name, frame) for name, frame in (frames or {}).items()}
        stamp = now.isoformat()
        with self._transaction(writes=True) as connection:
            _change_project(connection, project_id, updated=stamp)
            for name, body in bodies.items():
                _replace_document(connection, project_id, name, {"body": body, "updated": stamp})
            for name, content in contents.items():
                _replace_frame(connection, project_id, name, _keep_blob(connection, content, stamp))

    def load(self, project_id: str) -> Project:
        """Return a project: its documents, and the hashes of its frames."""
        with self._transaction() as connection:
            row = connection.execute(sa.select(projects).where(projects.c.project_id == project_id)).first()
            if row is None:
                raise _unknown_project()
            bodies = connection.execute(
                sa.select(documents.c.name, documents.c.body).where(documents.c.project_id == project_id)
            ).all()
            hashes = connection.execute(
                sa.select(frames.c.name, frames.c.content_hash).where(frames.c.project_id == project_id)
            ).all()
        return Project(
            project_id=row.project_id,
            name=row.name,
            created=datetime.fromisoformat(row.created),
            updated=datetime.fromisoformat(row.updated),
            documents={name: decode_document(body) for name, body in sorted(bodies)},
            frames=dict(sorted((name, held) for name, held in hashes)),
        )

    def frame(self, content_hash_: str) -> pd.DataFrame:
        """Return the frame with this content hash."""
        with self._transaction() as connection:
            content = connection.execute(
                sa.select(blobs.c.bytes).where(blobs.c.content_hash == content_hash_)
            ).scalar()
        if content is None:
            raise StoreError(
                "A table of this project is no longer stored; reload the page to get the present one."
            )
        if content_hash(content) != content_hash_:
            raise StoreError("A table of this project was damaged on disk; import its file again.")
        return decode_frame(content)

    def remove(self, project_id: str, names: Sequence[str]) -> None:
        """Forget the documents and frames with these names; a name that is not there is no error."""
        with self._transaction(writes=True) as connection:
            _change_project(connection, project_id)
            for table in (documents, frames):
                connection.execute(
                    sa.delete(table).where(table.c.project_id == project_id, table.c.name.in_(names))
                )

    def rename(self, project_id: str, name: str, *, now: datetime) -> None:
        """Give a project another name."""
        with self._transaction(writes=True) as connection:
            _change_project(connection, project_id, name=name, updated=now.isoformat())

    def delete(self, project_id: str) -> None:
        """Forget a project, and the frames that no other project uses."""
        with self._transaction(writes=True) as connection:
            _change_project(connection, project_id)
            held = connection.execute(
                sa.select(frames.c.content_hash).where(frames.c.project_id == project_id)
            ).scalars()
            hashes = list(held)
            connection.execute(sa.delete(projects).where(projects.c.project_id == project_id))
            connection.execute(sa.delete(blobs).where(blobs.c.content_hash.in_(hashes), _unused()))

    def tidy(self) -> int:
        """Return how many frames were dropped because no project uses them any more.

        For the start of a server: saving leaves the frame it replaces in place,
        because an open page may hold its hash and be about to read it.
        """
        with self._transaction(writes=True) as connection:
            return connection.execute(sa.delete(blobs).where(_unused())).rowcount

    def close(self) -> None:
        """Let go of the database's connections."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[sa.Connection]:
        try:
            with self._engine.execution_options(writes=writes).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            address = self._engine.url.render_as_string(hide_password=True)
            raise StoreError(
                f"The database {address} did not {'take' if writes else 'give'} the data: {cause}. "
                "Nothing was changed; check the disk and that the file is Shelfwise's, then try again."
            ) from error


def _prepare_sqlite(engine: sa.Engine) -> None:
    """Readers never wait for a writer, writers queue, and foreign keys are kept."""

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # this module says when a transaction begins, not the driver
        for pragma in (f"busy_timeout = {BUSY_MILLISECONDS}", "journal_mode = WAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A transaction that reads first and writes later would be refused, not queued, behind another writer.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _change_project(connection: sa.Connection, project_id: str, **values: str) -> None:
    """Update a project's row first: it locks the row, so savers of one project queue in every database."""
    same: dict[str, Any] = {"project_id": project_id}
    change = sa.update(projects).where(projects.c.project_id == project_id).values(values or same)
    if connection.execute(change).rowcount == 0:
        raise _unknown_project()


def _replace_document(connection: sa.Connection, project_id: str, name: str, values: dict[str, str]) -> None:
    key = {"project_id": project_id, "name": name}
    connection.execute(sa.delete(documents).filter_by(**key))
    connection.execute(sa.insert(documents).values(key | values))


def _replace_frame(connection: sa.Connection, project_id: str, name: str, blob: str) -> None:
    key = {"project_id": project_id, "name": name}
    connection.execute(sa.delete(frames).filter_by(**key))
    connection.execute(sa.insert(frames).values(key | {"content_hash": blob}))


def _keep_blob(connection: sa.Connection, content: bytes, stamp: str) -> str:
    """Return the hash of stored bytes; the same bytes, also from another saver at this moment, are kept once."""
    digest = content_hash(content)
    # The lock (PostgreSQL; SQLite has one writer anyway) keeps `delete` and `tidy` off the blob until it is used.
    there = sa.select(blobs.c.content_hash).where(blobs.c.content_hash == digest).with_for_update(read=True)
    if connection.execute(there).first() is None:
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(blobs).values(content_hash=digest, bytes=content, created=stamp))
        except IntegrityError:
            connection.execute(there)
    return digest


def _unused() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(frames.c.content_hash == blobs.c.content_hash)


def _unknown_project() -> StoreError:
    return StoreError(
        "No project has this link: it was deleted, or the link was cut short. "
        "Ask for the whole link again or start a new project."
    )
