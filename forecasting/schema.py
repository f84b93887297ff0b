"""The frames every module speaks; column names are law, never parameters.

sales      unique_id, ds, y, [stockout], [open], [manager_plan], [price_paid], drivers   one row per period
items      unique_id, attributes, economics, supply           one row per series
future     the sales frame without y and stockout             the dates to forecast
forecast   model, unique_id, cutoff, ds, h, mean, q0.05 … q0.95
cumulative model, unique_id, cutoff, h, mean, quantiles of demand summed over the first h periods
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.errors import DataError

KEY = ["unique_id", "ds"]

# The stored grid: an interval is a view on it (80 % = q0.1 … q0.9), never a column of its own.
QUANTILE_LEVELS: tuple[float, ...] = tuple(round(0.05 * k, 2) for k in range(1, 20))
# Orders live in the tails (a critical ratio of 0.98 is ordinary), so sums keep more of them.
CUMULATIVE_LEVELS: tuple[float, ...] = (0.01, 0.025, *QUANTILE_LEVELS, 0.975, 0.99, 0.995)

# What people planned to sell, units; held against what models say and never given to one.
PLAN = "manager_plan"
# What a unit went for, money; known once the period is over, so the past is explained by it and no model sees
# it. A price that is known ahead is a driver and called `price`.
PRICE_PAID = "price_paid"
# Columns of the sales frame that are not drivers.
RESERVED = ("unique_id", "ds", "y", "stockout", "open", PLAN, PRICE_PAID)

ITEM_MONEY = (
    "price", "unit_cost", "salvage", "goodwill", "holding_rate", "backorder_cost", "order_cost",
)  # fmt: skip
# A cost nobody knows exactly may be given from … to …: `price_low`, `price_high`.
ITEM_RANGES = tuple(f"{name}_{end}" for name in ITEM_MONEY for end in ("low", "high"))
ITEM_SUPPLY = (
    "lead_time", "lead_time_min", "lead_time_max", "review_period", "on_hand", "on_order", "moq", "pack",
    "shelf_life", "capacity", "unit_volume", "units_per_pallet", "service_target", "minimum_service",
    "last_order",
)  # fmt: skip
ITEM_WORDS = ("leftover", "missed_sale")
ITEM_RULES = ("policy", "price_breaks")
ITEM_GIVEN = (*ITEM_MONEY, *ITEM_RANGES, *ITEM_WORDS, *ITEM_SUPPLY, *ITEM_RULES)  # what an items file may say
# Where an item was read and which of its entries makes no sense; both blank where no file described it.
ITEM_ORIGIN = ("items_row", "items_problem")
ITEM_COLUMNS = (*ITEM_GIVEN, *ITEM_ORIGIN)


def quantile_column(quantile_level: float) -> str:
    """Return the column of a quantile level.

    >>> quantile_column(0.975)
    'q0.975'
    """
    return f"q{quantile_level:g}"


def quantile_level(column: str) -> float:
    """Return the quantile level of a column made by `quantile_column`.

    >>> quantile_level("q0.975")
    0.975
    """
    return float(column.removeprefix("q"))


def quantile_columns(frame: pd.DataFrame) -> list[str]:
    """Return the quantile columns of a frame, lowest level first."""
    found = [c for c in frame.columns if c[:1] == "q" and c[1:].replace(".", "", 1).isdigit()]
    return sorted(found, key=quantile_level)


def drivers(frame: pd.DataFrame) -> list[str]:
    """Return the covariate columns of a sales or future frame."""
    return [c for c in frame.columns if c not in RESERVED]


def places_of(unique_ids: pd.Series, known: np.ndarray) -> np.ndarray:
    """Return the place of every row's series among the `known` ones, −1 for others.

    Each distinct name is looked up once: a tenth of the time of asking for every row.
    """
    codes, names = pd.factorize(unique_ids)
    places = pd.Index(known, dtype=object).get_indexer(pd.Index(names, dtype=object))
    return np.append(places, -1)[codes]


def validate_sales(sales: pd.DataFrame) -> pd.DataFrame:
    """Return `sales` unchanged, or raise `DataError` naming the first broken rule."""
    _require_columns(sales, [*KEY, "y"])
    if sales.empty:
        raise DataError("The sales history has no rows; at least one sale is needed.")
    if sales.duplicated(KEY).any():
        first = sales.loc[sales.duplicated(KEY), KEY].iloc[0]
        raise DataError(
            f"Two rows for {first['unique_id']!r} on {first['ds']:%Y-%m-%d}; keep one per period."
        )
    if sales["y"].isna().any():
        raise DataError(f"{int(sales['y'].isna().sum())} rows have no units sold; leave such periods out.")
    if (sales["y"] < 0).any():
        raise DataError(
            f"{int((sales['y'] < 0).sum())} rows sell less than nothing; net or drop returns first."
        )
    text = [c for c in drivers(sales) if not pd.api.types.is_numeric_dtype(sales[c])]
    if text:
        raise DataError(
            f"Drivers must be numbers; {', '.join(text)} holds text. Leave it out or code it 0/1."
        )
    return sales


def validate_items(items: pd.DataFrame) -> pd.DataFrame:
    """Return `items` unchanged, or raise `DataError` naming the first broken rule."""
    _require_columns(items, ["unique_id"])
    if items["unique_id"].duplicated().any():
        first = items.loc[items["unique_id"].duplicated(), "unique_id"].iloc[0]
        raise DataError(f"The items table describes {first!r} twice; keep one row per series.")
    return items


def _require_columns(frame: pd.DataFrame, needed: Sequence[str]) -> None:
    missing = [c for c in needed if c not in frame]
    if missing:
        raise DataError(f"The table lacks the columns {missing}; it has {list(frame.columns)}.")
