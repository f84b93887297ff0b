"""A column of planned units: recognised, checked, carried along, and never a driver."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import SettingsError
from forecasting.evaluation.future import known_future, live_future
from forecasting.ingest.options import ImportOptions, Roles
from forecasting.ingest.sales import guess_roles, import_sales, read_table
from forecasting.schema import drivers
from tests.ingest.files import csv_bytes, imported


def rows(plan, *, name="Plan", days=20, units=None):
    sold = units or [d % 5 + 1 for d in range(days)]
    body = [(f"2024-01-{d + 1:02}", "tea", sold[d], plan(d, sold[d])) for d in range(days)]
    return [("Date", "Item", "Units", name), *body]


def warned(result, words):
    return [w for w in result.report["warnings"] if words in w]


@pytest.mark.parametrize(
    "heading",
    ["Plan", "manager_plan", "Budget", "Forecast", "Prognose", "plan_qty", "Absatzplan", "Previsão",
     "Pronóstico", "Demand Forecast", "Prévision", "Planned Units"],
)  # fmt: skip
def test_a_plan_is_recognised_in_the_languages_people_head_it_in(heading):
    table = read_table(csv_bytes(rows(lambda d, _: d + 1, name=heading)), name="x.csv")
    assert guess_roles(table).manager_plan == heading


@pytest.mark.parametrize(
    "heading", ["Price plan", "Plan price", "Plan code", "Floor plan area", "Forecast error", "Planet"]
)
def test_a_heading_that_only_holds_the_word_is_no_plan(heading):
    table = read_table(csv_bytes(rows(lambda d, _: d + 1, name=heading)), name="x.csv")
    assert guess_roles(table).manager_plan is None


def test_the_plan_travels_with_the_sales_and_the_report_names_it():
    result = imported(rows(lambda d, _: 2 * d))
    assert result.report["columns"]["manager_plan"] == "Plan"
    assert list(result.sales["manager_plan"]) == [2.0 * d for d in range(20)]
    assert warned(result, "380 units planned for 20 series-days (100%)")


def test_the_part_can_be_named_or_switched_off():
    table = rows(lambda d, _: d, name="What we thought")
    assert imported(table).roles.manager_plan is None
    assert imported(table, columns="manager_plan=What we thought").roles.manager_plan == "What we thought"
    assert "manager_plan" not in imported(rows(lambda d, _: d), columns="manager_plan=").sales


def test_a_plan_with_gaps_keeps_them_and_says_so():
    result = imported(rows(lambda d, _: "" if d % 4 == 0 else d))
    assert result.sales["manager_plan"].isna().sum() == 5
    assert warned(result, "The other 5 series-days do not count for it.")


def test_a_plan_without_a_number_is_none():
    result = imported(rows(lambda *_: ""), columns="manager_plan=Plan")
    assert "manager_plan" not in result.sales
    assert warned(result, "holds no number")


def test_a_plan_below_zero_is_no_plan():
    result = imported(rows(lambda d, _: -5 if d == 3 else d))
    assert result.sales["manager_plan"].isna().sum() == 1
    assert warned(result, "below zero")


def test_a_plan_written_after_the_sales_is_doubted():
    assert warned(imported(rows(lambda _, y: y)), "written afterwards")
    assert not warned(imported(rows(lambda _, y: y + 1)), "written afterwards")


def test_a_plan_far_from_the_sales_is_doubted():
    assert warned(imported(rows(lambda _, y: 10 * y)), "times what was sold")
    assert not warned(imported(rows(lambda _, y: 1.5 * y)), "times what was sold")


def test_rows_of_one_day_add_up_their_plans_as_they_do_their_units():
    day = [("2024-01-01", "tea", 2, 3), ("2024-01-01", "tea", 5, 4), ("2024-01-02", "tea", 1, "")]
    result = imported([("Date", "Item", "Units", "Plan"), *day])
    assert result.sales["manager_plan"].tolist()[0] == 7.0
    assert np.isnan(result.sales["manager_plan"].tolist()[1])


def test_a_week_with_one_day_unplanned_has_no_plan():
    weeks = [("Date", "Item", "Units", "Plan")]
    weeks += [(f"2024-01-{d:02}", "tea", 2, "" if d == 10 else 3) for d in range(1, 29)]
    plan = imported(weeks, frequency="W").sales["manager_plan"]
    assert plan.isna().tolist() == [False, True, False, False]
    assert plan.iloc[0] == 21.0


def test_a_period_filled_in_as_zero_sales_has_no_plan():
    table = rows(lambda d, _: d + 1)
    del table[8]
    result = imported(table, gaps="zero")
    filled = result.sales[result.sales["ds"] == "2024-01-08"]
    assert filled["y"].tolist() == [0.0]
    assert filled["manager_plan"].isna().all()


def test_rows_ahead_that_hold_only_a_plan_are_the_known_future():
    table = [*rows(lambda d, _: d), ("2024-01-21", "tea", "", 9)]
    result = imported(table)
    assert result.future["manager_plan"].tolist() == [9.0]


def test_no_model_sees_the_plan():
    sales = imported(rows(lambda _, y: y + 1)).sales
    assert drivers(sales) == []
    ahead = pd.date_range("2024-01-15", periods=5, freq="D")
    assert list(known_future(sales, ["tea"], ahead)) == ["unique_id", "ds"]
    future, assumed = live_future(sales, sales.iloc[:0], ["tea"], horizon=3, frequency="D")
    assert list(future) == ["unique_id", "ds"]
    assert assumed == []


@pytest.mark.parametrize(("part", "columns"), [("drivers", ("Plan",)), ("y", "Plan")])
def test_the_plan_cannot_be_known_ahead_or_the_units_too(part, columns):
    with pytest.raises(SettingsError, match="your own plan"):
        Roles(**{"unique_id": ("Item",), "ds": "Date", "y": "Units", "manager_plan": "Plan", part: columns})


def test_choices_with_a_plan_are_remembered():
    roles = Roles(("Item",), "Date", "Units", manager_plan="Plan")
    options = ImportOptions(roles=roles)
    assert ImportOptions.from_dict(options.as_dict()) == options
    content = csv_bytes(rows(lambda d, _: d))
    assert import_sales(content, name="x.csv", options=options).roles == roles
