"""What a manager changes in the order lines: what was typed becomes units, reasons are kept with them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from forecasting.errors import DecisionError
from forecasting.inventory.own_orders import BUDGET, KEEP, MANAGER
from forecasting.inventory.reasons import plain
from forecasting.inventory.typed_orders import typed_quantity
from forecasting.services.findings import Decisions


@dataclass(frozen=True)
class Edits:
    """The manager's quantities and reasons after an edit, and what could not be understood."""

    quantities: Mapping[str, float]
    reasons: Mapping[str, str]
    refused: tuple[str, ...] = ()


def as_typed(orders: pd.DataFrame) -> pd.Series:
    """Return the manager's quantity of each line as it would be typed; '' where none was."""
    own = orders["decided_by"] == MANAGER
    texts = [
        plain(units).replace(",", "") if mine else ""
        for units, mine in zip(orders["yours"], own, strict=True)
    ]
    return pd.Series(texts, orders.index, dtype=object)


def edited(
    lines: pd.DataFrame, typed: Mapping[str, str], why: Mapping[str, str], before: Decisions, *, whole: bool
) -> Edits:
    """Return the decisions after the cells of some lines were typed into; lines not shown keep theirs.

    `lines` are the lines on screen, `typed` and `why` their cells by unique_id. A quantity equal to the
    suggestion is none of the manager's; one that cannot be read leaves the line as it was.
    """
    suggested = dict(zip(lines["unique_id"], lines["order_quantity"].astype(float), strict=True))
    quantities = {name: units for name, units in before.quantities.items() if name not in suggested}
    refused = []
    for name, text in typed.items():
        try:
            units = typed_quantity(text, suggested[name], whole_units=whole)
        except DecisionError as error:
            refused.append(f"{name}: {error}")
            units = before.quantities.get(name)
        if units is not None and units != suggested[name]:
            quantities[name] = units
    reasons = {name: text for name, text in before.reasons.items() if name not in suggested}
    reasons |= {name: text.strip() for name, text in why.items() if text.strip()}
    return Edits(quantities, reasons, tuple(refused))


def decided_in_words(line: pd.Series) -> str:
    """Return who decided on another quantity than the suggestion of a line; '' where nobody did."""
    whose = {BUDGET: "The limits leave", KEEP: "As the last order stands:", MANAGER: "You order"}
    if line.get("decided_by") not in whose:
        return ""
    return f"{whose[line['decided_by']]} {plain(line['yours'])}."


def _narrow(amount: float) -> str:
    """Return units that fit a narrow column: whole, in thousands from 10,000 on ('17.9k')."""
    return f"{amount / 1000:.3g}k" if amount >= 9999.5 else f"{amount:.0f}"


def demand_range(orders: pd.DataFrame) -> pd.Series:
    """Return the demand an order must cover in 8 of 10 futures, as '98 to 131'; '' where it is not known."""
    low, high = orders["demand_low"], orders["demand_high"]
    known = low.notna() & high.notna()
    texts = [f"{_narrow(a)} to {_narrow(b)}" if ok else "" for a, b, ok in zip(low, high, known, strict=True)]
    return pd.Series(texts, orders.index, dtype=object)
