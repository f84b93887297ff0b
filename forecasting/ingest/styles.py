"""The number style of each column: its own evidence, then the file's, then a person's answer."""

import math
from dataclasses import dataclass, replace

import pandas as pd

from forecasting.ingest.notes import Notes, Question
from forecasting.ingest.numbers import POINT, NumberStyle, Verdict, decide, number, parse

_SAMPLE = 2000  # rows that show what the other columns of a file do


@dataclass(frozen=True)
class FileStyle:
    """The decimal and thousands signs a file certainly uses in some column; None where none does."""

    decimal: str | None
    thousands: str | None


def file_style(frame: pd.DataFrame) -> FileStyle:
    """Return the signs that the number columns of a file certainly use, judged on its first rows."""
    head = frame.iloc[:_SAMPLE]
    verdicts = [decide(_distinct(head[c])) for c in head.columns if is_numeric(head[c])]
    certain = [v.style for v in verdicts if v.certainty == "certain"]
    decimals = [s.decimal for s in certain if s.decimal and s.thousands is None] or [
        s.decimal for s in certain if s.decimal
    ]
    thousands = [s.thousands for s in certain if s.thousands]
    return FileStyle(_commonest(decimals), _commonest(thousands))


def is_numeric(texts: pd.Series, share: float = 0.9) -> bool:
    """Return whether at least this share of the distinct non-blank texts are numbers in their own style."""
    distinct = _distinct(texts)
    style = decide(distinct).style
    return bool(distinct) and sum(not math.isnan(number(t, style)) for t in distinct) >= share * len(distinct)


def column_numbers(
    texts: pd.Series, *, file: FileStyle, stated: str | None, notes: Notes
) -> tuple[pd.Series, NumberStyle]:
    """Return a column's numbers and their style; `stated` is the decimal sign a person named."""
    verdict = decide(_distinct(texts))
    if verdict.certainty == "certain":
        return parse(texts, verdict.style), verdict.style
    style = _settled(verdict, file, stated)
    if stated is None and verdict.certainty == "open":
        notes.ask(_question(str(texts.name), verdict, style))
    elif stated is None and file.decimal in (None, _sign(verdict.style)):
        notes.warn(
            f"{texts.name!r} writes {verdict.example}; read as {_read(verdict.example, style)}, because "
            "every number of the column is below 1,000 or grouped in threes."
        )
    return parse(texts, style), style


def true_numbers(texts: pd.Series) -> tuple[pd.Series, NumberStyle]:
    """Return the numbers of a spreadsheet column whose cells were numbers, not text."""
    return parse(texts, POINT), POINT


def _settled(verdict: Verdict, file: FileStyle, stated: str | None) -> NumberStyle:
    sign = _sign(verdict.style)
    if verdict.style.decimal and verdict.style.thousands:
        return NumberStyle(",", ".") if (stated or file.decimal) == "," else verdict.style
    if stated is not None:
        return NumberStyle(sign) if sign == stated else NumberStyle(None, sign)
    if verdict.certainty == "likely" or file.decimal is None:
        return verdict.style
    return NumberStyle(sign) if sign == file.decimal else NumberStyle(None, sign)


def _question(column: str, verdict: Verdict, assumed: NumberStyle) -> Question:
    value, sign = verdict.example, _sign(verdict.style)
    point, comma = (NumberStyle(sign) if sign == s else NumberStyle(None, sign) for s in ".,")
    return Question(
        id="decimal",
        question=f"{value} in {column!r}: is this {_read(value, point)} (the decimal sign is a point) or "
        f"{_read(value, comma)} (it is a comma)?",
        example=value,
        options=("point", "comma"),
        assumed="point" if assumed in (point, NumberStyle(".", ",")) else "comma",
    )


def _read(value: str, style: NumberStyle) -> str:
    return f"{number(value, style):g}"


def _sign(style: NumberStyle) -> str:
    return style.thousands or style.decimal or "."


def _distinct(texts: pd.Series) -> list[str]:
    return [text for text in texts.unique() if text.strip()]


def _commonest(signs: list[str]) -> str | None:
    return max(signs, key=signs.count) if signs else None


def with_seen(file: FileStyle, styles: list[NumberStyle]) -> FileStyle:
    """Return the file's signs, completed by those its used columns turned out to write."""
    decimals = [s.decimal for s in styles if s.decimal]
    thousands = [s.thousands for s in styles if s.thousands]
    return replace(
        file,
        decimal=file.decimal or _commonest(decimals),
        thousands=_commonest(thousands) or file.thousands,
    )
