import numpy as np
import pytest

from forecasting.models.prophet_map.interior_point import Lasso, interior_point
from forecasting.models.prophet_map.lasso import active_set, solve_lasso


@pytest.fixture
def hinges():
    """Forty problems as the model poses them: 25 almost parallel hinges, a few of them needed."""
    rng = np.random.default_rng(0)
    t = np.linspace(0, 1, 300)
    columns = np.maximum(t[:, None] - np.arange(1, 26) / 32, 0)
    columns -= columns.mean(axis=0)
    truth = np.where(rng.random((40, 25)) < 0.1, rng.normal(0, 1, (40, 25)), 0)
    y = truth @ columns.T + rng.normal(0, 0.1, (40, 300))
    return Lasso(np.tile(columns.T @ columns, (40, 1, 1)), y @ columns, rng.uniform(0.02, 0.5, 40))


def optimality(problem, x):
    """How far a point is from the conditions that define the minimum: Hx − c = −λ sign(x), or within ±λ."""
    slope = (np.einsum("nij,nj->ni", problem.quadratic, x) - problem.linear) / problem.penalty[:, None]
    return np.where(x != 0, np.abs(slope + np.sign(x)), np.maximum(np.abs(slope) - 1, 0)).max(axis=1)


def test_every_answer_meets_the_conditions_of_the_minimum(hinges):
    x, solved = solve_lasso(hinges)

    assert solved.all()
    assert optimality(hinges, x).max() < 1e-5
    assert ((x != 0).sum(axis=1) < 15).all()


def test_a_guess_changes_the_way_and_not_the_answer(hinges):
    cold, _ = solve_lasso(hinges)
    warm, solved = solve_lasso(hinges, 0.9 * cold)
    astray, found = solve_lasso(hinges, np.ones_like(cold))

    assert solved.all()
    assert found.all()
    np.testing.assert_allclose(warm, cold, atol=1e-7)
    np.testing.assert_allclose(astray, cold, atol=1e-7)


def test_a_problem_is_solved_alone_as_among_forty(hinges):
    among, _ = solve_lasso(hinges)
    alone, _ = solve_lasso(hinges.rows(np.array([17])))

    np.testing.assert_allclose(alone[0], among[17], atol=1e-9)


def test_the_interior_point_alone_comes_within_its_gap(hinges):
    unit = Lasso(
        hinges.quadratic / hinges.penalty[:, None, None],
        hinges.linear / hinges.penalty[:, None],
        np.ones(40),
    )
    near, reached = interior_point(unit)
    exact, _ = active_set(unit, near)

    def value(x):  # of the lasso
        return (
            np.einsum("ni,nij,nj->n", x, unit.quadratic, x) / 2 - (unit.linear * x).sum(1) + np.abs(x).sum(1)
        )

    assert reached.all()
    assert (value(near) - value(exact)).max() < 1e-6


def test_one_coordinate_is_the_textbook_soft_threshold():
    one = Lasso(np.full((3, 1, 1), 2.0), np.array([[5.0], [-5.0], [0.5]]), np.ones(3))

    x, _ = solve_lasso(one)

    np.testing.assert_allclose(x[:, 0], [2.0, -2.0, 0.0])


def test_a_changepoint_that_is_not_there_stays_at_zero(hinges):
    quadratic, linear = hinges.quadratic.copy(), hinges.linear.copy()
    quadratic[:, :, 20:], quadratic[:, 20:, :], linear[:, 20:] = 0.0, 0.0, 0.0

    x, solved = solve_lasso(Lasso(quadratic, linear, hinges.penalty))

    assert solved.all()
    assert (x[:, 20:] == 0).all()
