import numpy as np
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.closed_form import discrete_expected_cost, discrete_newsvendor, poisson_pmf
from forecasting.inventory.economics import UnitCosts
from forecasting.inventory.newsvendor import expected_cost
from forecasting.inventory.packs import Limits, cheapest_feasible, smallest_order

UNLIMITED = np.inf


def limits(pack=1.0, moq=0.0, room=UNLIMITED):
    return Limits(np.array([pack], dtype=float), np.array([moq], dtype=float), np.array([room], dtype=float))


def distance_from(best):
    return lambda quantity: np.abs(quantity - best)


def test_packs_of_four_from_eight_up_order_twelve_where_ten_were_best():
    """Oracle CON-03: Poisson 7, Cu 6, Co 1; rounding down to 8 would cost more than 12."""
    costs, pmf = UnitCosts(underage=6, overage=1), poisson_pmf(7)
    cost_at = {q: discrete_expected_cost(q, pmf, costs) for q in (0, 8, 12)}
    assert cost_at == pytest.approx({0: 42.0, 8: 5.4921330527038075, 12: 5.3461505667038}, rel=1e-6)
    wanted = discrete_newsvendor(pmf, costs).order_quantity
    assert wanted == 10

    order = cheapest_feasible(
        np.array([wanted]),
        limits(pack=4, moq=8),
        lambda q: np.array([discrete_expected_cost(q[0], pmf, costs)]),
    )

    assert order.tolist() == [12]


@pytest.mark.parametrize(
    ("wanted", "allowed", "order"),
    [
        (49, limits(pack=12), 48),
        (55, limits(pack=12), 60),
        (3, limits(moq=20), 0),
        (15, limits(moq=20), 20),
        (15, limits(pack=12, moq=20), 12 * 2),
        (15, limits(room=9), 9),
        (15, limits(pack=6, room=11), 6 * 1),
        (15, limits(pack=12, room=11), 0),
        (0, limits(pack=12, moq=24), 0),
        (2.5, limits(pack=np.nan), 2.5),
        (2.5, limits(pack=np.nan, moq=4), 4),
        (0.3, limits(pack=0.1), 0.3),
    ],
)
def test_the_nearest_order_the_supplier_and_the_shelf_allow_wins(wanted, allowed, order):
    got = cheapest_feasible(np.array([float(wanted)]), allowed, distance_from(wanted))

    assert got[0] == pytest.approx(order)


def test_of_two_equally_cheap_orders_the_smaller_wins():
    assert cheapest_feasible(np.array([6.0]), limits(pack=12), distance_from(6))[0] == 0


def test_a_larger_order_is_not_preferred_for_a_rounding_error():
    def flat_but_for_noise(quantity):
        return 1000.0 - 1e-12 * quantity

    assert cheapest_feasible(np.array([6.0]), limits(pack=12), flat_but_for_noise)[0] == 0


def test_the_minimum_order_is_a_whole_number_of_packs():
    assert smallest_order(limits(pack=12, moq=30))[0] == 36
    assert smallest_order(limits(pack=12, moq=0))[0] == 12


@pytest.mark.parametrize("seed", range(30))
def test_no_feasible_order_is_cheaper(seed):
    rng = np.random.default_rng(seed)
    demand = rng.poisson(rng.uniform(1, 60), size=(1, 150)).astype(float)
    pack, moq, room = rng.integers(1, 13), rng.integers(0, 50), rng.integers(0, 90)
    stock, underage, overage = rng.integers(0, 40), rng.uniform(0, 9), rng.uniform(0.1, 4)

    def cost_of(order):
        return expected_cost(demand, stock + order, underage=underage, overage=overage)

    every = np.array([0, *(q for q in range(pack, room + 1, pack) if q >= moq)])
    brute = np.array([cost_of(np.array([float(q)]))[0] for q in every])
    best = min(range(130), key=lambda q: round(cost_of(np.array([float(q)]))[0], 9))

    order = cheapest_feasible(np.array([float(best)]), limits(pack, moq, room), cost_of)

    assert order[0] in every
    assert cost_of(order)[0] == pytest.approx(brute.min())


@pytest.mark.parametrize("wrong", [{"pack": 0}, {"moq": -1}, {"room": np.nan}])
def test_impossible_limits_are_refused(wrong):
    with pytest.raises(DecisionError):
        limits(**wrong)
