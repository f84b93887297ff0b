"""All orders under one budget, volume or number of pallets."""

import json
from itertools import product
from statistics import NormalDist

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from forecasting.errors import DecisionError
from forecasting.inventory.branching import Choice
from forecasting.inventory.budget import Limit, greedy, shared_plan
from forecasting.inventory.closed_form import normal_expected_cost
from forecasting.inventory.options import OptionLists, option_lists
from forecasting.inventory.orders import order_lines, plan_orders
from forecasting.inventory.scarce import BudgetItem, budgeted_newsvendor, shared_out
from forecasting.inventory.unit_costs import UnitCosts
from tests.conftest import real_data


def lists(quantity, cost, floor=None):
    quantity, cost = np.asarray(quantity, dtype=float), np.asarray(cost, dtype=float)
    ids = np.array([f"i{k}" for k in range(len(quantity))], dtype=object)
    return OptionLists(ids, quantity, cost, np.zeros(len(ids)) if floor is None else np.asarray(floor, float))


def random_lists(seed, items=6, options=4):
    rng = np.random.default_rng(seed)
    step = rng.integers(1, 9, (items, options - 1))
    quantity = np.concatenate([np.zeros((items, 1)), np.cumsum(step, axis=1)], axis=1)
    saving = np.sort(rng.uniform(0, 9, (items, options - 1)), axis=1)[:, ::-1]
    cost = np.concatenate([np.zeros((items, 1)), -np.cumsum(saving, axis=1)], axis=1) + 100
    return lists(quantity, cost), rng.uniform(1, 5, items)


def brute(options, shared):
    best = np.inf
    n, m = options.quantity.shape
    for pick in product(range(m), repeat=n):
        units = options.quantity[range(n), pick]
        if all(lim.per_unit @ units <= lim.available + 1e-9 for lim in shared.values()):
            best = min(best, options.cost[range(n), pick].sum())
    return best


@pytest.mark.parametrize("seed", range(4))
def test_no_choice_within_the_limits_is_cheaper(seed):
    options, price = random_lists(seed)
    volume = np.random.default_rng(seed + 50).uniform(0.1, 1, len(price))
    shared = {"money": Limit(60.0, price), "volume": Limit(9.0, volume)}

    plan = shared_plan(options, shared)

    assert plan.exact
    assert plan.cost == pytest.approx(brute(options, shared), abs=0.1)
    assert price @ plan.quantity <= 60 + 1e-9
    assert volume @ plan.quantity <= 9 + 1e-9


def jumpy_lists(seed, items, options=6):
    """Lists whose savings come in any order, some in one large step, as minimum orders make them."""
    rng = np.random.default_rng(seed)
    quantity = np.cumsum(rng.integers(1, 9, (items, options)), axis=1).astype(float)
    quantity[:, 0] = 0.0
    cost = 200 - np.cumsum(
        rng.exponential(3, (items, options)) * rng.choice([0, 1, 6], (items, options)), axis=1
    )
    shorter = np.arange(options) >= rng.integers(2, options + 1, items)[:, None]
    quantity[shorter] = cost[shorter] = np.nan
    return lists(quantity, cost), rng.uniform(1, 5, items), rng.uniform(0.1, 2, items)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.2, 0.6])
def test_two_limits_at_once_are_solved_as_well_as_by_integer_programming(seed, share):
    options, price, volume = jumpy_lists(seed, items=40)
    most = np.nanmax(options.quantity, axis=1)
    shared = {
        "money": Limit(share * float(price @ most), price),
        "volume": Limit(share * float(volume @ most), volume),
    }

    plan = shared_plan(options, shared)

    item, place = np.nonzero(~np.isnan(options.quantity))
    units, cost = options.quantity[item, place], options.cost[item, place]
    one_each = (item == np.arange(40)[:, None]).astype(float)
    uses = np.array([limit.per_unit[item] * units for limit in shared.values()])
    oracle = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(one_each, 1, 1),
            LinearConstraint(uses, -np.inf, [limit.available for limit in shared.values()]),
        ],
        options={"mip_rel_gap": 1e-9},
    )
    assert plan.exact
    assert oracle.fun - 1e-6 <= plan.cost <= oracle.fun * (1 + 1e-4) + 1e-6
    assert plan.cost / (1 + plan.gap) <= oracle.fun + 1e-6
    assert all(limit.per_unit @ plan.quantity <= limit.available + 1e-9 for limit in shared.values())


