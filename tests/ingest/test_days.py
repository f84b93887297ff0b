import pandas as pd
import pytest

from forecasting.errors import DataError, SettingsError
from forecasting.ingest.days import read_days
from forecasting.ingest.notes import Notes
from tests.ingest.files import asked, imported, question, reasons


def read(*texts, order=None):
    days = read_days(pd.Series(texts, dtype=str, name="Date"), order, Notes())
    return [None if pd.isna(d) else f"{d:%Y-%m-%d}" for d in days.values], days.written_as


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-31", "2024-01-31"),
        ("2024/1/5", "2024-01-05"),
        ("31/01/2024", "2024-01-31"),
        ("1/31/2024", "2024-01-31"),
        ("31.1.24", "2024-01-31"),
        ("31-01-99", "1999-01-31"),
        ("20240131", "2024-01-31"),
        ("2024-01", "2024-01-01"),
        ("01/2024", "2024-01-01"),
        ("Jan 2024", "2024-01-01"),
        ("Jan-24", "2024-01-01"),
        ("31 January 2024", "2024-01-31"),
        ("31. März 2024", "2024-03-31"),
        ("5 de fevereiro de 2024", "2024-02-05"),
        ("Jan 31, 2024", "2024-01-31"),
        ("Wed 31/01/2024", "2024-01-31"),
        ("2024-W05", "2024-01-29"),
        ("2024-01-31T23:59:59Z", "2024-01-31"),
        ("31/01/2024 7:05 PM", "2024-01-31"),
        ("2023-02-29", None),
        ("31/31/2024", None),
        ("Market 12", None),
        ("1850-01-01", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_or_refused(text, day):
    assert read(text)[0] == [day]


def test_one_part_above_twelve_decides_the_order_for_the_whole_column():
    assert read("03/04/2024", "13/04/2024") == (["2024-04-03", "2024-04-13"], "DD/MM/YYYY")
    assert read("03/04/24", "04/13/24") == (["2024-03-04", "2024-04-13"], "MM/DD/YY")


FIRSTS = [("date", "units"), *[(f"01/{m:02d}/2024", m) for m in range(1, 13)]]


def test_an_undecided_order_is_asked_with_both_readings_and_what_each_would_span():
    result = imported(FIRSTS)
    asked_for = question(result, "date_order")
    assert asked_for["example"] == "01/02/2024"
    assert "is this 1 February 2024 or 2 January 2024?" in asked_for["question"]
    assert "month-first: 2024-01-01 to 2024-01-12" in asked_for["question"]
    assert asked_for["assumed"] == "day-first"
    assert result.frequency == "MS"


def test_hours_in_am_and_pm_speak_for_the_month_first_but_it_is_still_asked():
    rows = [("date", "units"), ("01/02/2024 10:00 AM", 1), ("01/03/2024 1:00 PM", 2)]
    assert question(imported(rows), "date_order")["assumed"] == "month-first"


def test_the_answer_settles_the_order_and_the_question_is_gone():
    result = imported(FIRSTS, date_order="month-first")
    assert asked(result) == set()
    assert (result.frequency, result.report["end"]) == ("D", "2024-01-12")


def test_an_order_the_file_contradicts_is_refused():
    with pytest.raises(SettingsError, match="13/04/2024, which cannot be month-first"):
        read("13/04/2024", order="month-first")


def test_a_file_whose_days_equal_its_months_has_nothing_to_ask():
    rows = [("date", "units"), ("01/01/2024", 1), ("02/02/2024", 2)]
    assert "date_order" not in asked(imported(rows))


def test_dates_that_contradict_each_other_are_asked_and_the_unreadable_dropped():
    rows = [("date", "units"), ("13/01/2024", 1), ("14/01/2024", 1), ("01/15/2024", 1), ("02/03/2024", 5)]
    result = imported(rows)
    assert question(result, "date_order")["assumed"] == "day-first"
    assert reasons(result) == {"date not readable": 1}


def test_months_without_a_year_are_refused():
    with pytest.raises(DataError, match="'1-01' and the like, which have no calendar year"):
        imported(
            [("Month", "Sales"), ("1-01", 266.0), ("1-02", 145.9)], columns="unique_id=,ds=Month,y=Sales"
        )


STRAY = [
    ("date", "item", "units"),
    *((f"{day:%Y-%m-%d}", "tea", 2) for day in pd.date_range("2023-01-01", periods=300)),
]


@pytest.mark.parametrize("far", ["2099-03-01", "1953-03-01", "2025-03-01"])
def test_a_year_typed_wrongly_is_asked_about_and_does_not_stretch_the_history(far):
    rows = [*STRAY, (far, "tea", 7)]
    result = imported(rows)
    assert far in question(result, "stray_dates")["question"]
    assert (result.report["start"], result.report["end"]) == ("2023-01-01", "2023-10-27")
    assert reasons(result) == {"date far from all others": 1}
    assert imported(rows, stray_dates="leave_out").report["questions"] == []
    assert imported(rows, stray_dates="keep").report["total_units"] == 607


def test_a_history_with_a_long_hole_or_of_rare_orders_has_no_stray_dates():
    months = pd.date_range("2014-01-01", periods=40, freq="MS")
    hole = [*STRAY, *((f"{day:%Y-%m-%d}", "tea", 2) for day in pd.date_range("2024-09-01", periods=10))]
    rare = [
        ("date", "item", "units"),
        *((f"{day:%Y-%m-%d}", item, 2) for day in months for item in range(10)),
    ]
    rare.append(("2018-03-01", 7, 2))  # eleven months later, where orders come by the month
    for rows in (hole, rare):
        assert "stray_dates" not in asked(imported(rows))


def test_the_day_of_an_iso_week_is_a_day():
    days = pd.date_range("2024-01-15", periods=14)
    rows = [("date", "units"), *((f"{d:%G-W%V-%u}", n) for n, d in enumerate(days))]
    result = imported(rows)
    assert (result.frequency, result.report["end"], result.report["total_units"]) == ("D", "2024-01-28", 91)
