"""One sentence per order line whose arithmetic adds up exactly as printed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from forecasting.currency import currency_sign
from forecasting.inventory.policy import FILLED

MINUS = "−"  # U+2212: a hyphen would be read as a dash
WORTH_SAYING = 0.5  # expected units lost before the delivery; less rounds to none


def reasons(lines: pd.DataFrame, currency: str, period: str = "period") -> list[str]:
    r"""Return the reason of each order line; '' where a problem kept it undecided.

    >>> line = {"order_quantity": 48.0, "expected_demand": 111.7, "order_up_to_level": 143.0, "pack": 12.0,
    ...         "on_hand": 70.0, "on_order": 24.0, "unrounded_order": 49.0, "moq": 0.0, "capacity": 999.0,
    ...         "rounding_cost": 1.1, "lead_time": 4.0, "review_period": 7.0, "short_before": 0.0,
    ...         "problem": ""}
    >>> print(reasons(pd.DataFrame([line]), "", "day")[0].replace(" + safety", "\n+ safety"))
    Order 48 = expected 112 (11 days: delivery 4 + every 7)
    + safety 31 − on hand 70 − on order 24 = 49, packs of 12: 48.
    """
    names = [str(c) for c in lines if c != "lead_time_draws"]
    columns = [lines[c].to_numpy().tolist() for c in names]
    rows = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
    return ["" if line["problem"] else _reason(line, currency, period) for line in rows]


def _reason(line: Mapping[str, Any], currency: str, period: str) -> str:
    said = _zero(line, period) if line["order_quantity"] == 0 else _order(line, currency, period)
    return said + _already_lost(line)


def _order(line: Mapping[str, Any], currency: str, period: str) -> str:
    shown = _Shown(line)
    lot = f"+ lot {shown.lot} " if line.get("policy") in FILLED else ""
    text = (
        f"Order {{}} = expected {shown.expected} ({_lasting(line, period)}) + safety {shown.safety} {lot}"
        f"{shown.on_shelf} {MINUS} on order {shown.on_order}"
    )
    limits = _limits(line)
    exact = abs(line["order_quantity"] - line["unrounded_order"]) < 1e-9
    if exact and not limits:
        return f"{text}.".format(shown.wanted)
    why = ", ".join(limits) or "whole units"
    order = shown.wanted if exact else plain(line["order_quantity"])
    cost = ""
    if currency and line["rounding_cost"] >= 0.01:
        cost = f" (rounding costs {currency_sign(currency)}{line['rounding_cost']:,.2f})"
    return f"{text} = {shown.wanted}, {why}: {{}}{cost}.".format(order, order)


def _already_lost(line: Mapping[str, Any]) -> str:
    """Return what no order can serve any more, as a further sentence; nothing below half a unit."""
    if not (line["short_before"] >= WORTH_SAYING and line.get("on_hand_given", True)):
        return ""
    lost = plain(round(line["short_before"]))
    fate = "lost" if line.get("missed_sale", "lost") == "lost" else "owed"
    return f" About {lost} units are {fate} before a delivery can come, whatever is ordered."


def _lasting(line: Mapping[str, Any], period: str) -> str:
    """Return how long an order must last, and why: '11 days: delivery 4 + every 7'."""
    lasts = line["lead_time"] + line["review_period"]
    word = period if lasts == 1 else f"{period}s"
    delivery = plain(line["lead_time"])
    low, high = (line.get(f"lead_time_{end}", line["lead_time"]) for end in ("min", "max"))
    if low < high:
        delivery += f", {plain(low)} to {plain(high)},"
    dates = line.get("dates", "")  # '29 Jun 2026 to 9 Jul 2026, ' where one line is looked at
    return f"{dates}{plain(lasts)} {word}: delivery {delivery} + every {plain(line['review_period'])}"


def _zero(line: Mapping[str, Any], period: str) -> str:
    shown = _Shown(line)
    needed = (
        f"the {shown.point} needed for {_lasting(line, period)} "
        f"(expected {shown.expected} + safety {shown.safety})"
    )
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
    if line.get("policy") == "fixed_quantity" and line["lot"] > 0:
        found.append(f"lots of {plain(line['lot'])}")
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
        lot = round(line.get("lot", 0.0) * scale)
        filled = lot if line.get("policy") in FILLED else 0  # a fixed lot is no part of the level
        self.lot = plain(lot / scale)
        self.point = plain((level - filled) / scale)
        self.expected = plain(expected / scale)
        on_shelf = plain(on_hand / scale) + _unless_given(line, "on_hand_given")
        self.on_shelf = f"{MINUS} on hand {on_shelf}" if on_hand >= 0 else f"+ owed {plain(-on_hand / scale)}"
        self.on_order = plain(on_order / scale) + _unless_given(line, "on_order_given")
        self.safety = plain((level - filled - expected) / scale)
        self.position = plain((on_hand + on_order) / scale)
        self.wanted = plain((level - on_hand - on_order) / scale)


def _unless_given(line: Mapping[str, Any], name: str) -> str:
    """Return a word of caution beside a stock that nobody gave and that counts as 0."""
    return "" if line.get(name, True) else " (not given)"


def plain(value: float) -> str:
    """Return a number without exponent or idle zeros, thousands apart, to the hundredth.

    >>> plain(1234567.50), plain(-9.0)
    ('1,234,567.5', '−9')
    """
    text = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 and text != "0" else text