def test_a_search_that_is_stopped_says_how_far_from_the_best_it_may_be():
    options, price, _ = jumpy_lists(7, items=12)
    money = Limit(0.5 * float(price @ np.nanmax(options.quantity, axis=1)), price)
    best = shared_plan(options, {"money": money}).cost
    choice = Choice(options, {"money": money}, time_limit=20.0)
    choice.until = 0.0

    found = choice.solved(integers=True)

    rows = np.arange(12)
    units, cost = (table[rows, found.picked] for table in (options.quantity, options.cost))
    assert not found.proven
    assert price @ units <= money.available + 1e-9
    assert found.bound < best <= cost.sum()


def test_the_greedy_choice_keeps_the_limits_and_comes_close():
    for seed in range(6):
        options, price = random_lists(seed, items=40)
        shared = {"money": Limit(float(price @ options.quantity[:, -1]) * 0.5, price)}
        picked = greedy(options, shared)
        rows = np.arange(40)

        assert price @ options.quantity[rows, picked] <= shared["money"].available + 1e-9
        best = shared_plan(options, shared).cost
        assert best - 1e-6 <= options.cost[rows, picked].sum() <= best * 1.01


def test_time_that_runs_out_gives_a_labelled_plan():
    options, price = random_lists(0, items=300, options=12)
    shared = {"money": Limit(1500.0, price)}

    plan = shared_plan(options, shared, time_limit=0.0)

    assert not plan.exact
    assert price @ plan.quantity <= 1500 + 1e-9


def test_the_price_of_the_budget_is_what_a_little_more_saves():
    options, price = random_lists(3, items=200, options=12)
    budget = float(price @ options.quantity[:, -1]) * 0.4

    def cost(money):
        return shared_plan(options, {"money": Limit(money, price)}).cost

    plan = shared_plan(options, {"money": Limit(budget, price)})
    more = budget * 0.05
    assert plan.price["money"] == pytest.approx(
        (cost(budget - more) - cost(budget + more)) / (2 * more), rel=0.1
    )


def test_a_budget_that_suffices_has_no_price_and_changes_nothing():
    options, price = random_lists(1)
    plan = shared_plan(options, {"money": Limit(1e6, price)})

    assert plan.quantity.tolist() == options.quantity[:, -1].tolist()
    assert plan.price["money"] == 0
    assert shared_plan(options, {}).quantity.tolist() == plan.quantity.tolist()


def test_minimum_services_are_kept_or_given_up_as_a_whole():
    """Floors of 4 and 6 fit 10 and do not fit 9: then the cheapest subset without them is returned."""
    options = lists([[0, 4, 8], [0, 6, 9]], [[10, 9, 8], [30, 6, 5]], floor=[4, 6])
    price = np.ones(2)

    kept, not_kept = (shared_plan(options, {"money": Limit(b, price)}) for b in (10.0, 9.0))

    assert kept.feasible
    assert kept.quantity.tolist() == [4, 6]
    assert not not_kept.feasible
    assert not_kept.quantity.tolist() == [0, 9]


def test_one_price_for_money_orders_as_hadley_and_whitin_do():
    """Oracle CON-01."""
    case = {c["id"]: c for c in json.loads(real_data("oracles.json").read_text())["cases"]}["CON-01"]
    items = [
        BudgetItem(NormalDist(i["mu"], i["sd"]), UnitCosts(i["Cu"], i["Co"]), i["c"])
        for i in case["inputs"]["items"]
    ]
    free = budgeted_newsvendor(items, 1e9)
    spend = sum(q * i.unit_cost for q, i in zip(free.quantity, items, strict=True))

    plan = budgeted_newsvendor(items, case["inputs"]["budget"])

    assert spend == pytest.approx(case["expected"]["unconstrained_spend"], rel=1e-4)
    assert free.price == 0
    assert plan.price == pytest.approx(case["expected"]["lam"], rel=1e-4)
    assert plan.quantity.tolist() == pytest.approx(case["expected"]["qty"], rel=1e-4)
    assert plan.expected_cost == pytest.approx(case["expected"]["expected_cost"], rel=1e-4)


