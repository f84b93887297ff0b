"""Demand on days that sold out: at least what was sold, and how much more, with its band.

Sources: Tobit (1958), Econometrica 26, 24-36, right-censored normal; for counts the same
likelihood with negative binomial demand, solved by expectation maximisation.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import nbinom, norm

from forecasting.history.health.grid import Grid

TO_THE_END = 500  # rounds for a normal law: cheap, and slow to settle where most days are censored
ROUNDS = 25  # of expectation maximisation; 2 % censored days settle within ten
POISSON = 1e6  # negative binomial size from which it is one
BAND = 0.8  # nominal coverage of low … high


class Censored(NamedTuple):
    """Mean and standard deviation of demand, in units."""

    mean: float
    sd: float


def censored_normal(sales: np.ndarray, sold_out: np.ndarray) -> Censored:
    """Return the maximum likelihood of normal demand when `sold_out` days say only "at least this".

    >>> censored_normal(np.array([9.0, 11.0]), np.array([False, False])).mean
    10.0
    """
    known, least = sales[~sold_out], sales[sold_out]
    mean, sd = float(sales.mean()), max(float(sales.std()), 1e-6)
    for _ in range(TO_THE_END if len(least) else 1):
        z = (least - mean) / sd
        hazard = np.exp(norm.logpdf(z) - norm.logsf(z))
        expected = mean + sd * hazard
        spread = sd**2 * (1 + z * hazard - hazard**2)  # variance of demand above `least`
        mean = float((known.sum() + expected.sum()) / len(sales))
        square = ((known - mean) ** 2).sum() + ((expected - mean) ** 2 + spread).sum()
        sd = max(float(np.sqrt(square / len(sales))), 1e-6)
    return Censored(mean, sd)


def demand_at_least(mean: np.ndarray, size: np.ndarray, sold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of negative binomial demand given that it is at least `sold`.

    `size` is k of variance = mean + mean²/k. Source: the size-biased law of a negative binomial
    is one of k + 1, shifted by one, so E[D; D ≥ s] = mean · P(D' ≥ s − 1).
    """
    p = size / (size + mean)
    reached = np.maximum(nbinom.sf(sold - 1, size, p), 1e-300)
    first = mean * nbinom.sf(sold - 2, size + 1, p) / reached
    pairs = mean**2 * (size + 1) / size * nbinom.sf(sold - 3, size + 2, p) / reached
    first = np.maximum(first, sold)  # far in the tail the ratio loses its digits
    return first, np.maximum(pairs + first - first**2, 0.0)


def lost_sales(grid: Grid) -> pd.DataFrame:
    """Return per series with flagged periods: periods, sold, lost, low, high (units).

    `lost` is expected demand beyond what was sold; `low` … `high` hold it with a chance of 80 %.
    """
    rows, columns = np.nonzero(grid.stockout & ~np.isnan(grid.y) & ~grid.closed)
    usual = np.where(grid.promoted, np.nan, grid.usual)
    usual = np.where(np.isnan(usual), grid.usual * _promotion_lift(grid), usual)
    known = ~np.isnan(grid.demand) & (usual > 0)
    size = _size(grid.demand, usual, known)
    keep = usual[rows, columns] > 0
    rows, columns = rows[keep], columns[keep]
    sold, mean, k = grid.y[rows, columns], usual[rows, columns], size[rows]
    n = len(grid.unique_id)
    seen = np.where(known, grid.demand, 0.0).sum(axis=1)
    weight = np.where(known, usual, 0.0).sum(axis=1)
    hidden = np.bincount(rows, mean, n)
    factor = np.ones(n)
    for _ in range(ROUNDS):
        demand, spread = demand_at_least(factor[rows] * mean, k, sold + 1)
        total = weight + hidden
        factor = np.divide(seen + np.bincount(rows, demand, n), total, out=np.ones(n), where=total > 0)
    lost = np.bincount(rows, demand - sold, n)
    sd = np.sqrt(np.bincount(rows, spread, n) + _doubt(hidden, weight, size))
    reach = float(norm.ppf((1 + BAND) / 2)) * sd
    count = np.bincount(rows, minlength=n)
    table = pd.DataFrame(
        {
            "unique_id": grid.unique_id,
            "periods": count,
            "sold": np.bincount(rows, sold, n),
            "lost": lost,
            "low": np.maximum(lost - reach, 0.0),
            "high": lost + reach,
        }
    )
    return table[count > 0].reset_index(drop=True)


def total_lost(table: pd.DataFrame) -> tuple[float, float, float]:
    """Return lost, low and high (units) of all series together; series are independent given their level."""
    lost = float(table["lost"].sum())
    reach = float(np.sqrt(((table["high"] - table["lost"]) ** 2).sum()))
    return lost, max(lost - reach, 0.0), lost + reach


def _promotion_lift(grid: Grid) -> np.ndarray:
    """Return what a series sells on promotion over what it usually sells, (n, 1)."""
    known = grid.promoted & ~np.isnan(grid.demand) & (grid.usual > 0)
    sold = np.where(known, grid.demand, 0.0).sum(axis=1)
    usual = np.where(known, grid.usual, 0.0).sum(axis=1)
    return np.divide(sold, usual, out=np.ones_like(sold), where=usual > 0)[:, None]


def _size(demand: np.ndarray, usual: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the negative binomial size of each series, by moments around what is usual, (n,)."""
    mean = np.where(known, usual, 0.0)
    extra = np.where(known, (demand - usual) ** 2 - usual, 0.0).sum(axis=1)
    square = (mean**2).sum(axis=1)
    size = np.divide(square, extra, out=np.full(len(square), POISSON), where=extra > 0)
    return np.clip(size, 0.05, POISSON)


def _doubt(hidden: np.ndarray, weight: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the variance that the level itself adds: it was learned from `weight` units."""
    mean_square = np.divide(hidden**2, weight, out=np.zeros(len(hidden)), where=weight > 0)
    return mean_square * (1 + 1 / size)
