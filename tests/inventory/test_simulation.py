import numpy as np
import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.simulation import FixedOrders, OrderUpTo, Shelf, ShelfTrace, simulate


def one_shelf(demand, level, **shelf) -> ShelfTrace:
    return simulate(np.array([demand], dtype=float), OrderUpTo(np.array([float(level)])), Shelf(**shelf))


def test_the_hand_checked_trace_is_followed_day_by_day():
    """Oracle SIM-01."""
    demand = [4, 6, 5, 3, 7, 2, 8, 4, 6, 5, 3, 4]
    trace = one_shelf(demand, 20, on_hand=12, lead_time=2, review_period=3)

    assert trace.orders[0].tolist() == [8, 0, 0, 15, 0, 0, 7, 0, 0, 18, 0, 0]
    assert trace.sold[0].tolist() == [4, 6, 5, 3, 2, 2, 8, 4, 6, 2, 0, 4]
    assert trace.unmet[0].tolist() == [0, 0, 0, 0, 5, 0, 0, 0, 0, 3, 3, 0]
    assert trace.on_hand[0].tolist() == [8, 2, 5, 2, 0, 13, 5, 1, 2, 0, 0, 14]
    assert trace.backorders[0].tolist() == [0] * 12
    holding, shortage = 1 * trace.on_hand.sum(), 5 * trace.unmet.sum()
    assert (holding, shortage, holding + shortage) == (52, 55, 107)


def test_the_simulated_base_stock_costs_what_the_book_computes():
    """Oracle SIM-03: Snyder & Shen, example 4.4, 4.4668 per period within 2 %."""
    level = 264.7668943741548
    demand = np.random.default_rng(11).normal(50, 8, (200, 1_000))
    shelf = Shelf(on_hand=level, lead_time=4, review_period=1, backorders=True)

    trace = simulate(demand, OrderUpTo(np.full(200, level)), shelf)

    settled = slice(20, None)  # the opening stock is a level that no stationary shelf starts from
    holding, owed = trace.on_hand[:, settled].mean(), trace.backorders[:, settled].mean()
    assert 0.18 * holding + 0.7 * owed == pytest.approx(4.466781004149578, rel=0.02)


def test_owed_units_are_ordered_again_and_served_first():
    """Level 5, lead time 1: eight asked leave three owed, so eight are ordered and four are spoken for."""
    trace = one_shelf([8, 1, 0], 5, on_hand=5, lead_time=1, review_period=1, backorders=True)

    assert trace.orders[0].tolist() == [0, 8, 1]
    assert trace.backorders[0].tolist() == [3, 4, 0]
    assert trace.on_hand[0].tolist() == [0, 0, 4]


def test_the_oldest_units_are_sold_first_and_the_rest_expires():
    """Oracle PER-01: two days of life, first in first out."""
    receipts = FixedOrders(np.array([[6.0, 4, 0, 8, 0, 3]]))
    shelf = Shelf(on_hand=0, lead_time=0, review_period=1, shelf_life=2)

    trace = simulate(np.array([[3, 5, 2, 4, 1, 6]]), receipts, shelf)

    assert trace.sold[0].tolist() == [3, 5, 2, 4, 1, 3]
    assert trace.expired[0].tolist() == [0, 0, 0, 0, 3, 0]
    assert trace.on_hand[0, -1] == 0


@pytest.mark.parametrize("backorders", [False, True])
@pytest.mark.parametrize("lifo_share", [0.0, 0.4])
def test_units_are_conserved_on_every_shelf_and_every_day(backorders, lifo_share):
    """Lead times of 0 to 5, reviews of 1 to 7 and lives of 1 to 9 periods or for ever, all at once."""
    rng = np.random.default_rng(5)
    n, start = 200, 25.0
    demand = rng.poisson(6, (n, 120)).astype(float)
    shelf = Shelf(
        on_hand=start,
        lead_time=rng.integers(0, 6, n),
        review_period=rng.integers(1, 8, n),
        backorders=backorders,
        shelf_life=np.where(rng.random(n) < 0.3, np.inf, rng.integers(1, 10, n)),
        lifo_share=lifo_share,
        due=rng.poisson(3, (n, 4)),
    )

    trace = simulate(demand, OrderUpTo(rng.uniform(0, 80, (n, 120))), shelf)

    opening_debt = np.hstack([np.zeros((n, 1)), trace.backorders[:, :-1]])
    filled = opening_debt + (trace.unmet if backorders else 0.0) - trace.backorders
    flow = trace.received - trace.sold - filled - trace.expired
    np.testing.assert_allclose(trace.on_hand, start + np.cumsum(flow, axis=1), atol=1e-9)
    np.testing.assert_allclose(trace.sold + trace.unmet, demand)
    assert (trace.on_hand >= 0).all()
    assert (filled >= -1e-9).all()
    assert trace.expired.sum() > 0
    assert bool(trace.backorders.sum()) is backorders


