"""Laws of demand of which only "at least this much" is known, because the shelf ran out.

Sources: Tobit (1958), Econometrica 26, 24-36, right-censored normal; for counts the same
likelihood with negative binomial demand, solved by expectation maximisation.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import nbinom, norm

TO_THE_END = 500  # rounds for a normal law: cheap, and slow to settle where most days are censored


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
