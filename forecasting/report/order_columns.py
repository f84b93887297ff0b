"""The words of the order lines' columns."""

from collections.abc import Mapping

import pandas as pd

from forecasting.report.columns import Column

# In reading order: who, what is there, what will sell, what to do, what it is worth, why; then the details.
ORDER_COLUMNS: Mapping[str, Column] = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "item": Column("Item", "Name or code of the item, as in your file.", "text"),
    "store": Column("Store", "Where it is sold.", "text"),
    "category": Column("Category", "Category, as in your file.", "text"),
    "supplier": Column("Supplier", "Who delivers it.", "text"),
    "status": Column("Status", "Order now, soon, enough or excess.", "text"),
    "on_hand": Column("On hand", "Units on the shelf and in the back room now.", "units"),
    "on_order": Column("On order", "Units ordered and not yet delivered.", "units"),
    "expected_demand": Column(
        "Will sell", "Expected sales until the delivery after next, in units.", "units"
    ),
    "demand_low": Column(
        "At least", "Sales until the delivery after next stay above this 9 times in 10.", "units"
    ),
    "demand_high": Column(
        "At most", "Sales until the delivery after next stay below this 9 times in 10.", "units"
    ),
    "safety_stock": Column(
        "Safety", "Units above expected sales that the costs pay for (safety stock = S − expected).", "units"
    ),
    "order_up_to_level": Column(
        "Fill up to", "Stock and orders together after ordering (order-up-to level S).", "units"
    ),
    "order_quantity": Column("Order", "Units to order now, whole packs.", "units"),
    "yours": Column("To order", "Units to order; as suggested where no manager changed the line.", "units"),
    "decided_by": Column(
        "Decided by",
        "Suggestion; manager where somebody changed the line; budget where a shared limit did; keep where "
        "the last order stands.",
        "text",
    ),
    "own_reason": Column("Your reason", "Why the manager changed this line.", "text"),
    "yours_effect": Column(
        "Effect on cost",
        "Expected cost as decided, less that of the suggestion; positive = dearer.",
        "money",
    ),
    "stockout_date": Column("Runs out", "Day on which expected sales empty the shelf.", "date"),
    "stockout_risk": Column(
        "Risk after delivery",
        "Chance of running out between the delivery of this order and the next one.",
        "percent",
    ),
    "money_at_stake": Column(
        "At stake",
        "What the suggested order saves: expected cost if you order nothing, less expected cost of it.",
        "money",
    ),
    "yours_saved": Column(
        "Saves", "Expected cost if you order nothing, less that of the quantity to order.", "money"
    ),
    "yours_risk": Column(
        "Risk as decided",
        "Chance of running out between the delivery of the quantity to order and the next one.",
        "percent",
    ),
    "short_before": Column(
        "Lost before delivery",
        "Units expected to be asked for and not there before this order can come, whatever is ordered.",
        "units",
    ),
    "reason": Column("Why", "The arithmetic of this order.", "text"),
    "note": Column("Note", "What to keep in mind about this line.", "text"),
    "problem": Column("Problem", "What is missing to decide this line.", "text"),
    # From here on the details: what the numbers above were worked out from.
    "inventory_position": Column(
        "Have in all", "On hand plus on order, less what is owed (inventory position).", "units"
    ),
    "lead_time": Column("Delivery takes", "Periods from order to delivery (lead time L).", "periods"),
    "review_period": Column("Order every", "Periods between two orders (review period R).", "periods"),
    "protection_interval": Column(
        "Must last", "Periods this order must last: until the delivery after next (R + L).", "periods"
    ),
    "unrounded_order": Column("Before packs", "Units before packs and the minimum order (MOQ).", "units"),
    "pack": Column("Pack", "Units in one pack.", "units"),
    "moq": Column("Minimum", "Smallest order the supplier takes (MOQ), in units.", "units"),
    "capacity": Column("Room", "Most units that fit, with what is there and on order.", "units"),
    "rounding_cost": Column("Cost of packs", "Extra expected cost of ordering whole packs.", "money"),
    "expected_cost": Column("Cost if ordered", "Expected cost of too much and too little.", "money"),
    "yours_cost": Column("Cost as decided", "Expected cost with the quantity to order.", "money"),
    "overstock_cost": Column(
        "Too much", "Money expected to be lost on stock left over, with the suggested order.", "money"
    ),
    "shortage_cost": Column(
        "Too little", "Money expected to be lost on sales missed, with the suggested order.", "money"
    ),
    "lost_before": Column(
        "Already lost", "Cost of what is lost before this order can come, whatever is ordered.", "money"
    ),
    "risk_before": Column(
        "Risk before delivery", "Chance of running out before this order can come.", "percent"
    ),
    "excess_before": Column(
        "Already in excess", "Cost of stock that is there already and will not sell in time.", "money"
    ),
    "expected_cost_if_nothing": Column("Cost if not", "Expected cost if nothing is ordered.", "money"),
    "days_of_cover": Column(
        "Lasts", "Periods until expected sales use up what is there and on order (cover).", "periods"
    ),
    "fill_rate": Column(
        "Demand served", "Share of demand served until the delivery after next (fill rate β).", "percent"
    ),
    "cycle_service_level": Column(
        "Cycles without a gap",
        "Chance not to run out at all, before the delivery or after it (cycle service level α).",
        "percent",
    ),
    "underage": Column("One short costs", "Money lost per unit too few (underage cost Cu).", "money"),
    "overage": Column("One over costs", "Money lost per unit too many (overage cost Co).", "money"),
    "critical_ratio": Column(
        "Worth covering", "Share of cycles worth covering: Cu / (Cu + Co) (critical ratio).", "percent"
    ),
    "basis": Column(
        "Costs from", "Price and cost: worked out per item. Typed: your two numbers (Cu, Co).", "text"
    ),
    "leftover": Column("Leftovers", "Perishable: written off. Carry over: kept for the next cycle.", "text"),
    "situation": Column(
        "Situation", "What becomes of a unit left over and of a missed sale; decides both unit costs.", "text"
    ),
    "missed_sale": Column("Missed sales", "Lost, or delivered later at a cost (backorder).", "text"),
    "policy": Column("Rule", "How orders are placed: order up to, min-max or fixed quantity.", "text"),
    "reorder_point": Column(
        "Reorder at", "At or below this, on hand and on order, an order is due (reorder point s).", "units"
    ),
    "lot": Column("Lot", "Units ordered at a time because an order itself costs money (Q).", "units"),
    "order_cost": Column("An order costs", "Fixed cost of one order line (K).", "money"),
    "expiry_risk": Column(
        "Risk to expire", "Chance that the last unit ordered expires before it is sold (π).", "percent"
    ),
    "target": Column("Service asked for", "Share to serve that replaces the costs, if any.", "percent"),
    "target_measure": Column(
        "Measured in", "alpha: share of cycles without a gap. beta: share of demand served.", "text"
    ),
    "implied_underage": Column(
        "Target implies", "Cost of a missed unit that would ask for the same (implied Cu).", "money"
    ),
    "lead_time_min": Column("Delivery at best", "Shortest lead time, in periods.", "periods"),
    "lead_time_max": Column("Delivery at worst", "Longest lead time, in periods.", "periods"),
    "last_order": Column("Last order", "Units ordered the last time.", "units"),
    "minimum_service": Column(
        "At least", "Least share of cycles to cover under a budget, whatever it costs.", "percent"
    ),
    "missed_cost": Column("Per missed unit", "Paid once for each unit missed.", "money"),
    "missed_period_cost": Column("Per unit owed and period", "Paid while a customer waits.", "money"),
    "leftover_cost": Column("Per unit left over", "Paid at the end of the cycle.", "money"),
    "held_period_cost": Column("Per unit held and period", "Holding cost h per period.", "money"),
    "expired_cost": Column("Per unit expired", "Unit cost less what it still fetches.", "money"),
    "price": Column("Price", "Selling price of one unit.", "money"),
    "unit_cost": Column("Unit cost", "What one unit costs you.", "money"),
    "salvage": Column("Salvage", "What a unit left over still fetches.", "money"),
    "goodwill": Column("Goodwill", "What an unhappy customer costs beyond the margin, a unit.", "money"),
    "holding_rate": Column("Holding", "Cost of holding stock, share of its unit cost a year.", "percent"),
    "shelf_life": Column("Keeps", "Periods until a unit must be thrown away (shelf life).", "periods"),
    "model": Column("Model", "Whose forecast stands behind this line.", "text"),
}
SUGGESTED = Column("Suggested", "Units to order by the forecast and your costs, whole packs.", "units")


def order_words(orders: pd.DataFrame) -> Mapping[str, Column]:
    """Return the words of order columns: beside the manager's quantity, `order_quantity` is a suggestion."""
    return {**ORDER_COLUMNS, "order_quantity": SUGGESTED} if "yours" in orders else ORDER_COLUMNS
