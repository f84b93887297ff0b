"""Finished batches of a run that may be interrupted: the next run of the same work starts where it stopped.

A folder of zip files named by what went into them, so nothing is ever taken for something else:
the rows the model saw, the model with its options and seed, the origin, the versions of the
libraries and the code of Shelfwise itself.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.errors import ClusterError, ForecastingError, StoreError
from forecasting.evaluation.tasks import Task, TaskResult
from forecasting.paths import SamplePaths
from forecasting.store.encoding import decode_document, decode_frame, encode_document, encode_frame

# The live paths of 10,000 items are 160 MB a model: room for a dozen models of the largest assortment.
MOST_BYTES = 2_000_000_000
# What a file that was cut short, or written by another version, may raise when it is read.
UNREADABLE = (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError)
FRAMES = ("forecast", "cumulative")
# Errors that the same work may survive another time: a cluster gone, a disk full.
INTERRUPTIONS = (ClusterError, StoreError)


class Batches:
    """Results of finished tasks in a folder; safe for several writers, bounded in size.

    The folder appears with the first result. Beyond `most_bytes` the results that
    have lain longest make room. As a context it drops what it has read and written when the
    work ends, complete or refused, and keeps it when the work was interrupted.
    """

    def __init__(self, folder: Path, versions: dict[str, str], *, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self._versions = json.dumps(versions, sort_keys=True)
        self._most_bytes = most_bytes
        self._used: set[Path] = set()

    def __enter__(self) -> "Batches":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        refused = kind is not None and issubclass(kind, ForecastingError) and kind not in INTERRUPTIONS
        if kind is None or refused:
            self.forget()

    def load(self, task: Task) -> TaskResult | None:
        """Return the result of the very same task, or None when it is not here or not readable."""
        path = self._path(task)
        self._used.add(path)
        try:
            return _read(path)
        except UNREADABLE:
            return None

    def keep(self, task: Task, result: TaskResult) -> None:
        """Write a result; a disk that is full or read-only costs the memory of it, not the run."""
        path = self._path(task)
        self._used.add(path)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            content = _written(result)
            self._make_room(len(content))
            _put(path, content)
        except OSError:
            return

    def forget(self) -> None:
        """Drop the results this run used: they are complete and stored elsewhere."""
        for path in self._used:
            path.unlink(missing_ok=True)
        self._used.clear()
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _path(self, task: Task) -> Path:
        return self.folder / f"{task_digest(task, self._versions)}.zip"

    def _make_room(self, needed: int) -> None:
        held = sorted((p.stat().st_mtime, p.stat().st_size, p) for p in self.folder.glob("*.zip"))
        total = needed + sum(size for _, size, _ in held)
        for _, size, path in held:
            if total <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size


def beside(out: Path) -> Path:
    """Return where a command keeps its finished batches until its files are written: `.NAME.unfinished`."""
    whole = out.resolve()
    return whole.parent / f".{whole.name}.unfinished"


def task_digest(task: Task, versions: str) -> str:
    """Return what names a task and everything that decides its result, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    kind = type(task.model)
    said = (kind.__module__, kind.__qualname__, repr(task.model), str(task.cutoff), task.keep_paths)
    digest.update(repr((said, versions, code_digest())).encode())
    for frame in (task.history, task.future):
        digest.update(repr([(str(c), str(t)) for c, t in frame.dtypes.items()]).encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()


@cache
def code_digest() -> str:
    """Return what names the code of Shelfwise: an edited model never takes an older one's results."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder in ("models", "evaluation"):
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    for name in ("paths.py", "dates.py", "schema.py"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def _written(result: TaskResult) -> bytes:
    buffer = io.BytesIO()
    facts = {
        "model": result.model,
        "cutoff": result.cutoff.isoformat(),
        "unit": result.cutoff.unit,
        "seconds": result.seconds,
        "failures": dict(result.failures),
        "notes": dict(result.notes),
        "path_notes": dict(result.paths.notes) if result.paths else {},
    }
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("facts.json", encode_document("facts", facts))
        for name in FRAMES:
            archive.writestr(f"{name}.parquet", encode_frame(name, getattr(result, name)))
        if result.paths is not None:
            archive.writestr("paths.npz", _paths_written(result.paths))
    return buffer.getvalue()


def _paths_written(paths: SamplePaths) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, ids=paths.unique_id.astype(str), ds=paths.ds.to_numpy(), values=paths.values)
    return buffer.getvalue()


def _read(path: Path) -> TaskResult:
    with zipfile.ZipFile(path) as archive:
        facts = decode_document(archive.read("facts.json").decode())
        forecast, cumulative = (decode_frame(archive.read(f"{name}.parquet")) for name in FRAMES)
        paths = None
        if "paths.npz" in archive.namelist():
            arrays = np.load(io.BytesIO(archive.read("paths.npz")), allow_pickle=False)
            ids = arrays["ids"].astype(object)
            paths = SamplePaths(ids, pd.DatetimeIndex(arrays["ds"]), arrays["values"], facts["path_notes"])
    cutoff = pd.Timestamp(facts["cutoff"]).as_unit(facts["unit"])
    return TaskResult(
        facts["model"], cutoff, forecast, cumulative, paths, facts["seconds"],
        facts["failures"], facts["notes"],
    )  # fmt: skip


def _put(path: Path, content: bytes) -> None:
    """Write all of a file or nothing, whoever else writes the same one."""
    handle, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
