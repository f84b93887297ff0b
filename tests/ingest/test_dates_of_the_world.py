"""The ways people write the days, weeks, months and quarters of a history."""

import datetime

import pytest

from forecasting.errors import DataError, SettingsError
from forecasting.ingest.dateforms import kind_of
from tests.ingest.files import asked, imported, question, units

MONDAYS = [datetime.date(2024, 1, 15) + datetime.timedelta(weeks=n) for n in range(6)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-05", (2024, 1, 5)), ("2024. 01. 05.", (2024, 1, 5)), ("20240105", (2024, 1, 5)),
        ("5-Jan-24", (2024, 1, 5)), ("Jan 5, 2024", (2024, 1, 5)), ("January 5th, 2024", (2024, 1, 5)),
        ("Fri 5 Jan 2024", (2024, 1, 5)), ("5. März 2024", (2024, 3, 5)), ("1er août 2024", (2024, 8, 1)),
        ("5 de enero de 2024", (2024, 1, 5)), ("5 fev 2024", (2024, 2, 5)), ("3 maggio 2024", (2024, 5, 3)),
        ("5 mei 2024", (2024, 5, 5)), ("5 stycznia 2024", (2024, 1, 5)), ("5. října 2024", (2024, 10, 5)),
        ("5 maj 2024", (2024, 5, 5)), ("5 desember 2024", (2024, 12, 5)), ("5 Ağustos 2024", (2024, 8, 5)),
        ("2024-W05", (2024, 1, 29)), ("2024W05", (2024, 1, 29)), ("KW 5/2024", (2024, 1, 29)),
        ("2024-S05", (2024, 1, 29)),  # semaine, semana; S1 without a zero is half a year
        ("Week 5, 2024", (2024, 1, 29)), ("2024-W05-1", (2024, 1, 29)), ("2024-Q3", (2024, 7, 1)),
        ("Q3 2024", (2024, 7, 1)), ("3Q24", (2024, 7, 1)), ("3. Quartal 2024", (2024, 7, 1)),
        ("T3 2024", (2024, 7, 1)), ("2024M07", (2024, 7, 1)), ("jul/24", (2024, 7, 1)),
        ("07/2024", (2024, 7, 1)), ("2024 July", (2024, 7, 1)),
    ],
)  # fmt: skip
def test_a_date_is_read_as_it_is_meant(text, day):
    found = kind_of(text)
    assert found is not None
    assert found[1] == day


@pytest.mark.parametrize(
    "text", ["T2 50", "SKU 12 2024", "2024-13", "Tea 24", "W 2024", "2024-W60", "ju 2024"]
)
def test_what_only_looks_like_a_date_is_none(text):
    assert kind_of(text) is None


@pytest.mark.parametrize(("per_second", "name"), [(1, "seconds"), (1000, "milliseconds")])
def test_moments_counted_from_1970_are_days(per_second, name):
    start = int(datetime.datetime(2024, 1, 15, tzinfo=datetime.UTC).timestamp())
    rows = [("date", "units"), *(((start + 86_400 * n) * per_second, n + 1) for n in range(3))]
    result = imported(rows)
    assert units(result) == {("all", f"2024-01-{15 + n}"): n + 1 for n in range(3)}
    assert result.report["format"]["date_format"] == f"Unix time in {name}"


def test_a_time_zone_moves_no_sale_to_another_day_and_is_told():
    rows = [("date", "units"), *((f"2024-01-{d}T23:30:00+02:00", d) for d in range(13, 17))]
    result = imported(rows)
    assert units(result) == {("all", f"2024-01-{d}"): d for d in range(13, 17)}
    assert any("names a time zone; the day is taken as written" in w for w in result.report["warnings"])


def test_iso_weeks_are_weeks_that_begin_on_monday():
    rows = [("week", "units"), *((f"{d.isocalendar().year}-W{d.isocalendar().week:02d}", 3) for d in MONDAYS)]
    result = imported(rows)
    assert result.frequency == "W-MON"
    assert list(units(result)) == [("all", f"{d}") for d in MONDAYS]


QUARTERS = [("quarter", "units"), *((f"{y}-Q{q}", 3 * q) for y in (2022, 2023) for q in (1, 2, 3, 4))]


