"""The error that chance alone leaves, however good a forecast is."""

import numpy as np
from scipy import stats


def poisson_deviation(rate: np.ndarray) -> np.ndarray:
    """Return E|Y − λ| of Poisson demand with these rates (units a period), same shape; NaN stays NaN.

    Counts that arrive independently cannot vary less, so no forecast of them errs less on
    average around its expectation. Source: Crow (1958), mean deviation of the Poisson
    distribution: 2 λ P(Y = ⌊λ⌋).

    >>> float(poisson_deviation(np.array([1.0]))[0].round(4))
    0.7358
    """
    rates = np.asarray(rate, dtype=float)
    return 2 * rates * stats.poisson.pmf(np.floor(rates), rates)


def lowest_wape(rate: np.ndarray, y: np.ndarray) -> float:
    """Return the WAPE a perfect forecast of Poisson demand would still have; NaN where nothing sold.

    `rate` is what is taken as the true expectation of every period, `y` what sold (units);
    pairs with an unknown actual are left out.

    >>> round(lowest_wape(np.full(10, 1.0), np.full(10, 1.0)), 3)
    0.736
    """
    known = ~np.isnan(y)
    sold = float(np.abs(y[known]).sum())
    return float(poisson_deviation(rate[known]).sum() / sold) if sold > 0 else float("nan")
