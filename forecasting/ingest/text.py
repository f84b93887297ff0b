"""Bytes of a text file -> a matrix of text: encoding, separator, ragged lines."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from forecasting.errors import UnreadableFile
from forecasting.ingest.soundness import (
    SWALLOWED,
    refuse_binary,
    refuse_many_columns,
    refuse_unclosed,
    refuse_unsound,
)

SEPARATORS = (",", ";", "\t", "|", "^", "~", "¦", "§", "\x1f")
RARE_SEPARATORS = (":", " ")  # also part of times and names: only where no other sign parts the lines
SNIFFED_LINES = 60
_SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")  # columns put in line by spaces are parted by all of them
_FORMULA = re.compile(r'^="(.*)"$')
# Letters and signs that ordinary western text in cp1252 uses; a file full of others is something else.
WESTERN = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßœŒšŠžŽ€£°²³ºª«»®©™–—‘’“”•…´¡¿·½¼\xa0§µ"
)
# What Polish and Czech letters of cp1250 look like when read as cp1252: signs inside words.
_EASTERN = re.compile(r"[^\W\d_][¹³¿¯¾¼][^\W\d_]|¯[^\W\d_]|œæ")
# Four accented letters on end are no western word but Cyrillic or Greek ones read as cp1252.
_OTHER_ALPHABET = re.compile(r"[À-ÖØ-öø-ÿ]{4}")


@dataclass(frozen=True)
class TextMatrix:
    """A text file as rows of text cells, header row included."""

    cells: pd.DataFrame
    encoding: str
    separator: str
    guessed_encoding: bool
    too_long: frozenset[int]  # rows with more fields than the header


def read_text(content: bytes, name: str, encoding: str | None = None) -> TextMatrix:
    """Return the cells of a delimited text file, every one of them text."""
    text, used, guessed = decode(content, name, encoding)
    refuse_unsound(text, name)
    text, separator = _declared_separator(text)
    separator = separator or sniff_separator(text)
    refuse_many_columns(max((line.count(separator) + 1 for line in _head(text)), default=0), name)
    if separator == " ":
        text = _SPACES.sub(" ", text)
    # The fast reader takes a separator of one byte; the unit separator occurs in no text.
    plain = separator if separator.isascii() else "\x1f"
    cells, too_long = _cells(text.replace(separator, plain), plain, name)
    return TextMatrix(_without_formulas(cells), used, separator, guessed, too_long)


def decode(content: bytes, name: str, encoding: str | None = None) -> tuple[str, str, bool]:
    """Return the text, the encoding it was read in, and whether that encoding is a guess."""
    if encoding:
        return _decoded(content, encoding, name), encoding, False
    if content.startswith(b"\xef\xbb\xbf"):
        return _decoded(content, "utf-8-sig", name), "utf-8-sig", False
    utf16 = _utf16(content)
    if utf16:
        return _decoded(content, utf16, name).lstrip("\ufeff"), utf16, False
    refuse_binary(content, name)
    try:
        return content.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        legacy = _legacy_encoding(content)
        return _decoded(content, legacy, name), legacy, True


def sniff_separator(text: str) -> str:
    r"""Return the separator under which most lines have as many fields as the header.

    >>> sniff_separator("item;price\nFolders, blue;1,50\nPens, red;2,00")
    ';'
    """
    lines = [line for line in _head(text) if line.strip()]
    best = max(SEPARATORS, key=lambda s: _regularity(lines, s))
    if _regularity(lines, best)[1] > 1:
        return best
    lines = [_SPACES.sub(" ", line.rstrip()) for line in lines]
    rare = max(RARE_SEPARATORS, key=lambda s: _regularity(lines, s))
    return rare if len(lines) > 2 and _regularity(lines, rare)[0] == 1 else best


def _head(text: str) -> list[str]:
    """Return the first lines; a file of long lines shows fewer of them."""
    return text[:200_000].splitlines()[:SNIFFED_LINES]


def _regularity(lines: list[str], separator: str) -> tuple[float, int]:
    try:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
    except csv.Error:
        return 0.0, 1  # a quotation mark under this separator takes more than a field can hold
    usual = max(counts, key=lambda n: (counts[n] * (n > 1), n), default=1)
    if usual == 1:
        return 0.0, 1
    # The widest regular reading wins; a separator that only some lines hold is part of their text.
    return round(counts[usual] / sum(counts.values()), 1), usual


def _declared_separator(text: str) -> tuple[str, str | None]:
    declared = re.match(r'"?sep=(.)"?\r?\n', text[:20])  # a first line Excel understands
    return (text[declared.end() :], declared.group(1)) if declared else (text, None)


def _cells(text: str, separator: str, name: str) -> tuple[pd.DataFrame, frozenset[int]]:
    try:
        cells = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            dtype=str,
            na_filter=False,  # "NA" may be an item code, and "" must stay ""
            skip_blank_lines=False,  # or line numbers would no longer be the file's
        )
    except pd.errors.EmptyDataError as error:
        raise UnreadableFile(f"{name} is empty; a table with a header line is needed.") from error
    except pd.errors.ParserError as error:
        opened = re.search(r"EOF inside string starting at row (\d+)", str(error))
        if opened:
            refuse_unclosed(int(opened.group(1)) + 1, name)
        return _ragged_cells(text, separator, name)
    if text.count("\n") > len(cells) + SWALLOWED:
        _refuse_swallowed(cells, name)
    return cells, frozenset()


def _without_formulas(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with ="00123", by which an export keeps Excel from counting a code, as 00123."""
    written = [c for c in cells if cells[c].iloc[:SNIFFED_LINES].str.startswith('="').any()]
    for column in written:
        cells[column] = cells[column].str.replace(_FORMULA, r"\1", regex=True)
    return cells


