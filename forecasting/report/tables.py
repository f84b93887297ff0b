"""Numbers as a manager reads them, and tables as a file another program reads back.

Tiles carry three significant figures and a unit; exports carry full precision. Text that
came from a file is never a formula: a spreadsheet must show `=HYPERLINK(…)`, not run it.
"""

import math
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecasting.currency import NARROW, currency_sign
from forecasting.report.columns import Kind

NOT_AVAILABLE = "n/a"
MINUS = "−"

# What makes Excel, Calc or Sheets read a cell as a formula (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


def is_missing(value: object) -> bool:
    """Return whether a value is absent: None, NaN or NaT."""
    return value is None or value is pd.NaT or (isinstance(value, float | np.floating) and math.isnan(value))


def money(value: float | None, currency: str) -> str:
    """Return an amount of money with three significant figures.

    >>> money(8423.4, "EUR"), money(-0.5, "EUR"), money(float("nan"), "EUR")
    ('€8,420', '−€0.50', 'n/a')
    """
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    amount = _three_figures(abs(value), cents=True)
    return f"{MINUS if value < 0 and amount != '0' else ''}{currency_sign(currency)}{amount}"


def units(value: float | None) -> str:
    r"""Return a number of units with three significant figures.

    >>> units(41234), units(41.26), units(-3), units(2_345_678)
    ('41,200', '41.3', '−3', '2.35\xa0M')
    """
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    amount = _three_figures(abs(value), cents=False)
    return f"{MINUS if value < 0 and amount != '0' else ''}{amount}"


def percent(value: float | None, *, signed: bool = False) -> str:
    r"""Return a fraction as a percentage, one decimal below 1,000 %; `signed` marks a rise with a plus.

    >>> percent(0.1834), percent(0.8), percent(-0.021), percent(0.021, signed=True)
    ('18.3\xa0%', '80\xa0%', '−2.1\xa0%', '+2.1\xa0%')
    """
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    size = abs(value) * 100
    amount = f"{size:,.{0 if size >= 1000 else 1}f}".removesuffix(".0")
    sign = "" if amount == "0" else MINUS if value < 0 else "+" if signed else ""
    return f"{sign}{amount}{NARROW}%"


def day(value: date | datetime | pd.Timestamp | None) -> str:
    """Return a date that no reader can turn round.

    >>> day(pd.Timestamp("2026-06-28"))
    '28 Jun 2026'
    """
    return NOT_AVAILABLE if is_missing(value) or value is None else f"{value.day} {value:%b %Y}"


def display(value: Any, kind: Kind, currency: str) -> str:
    """Return a table cell: more figures than a tile, the unit left to the heading where it is not money."""
    if is_missing(value):
        return "" if kind == "text" else NOT_AVAILABLE
    if kind == "text":
        return str(value)
    if kind == "date":
        return day(pd.Timestamp(value))
    if kind == "percent":
        return percent(float(value))
    if kind == "money":
        return _signed(float(value), 0 if value == 0 or abs(value) >= 100 else 2, currency_sign(currency))
    whole = float(value).is_integer() or abs(value) >= 100  # a tenth of a unit is noise beside hundreds
    decimals = {"ratio": 2, "count": 0}.get(kind, 0 if whole else 1)
    return _signed(float(value), decimals, "")


def _signed(value: float, decimals: int, sign: str) -> str:
    amount = f"{abs(value):,.{decimals}f}"
    negative = value < 0 and any(c in "123456789" for c in amount)
    return f"{MINUS if negative else ''}{sign}{amount}"


def _three_figures(size: float, *, cents: bool) -> str:
    if not math.isfinite(size):
        return "∞"
    for limit, mark in ((1e9, "bn"), (1e6, "M")):
        if size >= limit * 0.9995:  # 999 950 rounds to 1.00 M, not to 1,000,000
            return f"{size / limit:.3g}{NARROW}{mark}"
    if size == 0:
        return "0"
    rounded = float(f"{size:.3g}")
    if rounded >= 100:
        return f"{rounded:,.0f}"
    if cents and not rounded.is_integer():
        return f"{rounded:.2f}"
    return f"{rounded:.3g}"


def never_a_formula(text: str) -> str:
    """Return text that no spreadsheet program runs: a leading apostrophe where it would.

    >>> never_a_formula("=1+1"), never_a_formula("-12.5"), never_a_formula("Oat milk")
    ("'=1+1", '-12.5', 'Oat milk')
    """
    risky = text.lstrip(" \u00a0").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)
    return f"'{text}" if risky and not PLAIN_NUMBER.fullmatch(text) else text


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV that Excel and pandas both read: UTF-8 with BOM, ISO dates, CRLF.

    Numbers carry twelve significant figures in their shortest form, so the same frame always
    gives the same bytes and 0.1 + 0.2 reads 0.3. Missing is an empty cell. The index is left out.
    """
    safe = pd.DataFrame({name: _exportable(frame[name]) for name in frame.columns}, index=frame.index)
    safe.columns = pd.Index([never_a_formula(str(name)) for name in frame.columns])
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _without_noise(column: pd.Series) -> pd.Series:
    """Return numbers with twelve significant figures: what is beyond was made by the arithmetic.

    >>> _without_noise(pd.Series([0.01100000000000001, 2096.83])).tolist()
    [0.011, 2096.83]
    """
    return column.map(lambda v: float(f"{v:.12g}"), na_action="ignore")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write `csv_bytes(frame)` to a file."""
    path.write_bytes(csv_bytes(frame))


def _exportable(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        midnight = bool((column.dropna() == column.dropna().dt.normalize()).all())
        return column.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S")
    if pd.api.types.is_float_dtype(column):
        return _without_noise(column)
    if pd.api.types.is_numeric_dtype(column):
        return column
    return column.map(lambda v: never_a_formula(v) if isinstance(v, str) else v)
