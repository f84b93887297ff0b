import math

import pytest

from forecasting.errors import DecisionError
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.cost_lines import DEFAULT_COST_LINES, CostLine

LINES = (CostLine("Build", one_off=60_000), CostLine("Upkeep", yearly=18_000))


def case(annual_gain=48_000.0, lines=LINES, **changes):
    return BusinessCase(annual_gain, lines, CaseTerms(**({"adoption": 1.0, "realisation": 1.0} | changes)))


def test_the_worked_example_comes_out_to_the_cent():
    """Oracle ROI-01."""
    worked = case()

    assert worked.roi == pytest.approx(0.2631578947368421)
    assert worked.npv == pytest.approx(14605.559729526663)
    assert worked.payback_years == pytest.approx(2.0)
    assert worked.discounted_payback_years == pytest.approx(2.3520000000000003)
    assert worked.break_even_annual_gain == pytest.approx(42126.88821752266)
    assert worked.cost_total == 114_000
    assert worked.notes == ()
    assert not worked.partial


def test_at_the_break_even_gain_the_net_present_value_is_nothing():
    assert case(case().break_even_annual_gain).npv == pytest.approx(0, abs=1e-6)


def test_at_the_break_even_adoption_the_net_present_value_is_nothing():
    share = case(60_000.0, realisation=0.8).break_even_adoption

    assert case(60_000.0, adoption=share, realisation=0.8).npv == pytest.approx(0, abs=1e-6)


def test_both_haircuts_stand_between_the_replay_and_the_bank():
    assert BusinessCase(100_000.0, LINES).expected_gain == pytest.approx(56_000)


def test_a_haircut_never_makes_a_loss_smaller():
    loss = BusinessCase(-1_000.0, LINES)

    assert loss.expected_gain == -1_000
    assert loss.roi < -1
    assert any("loss" in note for note in loss.notes)


def test_a_line_nobody_estimated_makes_the_case_partial_and_is_named():
    partial = case(lines=(*LINES, CostLine("Purchased data")))

    assert partial.partial
    assert partial.notes == ("Partial cost: Purchased data not estimated.",)
    assert partial.roi == pytest.approx(case().roi)


def test_without_any_estimate_there_is_no_return_rather_than_an_infinite_one():
    unknown = case(lines=DEFAULT_COST_LINES)

    figures = (
        unknown.roi,
        unknown.npv,
        unknown.payback_years,
        unknown.discounted_payback_years,
        unknown.cost_total,
        unknown.break_even_annual_gain,
    )
    assert all(math.isnan(f) for f in figures)
    assert unknown.notes == ("No cost is estimated yet, so return and payback cannot be computed.",)


def test_a_solution_that_costs_nothing_has_no_return():
    free = case(lines=(CostLine("Build", one_off=0),))

    assert math.isnan(free.roi)
    assert "undefined" in free.notes[0]
    assert free.payback_years == 0
    assert free.discounted_payback_years == 0


def test_what_costs_more_to_run_than_it_gains_never_pays_back():
    burden = case(10_000.0)

    assert math.isnan(burden.payback_years)
    assert math.isnan(burden.discounted_payback_years)
    assert burden.npv < -60_000
    assert any("never pays back" in note for note in burden.notes)


def test_interest_can_eat_a_payback_that_undiscounted_flows_reach():
    slow = case(23_000.0, discount_rate=0.1)  # 5 000 a year against 6 000 of interest

    assert slow.payback_years == pytest.approx(12)
    assert math.isnan(slow.discounted_payback_years)
    assert any("never earned back" in note for note in slow.notes)


@pytest.mark.parametrize("gain", [30_000.0, 48_000.0, 90_000.0, 500_000.0])
def test_the_discounted_payback_is_where_the_flows_cross(gain):
    """Checked by adding the years up one by one."""
    owed, year, net = 60_000.0, 0, gain - 18_000
    while owed > net / 1.1 ** (year + 1):
        year += 1
        owed -= net / 1.1**year

    assert case(gain).discounted_payback_years == pytest.approx(year + owed / (net / 1.1 ** (year + 1)))


def test_without_discounting_both_paybacks_agree():
    flat = case(discount_rate=0.0)

    assert flat.discounted_payback_years == flat.payback_years
    assert flat.npv == pytest.approx(3 * 30_000 - 60_000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"annual_gain": float("nan")},
        {"years": 0},
        {"years": 1.5},
        {"discount_rate": 10},
        {"adoption": 1.2},
        {"realisation": -0.1},
    ],
)
def test_a_case_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(DecisionError):
        case(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": " "},
        {"label": "Build", "one_off": -1},
        {"label": "Build", "yearly": float("nan")},
        {"label": "Build", "confidence": "sure"},
    ],
)
def test_a_cost_line_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(DecisionError):
        CostLine(**wrong)


def test_nobody_is_shown_a_made_up_amount():
    assert not any(line.estimated for line in DEFAULT_COST_LINES)
    assert {line.label for line in DEFAULT_COST_LINES} >= {
        "Compute",
        "Data storage",
        "Purchased data",
        "Upkeep",
    }
