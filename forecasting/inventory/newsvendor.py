"""The order that costs least against simulated demand: one decision, two regrets."""

import numpy as np

from forecasting.errors import DecisionError

# n · ratio may exceed a whole rank by rounding alone (10 · 0.7 = 7.000…01); without the
# allowance the order would then jump to the next larger sample.
RANK_TOLERANCE = 1e-9


def newsvendor_quantity(demand: np.ndarray, critical_ratio: float | np.ndarray) -> np.ndarray:
    """Return the quantity that minimises expected underage plus overage cost.

    Parameters
    ----------
    demand
        Samples of demand over the time the order must last, in units, (..., n_paths).
    critical_ratio
        Cu / (Cu + Co), a number or one per row, in [0, 1).

    Returns
    -------
    Units, shape (...): the smallest sample whose cumulative share reaches the
    critical ratio; 0 where the ratio is 0.

    Source: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 4.3.

    >>> newsvendor_quantity(np.array([10.0, 20, 30, 40]), 0.5)
    array(20.)
    """
    ratio = np.broadcast_to(np.asarray(critical_ratio, dtype=float), demand.shape[:-1])
    if not ((ratio >= 0) & (ratio < 1)).all():
        raise DecisionError("Every critical ratio must lie between 0 and 1; check the two unit costs.")
    n_paths = demand.shape[-1]
    rank = np.ceil(n_paths * ratio - RANK_TOLERANCE).astype(int)
    ordered = np.sort(demand, axis=-1)
    place = np.maximum(rank, 1)[..., None] - 1
    quantity = np.take_along_axis(ordered, place, axis=-1)[..., 0]
    return np.where(rank == 0, 0.0, quantity)


def expected_shortage(demand: np.ndarray, quantity: float | np.ndarray) -> np.ndarray:
    """Return the expected units of demand beyond `quantity`, E(D − Q)⁺, shape (...)."""
    return np.maximum(demand - np.asarray(quantity, dtype=float)[..., None], 0.0).mean(axis=-1)


def expected_cost(
    demand: np.ndarray,
    quantity: float | np.ndarray,
    *,
    underage: float | np.ndarray,
    overage: float | np.ndarray,
) -> np.ndarray:
    """Return the expected money lost when `quantity` units meet the demand, shape (...).

    Cu · E(D − Q)⁺ + Co · E(Q − D)⁺, the left-overs from E(Q − D)⁺ = Q − E D + E(D − Q)⁺.

    >>> expected_cost(np.array([10.0, 20, 30, 40]), 20, underage=4, overage=1)
    array(32.5)
    """
    short = expected_shortage(demand, quantity)
    left = np.maximum(np.asarray(quantity, dtype=float) - demand.mean(axis=-1) + short, 0.0)
    return np.asarray(underage * short + overage * left)


def cheapest_whole_quantity(demand: np.ndarray, underage: np.ndarray, overage: np.ndarray) -> np.ndarray:
    """Return the whole number of units that costs least, shape (...); the smaller one of two equals.

    The cost is convex, so only the two neighbours of the newsvendor quantity can win.
    """
    exact = newsvendor_quantity(demand, underage / (underage + overage))
    low, high = np.floor(exact), np.ceil(exact)
    fractional = low != high
    if not fractional.any():
        return exact
    at_low, at_high = (
        expected_cost(demand, quantity, underage=underage, overage=overage) for quantity in (low, high)
    )
    return np.where(fractional & (at_high < at_low), high, low)
