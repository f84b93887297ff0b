"""The least squares inside the model: Gram matrices of weighted columns, and their reduction to a lasso."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecasting.models.prophet_map.clock import CHANGEPOINTS
from forecasting.models.prophet_map.design import CHANGES, COLUMNS, Design
from forecasting.models.prophet_map.interior_point import Lasso
from forecasting.models.prophet_map.lasso import solve_lasso
from forecasting.models.prophet_map.posterior import TAU


@dataclass(frozen=True)
class Quadratic:
    """½ θᵀGθ − cᵀθ, a model of half the squared errors; m = 1 where all series share G."""

    gram: np.ndarray  # (m, P, P)
    linear: np.ndarray  # (n, P)

    def rows(self, at: np.ndarray) -> "Quadratic":
        """Return the models of some series."""
        return Quadratic(self.gram if len(self.gram) == 1 else self.gram[at], self.linear[at])


@dataclass(frozen=True)
class Products:
    """Products of the calendar's columns, made once: a weighted Gram is then one matrix product."""

    columns: np.ndarray  # (T, K)

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the upper triangle of a (K, K) matrix as two index arrays."""
        return np.triu_indices(self.columns.shape[1])

    @cached_property
    def outer(self) -> np.ndarray:
        """Return the products of every two columns, (T, K (K + 1) / 2)."""
        left, right = self.pairs
        return self.columns[:, left] * self.columns[:, right]

    def gram(self, weights: np.ndarray) -> np.ndarray:
        """Return Σ w[t] x[t] x[t]ᵀ for each row of weights (n, T), (n, K, K)."""
        left, right = self.pairs
        size = self.columns.shape[1]
        full = np.empty((len(weights), size, size))
        full[:, left, right] = full[:, right, left] = weights @ self.outer
        return full


def weighted_gram(
    design: Design, products: Products, trend: np.ndarray, mixed: np.ndarray, season: np.ndarray
) -> np.ndarray:
    """Return the Gram matrices (n, P, P) with a weight (n, T) for each pair of kinds of columns."""
    rows, size = design.trend, products.columns.shape[1]
    n, periods = max(len(trend), len(design.drivers)), rows.shape[2]
    after = COLUMNS + size
    gram = np.empty((n, after + design.drivers.shape[1], after + design.drivers.shape[1]))
    gram[:, :COLUMNS, :COLUMNS] = (rows * trend[:, None, :]) @ rows.swapaxes(1, 2)
    crossed = rows * mixed[:, None, :]
    gram[:, :COLUMNS, COLUMNS:after] = (crossed.reshape(-1, periods) @ products.columns).reshape(
        len(crossed), COLUMNS, size
    )
    gram[:, COLUMNS:after, COLUMNS:after] = products.gram(season * design.known)
    if design.drivers.shape[1]:
        drivers = design.drivers * season[:, None, :]
        gram[:, :COLUMNS, after:] = crossed @ design.drivers.swapaxes(1, 2)
        gram[:, COLUMNS:after, after:] = (
            (drivers.reshape(-1, periods) @ products.columns).reshape(n, -1, size).swapaxes(1, 2)
        )
        gram[:, after:, after:] = drivers @ design.drivers.swapaxes(1, 2)
        gram[:, after:, :after] = gram[:, :after, after:].swapaxes(1, 2)
    gram[:, COLUMNS:after, :COLUMNS] = gram[:, :COLUMNS, COLUMNS:after].swapaxes(1, 2)
    return gram


def minimise(
    model: Quadratic, variance: np.ndarray, scale: np.ndarray, guess: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the parameters (n, P) that minimise quadratic + priors × variance, and which rows are solved.

    Everything but the changes of slope is eliminated exactly (a ridge), which leaves a lasso.
    """
    rest = np.r_[0:2, COLUMNS : model.linear.shape[1]]
    n, size = len(model.linear), len(rest)
    ridge = model.gram[:, rest[:, None], rest] * scale[:, :, None] * scale[:, None, :]
    system = np.broadcast_to(ridge, (n, size, size)).copy()
    at = np.arange(size)
    system[:, at, at] += variance[:, None]
    cross = model.gram[:, rest, CHANGES] * scale[:, :, None]  # (m, size, S)
    right = np.empty((n, size, CHANGEPOINTS + 1))
    right[:, :, :-1], right[:, :, -1] = cross, model.linear[:, rest] * scale
    reduced = np.linalg.solve(system, right)

    turned = cross.swapaxes(1, 2) @ reduced  # (n, S, S + 1)
    problem = Lasso(
        model.gram[:, CHANGES, CHANGES] - turned[:, :, :-1],
        model.linear[:, CHANGES] - turned[:, :, -1],
        variance / TAU,
    )
    changes, solved = solve_lasso(problem, guess)
    parameters = np.empty_like(model.linear)
    parameters[:, CHANGES] = changes
    others = reduced[:, :, -1] - np.einsum("nks,ns->nk", reduced[:, :, :-1], changes)
    parameters[:, rest] = others * scale
    return parameters, solved
