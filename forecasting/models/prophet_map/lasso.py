"""Many small lasso problems at once: min ½ xᵀHx − cᵀx + λ|x|₁ for each row of a batch."""

import numpy as np

from forecasting.models.prophet_map.interior_point import START, Lasso, interior_point, times

# A changepoint counts as used by its last solution when it moves the slope by more than this share of τ.
USED = 1e-4
# Rounds of the active set before a row is left to the interior point.
MAX_ROUNDS = 8
# How far past ±1 the dual of an unused coordinate may lie: rounding, not a wrong answer.
SLACK = 1e-6


def solve_lasso(problem: Lasso, guess: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the minimisers (n, S) and which rows are solved (n,).

    A guess from a similar problem is tried first: if the same coordinates stay at
    zero, one linear system gives the exact answer. The rest goes through the interior
    point, whose answer is sharpened the same way.
    """
    scaled = Lasso(
        problem.quadratic / problem.penalty[:, None, None],
        problem.linear / problem.penalty[:, None],
        np.ones(len(problem.penalty)),
    )
    x = np.zeros_like(problem.linear)
    solved = np.zeros(len(x), dtype=bool)
    if guess is not None:
        x, solved = active_set(scaled, guess)
    left = np.flatnonzero(~solved)
    if left.size:
        rest = scaled.rows(left)
        inner, reached = interior_point(rest)
        sharp, exact = active_set(rest, inner)
        x[left] = np.where(exact[:, None], sharp, inner)
        solved[left] = exact | reached
    return x, solved


def active_set(problem: Lasso, guess: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return exact minimisers for λ = 1 and which rows have one, from a guess of their signs.

    Primal-dual active set (Hintermüller, Ito & Kunisch 2002): solve with the signs
    given, then let the answer and its dual say which coordinates are used.
    """
    x = np.zeros_like(guess)
    solved = np.zeros(len(guess), dtype=bool)
    rows = np.arange(len(guess))
    sign = np.sign(guess) * (np.abs(guess) > USED * START)
    for _ in range(MAX_ROUNDS):
        part = problem.rows(rows)
        answer = _with_signs(part, sign)
        dual = part.linear - times(part.quadratic, answer)
        used = sign != 0
        fits = np.where(used, answer * sign > 0, np.abs(dual) <= 1 + SLACK)
        done = fits.all(axis=1)
        x[rows[done]], solved[rows[done]] = answer[done], True
        wanted = np.where(
            used, np.where(answer * sign > 0, sign, 0), np.sign(dual) * (np.abs(dual) > 1 + SLACK)
        )
        rows, sign = rows[~done], wanted[~done]
        if not rows.size:
            break
    return x, solved


def _with_signs(problem: Lasso, sign: np.ndarray) -> np.ndarray:
    """Return the stationary point whose coordinates have these signs, 0 = not used."""
    used = (sign != 0).astype(float)
    system = problem.quadratic * used[:, :, None] * used[:, None, :]
    at = np.arange(sign.shape[1])
    system[:, at, at] += 1 - used
    return np.linalg.solve(system, ((problem.linear - sign) * used)[:, :, None])[:, :, 0]