def _refuse_swallowed(cells: pd.DataFrame, name: str) -> None:
    """Refuse a field of many lines: its quotation mark met the next one, and the rows between are lost."""
    for column in cells.columns:
        lines = cells[column].str.count("\n")
        if lines.max() > SWALLOWED:
            inside = cells.iloc[: int(lines.argmax())].apply(lambda c: c.str.count("\n")).to_numpy().sum()
            refuse_unclosed(int(lines.argmax() + inside) + 1, name)


def _ragged_cells(text: str, separator: str, name: str) -> tuple[pd.DataFrame, frozenset[int]]:
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise UnreadableFile(
            f"{name} cannot be read as a table ({error}); export it as CSV again."
        ) from error
    widths = Counter(len(_without_empty_tail(row)) for row in rows[:SNIFFED_LINES])
    width = max(widths, key=lambda n: (widths[n] * (n > 1), n))
    long = frozenset(i for i, row in enumerate(rows) if len(_without_empty_tail(row)) > width)
    return pd.DataFrame([(row + [""] * width)[:width] for row in rows], dtype=str), long


def _without_empty_tail(row: list[str]) -> list[str]:
    filled = [i for i, cell in enumerate(row) if cell.strip()]
    return row[: filled[-1] + 1] if filled else []


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        raise UnreadableFile(
            f"{name} is not text in {encoding}; state another encoding or save it as CSV in UTF-8."
        ) from error


def _utf16(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = content[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) < 8 or max(even, odd) < 0.4 * len(head) / 2 or min(even, odd) > 0.01 * len(head):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _legacy_encoding(content: bytes) -> str:
    """Return the likeliest encoding of old 8-bit text: western, Polish or Czech, else as its letters say."""
    sample = b"\n".join([line for line in content.splitlines() if not line.isascii()][:2000])
    western = sample.decode("cp1252", errors="replace")
    foreign = [c for c in western if ord(c) > 127]
    if _EASTERN.search(western):
        return "cp1250"
    few = len(foreign) < 0.25 * len(sample) and not _OTHER_ALPHABET.search(western)
    if sum(c in WESTERN for c in foreign) >= 0.98 * len(foreign) and few:
        return "cp1252"
    from charset_normalizer import from_bytes  # ~0.1 s, and only files from old systems need it

    best = from_bytes(sample[:100_000]).best()
    return best.encoding if best else "cp1252"
