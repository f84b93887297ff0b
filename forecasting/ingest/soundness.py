"""What no honest text file holds: another kind of file, NUL bytes, endless lines, too many columns."""

import re

from forecasting.errors import UnreadableFile

MAX_LINE = 1_000_000  # characters; a line of two thousand dates takes 30 thousand
MAX_COLUMNS = 4_000  # ten years of days are 3,653
SWALLOWED = 20  # lines inside one quoted field, beyond any remark a person types
OTHER_KINDS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
    b"\x89HDF": "a scientific data file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"Rar!": "a packed archive",
    b"7z\xbc\xaf": "a packed archive",
    b"BZh": "a packed archive",
    b"\xfd7zXZ": "a packed archive",
    b"\x28\xb5\x2f\xfd": "a packed archive",
}
_PICKLE = re.compile(rb"^\x80[\x02-\x05]")


def refuse_binary(content: bytes, name: str) -> None:
    """Raise `UnreadableFile` when the bytes are no text; UTF-16 must be decoded before."""
    kind = next((k for magic, k in OTHER_KINDS.items() if content.startswith(magic)), None)
    kind = "a Python pickle, which can run programs and is never opened" if _PICKLE.match(content) else kind
    odd = sum(byte < 9 or 13 < byte < 28 for byte in content[:4000].replace(b"\0", b""))
    if kind or odd > 0.01 * len(content[:4000]):
        raise UnreadableFile(f"{name} is {kind or 'not text'}; save the sales as CSV or XLSX and try again.")


def refuse_unsound(text: str, name: str) -> None:
    """Raise `UnreadableFile` at a NUL or at a line longer than any table has."""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableFile(
            f"{name} holds a NUL byte in line {line:,}, so it is damaged or not text; export it again as CSV."
        )
    place = 0
    while place + MAX_LINE < len(text):
        ends = (text.rfind("\n", place, place + MAX_LINE), text.rfind("\r", place, place + MAX_LINE))
        if max(ends) < 0:
            line = text.count("\n", 0, place) + 1
            raise UnreadableFile(
                f"{name}: line {line:,} is longer than {MAX_LINE:,} characters, so this is no table; "
                "export it again with one row per line."
            )
        place = max(ends) + 1


def refuse_many_columns(columns: int, name: str) -> None:
    """Raise `UnreadableFile` when a table is wider than any layout of sales."""
    if columns > MAX_COLUMNS:
        raise UnreadableFile(
            f"{name} has {columns:,} columns; at most {MAX_COLUMNS:,} can be read: give one row per sale, or "
            "fewer periods."
        )


def refuse_unclosed(line: int, name: str) -> None:
    """Raise `UnreadableFile`: a quotation mark took the rest of the file, or many lines, with it."""
    raise UnreadableFile(
        f"{name}: line {line:,} opens a quotation mark that is never closed; close or remove it."
    )
