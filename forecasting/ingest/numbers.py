"""Text -> numbers, with the decimal and thousands sign decided per column and only on evidence."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

Certainty = Literal["certain", "likely", "open"]

CURRENCY = r"(?:R\$|US\$|[$€£¥₹₽]|EUR|USD|GBP|BRL|CHF|PLN|kr\.?|zł|Kč|Ft)"
# What counts single things; weights and boxes are other units, and 5 boxes are not 5.
PIECES = r"(?:pcs?|pieces?|units?|ea|each|st(?:k|ck|ück|ueck)?|stuks?|uds?|unidades?|un|pz|pezzi|szt|ks)\.?"
_DRESS = re.compile(rf"^{CURRENCY}\s*|\s*{CURRENCY}$|(?<=\d)\s*{PIECES}$", re.IGNORECASE)
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[ '’](?=\d{3}(?:\D|$))")
_SPACES = re.compile(r"[\u00a0\u202f\u2009\t]")
_SIGN = re.compile(r"^[+-]\s*|\s*-$")
_TRAILING_MINUS = re.compile(r"\d\s*-$")
_BODY = re.compile(r"^(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?$")
_PLAIN = re.compile(r"\d[\d.,]*").fullmatch


@dataclass(frozen=True)
class NumberStyle:
    """How a column writes numbers; None = the sign does not occur."""

    decimal: str | None = None
    thousands: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A style, how sure it is, and a value of the file it rests on."""

    style: NumberStyle
    certainty: Certainty
    example: str = ""


POINT = NumberStyle(decimal=".")


def decide(texts: Iterable[str]) -> Verdict:
    """Return how a column writes numbers, from the evidence of its distinct texts alone."""
    bodies = [body for body in (_parts(text)[0] for text in texts) if body]
    both = [b for b in bodies if "." in b and "," in b]
    dotted, commaed = [b for b in bodies if "." in b], [b for b in bodies if "," in b]
    if both:
        comma_last = sum(b.rfind(",") > b.rfind(".") for b in both) > len(both) / 2
        return Verdict(NumberStyle(*(",." if comma_last else ".,")), "certain", both[0])
    if dotted and commaed:
        return _two_signs(dotted, commaed)
    if not (dotted or commaed):
        return Verdict(NumberStyle(), "certain")
    plain = [b for b in bodies if "." not in b and "," not in b]
    return _one_sign(dotted or commaed, plain, "." if dotted else ",")


def parse(texts: pd.Series, style: NumberStyle) -> pd.Series:
    """Return the numbers of a column, NaN where a text is none in this style; percent become fractions.

    >>> parse(pd.Series(["1.200", "850", "(3,5)", "12 %", "n/a"]), NumberStyle(",", ".")).tolist()
    [1200.0, 850.0, -3.5, 0.12, nan]
    """
    # Distinct texts only, in a plain loop: a million rows of sales hold a few thousand of them.
    codes, distinct = pd.factorize(texts)
    numbers = np.array([number(text, style) for text in distinct], dtype=float)
    return pd.Series(numbers[codes], index=texts.index, dtype=float)


def number(text: str, style: NumberStyle) -> float:
    """Return the number a text states in a style, NaN when it states none.

    >>> number("R$ 1.234,50", NumberStyle(",", "."))
    1234.5
    """
    body, negative, percent = _parts(text)
    if not body or not _shape(style).match(body):
        return math.nan
    if style.thousands:
        body = body.replace(style.thousands, "")
    value = float(body.replace(",", ".")) if body not in ".," else math.nan
    return (-value if negative else value) / (100 if percent else 1)


def _parts(text: str) -> tuple[str, bool, bool]:
    """Return digits and signs of a number text ("" = no number), whether negative, whether percent."""
    return (text, False, False) if _PLAIN(text) else _undressed(text)


def _undressed(text: str) -> tuple[str, bool, bool]:
    """Return a number text without blanks, currency, sign and percent."""
    text = _SPACES.sub(" ", text).strip().replace("\u2212", "-")
    bracketed = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if bracketed else text
    percent = text.endswith("%")
    text = _DRESS.sub("", text.removesuffix("%").rstrip())  # "€ -5"
    minus = text.startswith("-") or _TRAILING_MINUS.search(text) is not None
    text = _DRESS.sub("", _SIGN.sub("", text))  # "-€5"
    text = _SPACED_THOUSANDS.sub("", text)
    return text if _BODY.match(text) else "", bracketed or minus, percent


def _two_signs(dotted: list[str], commaed: list[str]) -> Verdict:
    """Return the verdict where some values hold a point and others a comma, none both."""
    evidence = {".": _evidence(dotted, "."), ",": _evidence(commaed, ",")}
    decimal = [s for s, e in evidence.items() if e == "decimal"]
    thousands = [s for s, e in evidence.items() if e == "thousands"]
    if len(decimal) == 1:
        return Verdict(NumberStyle(decimal[0], _other(decimal[0])), "certain", dotted[0])
    if len(thousands) == 1 and not decimal:
        return Verdict(NumberStyle(_other(thousands[0]), thousands[0]), "certain", dotted[0])
    return Verdict(NumberStyle(".", ","), "open", dotted[0])


def _one_sign(signed: list[str], plain: list[str], sign: str) -> Verdict:
    """Return the verdict where only one sign occurs; 1.200 alone decides nothing, its neighbours may."""
    evidence = _evidence(signed, sign)
    as_decimal, as_thousands = NumberStyle(sign), NumberStyle(None, sign)
    if evidence == "decimal":
        return Verdict(as_decimal, "certain", signed[0])
    if evidence == "thousands":
        return Verdict(NumberStyle(_other(sign), sign), "certain", signed[0])
    if not plain:
        return Verdict(as_thousands, "open", signed[0])
    # A writer who groups thousands leaves no 1500 ungrouped; one who writes decimals would.
    if any(len(p) > 3 for p in plain):
        return Verdict(as_decimal, "open", signed[0])
    return Verdict(as_thousands, "likely", signed[0])


def _evidence(signed: list[str], sign: str) -> Literal["decimal", "thousands", "none"]:
    grouped = re.compile(_grouped(sign) + "$")
    if any(b.count(sign) == 1 and not grouped.match(b) for b in signed):
        return "decimal"
    return "thousands" if any(b.count(sign) > 1 and grouped.match(b) for b in signed) else "none"


def _grouped(sign: str) -> str:
    threes = rf"^[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+"
    indian = r"^[1-9]\d?(?:,\d{2})+,\d{3}"  # 12,34,567: only ever with commas
    return rf"(?:{threes}|{indian})" if sign == "," else threes


@cache
def _shape(style: NumberStyle) -> re.Pattern[str]:
    whole = r"^\d*" if not style.thousands else rf"(?:{_grouped(style.thousands)}|^\d*)"
    fraction = rf"(?:{re.escape(style.decimal)}\d*)?" if style.decimal else ""
    return re.compile(rf"{whole}{fraction}(?:[eE][+-]?\d+)?$")


def _other(sign: str) -> str:
    return "," if sign == "." else "."
