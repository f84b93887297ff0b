"""Textbook answers for demand of known shape: the yardstick beside the simulated one.

Source throughout: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 4.3
and appendix C; Cachon & Terwiesch (2013), Matching Supply with Demand, ch. 12.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from forecasting.inventory.newsvendor import RANK_TOLERANCE
from forecasting.inventory.unit_costs import UnitCosts

STANDARD_NORMAL = NormalDist()


@dataclass(frozen=True)
class Decision:
    """An order in units and the money it is expected to lose."""

    order_quantity: float
    expected_cost: float


@dataclass(frozen=True)
class SeasonOutcome:
    """What an order brings in a season, in expectation: units and money."""

    lost_sales: float
    sales: float
    leftover: float
    profit: float


def standard_normal_loss(z: float) -> float:
    """Return E(Z − z)⁺ for a standard normal Z: φ(z) − z · (1 − Φ(z)).

    >>> round(standard_normal_loss(0.3), 6)
    0.266761
    """
    return STANDARD_NORMAL.pdf(z) - z * (1 - STANDARD_NORMAL.cdf(z))


def normal_expected_cost(quantity: float, demand: NormalDist, costs: UnitCosts) -> float:
    """Return the expected money lost by an order against normal demand."""
    short = demand.stdev * standard_normal_loss((quantity - demand.mean) / demand.stdev)
    return costs.underage * short + costs.overage * (quantity - demand.mean + short)


def normal_newsvendor(demand: NormalDist, costs: UnitCosts) -> Decision:
    """Return the best order against normal demand over the time it must last.

    >>> round(normal_newsvendor(NormalDist(120, 10), UnitCosts(18, 2)).order_quantity, 4)
    132.8155
    """
    quantity = demand.inv_cdf(costs.critical_ratio)
    return Decision(quantity, normal_expected_cost(quantity, demand, costs))


def discrete_expected_cost(quantity: float, pmf: Mapping[int, float], costs: UnitCosts) -> float:
    """Return the expected money lost by an order against demand with these probabilities."""
    return math.fsum(
        share * (costs.underage * max(units - quantity, 0) + costs.overage * max(quantity - units, 0))
        for units, share in pmf.items()
    )


def discrete_newsvendor(pmf: Mapping[int, float], costs: UnitCosts) -> Decision:
    """Return the best order: the smallest demand whose cumulative probability reaches the ratio."""
    units = np.array(sorted(pmf))
    reached = np.cumsum([pmf[u] for u in sorted(pmf)]) >= costs.critical_ratio - RANK_TOLERANCE
    quantity = float(units[np.argmax(reached)])
    return Decision(quantity, discrete_expected_cost(quantity, pmf, costs))


def poisson_pmf(mean: float) -> dict[int, float]:
    """Return the probabilities of a Poisson demand, up to where less than 1e-15 is left."""
    top = math.ceil(mean + 12 * math.sqrt(mean) + 24)
    return {k: math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(top + 1)}


def normal_safety_stock(sd_per_period: float, protection_interval: float, costs: UnitCosts) -> float:
    """Return z · σ · √P units, right only when the errors of different periods are independent.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management, 6.7.
    """
    return STANDARD_NORMAL.inv_cdf(costs.critical_ratio) * sd_per_period * math.sqrt(protection_interval)


def autocorrelated_sum_sd(phi: float, sd_per_step: float, periods: int) -> float:
    """Return the standard deviation of a sum of AR(1) forecast errors over `periods` periods.

    σ · √Σ_k ((1 − φᵏ) / (1 − φ))²; with φ > 0 it is wider than σ√P, which is why sums
    are taken along whole paths.
    """
    weights = [(1 - phi**k) / (1 - phi) for k in range(1, periods + 1)]
    return sd_per_step * math.sqrt(math.fsum(w * w for w in weights))


def normal_season(
    quantity: float, demand: NormalDist, price: float, unit_cost: float, salvage: float
) -> SeasonOutcome:
    """Return the expected lost sales, sales, left-overs (units) and profit (money) of a season's order."""
    lost = demand.stdev * standard_normal_loss((quantity - demand.mean) / demand.stdev)
    sales = demand.mean - lost
    leftover = quantity - sales
    profit = (price - unit_cost) * sales - (unit_cost - salvage) * leftover
    return SeasonOutcome(lost, sales, leftover, profit)
