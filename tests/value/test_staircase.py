"""What the staircase may claim, and every way to claim too much."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import poisson

from forecasting.errors import DecisionError
from forecasting.schema import quantile_columns
from forecasting.value.censored import Scenario
from forecasting.value.chance import chance_of, winners_curse
from forecasting.value.contest import OURS, PERFECT, SAME, TODAY
from forecasting.value.plans import last_year, planned, ranked
from forecasting.value.practice import Practice, learned_multiple
from forecasting.value.sensitivity import gains_under
from forecasting.value.spoken import Spoken
from forecasting.value.staircase import GAINS, STEPS, climb
from tests.value.conftest import make_shelves


@pytest.fixture
def contest(make_contest):
    return make_contest()


@pytest.fixture
def stairs(contest):
    return climb(contest)


def test_the_same_forecast_on_both_sides_gains_exactly_nothing(make_contest):
    same = climb(make_contest(choice="low"))  # "low" is the fallback, and with it today's forecast

    assert same.base == "low"
    assert (same.gain(SAME, OURS) == 0).all()
    assert same.forecast_value.low == same.forecast_value.high == 0
    assert same.forecast_value.p_positive == 0


def test_swapping_the_sides_turns_the_sign(make_contest):
    one, other = climb(make_contest(choice="sharp")), climb(make_contest(choice="low", fallback="sharp"))

    assert (one.base, other.base) == ("low", "sharp")
    gain, loss = one.gain(SAME, OURS), other.gain(SAME, OURS)
    settled = np.s_[:, 1:]  # what sold out at the opening may be remembered until a shelf has been full again
    np.testing.assert_allclose(gain[settled], -loss[settled], atol=1e-9)
    assert float((one.books[SAME].cost - one.books[OURS].cost).sum()) == -float(
        (one.books[OURS].cost - one.books[SAME].cost).sum()
    )


def test_the_better_forecast_gains_and_nobody_beats_foresight(stairs):
    assert stairs.cost(OURS) < stairs.cost(SAME)
    assert stairs.cost(PERFECT) < stairs.cost(OURS)
    assert 0 < stairs.share_captured < 1
    assert stairs.books[PERFECT].lost.sum() < 0.01 * stairs.books[OURS].sold.sum()


def test_a_wild_forecast_before_counting_begins_costs_nothing_on_counted_days(contest, stairs):
    """An origin that nothing had calibrated yet once overfilled shelves that then sold off for months."""
    frame = contest.spoken.frame.copy()
    early = frame["cutoff"].isin(contest.spoken.cutoffs[: contest.first_scored])
    quantiles = quantile_columns(frame)
    frame.loc[early, quantiles] = frame.loc[early, quantiles] * 50
    wild = climb(replace(contest, spoken=replace(contest.spoken, frame=frame)))

    for step in (SAME, OURS, PERFECT):
        np.testing.assert_array_equal(wild.books[step].cost, stairs.books[step].cost)


def test_kinds_of_gain_add_up_to_the_gain_item_by_item_and_in_all(stairs):
    table = stairs.by_item()

    np.testing.assert_allclose(table[list(GAINS)].sum(axis=1), table["gain"], rtol=1e-12)
    assert table["gain"].sum() == pytest.approx(stairs.gain(SAME, OURS).sum(), rel=1e-12)
    assert stairs.cost(SAME) - stairs.cost(OURS) == pytest.approx(table["gain"].sum(), rel=1e-12)


def test_every_amount_can_be_made_again_from_the_audit(stairs):
    table = stairs.table()
    cost = table.groupby("step")["money"].sum()

    for step in STEPS:
        assert cost[step] == pytest.approx(stairs.cost(step), rel=1e-12)
    parts = table[list(GAINS.values())].sum(axis=1)
    np.testing.assert_allclose(parts, table["money"], rtol=1e-12)
    assert len(table) == 4 * 4 * 6  # items, steps, blocks


def test_no_unit_is_both_recovered_margin_and_avoided_waste(make_contest):
    """A unit more in stock is sold, wasted or still there: the two sides' differences must close."""
    contest = make_contest().with_shelves(
        perishable=np.full(4, True), shelf_life=np.full(4, 3.0), written_off=np.full(4, 2.0)
    )
    stairs = climb(contest)
    one, other = stairs.books[SAME], stairs.books[OURS]

    assert (one.sold + one.lost).sum() == pytest.approx((other.sold + other.lost).sum())
    more_sold = other.sold.sum() - one.sold.sum()
    assert stairs.by_item()["recovered_margin"].sum() == pytest.approx(3.0 * more_sold)


