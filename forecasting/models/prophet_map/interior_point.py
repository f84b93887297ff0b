"""The interior point behind the lasso: sure to arrive, from anywhere, within a dozen steps."""

from dataclasses import dataclass, fields

import numpy as np

# The interior point stops at a gap of this share of λ: with λ = σ²/τ about 2e-6 in log-probability.
GAP = 1e-7
MAX_STEPS = 60
# No step aims at a smaller share of that gap: nearer to the walls only rounding is left.
SMALLEST = 0.1
# Steps stop just short of the wall, as Mehrotra (1992) advises.
SHORT_OF_THE_WALL = 0.995
# The prior scale of a change of slope: what a typical x looks like.
START = 0.05
# The interior point starts this share of `START` away from its walls, with slacks of at least this.
AWAY, LEAST_SLACK = 0.1, 0.5
# How far its slacks may be from what the slope says.
FEASIBLE = 1e-5


@dataclass(frozen=True)
class Lasso:
    """A batch of problems; every row stands alone."""

    quadratic: np.ndarray  # (n, S, S) symmetric, positive semi-definite
    linear: np.ndarray  # (n, S)
    penalty: np.ndarray  # (n,) λ > 0

    def rows(self, at: np.ndarray) -> "Lasso":
        """Return some of the problems."""
        return Lasso(self.quadratic[at], self.linear[at], self.penalty[at])


def times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return each matrix (n, S, S) times its vector (n, S)."""
    return (matrices @ vectors[:, :, None])[:, :, 0]


@dataclass
class _Point:
    """Where the interior point stands: x = plus − minus, and the slacks of both walls."""

    plus: np.ndarray  # (n, S)
    minus: np.ndarray
    slack_plus: np.ndarray
    slack_minus: np.ndarray

    def rows(self, at: np.ndarray) -> "_Point":
        return _Point(*(getattr(self, f.name)[at] for f in fields(self)))

    def gap(self) -> np.ndarray:
        return (self.plus * self.slack_plus + self.minus * self.slack_minus).sum(axis=1)

    def moved(self, step: "_Point", length: np.ndarray) -> "_Point":
        return _Point(*(getattr(self, f.name) + length * getattr(step, f.name) for f in fields(self)))


def interior_point(problem: Lasso) -> tuple[np.ndarray, np.ndarray]:
    """Return minimisers for λ = 1 within the gap, and which rows reached it.

    Primal-dual predictor–corrector (Mehrotra 1992) on x = p − q with p, q ≥ 0.
    """
    n = len(problem.linear)
    x, reached = np.zeros_like(problem.linear), np.zeros(n, dtype=bool)
    rows, part = np.arange(n), problem
    point = _start(problem)
    for _ in range(MAX_STEPS):
        x[rows] = point.plus - point.minus
        done = (point.gap() < GAP) & (_infeasible(part, point) < FEASIBLE)
        reached[rows[done]] = True
        if done.any():
            keep = ~done
            rows, part, point = rows[keep], part.rows(keep), point.rows(keep)
        if not rows.size:
            break
        point = _step(part, point)
    return x, reached


def _start(problem: Lasso) -> _Point:
    """Return the ridge solution of the same prior scale, a little away from every wall."""
    system = problem.quadratic.copy()
    at = np.arange(system.shape[1])
    system[:, at, at] += 1 / START
    x = np.linalg.solve(system, problem.linear[:, :, None])[:, :, 0]
    return _Point(
        np.maximum(x, 0) + AWAY * START,
        np.maximum(-x, 0) + AWAY * START,
        np.maximum(1 - x / START, LEAST_SLACK),
        np.maximum(1 + x / START, LEAST_SLACK),
    )


def _infeasible(problem: Lasso, point: _Point) -> np.ndarray:
    """Return how far the slacks are from what the slope says, (n,)."""
    return np.maximum(*(np.abs(miss).max(axis=1) for miss in _missing(problem, point)))


def _missing(problem: Lasso, point: _Point) -> tuple[np.ndarray, np.ndarray]:
    """Return the slack each wall should have minus the slack it has, (n, S) each."""
    slope = times(problem.quadratic, point.plus - point.minus) - problem.linear
    return slope + 1 - point.slack_plus, 1 - slope - point.slack_minus


def _step(problem: Lasso, point: _Point) -> _Point:
    """Return the next point: an affine step shows how far to centre, a second step does it."""
    newton = _Newton.at(problem, point)
    products = (point.plus * point.slack_plus, point.minus * point.slack_minus)
    affine = newton.direction(-products[0], -products[1])
    gap = point.gap()
    after = point.moved(affine, _longest(point, affine)).gap()
    wanted = np.maximum((after / gap) ** 3 * gap, SMALLEST * GAP)
    centre = (wanted / (2 * problem.linear.shape[1]))[:, None]
    step = newton.direction(
        centre - products[0] - affine.plus * affine.slack_plus,
        centre - products[1] - affine.minus * affine.slack_minus,
    )
    return point.moved(step, SHORT_OF_THE_WALL * _longest(point, step))


@dataclass(frozen=True)
class _Newton:
    """The linear system of one step, inverted once for both of its directions."""

    problem: Lasso
    point: _Point
    inverse: np.ndarray  # (n, S, S)
    weight: np.ndarray  # (n, S)
    missing: tuple[np.ndarray, np.ndarray]

    @classmethod
    def at(cls, problem: Lasso, point: _Point) -> "_Newton":
        weight = point.plus / point.slack_plus + point.minus / point.slack_minus
        system = problem.quadratic.copy()
        at = np.arange(weight.shape[1])
        system[:, at, at] += 1 / weight
        return cls(problem, point, np.linalg.inv(system), weight, _missing(problem, point))

    def direction(self, target_plus: np.ndarray, target_minus: np.ndarray) -> _Point:
        """Return the step that changes the products of value and slack by these targets, to first order."""
        point, (short_plus, short_minus) = self.point, self.missing
        right = (target_plus - point.plus * short_plus) / point.slack_plus
        right -= (target_minus - point.minus * short_minus) / point.slack_minus
        bend = times(self.problem.quadratic, times(self.inverse, right / self.weight))
        slack_plus, slack_minus = bend + short_plus, short_minus - bend
        return _Point(
            (target_plus - point.plus * slack_plus) / point.slack_plus,
            (target_minus - point.minus * slack_minus) / point.slack_minus,
            slack_plus,
            slack_minus,
        )


def _longest(point: _Point, step: _Point) -> np.ndarray:
    """Return the longest step that keeps everything positive, at most 1, (n, 1)."""
    lengths = np.ones(len(point.plus))
    for f in fields(point):
        here, change = getattr(point, f.name), getattr(step, f.name)
        reach = np.divide(-here, change, out=np.full_like(here, np.inf), where=change < 0)
        lengths = np.minimum(lengths, reach.min(axis=1))
    return lengths[:, None]