@pytest.mark.parametrize("rows", [
    QUARTERS,
    [("month", "units"), *((f"{q[:4]}-{3 * int(q[-1]) - 2:02d}-01", u) for q, u in QUARTERS[1:])],
    [("month", "units"), *((f"{q[:4]}-{3 * int(q[-1]):02d}-{30 if q[-1] in '23' else 31}", u)
                           for q, u in QUARTERS[1:])],
])  # fmt: skip
def test_quarters_are_asked_about_and_spread_over_their_months(rows):
    result = imported(rows)
    assert question(result, "quarters")["options"] == ["spread", "leave"]
    assert result.frequency == "MS"
    assert result.sales["y"].tolist() == [q for _ in range(2) for q in (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)]
    assert asked(imported(rows, quarters="spread")) == set()
    with pytest.raises(DataError, match="Each row is a quarter"):
        imported(rows, quarters="leave")


def test_years_are_refused():
    with pytest.raises(DataError, match="Each row is a year"):
        imported([("date", "units"), *((f"{y}-01-01", 5) for y in range(2018, 2024))])


COUNTED = [("item", *(f"W{n}" for n in range(1, 9))), ("A", *range(8)), ("B", *range(10, 18))]


def test_counted_weeks_ask_for_their_first_day_and_begin_there():
    asking = imported(COUNTED)
    assert question(asking, "start")["assumed"] == "2001-01-01"
    told = imported(COUNTED, start="2024-01-11")
    assert told.frequency == "W-THU"
    assert units(told)[("B", "2024-02-29")] == 17
    assert asked(told) == set()


def test_counted_months_in_a_column_ask_too():
    rows = [("Month", "Sales"), *((f"{n // 12 + 1}-{n % 12 + 1:02d}", n) for n in range(30))]
    assert question(imported(rows), "start")["example"] == "1-01"
    assert units(imported(rows, start="2019-07"))[("all", "2021-12-01")] == 29


def test_days_and_months_without_a_year_are_no_count_and_refused():
    rows = [("date", "units"), *((f"{d:02d}/01", d) for d in range(1, 29))]
    with pytest.raises(DataError, match="no calendar year"):
        imported(rows)


@pytest.mark.parametrize("start", ["soon", "03/04/2024"])
def test_a_start_that_is_no_plain_day_is_refused(start):
    with pytest.raises(SettingsError, match="start must be a day such as 2024-01-31"):
        imported(COUNTED, start=start)


def test_item_codes_that_are_counted_are_items():
    rows = [("date", "D1", "D2", "D3", "D4"), *((f"{d}", 1, 2, 3, 4) for d in MONDAYS)]
    assert set(imported(rows).sales["unique_id"]) == {"D1", "D2", "D3", "D4"}


@pytest.mark.parametrize(
    ("heading", "texts", "first", "last", "frequency"),
    [
        ("Month", ["202311", "202312", "202401", "202402"], "2023-11-01", "2024-02-01", "MS"),
        ("Woche", ["202352", "202401", "202402", "202403"], "2023-12-25", "2024-01-15", "W-MON"),
        # To everybody else 2024/02 is February, and the year's first weeks would pass for months.
        ("KW", ["2024/01", "2024/02", "2024/03", "2024/04"], "2024-01-01", "2024-01-22", "W-MON"),
    ],
)
def test_months_and_weeks_of_bare_digits_are_what_their_heading_says(heading, texts, first, last, frequency):
    result = imported([(heading, "units"), *((t, n) for n, t in enumerate(texts)), ("Total", 6)])
    assert (result.report["start"], result.report["end"], result.frequency) == (first, last, frequency)
    assert result.report["total_units"] == 6


def test_six_digits_under_another_heading_are_no_month():
    result = imported([("date", "code", "units"), *((f"{d}", "202401", 1) for d in MONDAYS)])
    assert result.report["start"] == "2024-01-15"
    assert result.items.columns.tolist() == ["unique_id", "code"]


def test_months_of_bare_digits_across_are_dates_in_an_unbroken_run_only():
    months = ["202311", "202312", "202401", "202402"]
    result = imported([("Item", *months), ("tea", 1, 2, 3, 4), ("mug", 5, 6, 7, 8)])
    assert units(result)["mug", "2024-02-01"] == 8
    with pytest.raises(DataError, match="Calendar dates are needed"):
        imported([("Item", *months[:3], "202409"), ("tea", 1, 2, 3, 4), ("mug", 5, 6, 7, 8)])
