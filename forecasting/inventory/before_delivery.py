"""What is lost before an order placed now can be on the shelf: no order changes it.

A customer who finds the shelf empty goes elsewhere, or waits. Of the demand over the
protection interval, (X_L − stock)⁺ therefore never meets the order where customers
leave, X_L being demand over the lead time and stock what is on hand and on order; goods
on order are taken to arrive in time, for no file says when they do.
"""

import numpy as np

from forecasting.inventory.interval_cost import CostTerms, interval_cost, left_over_cost
from forecasting.inventory.interval_demand import IntervalDemand
from forecasting.inventory.newsvendor import expected_shortage


def lost_before_delivery(lead_demand: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Return the units nobody can serve in time before the delivery, per future, shape of `lead_demand`.

    `lead_demand` is demand over the lead time (n, n_paths), `position` what is on
    hand and on order (n,), both in units.

    >>> lost_before_delivery(np.array([[3.0, 8.0]]), np.array([5.0]))
    array([[0., 3.]])
    """
    return np.maximum(lead_demand - np.asarray(position, dtype=float)[..., None], 0.0)


class Outlook:
    """What lies ahead of a block of order lines with this much on hand and on order, (n,) units."""

    def __init__(self, demand: IntervalDemand, terms: CostTerms, position: np.ndarray) -> None:
        self.raw, self.terms, self.position = demand, terms, position
        self.lost = lost_before_delivery(demand.lead, position)  # (n, n_paths)
        gone = np.where(terms.waits[:, None], 0.0, self.lost)
        self.demand = demand.less(gone) if gone.any() else demand
        paid = terms.missed_cost * self.lost.mean(axis=1)
        for summed in demand.early:
            paid = paid + terms.missed_period_cost * expected_shortage(summed, position)
        self.lost_cost = paid  # money, (n,)

    def cost(self, stock: np.ndarray) -> np.ndarray:
        """Return the expected money lost over the interval, what is lost anyway included, (n,)."""
        return self.lost_cost + interval_cost(self.demand, self.terms, stock)

    def excess(self) -> np.ndarray:
        """Return the expected cost of what is there already and will be left over, (n,) money."""
        return left_over_cost(self.raw, self.terms, self.position)

    def overstock(self, stock: np.ndarray) -> np.ndarray:
        """Return the part of `cost` that stock left over causes, (n,) money; the rest is sales missed."""
        return left_over_cost(self.demand, self.terms, stock)

    def service_levels(self, stock: np.ndarray) -> dict[str, np.ndarray]:
        """Return stockout_risk, cycle_service_level and fill_rate with this much stock, (n,) each.

        stockout_risk: chance to run out between this delivery and the next;
        cycle_service_level: chance not to run out at all, before the delivery or after it;
        fill_rate: share of the demand of the whole protection interval served in time,
        NaN where none is expected.
        """
        expected = self.raw.whole.mean(axis=1)
        after = expected_shortage(self.demand.whole, stock) - expected_shortage(self.demand.lead, stock)
        missed_share = np.full(len(expected), np.nan)
        np.divide(self.lost.mean(axis=1) + after, expected, out=missed_share, where=expected > 0)
        enough = self.demand.whole <= stock[:, None]
        return {
            "stockout_risk": 1 - enough.mean(axis=1),
            "cycle_service_level": (enough & (self.lost <= 0)).mean(axis=1),
            "fill_rate": 1 - missed_share,
        }