def test_goodwill_is_in_no_gain(make_contest):
    plain, worth_more = make_contest(), make_contest().with_shelves(goodwill=np.full(4, 50.0))

    assert climb(plain).cost(SAME) == climb(worth_more).cost(SAME)
    assert climb(worth_more).goodwill() == pytest.approx(100 * climb(plain).goodwill())


def test_money_in_another_currency_changes_every_amount_and_no_quantity(make_contest):
    contest = make_contest()
    amounts = ("margin", "goodwill", "written_off", "holding", "order_cost")
    dearer = contest.with_shelves(**{name: 7 * getattr(contest.shelves, name) for name in amounts})
    one, other = climb(contest), climb(dearer)

    for step in STEPS:
        assert other.cost(step) == pytest.approx(7 * one.cost(step))
        np.testing.assert_array_equal(one.books[step].sold, other.books[step].sold)


def test_sales_after_an_origin_change_no_level_before_it(make_contest):
    """The replayed demand of the last block changes; what was ordered before it does not."""
    contest = make_contest()
    scenario = contest.scenarios[0]
    changed = scenario.demand.copy()
    changed[:, -7:] *= 3
    other = replace(contest, scenarios=(Scenario("sales", changed, scenario.counted),))
    models = contest.models()

    one = contest.play({OURS: contest.ours(models)}, models["low"], scenario)[OURS]
    two = other.play({OURS: other.ours(models)}, models["low"], other.scenarios[0])[OURS]

    np.testing.assert_array_equal(one.sold[:, :-1], two.sold[:, :-1])
    np.testing.assert_array_equal(one.orders[:, :-1], two.orders[:, :-1])


def test_the_headline_is_the_lowest_of_the_answers_to_sold_out_days(make_contest):
    contest = make_contest()
    till = contest.scenarios[0]
    cut = np.minimum(till.demand, 14.0)
    answers = (replace(till, demand=cut), Scenario("imputed", till.demand, till.counted))
    stairs = climb(replace(contest, scenarios=answers))

    assert set(stairs.by_scenario) == {"sales", "imputed"}
    assert stairs.gain(SAME, OURS).sum() == pytest.approx(min(stairs.by_scenario.values()))
    assert stairs.by_scenario[stairs.scenario] == min(stairs.by_scenario.values())


def test_what_is_done_today_costs_the_same_whichever_models_are_ready(make_contest):
    """Until all are, sold-out days are answered one way: the lowest value would turn with each model."""
    contest = make_contest()
    till = contest.scenarios[0]
    answers = (till, replace(till, name="imputed", demand=till.demand * 0.6))
    several = replace(contest, scenarios=answers)
    others = [replace(several, choice=np.full_like(several.choice, place)) for place in range(3)]

    partly = [climb(one, complete=False) for one in others]

    assert {one.scenario for one in partly} == {"sales"}
    assert len({one.cost(TODAY) for one in partly}) == 1
    assert len({climb(one).scenario for one in others}) == 2  # complete, the lowest value is the headline


def test_believing_the_till_favours_whoever_orders_less(make_contest):
    """Sales cut at a low shelf: against the till the low forecast loses less than against demand."""
    contest = make_contest(choice="sharp")
    till = contest.scenarios[0]
    level = np.quantile(till.demand, 0.6, axis=1, keepdims=True)
    cut = replace(till, demand=np.minimum(till.demand, level))
    value = {
        name: climb(replace(contest, scenarios=(answer,))).gain(SAME, OURS).sum()
        for name, answer in (("till", cut), ("demand", till))
    }

    assert value["till"] < value["demand"]


def test_a_forecast_that_failed_is_replaced_and_counted_never_left_out(make_contest):
    contest = make_contest()
    said = contest.spoken
    means = said.means.copy()
    means[said.models.index("sharp"), 4, 0] = np.nan
    failed = replace(contest, spoken=replace(said, means=means))
    whole, part = climb(contest), climb(failed)

    assert part.filled_in == 1
    assert len(part.unique_id) == 4
    assert part.books[OURS].sold.shape == whole.books[OURS].sold.shape
    assert part.cost(OURS) != whole.cost(OURS)


