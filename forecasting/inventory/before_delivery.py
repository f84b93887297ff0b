"""What is lost before an order placed now can be on the shelf: no order changes it.

A customer who finds the shelf empty goes elsewhere. Of the demand over the
protection interval, (D_L − stock)⁺ therefore never meets the order, D_L being
demand over the lead time and stock what is on hand and on order; goods on order
are taken to arrive in time, for no file says when they do.
"""

import numpy as np

from forecasting.inventory.newsvendor import expected_cost, expected_shortage


def lost_before_delivery(lead_demand: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Return the units nobody can serve before the delivery, per future, shape of `lead_demand`.

    `lead_demand` is demand over the lead time (n, n_paths), `position` what is on
    hand and on order (n,), both in units.

    >>> lost_before_delivery(np.array([[3.0, 8.0]]), np.array([5.0]))
    array([[0., 3.]])
    """
    return np.maximum(lead_demand - np.asarray(position, dtype=float)[..., None], 0.0)


def cost_with_losses(
    demand: np.ndarray,
    lost: np.ndarray,
    stock: np.ndarray,
    *,
    underage: float | np.ndarray,
    overage: float | np.ndarray,
) -> np.ndarray:
    """Return the expected money lost over the protection interval, (n,), when `lost` is lost anyway.

    Cu · E lost + Cu · E(X − stock)⁺ + Co · E(stock − X)⁺ with X = demand − lost, the
    demand that can still be served, and `stock` all of on hand, on order and ordered now.

    >>> demand, lost = np.array([[10.0, 20.0]]), np.array([[0.0, 5.0]])
    >>> cost_with_losses(demand, lost, np.array([12.0]), underage=4, overage=1)
    array([17.])
    """
    served = expected_cost(demand - lost, stock, underage=underage, overage=overage)
    return np.asarray(underage * lost.mean(axis=-1) + served)


def service_levels(demand: np.ndarray, lost: np.ndarray, stock: np.ndarray) -> dict[str, np.ndarray]:
    """Return stockout_risk, cycle_service_level and fill_rate with this much stock, (n,) each.

    stockout_risk: chance to run out between this delivery and the next;
    cycle_service_level: chance not to run out at all, before the delivery or after it;
    fill_rate: share of the demand of the whole protection interval that is served,
    NaN where none is expected.
    """
    served = demand - lost
    expected = demand.mean(axis=1)
    unserved = lost.mean(axis=1) + expected_shortage(served, stock)
    lost_share = np.full(len(expected), np.nan)
    np.divide(unserved, expected, out=lost_share, where=expected > 0)
    enough = served <= stock[:, None]
    return {
        "stockout_risk": 1 - enough.mean(axis=1),
        "cycle_service_level": (enough & (lost <= 0)).mean(axis=1),
        "fill_rate": 1 - lost_share,
    }
