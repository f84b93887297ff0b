"""Trend × (1 + seasons, holidays, drivers): Newton steps on both factors together."""

from dataclasses import dataclass, fields, replace

import numpy as np

from forecasting.models.prophet_map.design import CHANGES, COLUMNS, Design, inner
from forecasting.models.prophet_map.posterior import ENOUGH, Fit, likeliest_variance, objective
from forecasting.models.prophet_map.quadratic import Products, Quadratic, minimise, weighted_gram
from forecasting.models.prophet_map.valley import constant_as_columns, fenced, slide

MAX_ROUNDS = 40
# How often a step that makes things worse is halved before the series stays where it is.
HALVINGS = 12
# The round after which the level may slide along the valley: both factors then have their shape.
SLIDE_AFTER = 2
# A step may seem to make things worse by this much in rounding alone.
ROUNDING = 1e-9


@dataclass(frozen=True)
class _State:
    """Where the series stand that are still on their way."""

    design: Design
    parameters: np.ndarray  # (n, P)
    trend: np.ndarray  # (n, T)
    factor: np.ndarray  # (n, T) 1 + seasons, holidays, drivers
    variance: np.ndarray  # (n,)
    value: np.ndarray  # (n,) the objective
    curvature: np.ndarray  # (n,) 1: Newton's second derivatives, 0: Gauss and Newton's
    constant: np.ndarray  # (n, K + R) the columns that make up 1

    def rows(self, at: np.ndarray) -> "_State":
        arrays = {f.name: getattr(self, f.name)[at] for f in fields(self) if f.name != "design"}
        return _State(self.design.rows(at), **arrays)


def fit_multiplicative(design: Design) -> Fit:
    """Return the fit of y = trend × (1 + Xβ).

    Each round replaces the objective by its second-order model, minimises that exactly
    (a lasso), and halves the step where the objective says it went too far. The first
    round, from a flat trend, is the additive fit.
    """
    products, n = Products(design.calendar), len(design.y)
    state = _start(design)
    fit = Fit(state.parameters.copy(), np.ones(n), np.full(n, np.inf), np.zeros(n, dtype=bool))
    rows = np.arange(n)
    for turn in range(MAX_ROUNDS):
        model = _second_order(state, products)
        if turn == 0:
            state = _with_valley(state, model)
        after, exact = _round(state, model, first=turn == 0)
        if turn == SLIDE_AFTER:
            after = _slid(after)
        # A shortened Newton step says little: Gauss and Newton's is tried before giving up.
        last = (
            exact & (state.value - after.value < ENOUGH) & ((state.curvature == 0) | (after.curvature == 1))
        )
        last &= turn > SLIDE_AFTER
        fit.parameters[rows], fit.sigma[rows] = after.parameters, np.sqrt(after.variance)
        fit.objective[rows], fit.solved[rows] = after.value, last
        rows = rows[~last]
        if not rows.size:
            break
        state = after.rows(~last) if last.any() else after
    return fit


def _start(design: Design) -> _State:
    """Return a flat trend at the mean and no seasons."""
    size = COLUMNS + design.calendar.shape[1] + design.drivers.shape[1]
    n = len(design.y)
    parameters = np.zeros((n, size))
    parameters[:, 1] = design.y.sum(axis=1) / design.periods
    nothing = np.zeros(n)
    still = _State(
        design,
        parameters,
        design.trend_values(parameters),
        np.ones_like(design.y),
        nothing,
        nothing,
        nothing,
        np.zeros((n, size - COLUMNS)),
    )
    return _valued(still)


def _with_valley(state: _State, model: Quadratic) -> _State:
    design = state.design
    level = state.parameters[:, 1]
    constant = constant_as_columns(model, level, state.variance, design.periods, design.scale)
    return replace(state, constant=constant)


def _valued(state: _State) -> _State:
    """Return the state with the noise and the objective of its parameters."""
    design = state.design
    squares = ((design.y - state.trend * state.factor) ** 2).sum(axis=1)
    variance = likeliest_variance(squares, design.periods)
    value = objective(state.parameters, variance, squares, design.periods, design.scale)
    return replace(state, variance=variance, value=value)


def _second_order(state: _State, products: Products) -> Quadratic:
    """Return half the squared errors around the state, to second order, as a quadratic in the parameters."""
    design, trend, factor = state.design, state.trend, state.factor
    errors = design.y - trend * factor
    mixed = trend * factor - state.curvature[:, None] * errors
    gram = weighted_gram(design, products, factor**2, mixed, trend**2)
    linear = design.against(factor * errors, trend * errors) + inner(gram, state.parameters)
    return Quadratic(gram, linear)


def _round(state: _State, model: Quadratic, *, first: bool) -> tuple[_State, np.ndarray]:
    """Return the state after one step, and which series' lasso was solved."""
    design = state.design
    if not first:
        model = fenced(model, state.parameters, state.constant, design.periods, design.scale)
    guess = None if first else state.parameters[:, CHANGES]
    target, exact = minimise(model, state.variance, design.scale, guess)
    return _advanced(state, target - state.parameters), exact


def _advanced(state: _State, step: np.ndarray) -> _State:
    """Return the state moved by the longest of the steps 1, ½, ¼ … that makes nothing worse."""
    trend, season = state.design.trend_values(step), state.design.season_values(step)
    length = np.ones((len(step), 1))
    for _ in range(HALVINGS):
        moved = _valued(
            replace(
                state,
                parameters=state.parameters + length * step,
                trend=state.trend + length * trend,
                factor=state.factor + length * season,
            )
        )
        worse = ~(moved.value <= state.value + ROUNDING)
        if not worse.any():
            break
        length[worse] /= 2
    length[worse] = 0.0
    return replace(_kept(moved, state, worse), curvature=(length[:, 0] == 1).astype(float))


def _slid(state: _State) -> _State:
    """Return the state at its most probable level within reach along the valley."""
    design = state.design
    parameters = slide(state.parameters, state.constant, design.scale)
    moved = _valued(
        replace(
            state,
            parameters=parameters,
            trend=design.trend_values(parameters),
            factor=1 + design.season_values(parameters),
        )
    )
    return _kept(moved, state, ~(moved.value <= state.value + ROUNDING))


def _kept(moved: _State, state: _State, stay: np.ndarray) -> _State:
    """Return the moved state, with the rows of `stay` where they were."""
    if not stay.any():
        return moved
    names = ("parameters", "trend", "factor", "variance", "value")
    pairs = {name: (getattr(state, name), getattr(moved, name)) for name in names}
    chosen = {
        name: np.where(stay.reshape(-1, *[1] * (old.ndim - 1)), old, new)
        for name, (old, new) in pairs.items()
    }
    return replace(moved, **chosen)
