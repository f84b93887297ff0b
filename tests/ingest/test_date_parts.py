"""Dates in several columns, as exports of monthly reports have them."""

import datetime
import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from forecasting.cli import app
from forecasting.errors import DataError, SettingsError
from forecasting.ingest.date_parts import date_choices
from forecasting.ingest.options import ImportOptions, Roles
from tests.ingest.files import asked, csv_bytes, imported, question, reasons, units

MONTHS = pd.date_range("2022-11-01", periods=14, freq="MS")
TRUTH = {
    (item, f"{m:%Y-%m-%d}"): n + k for n, m in enumerate(MONTHS) for k, item in enumerate(("mug", "tea"))
}
GERMAN = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
          "November", "Dezember")  # fmt: skip


def monthly(heads, month):
    """Rows of two items by month, the month written by a function."""
    rows = [(m.year, month(m), i, TRUTH[i, f"{m:%Y-%m-%d}"]) for m in MONTHS for i in ("mug", "tea")]
    return [heads, *rows]


@pytest.mark.parametrize(
    ("heads", "month"),
    [
        (("Year", "Month", "Item", "Units"), lambda m: m.month),
        (("Sales Year", "Month Name", "Item", "Units"), lambda m: f"{m:%B}"),
        (("Jahr", "Monat", "Artikel", "Menge"), lambda m: GERMAN[m.month - 1]),
        (("Année", "Mois", "Produit", "Quantité"), lambda m: f"M{m.month:02d}"),
        (("Año", "Mes", "Producto", "Cantidad"), lambda m: f"{m.month:02d}"),
        (("Rok", "Miesiąc", "Produkt", "Ilość"), lambda m: f"{m.month}.0"),
    ],
)
def test_a_year_and_a_month_are_the_date_of_a_row(heads, month):
    result = imported(monthly(heads, month))
    assert units(result) == TRUTH
    assert result.frequency == "MS"
    assert result.report["columns"]["ds"] == f"{heads[0]} + {heads[1]}"
    assert result.roles.date_parts == heads[:2]
    assert f"The date is read from {heads[0]!r}, {heads[1]!r} together." in result.report["warnings"]
    assert set(result.items.columns) == {
        "unique_id",
        heads[2],
    }  # neither a year nor a month describes an item


