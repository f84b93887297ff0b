"""Text -> numbers, with the decimal and thousands sign decided per column and only on evidence."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Certainty = Literal["certain", "likely", "open"]

_CURRENCY = r"(?:R\$|US\$|[$€£¥₹₽]|EUR|USD|GBP|BRL|CHF|PLN|kr\.?|zł|Kč|Ft)"
_DRESS = re.compile(rf"^{_CURRENCY}\s*|\s*{_CURRENCY}$", re.IGNORECASE)
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[ '’](?=\d{3}(?:\D|$))")
_BODY = r"^(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?$"


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


def bodies(texts: pd.Series) -> pd.DataFrame:
    """Return digits and signs of number texts: `body` ("" = no number), `negative`, `percent`."""
    text = texts.str.replace(r"[\u00a0\u202f\u2009\t]", " ", regex=True).str.strip()
    text = text.str.replace("\u2212", "-", regex=False)
    bracketed = text.str.match(r"^\(.*\)$")
    text = text.where(~bracketed, text.str.slice(1, -1))
    percent = text.str.endswith("%")
    text = text.str.replace(r"\s*%$", "", regex=True)
    minus = text.str.match(r"^\s*-") | text.str.match(r".*\d\s*-$")
    text = text.str.replace(r"^\s*[+-]\s*|\s*-$", "", regex=True)
    text = text.str.replace(_DRESS, "", regex=True)
    minus |= text.str.startswith("-")  # "€ -5"
    text = text.str.replace(r"^-\s*", "", regex=True).str.replace(_SPACED_THOUSANDS, "", regex=True)
    body = text.where(text.str.match(_BODY), "")
    return pd.DataFrame({"body": body, "negative": bracketed | minus, "percent": percent})


def decide(texts: pd.Series) -> Verdict:
    """Return how a column writes numbers, from the evidence of its distinct texts alone."""
    body = bodies(texts)["body"]
    dot, comma = body.str.contains(".", regex=False), body.str.contains(",", regex=False)
    both = body[dot & comma]
    if len(both):
        comma_last = (both.str.rfind(",") > both.str.rfind(".")).mean() > 0.5
        return Verdict(NumberStyle(*(",." if comma_last else ".,")), "certain", both.iloc[0])
    if dot.any() and comma.any():
        return _two_signs(body[dot], body[comma])
    if not (dot.any() or comma.any()):
        return Verdict(NumberStyle(), "certain")
    sign = "." if dot.any() else ","
    plain = body[(body != "") & ~(dot | comma)]
    return _one_sign(body[dot | comma], plain, sign)


def parse(texts: pd.Series, style: NumberStyle) -> pd.Series:
    """Return the numbers of a column, NaN where a text is none in this style; percent become fractions.

    >>> parse(pd.Series(["1.200", "850", "(3,5)", "12 %", "n/a"]), NumberStyle(",", ".")).tolist()
    [1200.0, 850.0, -3.5, 0.12, nan]
    """
    codes, distinct = pd.factorize(texts)
    parts = bodies(pd.Series(distinct, dtype=str))
    body = parts["body"].where(parts["body"].str.match(_shape(style)), "")
    if style.thousands:
        body = body.str.replace(style.thousands, "", regex=False)
    if style.decimal == ",":
        body = body.str.replace(",", ".", regex=False)
    number = body.where(body != "").astype(float).to_numpy()
    number = np.where(parts["negative"], -number, number)
    number = np.where(parts["percent"], number / 100, number)
    return pd.Series(number[codes], index=texts.index, dtype=float)


def _two_signs(dotted: pd.Series, commaed: pd.Series) -> Verdict:
    """Return the verdict where some values hold a point and others a comma, none both."""
    evidence = {".": _evidence(dotted, "."), ",": _evidence(commaed, ",")}
    decimal = [s for s, e in evidence.items() if e == "decimal"]
    thousands = [s for s, e in evidence.items() if e == "thousands"]
    if len(decimal) == 1:
        return Verdict(NumberStyle(decimal[0], _other(decimal[0])), "certain", dotted.iloc[0])
    if len(thousands) == 1 and not decimal:
        return Verdict(NumberStyle(_other(thousands[0]), thousands[0]), "certain", dotted.iloc[0])
    return Verdict(NumberStyle(".", ","), "open", dotted.iloc[0])


def _one_sign(signed: pd.Series, plain: pd.Series, sign: str) -> Verdict:
    """Return the verdict where only one sign occurs; 1.200 alone decides nothing, its neighbours may."""
    evidence = _evidence(signed, sign)
    as_decimal, as_thousands = NumberStyle(sign), NumberStyle(None, sign)
    if evidence == "decimal":
        return Verdict(as_decimal, "certain", signed.iloc[0])
    if evidence == "thousands":
        return Verdict(NumberStyle(_other(sign), sign), "certain", signed.iloc[0])
    if plain.empty:
        return Verdict(as_thousands, "open", signed.iloc[0])
    # A writer who groups thousands leaves no 1500 ungrouped; one who writes decimals would.
    ungrouped = (plain.str.len() > 3).any()
    return Verdict(
        as_decimal if ungrouped else as_thousands, "open" if ungrouped else "likely", signed.iloc[0]
    )


def _evidence(signed: pd.Series, sign: str) -> Literal["decimal", "thousands", "none"]:
    fits = signed.str.match(_grouped(sign) + "$")
    if (~fits & (signed.str.count(re.escape(sign)) == 1)).any():
        return "decimal"
    if (fits & (signed.str.count(re.escape(sign)) > 1)).any():
        return "thousands"
    return "none"


def _grouped(sign: str) -> str:
    return rf"^[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{2,3}})*{re.escape(sign)}\d{{3}}"


def _shape(style: NumberStyle) -> str:
    whole = r"^\d*" if not style.thousands else rf"(?:{_grouped(style.thousands)}|^\d*)"
    fraction = rf"(?:{re.escape(style.decimal)}\d*)?" if style.decimal else ""
    return rf"{whole}{fraction}(?:[eE][+-]?\d+)?$"


def _other(sign: str) -> str:
    return "," if sign == "." else "."
