"""What is maximised: the log-probability of Prophet's own model, and its most probable noise."""

from dataclasses import dataclass

import numpy as np

from forecasting.models.prophet_map.design import CHANGES

# Prophet's prior scale of a change of slope.
TAU = 0.05
# The noise never counts as smaller than this share of the series' record: a series the model
# meets exactly has no most probable noise, its density grows without bound.
MIN_SIGMA = 1e-4
# A series is done when a round improves its log-probability by less.
ENOUGH = 1e-4


@dataclass(frozen=True)
class Fit:
    """What a batch of series most probably is; parameters in the order of `Design`."""

    parameters: np.ndarray  # (n, P), sales divided by y_scale
    sigma: np.ndarray  # (n,)
    objective: np.ndarray  # (n,) minus the log-probability, constants left out, as Stan counts it
    solved: np.ndarray  # (n,) bool


def objective(
    parameters: np.ndarray, variance: np.ndarray, squares: np.ndarray, periods: np.ndarray, scale: np.ndarray
) -> np.ndarray:
    """Return minus the log-probability of each series, constants left out, (n,).

    `squares` is RSS and `periods` T, (n,); `scale` as in `Design`.
    T log σ + RSS/2σ² + Σ(z/scale)²/2 + Σ|δ|/τ + 2σ²: the priors and the likelihood of
    prophet.stan (1.5.0), whose noise has a half-normal prior of scale ½.
    """
    rest = np.delete(parameters, CHANGES, axis=1)
    return (
        periods * np.log(variance) / 2
        + squares / (2 * variance)
        + (prior_units(rest, scale) ** 2).sum(axis=1) / 2
        + np.abs(parameters[:, CHANGES]).sum(axis=1) / TAU
        + 2 * variance
    )


def prior_units(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return parameters divided by their prior scale; those without one (scale 0) are not there: 0."""
    return np.divide(values, scale, out=np.zeros_like(values), where=scale > 0)


def likeliest_variance(squares: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Return σ² that minimises T log σ + RSS/2σ² + 2σ², (n,): the root of 4σ⁴ + Tσ² − RSS."""
    # The textbook root loses all digits where RSS is small beside T²; this is the same number.
    root = 2 * squares / (periods + np.sqrt(periods**2 + 16 * squares))
    return np.maximum(root, MIN_SIGMA**2)
