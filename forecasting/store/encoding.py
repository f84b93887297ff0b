"""How a project's parts become bytes: frames as Parquet, documents as JSON; nothing is ever pickled."""

import hashlib
import io
import json
from typing import Any

import pandas as pd

from forecasting.errors import StoreError

# Parquet forgets that text was `object` and that a date counted seconds; the frame carries its dtypes itself.
DTYPES = "shelfwise.dtypes"
# What an object column may hold and come back as it was.
PLAIN_OBJECTS = ("string", "boolean", "bytes", "empty")


def encode_frame(name: str, frame: pd.DataFrame) -> bytes:
    """Return a frame as zstd Parquet bytes, index, dtypes and `attrs` included.

    Missing values in an object column may come back as NaN where None was, or the other way round.
    """
    _refuse_ambiguous(name, frame)
    carried = frame.copy(deep=False)
    carried.attrs = {**frame.attrs, DTYPES: [str(dtype) for dtype in frame.dtypes]}
    buffer = io.BytesIO()
    try:
        carried.to_parquet(buffer, compression="zstd")
    except (ValueError, TypeError, NotImplementedError) as error:
        raise StoreError(
            f"The table {name!r} cannot be saved: {error}. Use numbers, text or dates."
        ) from error
    return buffer.getvalue()


def decode_frame(content: bytes) -> pd.DataFrame:
    """Return the frame that `encode_frame` wrote."""
    frame = pd.read_parquet(io.BytesIO(content))
    dtypes = frame.attrs.pop(DTYPES)
    for column, dtype in zip(list(frame.columns), dtypes, strict=True):
        if str(frame[column].dtype) != dtype:
            frame[column] = frame[column].astype(dtype)
    return frame


def content_hash(content: bytes) -> str:
    """Return the name of some bytes: their SHA-256 in hexadecimal.

    It is taken of the Parquet bytes, so the same frame written by another
    version of the library may be stored twice; it is never mistaken for another frame.
    """
    return hashlib.sha256(content).hexdigest()


def encode_document(name: str, document: Any) -> str:
    """Return a document as JSON text; a tuple becomes a list, anything else comes back as it was."""
    try:
        body = json.dumps(document, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise StoreError(
            f"The document {name!r} cannot be saved as JSON: {error}. "
            "Use text, numbers, lists and mappings, and null where a number is unknown."
        ) from error
    if _has_other_keys(document):
        raise StoreError(f"The document {name!r} has keys that are not text; JSON would rename them.")
    return body


def decode_document(body: str) -> Any:
    """Return the document that `encode_document` wrote."""
    return json.loads(body)


def _refuse_ambiguous(name: str, frame: pd.DataFrame) -> None:
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise StoreError(f"The table {name!r} has two columns named {twice!r}; rename one of them.")
    for column in frame.columns:
        if frame[column].dtype != object:
            continue
        held = pd.api.types.infer_dtype(frame[column], skipna=True)
        if held not in PLAIN_OBJECTS:
            raise StoreError(
                f"Column {column!r} of the table {name!r} holds {held} values as objects; "
                "make it all numbers, all text or all dates."
            )


def _has_other_keys(document: Any) -> bool:
    if isinstance(document, dict):
        return any(not isinstance(k, str) or _has_other_keys(v) for k, v in document.items())
    return isinstance(document, list | tuple) and any(_has_other_keys(v) for v in document)
