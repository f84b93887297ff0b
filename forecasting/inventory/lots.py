"""How much more than the reorder point an order brings in, rule by rule, for a block of lines."""

import numpy as np

from forecasting.inventory.blocks import Block
from forecasting.inventory.lot_sizes import lots_for_known_demand, quantity_with_discounts
from forecasting.inventory.policy import KNOWN_DEMAND
from forecasting.inventory.price_breaks import price_breaks

FREE = 1e-12  # money per unit and period: keeping that costs nothing divides nothing by zero


def lots_of(block: Block) -> np.ndarray:
    """Return the lot of every line, (n,) whole units; 0 for the plain (R, S).

    The economic order quantity, with the supplier's price breaks where the item has some, at least
    what sells in a cycle (Silver, Pyke & Thomas 2017, 6.10); for known demand what the first order of
    the cheapest plan covers beyond its own cycle (Wagner & Whitin 1958).
    """
    lines, review = block.columns, block.columns["review_period"]
    per_period = block.expected / lines["protection_interval"]
    held = np.maximum(
        np.maximum(block.terms.held_period_cost, block.terms.leftover_cost / review), FREE
    )  # (n,) money per unit and period
    lot = np.ceil(np.maximum(np.sqrt(2 * lines["order_cost"] * per_period / held), per_period * review))
    for row in np.flatnonzero((lines["price_breaks"] != "") & (per_period > 0)).tolist():
        lot[row] = np.ceil(
            max(_discounted(block, row, held[row], per_period[row]), per_period[row] * review[row])
        )
    for row in np.flatnonzero(lines["policy"] == KNOWN_DEMAND).tolist():
        lot[row] = _covered_later(block, row, held[row])
    return np.where(lines["policy"] != "order_up_to", lot, 0.0)


def _discounted(block: Block, row: int, held: float, per_period: float) -> float:
    """Return the quantity of least cost, goods included; keeping a unit is a share of its cost."""
    cost = float(block.columns["unit_cost"][row])
    prices = [(0.0, cost), *price_breaks(block.columns["price_breaks"][row])]
    return quantity_with_discounts(
        float(block.columns["order_cost"][row]), held / cost, per_period, prices
    ).quantity


def _covered_later(block: Block, row: int, held: float) -> float:
    """Return the demand of later cycles that the order of now covers, units."""
    first, review = (int(block.columns[name][row]) for name in ("protection_interval", "review_period"))
    short = float(block.expected[row] - block.columns["inventory_position"][row])
    if short <= 0:
        return 0.0
    ahead = block.per_period[row, first:]
    whole = ahead[: len(ahead) // review * review].reshape(-1, review).sum(axis=1)  # cycles in full
    orders, _ = lots_for_known_demand([short, *whole], float(block.columns["order_cost"][row]), held * review)
    return float(np.round(orders[0] - short, 9))
