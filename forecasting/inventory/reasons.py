"""One sentence per order line whose arithmetic adds up exactly as printed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

MINUS = "−"  # U+2212: a hyphen would be read as a dash


def reasons(lines: pd.DataFrame, currency: str) -> list[str]:
    """Return the reason of each order line; '' where a problem kept it undecided.

    >>> line = {"order_quantity": 48.0, "expected_demand": 111.7, "order_up_to_level": 143.0, "pack": 12.0,
    ...         "on_hand": 70.0, "on_order": 24.0, "unrounded_order": 49.0, "moq": 0.0, "capacity": 999.0,
    ...         "rounding_cost": 1.1, "stock_note": "", "problem": ""}
    >>> reasons(pd.DataFrame([line]), "")
    ['Order 48 = expected 112 + safety 31 − on hand 70 − on order 24 = 49, packs of 12: 48.']
    """
    rows = (
        dict(zip(lines.columns, row, strict=True)) for row in zip(*(lines[c] for c in lines), strict=True)
    )
    return ["" if line["problem"] else _reason(line, currency) for line in rows]


def _reason(line: Mapping[str, Any], currency: str) -> str:
    sentence = _zero(line) if line["order_quantity"] == 0 else _order(line, currency)
    return f"{sentence} {line['stock_note']}".rstrip()


def _order(line: Mapping[str, Any], currency: str) -> str:
    shown = _Shown(line)
    text = (
        f"Order {{}} = expected {shown.expected} + safety {shown.safety} "
        f"{MINUS} on hand {shown.on_hand} {MINUS} on order {shown.on_order}"
    )
    limits = _limits(line)
    exact = abs(line["order_quantity"] - line["unrounded_order"]) < 1e-9
    if exact and not limits:
        return f"{text}.".format(shown.wanted)
    why = ", ".join(limits) or "whole units"
    order = shown.wanted if exact else plain(line["order_quantity"])
    cost = ""
    if currency and line["rounding_cost"] >= 0.01:
        cost = f" (rounding costs {line['rounding_cost']:.2f} {currency})"
    return f"{text} = {shown.wanted}, {why}: {{}}{cost}.".format(order, order)


def _zero(line: Mapping[str, Any]) -> str:
    shown = _Shown(line)
    needed = f"the {shown.level} needed (expected {shown.expected} + safety {shown.safety})"
    if line["unrounded_order"] <= 0:
        return f"Order 0: {shown.position} on hand and on order cover {needed}."
    limits = ", ".join(_limits(line)) or "whole units"
    fits = _room(line) >= max(line["moq"], line["pack"] if line["pack"] > 0 else 0.0)
    obstacle = "ordering would cost more than it saves" if fits else "no allowed order fits"
    return (
        f"Order 0: {shown.position} on hand and on order fall {shown.wanted} short of {needed}, "
        f"but {obstacle} ({limits})."
    )


def _room(line: Mapping[str, Any]) -> float:
    return float(max(line["capacity"] - line["on_hand"] - line["on_order"], 0.0))


def _limits(line: Mapping[str, Any]) -> list[str]:
    """Return what keeps the order from being the wanted quantity, as words."""
    wanted, room = line["unrounded_order"], _room(line)
    found = []
    if line["moq"] > wanted:
        found.append(f"minimum order {plain(line['moq'])}")
    if line["pack"] == line["pack"] and line["pack"] != 1:
        found.append(f"packs of {plain(line['pack'])}")
    if room < max(wanted, line["moq"]):
        found.append(f"room for {plain(room)}")
    return found


class _Shown:
    """The numbers of one line, rounded so that every sum on paper is right to the last digit.

    Level, stock and expected demand are rounded; safety and the wanted order
    are differences of the rounded numbers, never rounded themselves.
    """

    def __init__(self, line: Mapping[str, Any]) -> None:
        whole = all(float(line[name]).is_integer() for name in ("order_up_to_level", "on_hand", "on_order"))
        scale = 1 if whole else 100
        level, expected, on_hand, on_order = (
            round(line[name] * scale)
            for name in ("order_up_to_level", "expected_demand", "on_hand", "on_order")
        )
        self.level, self.expected = plain(level / scale), plain(expected / scale)
        self.on_hand, self.on_order = plain(on_hand / scale), plain(on_order / scale)
        self.safety = plain((level - expected) / scale)
        self.position = plain((on_hand + on_order) / scale)
        self.wanted = plain((level - on_hand - on_order) / scale)


def plain(value: float) -> str:
    """Return a number without exponent, separators or idle zeros, to the hundredth.

    >>> plain(1234567.50), plain(-9.0)
    ('1234567.5', '−9')
    """
    text = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 and text != "0" else text