def test_the_best_model_known_afterwards_stands_beside_the_one_chosen_before(make_contest):
    stairs = climb(make_contest(choice="high"))

    assert set(stairs.by_model) == {"low", "sharp", "high"}
    assert stairs.naive_best_gain > stairs.gain(SAME, OURS).sum()
    assert stairs.naive_best_gain_by_item >= stairs.naive_best_gain


def test_the_best_of_equal_models_looks_better_by_what_chance_gives():
    """Oracle ROI-03."""
    found = [winners_curse(k) for k in (2, 5, 10, 20)]

    assert found == pytest.approx([0.5641895835, 1.1629644736, 1.5387527308, 1.8674750598], abs=1e-4)
    assert winners_curse(1) == 0


def test_under_six_blocks_there_is_no_range_but_the_blocks_themselves(make_contest):
    few = climb(make_contest(n_origins=7, scored=5)).forecast_value

    assert np.isnan([few.low, few.high, few.p_positive]).all()
    assert len(few.by_block) == 5
    assert "need 6" in few.note
    assert np.isnan(few.p_above(0.0))


def test_blocks_that_share_days_are_not_counted_twice():
    """Twelve origins whose protection intervals reach over two blocks are six pieces of evidence."""
    gain = np.random.default_rng(0).normal(1, 1, (5, 12))

    assert chance_of(gain, overlap=1, seed=0).blocks == 12
    assert chance_of(gain, overlap=2, seed=0).blocks == 6
    assert np.isnan(chance_of(gain, overlap=3, seed=0).low)


def test_the_interval_is_about_as_wide_as_the_blocks_differ(make_contest):
    """One item, so only time is drawn: the 90 % interval of a sum of K blocks is near ±1.645 · sd · √K."""
    gain = np.random.default_rng(1).normal(2, 3, (1, 40))
    chance = chance_of(gain, overlap=1, seed=3)

    width = 2 * 1.645 * gain.std() * 40**0.5
    assert chance.high - chance.low == pytest.approx(width, rel=0.1)
    assert chance.low < gain.sum() < chance.high
    assert chance.p_above(gain.sum()) == pytest.approx(0.5, abs=0.06)


def test_the_baseline_is_the_strongest_simple_one_unless_somebody_names_another(make_contest):
    contest = make_contest()
    names = ("seasonal_naive", "sharp", "moving_average")
    said = replace(contest.spoken, models=names)
    named = replace(contest, spoken=said, fallback="seasonal_naive")

    free = climb(named)
    assert free.by_baseline[free.base] == min(free.by_baseline.values())
    assert set(free.by_baseline) == {"seasonal_naive", "moving_average"}
    other = next(name for name in free.by_baseline if name != free.base)
    stated = climb(replace(named, practice=Practice(other)))
    assert stated.base == other
    assert stated.gain(SAME, OURS).sum() == pytest.approx(free.by_baseline[other], rel=0.05)


def test_a_plan_that_is_not_there_is_asked_for(make_contest):
    with pytest.raises(DecisionError, match="manager_plan"):
        climb(replace(make_contest(), practice=Practice("manager_plan")))


def test_the_managers_plan_comes_before_every_simple_forecast_gaps_filled(make_contest):
    contest = make_contest()
    plan = np.repeat(np.array([[3.0], [8.0], [12.0], [20.0]]), len(contest.recorded.dates), axis=1)
    plan[1, 60:70] = np.nan
    stairs = climb(replace(contest, plan=plan))

    assert stairs.base == "manager_plan"
    assert set(stairs.by_baseline) == {"manager_plan", "low"}
    # A plan at the true mean, with the spread of its own misses, is about as good as the law itself.
    assert abs(stairs.gain(SAME, OURS).sum()) < 0.5 * stairs.by_baseline["low"]


