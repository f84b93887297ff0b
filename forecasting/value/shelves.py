"""What every shelf of the replay is like, and what a unit lost, kept or thrown away costs on it."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.rules import number
from forecasting.inventory.unit_costs import DAYS_PER_YEAR


@dataclass(frozen=True)
class Shelves:
    """One entry per series, (n,). Money is per unit; `holding` per unit and period.

    The four amounts are those of the order rule taken apart: underage = margin + goodwill,
    overage = (written off, where left-overs are cleared) + holding until the next order.
    """

    unique_id: np.ndarray
    lead_time: np.ndarray  # periods
    review_period: np.ndarray  # periods
    shelf_life: np.ndarray  # periods a unit may be sold in; inf: it keeps
    perishable: np.ndarray  # bool: what is left at the end is worth its salvage, not its cost
    critical_ratio: np.ndarray
    margin: np.ndarray  # money lost with a sale: price − unit cost
    goodwill: np.ndarray
    written_off: np.ndarray  # unit cost − salvage
    holding: np.ndarray
    order_cost: np.ndarray  # money per order
    unit_cost: np.ndarray  # NaN where only the two unit costs were typed

    @property
    def protection_interval(self) -> np.ndarray:
        """Return the periods an order must last, R + L."""
        return self.lead_time + self.review_period

    def only(self, rows: np.ndarray) -> "Shelves":
        """Return some of the series."""
        return Shelves(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def shelves_of(
    items: pd.DataFrame,
    costs: pd.DataFrame,
    policies: pd.DataFrame,
    *,
    defaults: CostDefaults,
    days_per_period: float,
) -> Shelves:
    """Return the shelves of `items`; `costs` and `policies` are the frames of the same items.

    Left-overs of a perishable item without a shelf life are cleared when the next order comes.
    A customer who would wait is counted as lost, once, at what owing a unit costs.
    Where the two unit costs were typed, a unit left over costs the typed amount: once for
    perishables, spread over the periods until the next order for goods that keep.
    """
    typed = costs["basis"].eq("typed").to_numpy()
    perishable = costs["leftover"].eq("perishable").to_numpy()
    underage, overage = (costs[c].to_numpy(dtype=float) for c in ("underage", "overage"))
    review = policies["review_period"].to_numpy(dtype=float)
    cost = np.where(typed, np.nan, number(items, "unit_cost"))
    waits = costs["missed_sale"].ne("lost").to_numpy()
    margin = np.where(typed | waits, underage, np.maximum(number(items, "price") - cost, 0.0))
    salvage = _or(number(items, "salvage"), cost * defaults.salvage_share)
    rate = _or(number(items, "holding_rate"), defaults.holding_rate)
    spread = np.where(perishable, 0.0, overage / np.where(review > 0, review, np.nan))
    life = number(items, "shelf_life")
    return Shelves(
        unique_id=items["unique_id"].to_numpy(dtype=object),
        lead_time=policies["lead_time"].to_numpy(dtype=float),
        review_period=review,
        shelf_life=_or(np.ceil(life), np.where(perishable, review, np.inf)),
        perishable=perishable,
        critical_ratio=costs["critical_ratio"].to_numpy(dtype=float),
        margin=margin,
        goodwill=np.maximum(underage - margin, 0.0),
        written_off=np.where(typed, overage, cost - salvage),
        holding=np.where(typed, spread, cost * rate / DAYS_PER_YEAR * days_per_period),
        order_cost=costs["order_cost"].to_numpy(dtype=float),
        unit_cost=cost,
    )


def _or(values: np.ndarray, default: np.ndarray | float) -> np.ndarray:
    return np.where(np.isnan(values), default, values)
