"""The words of the tables as they were read: the items of a shop, and its sales."""

from collections.abc import Mapping

from forecasting.report.columns import Column
from forecasting.report.order_columns import ORDER_COLUMNS

# The file's own word stands in the help: whoever fills in the next file needs it.
ITEM_WORDS: Mapping[str, Column] = {
    "unique_id": ORDER_COLUMNS["unique_id"],
    "item": ORDER_COLUMNS["item"],
    "store": ORDER_COLUMNS["store"],
    "category": ORDER_COLUMNS["category"],
    "supplier": ORDER_COLUMNS["supplier"],
    "price": Column("Price", "Selling price a unit. In the file: price.", "money"),
    "unit_cost": Column("Unit cost", "What a unit costs you. In the file: unit_cost.", "money"),
    "salvage": Column("Salvage", "What a unit left over still brings. In the file: salvage.", "money"),
    "goodwill": Column(
        "Goodwill", "What an unserved customer costs besides. In the file: goodwill.", "money"
    ),
    "holding_rate": Column(
        "Holding a year",
        "Share of unit cost that a year in stock costs. In the file: holding_rate.",
        "percent",
    ),
    "leftover": Column(
        "Left over", "perishable: written off; carry_over: sold later. In the file: leftover.", "text"
    ),
    "shelf_life": Column("Keeps", "Periods a unit can be sold. In the file: shelf_life.", "periods"),
    "lead_time": Column("Delivery takes", "Periods, lead time L. In the file: lead_time.", "periods"),
    "review_period": Column(
        "Order every", "Periods, review period R. In the file: review_period.", "periods"
    ),
    "on_hand": Column("On hand", "Units there now. In the file: on_hand.", "units"),
    "on_order": Column("On order", "Units ordered, not yet delivered. In the file: on_order.", "units"),
    "moq": Column("Minimum", "Smallest order, units (MOQ). In the file: moq.", "units"),
    "pack": Column("Pack", "Units in one pack. In the file: pack.", "units"),
    "capacity": Column("Room", "Most units that fit. In the file: capacity.", "units"),
}

SALES_WORDS: Mapping[str, Column] = {
    "unique_id": ORDER_COLUMNS["unique_id"],
    "ds": Column("Date", "First day of the period.", "date"),
    "y": Column("Units sold", "Units sold in the period.", "units"),
    "stockout": Column("Out of stock", "The shelf ran empty: demand was at least what was sold.", "text"),
    "open": Column("Open", "1: open; 0: closed.", "count"),
    "price": Column("Price", "Selling price a unit.", "money"),
    "price_paid": Column("Price paid", "What a unit went for, known once the period was over.", "money"),
    "promo": Column("Promotion", "1: on; 0: off.", "count"),
}
