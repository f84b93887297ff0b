"""Every way to claim too much that the decisions guide lists has its test, and the test is still there."""

import ast

import pytest

from tests.conftest import ROOT

# Decisions guide, section 2.6: what must not happen, and what would fail if it did.
PITFALLS = {
    "overlapping windows treated as independent": (
        "value/test_gain.py::test_overlapping_windows_are_not_independent_evidence",
        "value/test_staircase.py::test_blocks_that_share_days_are_not_counted_twice",
        "services/test_ledger.py::test_days_tested_twice_are_one_piece_of_evidence",
        "services/test_ledger.py::test_orders_whose_days_overlap_count_once_in_the_advice_and_the_levels",
    ),
    "final-revision data": (
        "evaluation/test_backtest.py::test_changing_the_future_changes_no_earlier_forecast",
        "evaluation/test_calibration.py::test_an_origin_is_calibrated_only_by_outcomes_that_were_known_at_it",
        "services/test_own_plan.py::test_tomorrows_plan_does_not_move_yesterdays_level",
    ),
    "regressors not known at the origin": (
        "evaluation/test_backtest.py::"
        "test_no_model_ever_sees_a_date_after_its_cutoff_or_the_units_of_the_future",
        "services/test_index_view.py::"
        "test_the_driver_of_a_day_is_the_same_whatever_the_index_does_within_the_horizon",
    ),
    "tuned candidate against an untuned baseline": (
        "value/test_pitfalls.py::test_the_baseline_orders_by_the_quantile_ours_orders_by_not_by_its_mean",
    ),
    "picking the best on the evaluation block": (
        "services/test_causality.py::test_sales_after_an_origin_change_no_choice_of_a_model_at_it",
        "value/test_staircase.py::test_the_best_model_known_afterwards_stands_beside_the_one_chosen_before",
    ),
    "replay on censored sales": (
        "value/test_staircase.py::test_believing_the_till_favours_whoever_orders_less",
        "evaluation/test_backtest.py::test_stock_out_days_are_unknown_demand",
    ),
    "excluding failed fits": (
        "value/test_staircase.py::test_a_forecast_that_failed_is_replaced_and_counted_never_left_out",
        "value/test_pitfalls.py::test_a_loss_is_never_turned_into_a_gain_by_leaving_out_what_lost",
    ),
    "average of ratios": (
        "evaluation/test_backtest.py::test_the_leaderboard_divides_sums_by_sums",
        "value/test_pitfalls.py::test_the_share_captured_divides_sums_by_sums",
    ),
    "stock build-up counted as gain": ("value/test_days.py::test_stock_built_up_by_the_end_is_no_gain",),
    "annualising a Christmas quarter": (
        "services/test_stairs.py::test_fewer_than_180_days_are_never_called_a_year",
        "services/test_stairs.py::test_a_season_that_the_test_missed_is_said",
    ),
    "double counting": (
        "value/test_staircase.py::test_no_unit_is_both_recovered_margin_and_avoided_waste",
        "value/test_staircase.py::test_kinds_of_gain_add_up_to_the_gain_item_by_item_and_in_all",
    ),
}


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_a_pitfall_has_tests_that_assert_something(pitfall):
    for named in PITFALLS[pitfall]:
        file, _, name = named.partition("::")
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
        assert found, f"{named} is gone"
        checks = [n for n in ast.walk(found[0]) if isinstance(n, ast.Assert)]
        calls = [n for n in ast.walk(found[0]) if isinstance(n, ast.Attribute) and "assert" in n.attr]
        assert checks or calls, f"{named} asserts nothing"
