"""Is this one statement that only reads? The first of two locks; the second is a read-only transaction."""

import re

from forecasting.errors import SourceError

LONGEST = 20_000  # letters
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`")
# Signs by which databases disagree where a text or a comment ends: what one skips another would run.
_DOUBTFUL = re.compile(r"--|/\*|[\\#$\[]")
_READS = re.compile(r"^[\s(]*(?:select|with)\b", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:insert|update|delete|merge|into|drop|alter|create|truncate|grant|revoke|call|exec|execute|copy|"
    r"attach|detach|pragma|vacuum|lock|begin|commit|rollback|set|do|load|install|export|import)\b",
    re.IGNORECASE,
)


def checked_statement(text: str) -> str:
    """Return a statement without its closing semicolon, or raise `SourceError` when it may do more than read.

    >>> checked_statement("SELECT day, 'a;b' AS note FROM sales;")
    "SELECT day, 'a;b' AS note FROM sales"
    """
    statement = text.strip().rstrip("; \n\t")
    bare = _QUOTED.sub("''", statement)
    doubtful = _DOUBTFUL.search(bare) or re.search(r"\\", statement)
    if len(statement) > LONGEST:
        raise SourceError(f"A query of {len(statement):,} letters is too long; {LONGEST:,} are taken.")
    if doubtful:
        raise SourceError(
            f"The query holds {doubtful.group()!r}, which not every database reads alike; leave comments, "
            "backslashes, brackets and dollar signs out. Nothing was run."
        )
    if any(mark in bare.replace("''", "") for mark in "'\"`"):
        raise SourceError("A quotation mark in the query is never closed; close it. Nothing was run.")
    if ";" in bare:
        raise SourceError("The query holds more than one statement; give one SELECT. Nothing was run.")
    word = _WRITES.search(bare)
    if word or not _READS.match(bare):
        found = f"holds {word.group().upper()}" if word else f"begins with {bare[:20].strip()!r}"
        raise SourceError(
            f"Only one SELECT (or WITH … SELECT) is run, and this query {found}. Nothing was run or changed; "
            "a column of that name goes in double quotes."
        )
    return statement
