"""Packed files -> their one file: gzip and single-file zip, refused while they are still small."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import IO

from forecasting.errors import UnreadableFile
from forecasting.ingest.notes import listed

MAX_BYTES = 500_000_000  # unpacked; about ten million rows, beyond what one project should hold
MAX_RATIO = 200  # sales tables pack 5 to 60 times, a bomb a thousand times
FREE = 20_000_000  # bytes unpacked before the ratio counts: a small file may be one value throughout
_CHUNK = 1 << 20
_BY_THE_WAY = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|desktop\.ini$)")


def unpack(content: bytes, name: str) -> bytes:
    """Return the one file inside a gzip or zip file; anything else, workbooks too, unchanged."""
    if content[:2] == b"\x1f\x8b":
        return _gunzipped(content, name)
    return _unzipped(content, name) if is_zip(content) else content


def is_zip(content: bytes) -> bool:
    """Return whether the bytes are a zip archive: a workbook is one too."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def members(content: bytes, name: str) -> list[zipfile.ZipInfo]:
    """Return the files of an archive once their names and sizes are found harmless."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UnreadableFile(f"{name} is a damaged archive or workbook ({error}); save it again.") from error
    outside = next((part.filename for part in parts if _leaves_the_folder(part.filename)), None)
    if outside is not None:
        raise UnreadableFile(
            f"{name} holds a file named {outside[:60]!r}, which points outside the archive; pack the sales "
            "file alone."
        )
    _refuse_bomb(sum(part.file_size for part in parts), len(content), name)
    return parts


def _unzipped(content: bytes, name: str) -> bytes:
    parts = [part for part in members(content, name) if not _BY_THE_WAY.search(part.filename)]
    if _is_workbook(parts):
        return content
    if len(parts) != 1:
        inside = listed([part.filename for part in parts], 4) or "nothing"
        raise UnreadableFile(
            f"{name} is a zip archive with {len(parts)} files ({inside}); pack one sales file alone."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(parts[0]) as packed:
            return _bounded(packed, lambda: len(content), name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # RuntimeError is what zipfile raises for a file locked by a password.
        raise UnreadableFile(
            f"{name} cannot be unpacked ({error}); pack it again, without a password."
        ) from error


def _is_workbook(parts: list[zipfile.ZipInfo]) -> bool:
    names = {part.filename for part in parts}
    return bool(names & {"xl/workbook.xml", "xl/workbook.bin"}) or names >= {"content.xml", "mimetype"}


def _gunzipped(content: bytes, name: str) -> bytes:
    try:
        source = io.BytesIO(content)
        with gzip.GzipFile(fileobj=source) as packed:
            return _bounded(packed, source.tell, name)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"{name} is a damaged gzip file ({error}); pack or export it again.") from error


def _bounded(packed: IO[bytes] | gzip.GzipFile, consumed: Callable[[], int], name: str) -> bytes:
    """Return what unpacks, stopping at the first chunk that is too much for the bytes consumed so far."""
    inside = bytearray()
    while chunk := packed.read(_CHUNK):
        inside += chunk
        _refuse_bomb(len(inside), consumed(), name)
    return bytes(inside)


def _refuse_bomb(unpacked: int, packed: int, name: str) -> None:
    if unpacked > MAX_BYTES:
        raise UnreadableFile(
            f"{name} unpacks to more than {MAX_BYTES / 1e6:,.0f} MB; split it or sum it to days first."
        )
    if unpacked > max(FREE, MAX_RATIO * packed):
        raise UnreadableFile(
            f"{name} unpacks to more than {MAX_RATIO} times its size, which no sales table does; "
            "send it unpacked."
        )


def _leaves_the_folder(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return path.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":")