def test_what_is_ordered_arrives_after_the_lead_time_of_its_own_shelf():
    rng = np.random.default_rng(2)
    demand, lead_time = rng.poisson(5, (4, 40)), np.array([0, 1, 3, 7])

    shelf = Shelf(on_hand=9, lead_time=lead_time, review_period=2)
    trace = simulate(demand, OrderUpTo(np.full(4, 60.0)), shelf)

    for row, wait in enumerate(lead_time):
        assert trace.received[row, wait:].tolist() == trace.orders[row, : 40 - wait].tolist()


def test_shelves_do_not_know_of_each_other():
    """Many at once give, to the last unit, what each gives alone."""
    rng = np.random.default_rng(8)
    n = 12
    demand, levels = rng.poisson(4, (n, 60)), rng.uniform(5, 60, (n, 60))
    times, reviews = rng.integers(0, 4, n), rng.integers(1, 5, n)
    lives = np.where(np.arange(n) % 3 == 0, np.inf, rng.integers(1, 8, n))
    together = simulate(demand, OrderUpTo(levels), Shelf(10, times, reviews, shelf_life=lives))

    for row in range(n):
        one = slice(row, row + 1)
        shelf = Shelf(10, times[one], reviews[one], shelf_life=lives[one])
        alone = simulate(demand[one], OrderUpTo(levels[one]), shelf)
        assert alone.sold[0].tolist() == together.sold[row].tolist()
        assert alone.expired[0].tolist() == together.expired[row].tolist()
        assert alone.orders[0].tolist() == together.orders[row].tolist()


def test_with_no_lead_time_and_a_perfect_level_nothing_is_lost_and_nothing_kept():
    demand = np.random.default_rng(4).poisson(7, (3, 30)).astype(float)

    trace = simulate(demand, OrderUpTo(demand), Shelf(on_hand=0, lead_time=0, review_period=1))

    assert trace.unmet.sum() == trace.on_hand.sum() == 0


def test_longer_life_never_wastes_more():
    rng = np.random.default_rng(9)
    demand, receipts = rng.poisson(5, (1, 200)), FixedOrders(rng.poisson(6, (1, 200)).astype(float))

    def waste(life):
        shelf = Shelf(on_hand=0, lead_time=0, review_period=1, shelf_life=life)
        return simulate(demand, receipts, shelf).expired.sum()

    wasted = [waste(life) for life in (1, 2, 3, 6, np.inf)]

    assert np.all(np.diff(wasted) <= 0)
    assert wasted[0] > wasted[1] > wasted[-1] == 0


def test_customers_who_pick_the_freshest_leave_more_to_be_thrown_away():
    """Six of today's and four of yesterday's, five asked: the old ones expire unless they are sold first."""
    receipts = FixedOrders(np.array([[4.0, 6.0]]))

    def waste(lifo_share):
        shelf = Shelf(on_hand=0, lead_time=0, review_period=1, shelf_life=2, lifo_share=lifo_share)
        return simulate(np.array([[0, 5]]), receipts, shelf).expired[0, 1]

    assert (waste(0.0), waste(0.4), waste(1.0)) == (0, 1, 4)


def test_goods_already_on_their_way_count_and_arrive():
    shelf = Shelf(on_hand=2, lead_time=3, review_period=1, due=np.array([[0.0, 5.0]]))

    trace = simulate(np.array([[2, 4, 1]]), OrderUpTo(np.array([10.0])), shelf)

    assert trace.orders[0].tolist() == [3, 2, 4]  # 2 on hand and 5 due leave 3 to order
    assert trace.received[0].tolist() == [0, 5, 0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lead_time": -1}, "Lead time"),
        ({"lead_time": 1.5}, "Lead time"),
        ({"review_period": 0}, "Review period"),
        ({"shelf_life": 0}, "Shelf life"),
        ({"on_hand": -1}, "Stock"),
        ({"lifo_share": 1.2}, "freshest"),
    ],
)
def test_a_shelf_that_cannot_be_is_refused(change, told):
    with pytest.raises(DecisionError, match=told):
        one_shelf([1, 2], 3, **({"on_hand": 1, "lead_time": 1, "review_period": 1} | change))


@pytest.mark.parametrize("demand", [[1, np.nan], [1, -2], [1, np.inf]])
def test_demand_that_is_not_known_is_refused(demand):
    with pytest.raises(DecisionError, match="0 or more"):
        one_shelf(demand, 3, on_hand=1, lead_time=1, review_period=1)


def test_a_rule_that_orders_less_than_nothing_is_refused():
    with pytest.raises(DecisionError, match="ordering rule gives -1"):
        simulate(np.ones((1, 2)), FixedOrders(np.array([[0.0, -1.0]])), Shelf(1, 1, 1))
