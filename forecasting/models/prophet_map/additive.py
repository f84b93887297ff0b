"""Trend + seasons, holidays, drivers: one set of Gram matrices, then lasso and noise in turns."""

import numpy as np

from forecasting.models.prophet_map.design import CHANGES, COLUMNS, Design, combined, inner, some_rows
from forecasting.models.prophet_map.posterior import ENOUGH, Fit, likeliest_variance, objective
from forecasting.models.prophet_map.quadratic import Products, Quadratic, minimise, weighted_gram

MAX_ROUNDS = 40
# The variance that the first look assumes for its priors; any small one does.
START_RIDGE = 0.01


def fit_additive(design: Design) -> Fit:
    """Return the fit of y = trend + Xβ; no product with the history's length is made twice."""
    model, total = additive_model(design)
    n, periods = len(design.y), design.periods
    parameters, best = np.zeros_like(model.linear), np.full(n, np.inf)
    variance, solved = _first_variance(model, total, design), np.zeros(n, dtype=bool)
    rows = np.arange(n)
    for turn in range(MAX_ROUNDS):
        part, scale = model.rows(rows), some_rows(design.scale, rows)
        guess = parameters[rows][:, CHANGES] if turn else None
        parameters[rows], exact = minimise(part, variance[rows], scale, guess)
        squares = _squares(part, parameters[rows], total[rows])
        variance[rows] = likeliest_variance(squares, periods[rows])
        now = objective(parameters[rows], variance[rows], squares, periods[rows], scale)
        done = exact & (best[rows] - now < ENOUGH)
        best[rows], solved[rows] = now, done
        rows = rows[~done]
        if not rows.size:
            break
    return Fit(parameters, np.sqrt(variance), best, solved)


def additive_model(design: Design) -> tuple[Quadratic, np.ndarray]:
    """Return half the squared errors as a quadratic in the parameters, and Σy² (n,)."""
    one = np.ones((1, design.trend.shape[2]))
    gram = weighted_gram(design, Products(design.calendar), one, one, one)
    return Quadratic(gram, design.against(design.y, design.y)), (design.y**2).sum(axis=1)


def _first_variance(model: Quadratic, total: np.ndarray, design: Design) -> np.ndarray:
    """Return the noise of a fit without changes of slope, (n,): close enough to keep its changes few."""
    rest = np.r_[0:2, COLUMNS : model.linear.shape[1]]
    ridge = model.gram[:, rest[:, None], rest] * design.scale[:, :, None] * design.scale[:, None, :]
    at = np.arange(len(rest))
    ridge[:, at, at] += START_RIDGE
    parameters, right = np.zeros_like(model.linear), model.linear[:, rest] * design.scale
    inverse = np.linalg.inv(ridge)
    parameters[:, rest] = combined(inverse, right) * design.scale
    return likeliest_variance(_squares(model, parameters, total), design.periods)


def _squares(model: Quadratic, parameters: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return the squared errors of an additive fit, (n,)."""
    bent = inner(model.gram, parameters)
    return np.maximum(total + ((bent - 2 * model.linear) * parameters).sum(axis=1), 0.0)