def test_inspect_prints_where_the_date_comes_from(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_bytes(csv_bytes(monthly(("Year", "Month", "Item", "Units"), lambda m: m.month)))
    report = json.loads(CliRunner().invoke(app, ["inspect", str(path), "--json"]).stdout)
    assert report["columns"] == {"unique_id": ["Item"], "ds": "Year + Month", "y": "Units"}
    assert report["format"]["date_format"] == "YYYY-MM"


def test_a_year_and_an_iso_week_are_a_week_that_begins_on_monday():
    mondays = [datetime.date(2023, 11, 27) + datetime.timedelta(weeks=n) for n in range(12)]
    rows = [("Jahr", "KW", "Menge"), *((*d.isocalendar()[:2], n) for n, d in enumerate(mondays))]
    result = imported(rows)
    assert units(result) == {("all", f"{d}"): n for n, d in enumerate(mondays)}
    assert result.frequency == "W-MON"
    assert any("begin on Monday" in w for w in result.report["warnings"])


def test_a_week_beside_its_month_keeps_its_year_around_new_year():
    days = pd.date_range("2023-12-04", "2025-02-03", freq="W-MON") + pd.Timedelta(days=2)
    rows = [("Year", "Month", "Week", "Units")]
    rows += [(d.year, d.month, d.isocalendar().week, n) for n, d in enumerate(days)]
    assert (2025, 1, 1, 56) in rows  # the calendar's year: 1 January 2025 is in the first week of 2025
    found = units(imported(rows))
    assert found == {("all", f"{d - pd.Timedelta(days=2):%Y-%m-%d}"): n for n, d in enumerate(days)}
    late = [("Year", "Month", "Week", "Units"), *((2024, 12, w, w) for w in (50, 51, 52, 1))]
    assert list(units(imported(late)))[-1] == ("all", "2024-12-30")


def test_a_year_and_a_quarter_ask_as_quarters_do():
    rows = [("Year", "Quarter", "Units"), *((y, f"Q{q}", 3 * q) for y in (2022, 2023) for q in (1, 2, 3, 4))]
    result = imported(rows)
    assert "quarters" in asked(result)
    assert result.report["total_units"] == 60


def test_a_day_beside_year_and_month_makes_days_and_a_weekday_does_not():
    days = pd.date_range("2024-01-25", periods=20)
    rows = [("year", "month", "day", "units"), *((d.year, d.month, d.day, n) for n, d in enumerate(days))]
    assert units(imported(rows)) == {("all", f"{d:%Y-%m-%d}"): n for n, d in enumerate(days)}
    weekdays = [("year", "month", "day", "units"), *((d.year, d.month, d.day_of_week + 1, 1) for d in days)]
    assert units(imported(weekdays)) == {("all", "2024-01-01"): 7, ("all", "2024-02-01"): 13}


def test_a_year_written_only_where_it_begins_counts_for_the_rows_below():
    rows = [("Year", "Month", "Units"), *((m.year if m.month in (1, 11) and m.year < 2024 else "", m.month, 1)
                                          for m in MONTHS)]  # fmt: skip
    result = imported(rows)
    assert list(units(result)) == [("all", f"{m:%Y-%m-%d}") for m in MONTHS]
    assert "11 rows without 'Year' read with the year above them." in result.report["warnings"]


def test_totals_repeated_headers_and_months_that_are_none_are_left_out_with_their_reason():
    rows = [("Year", "Month", "Units"), *((2023, m, m) for m in range(1, 13)), ("Year", "Month", "Units"),
            (2023, "Total", 78), (2023, 13, 5), ("", "", "")]  # fmt: skip
    result = imported(rows)
    assert result.report["total_units"] == 78
    assert reasons(result) == {
        "repeated header line": 1, "total line": 1, "date not readable": 1, "blank line": 1
    }  # fmt: skip


def test_a_whole_date_stands_before_its_parts_which_are_neither_series_nor_units():
    days = pd.date_range("2024-01-01", periods=30)
    rows = [("Date", "Year", "Month", "Quarter", "Amount sold")]
    rows += [(f"{d:%Y-%m-%d}", d.year, f"{d:%b}", 1, k) for d in days for k in (2, 3)]
    result = imported(rows)
    assert result.roles == Roles((), "Date", "Amount sold")
    assert result.report["total_units"] == 150


def test_a_fiscal_year_is_not_taken_for_a_calendar_s():
    with pytest.raises(DataError, match="Calendar dates are needed"):
        imported(monthly(("Fiscal Year", "Fiscal Month", "Item", "Units"), lambda m: m.month))


def test_the_columns_can_be_named_whatever_their_headings():
    rows = monthly(("FY", "P", "Item", "Units"), lambda m: m.month)
    assert units(imported(rows, columns="ds=FY+P,unique_id=Item,y=Units")) == TRUTH
    with pytest.raises(DataError, match=r"needs a year and a month.*'Item' is none of them"):
        imported(rows, columns="ds=FY+Item,y=Units")
    with pytest.raises(SettingsError, match="plays two parts"):
        Roles(("Year",), "Year + Month", "Units", date_parts=("Year", "Month"))


def test_columns_that_may_be_a_date_together_are_offered_the_likeliest_first():
    frame = pd.DataFrame(
        {"A": ["2023", "2024"], "B": ["1", "12"], "Year": ["2023", "2024"], "Month": ["May", "Jun"],
         "Units": ["3", "4"]}
    )  # fmt: skip
    assert date_choices(frame)[0] == ("Year", "Month")
    assert ("A", "B") in date_choices(frame)
    assert not any("Units" in choice for choice in date_choices(frame))


def test_choices_with_a_date_in_parts_are_remembered():
    options = ImportOptions(roles=Roles(("Item",), "Year + Month", "Units", date_parts=("Year", "Month")))
    assert ImportOptions.from_dict(json.loads(json.dumps(options.as_dict()))) == options
    rows = monthly(("Year", "Month", "Item", "Units"), lambda m: m.month)
    assert units(imported(rows, roles=options.roles)) == TRUTH


def test_items_across_under_a_year_and_a_month_become_lines():
    rows = [
        ("Year", "Month", "tea", "mug", "pot"),
        *((m.year, m.month, n, 1, 2) for n, m in enumerate(MONTHS)),
    ]
    result = imported(rows)
    assert units(result)["tea", "2023-12-01"] == 13
    assert set(result.sales["unique_id"]) == {"tea", "mug", "pot"}


@pytest.mark.parametrize("heads", [
    [f"{d:%b}" for d in pd.date_range("2024-01-01", periods=12, freq="MS")],
    GERMAN,
])  # fmt: skip
def test_months_across_under_a_year_become_lines(heads):
    rows = [("Item", "Year", *heads, "Total")]
    rows += [(i, y, *(y - 2000 + m for m in range(12)), 0) for i in ("tea", "mug") for y in (2022, 2023)]
    result = imported(rows)
    assert result.frequency == "MS"
    assert units(result)["mug", "2023-12-01"] == 34
    assert result.report["series"] == 2
    assert result.report["total_units"] == 2 * sum(y - 2000 + m for y in (2022, 2023) for m in range(12))


def test_weeks_and_quarters_across_under_a_year_become_lines():
    weeks = [
        ("Year", "Item", *(f"W{n}" for n in range(1, 53))),
        (2022, "tea", *range(52)),
        (2023, "tea", *range(52)),
    ]
    assert units(imported(weeks))["tea", "2023-01-02"] == 0
    assert asked(imported(weeks)) == set()
    quarters = [("Year", "Q1", "Q2", "Q3", "Q4"), *((y, 3, 6, 9, 12) for y in (2021, 2022, 2023))]
    assert question(imported(quarters), "quarters")
    assert imported(quarters).report["total_units"] == 90


def test_months_across_without_any_year_ask_for_it():
    months = [f"{d:%b}" for d in pd.date_range("2024-04-01", periods=12, freq="MS")]
    rows = [("Item", *months), ("tea", *range(12)), ("mug", *range(12))]
    assert question(imported(rows), "start")["assumed"] == "2001-04-01"
    told = imported(rows, start="2023-04")
    assert units(told)["tea", "2024-03-01"] == 11
    with pytest.raises(SettingsError, match=r"first column is 'Apr', and 2023-01 is another month"):
        imported(rows, start="2023-01")
