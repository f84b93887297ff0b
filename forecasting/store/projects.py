"""Projects that outlive the browser tab.

A project is documents (JSON) and frames by name. Frames are kept under the hash
of their content, so a history that ten projects share is stored once.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from forecasting.errors import StoreError
from forecasting.store.database import SCHEMA_VERSION, Database, Transaction
from forecasting.store.encoding import (
    content_hash,
    decode_document,
    decode_frame,
    encode_document,
    encode_frame,
)

DEFAULT_URL = "sqlite:///var/shelfwise.db"


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
    """Return the store behind a database URL, made ready if it is new.

    None is the SQLite file var/shelfwise.db under the working directory.
    Raises `StoreError` when it cannot be opened or a newer Shelfwise has made it.
    """
    database = Database(url or DEFAULT_URL)
    try:
        with database.transaction(writes=True) as transaction:
            layout = transaction.layout()
            if layout > SCHEMA_VERSION:
                raise StoreError(
                    "A newer Shelfwise made this database "
                    f"(layout {layout}; this one knows {SCHEMA_VERSION}); update Shelfwise "
                    "or set DATABASE_URL to another database."
                )
            transaction.make_tables()
    except StoreError:
        database.close()
        raise
    return Store(database)


class Store:
    """All projects of one database; every method is one transaction, and threads may share the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, *, now: datetime) -> str:
        """Return the id of a new project: 128 random bits, for whoever has the link has the project."""
        project_id = secrets.token_urlsafe(16)
        with self._database.transaction(writes=True) as transaction:
            transaction.add_project(project_id, name, now.isoformat())
        return project_id

    def save(
        self,
        project_id: str,
        *,
        documents: Mapping[str, Any] | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
        forget: Sequence[str] = (),
        now: datetime,
    ) -> None:
        """Replace the named documents and frames, drop those to forget; all of it happens or nothing.

        Other names keep what they hold.
        """
        # Everything is encoded before the transaction: other writers wait only for the disk.
        bodies = {name: encode_document(name, value) for name, value in (documents or {}).items()}
        contents = {name: encode_frame(name, frame) for name, frame in (frames or {}).items()}
        stamp = now.isoformat()
        with self._database.transaction(writes=True) as transaction:
            _change(transaction, project_id, updated=stamp)
            transaction.forget(project_id, forget)
            for name, body in bodies.items():
                transaction.put_document(project_id, name, body, stamp)
            for name, content in contents.items():
                digest = content_hash(content)
                transaction.put_blob(digest, content, stamp)
                transaction.put_frame(project_id, name, digest)

    def load(self, project_id: str) -> Project:
        """Return a project: its documents, and the hashes of its frames, as they were at one moment."""
        with self._database.transaction(writes=False) as transaction:
            row = transaction.project(project_id)
            bodies = transaction.bodies(project_id)
            hashes = transaction.hashes(project_id)
        if row is None:
            raise _unknown_project()
        return Project(
            project_id=row["project_id"],
            name=row["name"],
            created=datetime.fromisoformat(row["created"]),
            updated=datetime.fromisoformat(row["updated"]),
            documents={name: decode_document(body) for name, body in bodies.items()},
            frames=hashes,
        )

    def frame(self, digest: str) -> pd.DataFrame:
        """Return the frame with this content hash, dtypes and index as they were saved."""
        with self._database.transaction(writes=False) as transaction:
            content = transaction.blob(digest)
        if content is None:
            raise StoreError("This table is no longer stored; reload the page to get the present one.")
        if content_hash(content) != digest:
            raise StoreError("This table was damaged on disk; import its file again.")
        return decode_frame(content)

    def remove(self, project_id: str, names: Sequence[str]) -> None:
        """Forget the documents and frames with these names; a name that is not there is no error."""
        with self._database.transaction(writes=True) as transaction:
            _change(transaction, project_id)
            transaction.forget(project_id, names)

    def rename(self, project_id: str, name: str, *, now: datetime) -> None:
        """Give a project another name."""
        with self._database.transaction(writes=True) as transaction:
            _change(transaction, project_id, name=name, updated=now.isoformat())

    def delete(self, project_id: str) -> None:
        """Forget a project, and the frames that no other project uses."""
        with self._database.transaction(writes=True) as transaction:
            _change(transaction, project_id)
            transaction.drop_project(project_id)

    def remember_choices(self, shape: str, choices: Mapping[str, Any], *, now: datetime) -> None:
        """Keep what was chosen for a file, under its shape and for every project of this store."""
        body = encode_document("choices", dict(choices))
        with self._database.transaction(writes=True) as transaction:
            transaction.put_shape(shape, body, now.isoformat())

    def choices(self, shape: str) -> tuple[dict[str, Any], datetime] | None:
        """Return what was last chosen for a file of this shape, and when; None where nothing was."""
        with self._database.transaction(writes=False) as transaction:
            found = transaction.shape(shape)
        return None if found is None else (decode_document(found[0]), datetime.fromisoformat(found[1]))

    def forget_choices(self, shape: str) -> None:
        """Let the next file of this shape be read by guess alone."""
        with self._database.transaction(writes=True) as transaction:
            transaction.drop_shape(shape)

    def tidy(self) -> int:
        """Return how many frames were dropped because no project uses them any more.

        For the start of a server: `save` and `remove` leave the old frame where
        it is, because an open page may hold its hash and be about to read it.
        """
        with self._database.transaction(writes=True) as transaction:
            return transaction.drop_unused_blobs()

    def close(self) -> None:
        """Let go of the database's connections."""
        self._database.close()


def _change(transaction: Transaction, project_id: str, **values: str) -> None:
    if not transaction.change_project(project_id, **values):
        raise _unknown_project()


def _unknown_project() -> StoreError:
    return StoreError(
        "No project has this link: it was deleted, or the link was cut short. "
        "Ask for the whole link again or start a new project."
    )