def test_a_plan_is_as_sure_as_its_earlier_misses_and_sees_no_later_one():
    """Ten whole intervals of two days, missed by 1 … 10 in all: rank ⌈11 · 0.9⌉ = 10, the largest."""
    plan, sold = np.full((1, 24), 5.0), np.full((1, 24), 5.0)
    sold[0, 1:20:2] += np.arange(1.0, 11.0)
    late = sold.copy()
    late[0, 20:] = 500.0

    said = [
        planned(plan, s, np.array([19]), horizon=4, periods=np.array([2.0]), ratio=np.array([0.9])).stock[
            0, 0
        ]
        for s in (sold, late)
    ]

    assert said == pytest.approx([20.0, 20.0])  # two days of 5, and 10 more


def test_last_years_plan_is_what_was_sold_then():
    sold = np.arange(10.0)[None]

    assert np.isnan(last_year(sold, 4)[0, :4]).all()
    assert last_year(sold, 4)[0, 4:].tolist() == sold[0, :6].tolist()
    assert np.isnan(ranked(np.empty(0), 0.9))


def test_a_manager_without_a_stated_rule_is_not_made_a_straw_man():
    """Demand of twice what is expected, dear to miss: experience fills the shelf to twice the forecast."""
    expected = np.full((4, 1), 10.0)

    assert learned_multiple(expected, 2 * expected, make_shelves()) == 2.0
    once = np.array([[10.0], [10.0], [10.0], [20.0]])
    assert learned_multiple(expected, once, make_shelves(critical_ratio=0.6)) == 1.0
    assert learned_multiple(expected, np.full((4, 1), np.nan), make_shelves()) == 1.0


def test_today_fills_the_shelf_up_to_the_stated_cover(make_contest):
    """Cover of six periods is twice what must last (P = 3), so more is kept and less is lost."""
    lean, full = (climb(replace(make_contest(), practice=Practice(cover=c))).books[TODAY] for c in (3.0, 6.0))

    assert full.held.sum() > lean.held.sum()
    assert full.lost.sum() < lean.lost.sum()


@pytest.mark.parametrize("wrong", [{"forecast": "gut feeling"}, {"cover": 0.0}, {"cover": float("nan")}])
def test_a_practice_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(DecisionError, match="Today's"):
        Practice(**wrong)


def test_without_the_best_items_the_rest_is_left(stairs):
    gains = np.sort(stairs.gain(SAME, OURS).sum(axis=1))

    assert stairs.without_the_best(1) == pytest.approx(gains[:-1].sum())
    assert stairs.without_the_best(4) == 0


def test_one_input_at_a_time_moves_the_gain_and_leaves_the_rest(contest, stairs):
    under = gains_under(contest, stairs)
    swings = {s.name: s for s in under.swings}

    assert set(swings) == {"underage", "holding", "lead_time"}
    assert swings["underage"].low < stairs.gain(SAME, OURS).sum() < swings["underage"].high
    assert all(s.width > 0 for s in under.swings)
    assert under.less_demand != pytest.approx(under.late)


def test_the_optimal_cost_of_a_known_law_is_found_again(make_contest):
    """Planted truth: no lead time, one day of life, so every day is a newsvendor of its own."""
    contest = make_contest(n_origins=42, scored=40, choice="sharp").with_shelves(
        lead_time=np.zeros(4), review_period=np.ones(4), shelf_life=np.ones(4), perishable=np.full(4, True),
        holding=np.zeros(4), order_cost=np.zeros(4), written_off=np.full(4, 1.0),
        critical_ratio=np.full(4, 0.75),
    )  # fmt: skip
    books = climb(contest).books[OURS]
    days = 40 * 7

    for row, rate in enumerate((3.0, 8.0, 12.0, 20.0)):
        support = np.arange(200)
        mass, level = poisson.pmf(support, rate), poisson.ppf(0.75, rate)
        each = 3 * np.maximum(support - level, 0) + np.maximum(level - support, 0)
        expected, sd = (mass * each).sum(), np.sqrt((mass * each**2).sum() - (mass * each).sum() ** 2)
        assert books.cost[row].sum() / days == pytest.approx(expected, abs=2.6 * sd / days**0.5)


def test_a_longer_interval_than_the_forecast_reaches_is_scaled_not_refused(make_contest):
    """The tornado lengthens lead times; levels are then those of the whole horizon, scaled by the means."""
    said: Spoken = make_contest().spoken

    far = said.level(np.full(4, 20.0), np.full(4, 0.9))
    whole = said.level(np.full(4, 8.0), np.full(4, 0.9))

    np.testing.assert_array_equal(far, whole)