def test_option_lists_and_one_price_agree_on_the_same_items():
    """CON-01 again, the items offered unit by unit: the integer plan costs what the continuous one does."""
    case = {c["id"]: c for c in json.loads(real_data("oracles.json").read_text())["cases"]}["CON-01"]
    given = case["inputs"]["items"]
    quantity = np.tile(np.arange(0.0, 260.0), (3, 1))
    cost = [
        [
            normal_expected_cost(q, NormalDist(i["mu"], i["sd"]), UnitCosts(i["Cu"], i["Co"]))
            for q in range(260)
        ]
        for i in given
    ]
    plan = shared_plan(
        lists(quantity, cost), {"money": Limit(3200.0, np.array([i["c"] for i in given], float))}
    )

    assert plan.cost == pytest.approx(case["expected"]["expected_cost"], rel=1e-3)
    assert plan.price["money"] == pytest.approx(case["expected"]["lam"], rel=0.03)


def test_lists_offer_nothing_the_suggestion_and_whole_packs_between(mixed):
    paths, inputs = mixed
    orders = plan_orders(paths, inputs)
    lines = order_lines(paths, inputs).assign(
        order_quantity=orders["order_quantity"], implied_underage=np.nan
    )

    options = option_lists(paths, lines)

    assert options.quantity.shape == (80, 16)
    assert (options.quantity[:, 0] == 0).all()
    assert (np.nanmax(options.quantity, axis=1) == orders["order_quantity"]).all()
    for row, line in enumerate(orders.itertuples()):
        offered = options.quantity[row][~np.isnan(options.quantity[row])]
        assert (np.diff(offered) > 0).all()
        assert (offered[1:] >= line.moq).all()
        assert (offered % line.pack == 0).all()
    assert (np.nanargmin(options.cost, axis=1) == np.nanargmax(options.quantity, axis=1)).all()


def test_a_minimum_service_is_the_smallest_order_that_covers_it(make_paths, make_inputs):
    paths = make_paths([6.0])
    inputs = make_inputs(
        {"unique_id": ["item 0000"], "minimum_service": [0.6], "pack": [4], "on_hand": [10.0]}
    )
    lines = order_lines(paths, inputs).assign(
        order_quantity=plan_orders(paths, inputs)["order_quantity"], implied_underage=np.nan
    )

    floor = option_lists(paths, lines).floor[0]

    total = paths.total(5)[0]
    assert (total <= 10 + floor).mean() >= 0.6 > (total <= 10 + floor - 4).mean()
    assert floor % 4 == 0


@pytest.mark.parametrize("seed", range(4))
def test_scarce_stock_goes_where_it_saves_most(seed):
    rng = np.random.default_rng(seed)
    saves = np.sort(rng.uniform(-1, 9, (3, 4)), axis=1)[:, ::-1]
    cost = np.concatenate([np.zeros((3, 1)), -np.cumsum(saves, axis=1)], axis=1)

    given = shared_out(cost, np.array([0, 1, 0]), 5)

    def of(packs):
        return sum(cost[k, p] for k, p in enumerate(packs))

    every = [p for p in product(range(5), repeat=3) if sum(p) <= 5 and p[1] >= 1]
    assert given.sum() <= 5
    assert given[1] >= 1
    assert of(given) == pytest.approx(min(of(p) for p in every))


def test_minimums_beyond_the_stock_there_is_are_refused():
    with pytest.raises(DecisionError, match="minimum is 6 packs, but there are 5"):
        shared_out(np.zeros((2, 9)), np.array([3, 3]), 5)


@pytest.mark.parametrize("wrong", [lambda: Limit(-1.0, np.ones(2)), lambda: Limit(1.0, np.array([np.nan]))])
def test_limits_that_are_no_limits_are_refused(wrong):
    with pytest.raises(DecisionError):
        wrong()
