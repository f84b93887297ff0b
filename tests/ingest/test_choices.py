"""What a person decides about a file: sheet, layout, encoding, parts; kept, and told when it counts."""

import json

import pandas as pd
import pytest

from forecasting.ingest.report import changes
from forecasting.ingest.roles import guess_parts
from forecasting.ingest.sales import ImportOptions, Roles, fits, import_sales, read_table, sales_of
from forecasting.ingest.spreadsheet import Sheet
from forecasting.ingest.tables import sheets_of
from tests.conftest import real_data
from tests.ingest.files import csv_bytes, imported, units, xlsx_bytes

ROWS = [
    ("date", "item", "units"),
    ("2024-01-15", "tea", 3),
    ("2024-01-16", "tea", 4),
    ("2024-01-16", "tea", 4),
]


def test_a_workbook_s_sheets_are_listed_with_their_sizes_and_a_text_file_has_none():
    book = xlsx_bytes(ROWS, Notes=[("by hand",)], Blank=[])
    assert sheets_of(book, name="b.xlsx") == (
        Sheet("Notes", 1, 1),
        Sheet("Blank", 0, 0),
        Sheet("Sales", 4, 3),
    )
    assert sheets_of(csv_bytes(ROWS), name="b.csv") == ()


@pytest.mark.parametrize(
    ("header", "known", "missing"),
    [
        (("wann", "was", "n1", "n2"), {"ds": "wann", "unique_id": ("was",)}, ["units sold cannot be told"]),
        (("date", "item", "n1", "units"), {"ds": "date", "y": "units", "unique_id": ("item",)}, []),
    ],
)
def test_a_guess_fills_in_what_the_columns_show_and_says_what_they_do_not(header, known, missing):
    days = pd.date_range("2024-01-01", periods=6).strftime("%Y-%m-%d")
    rows = [header, *((d, item, n % 3 + 3, n % 4 + 4) for n, d in enumerate(days) for item in "pq")]
    guess = guess_parts(read_table(csv_bytes(rows), name="x.csv"))
    assert guess.parts == known
    assert len(guess.unrecognised) == len(missing)
    assert all(says in sentence for says, sentence in zip(missing, guess.unrecognised, strict=True))


def test_a_guess_without_dates_still_finds_the_units_and_the_series():
    rows = [("when", "item", "units"), *(("soon", item, 3 + n) for n in range(4) for item in ("p", "q"))]
    guess = guess_parts(read_table(csv_bytes(rows), name="x.csv"))
    assert guess.parts == {"y": "units", "unique_id": ("item",)}
    assert "Calendar dates are needed" in guess.unrecognised[0]


@pytest.mark.parametrize(
    "options",
    [
        ImportOptions(),
        ImportOptions(columns="ds=date,y=units", drivers=("promo", "price"), sheet="Sales"),
        ImportOptions(
            roles=Roles(("a", "b"), "ds", "y", price="p", drivers=("x",)), gaps="zero", encoding="cp1252"
        ),
    ],
)
def test_choices_survive_being_kept_as_json(options):
    assert ImportOptions.from_dict(json.loads(json.dumps(options.as_dict()))) == options


def test_only_what_was_chosen_is_kept():
    assert ImportOptions(returns="drop", date_order=None).as_dict() == {"returns": "drop"}


def test_a_file_fits_earlier_choices_when_it_has_their_sheet_and_columns():
    chosen = ImportOptions(roles=Roles(("item",), "date", "units"))
    assert fits(csv_bytes(ROWS), name="x.csv", options=chosen)
    assert not fits(csv_bytes([("day", *ROWS[0][1:]), *ROWS[1:]]), name="x.csv", options=chosen)
    assert not fits(csv_bytes(ROWS), name="x.csv", options=ImportOptions(sheet="Sales"))
    assert not fits(b"", name="x.csv", options=chosen)


def test_a_stated_encoding_is_obeyed_and_auto_leaves_it_to_the_file():
    content = csv_bytes([ROWS[0], ("2024-01-15", "Ä", 3), ("2024-01-16", "Ä", 4)], encoding="cp1252")
    assert ("Ä", "2024-01-15") in units(imported(content, encoding="auto"))
    assert ("Д", "2024-01-15") in units(imported(content, encoding="cp1251"))


def test_a_table_that_only_looks_wide_is_read_as_lines_when_said_so():
    days = pd.date_range("2024-01-01", periods=9).strftime("%Y-%m-%d")
    rows = [("Datum", "Ware", "Grad", "Gast"), *((d, n % 3, 20 + n, 50) for n, d in enumerate(days))]
    chosen = Roles((), "Datum", "Ware")
    assert import_sales(csv_bytes(rows), name="x").report["series"] == 3
    result = imported(rows, layout="lines", roles=chosen)
    assert (result.report["series"], result.report["total_units"]) == (1, 9)


def test_the_lines_that_a_rule_changed_are_said_and_nothing_else():
    before = imported(ROWS).report
    after = imported(ROWS, duplicates="drop_exact").report
    assert changes(before, after) == [
        "rows kept: 3 → 2",
        "dropped, exact duplicate: 0 → 1",
        "units: 11 → 7",
    ]
    assert changes(before, before) == []


def test_a_rule_that_changes_the_meaning_of_gaps_is_told_though_no_number_moves():
    days = [f"2024-01-{d:02d}" for d in range(1, 31) if d not in (9, 10)]
    rows = [("date", "units"), *((d, 3) for d in days)]
    told = changes(imported(rows).report, imported(rows, gaps="zero").report)
    assert len(told) == 1
    assert told[0].startswith("now: 2 series-days without a row")


@pytest.mark.data
def test_the_half_year_a_real_chain_was_shut_is_named():
    told = import_sales(real_data("bench/rossmann.csv.gz"), name="x").report["warnings"]
    assert "The longest gap is 184 days from 2014-07-01, in 9 series." in told


def test_a_short_gap_is_counted_but_not_named():
    days = pd.date_range("2024-01-01", periods=90)
    for gone, named in ((27, False), (28, True)):
        kept = days.delete(range(20, 20 + gone))
        told = imported([("date", "units"), *((f"{d:%Y-%m-%d}", 0) for d in kept)]).report["warnings"]
        assert any("longest gap is 28 days from 2024-01-21, in 1 series" in w for w in told) is named


def test_the_stages_of_reading_are_said_in_order_and_change_nothing():
    heard = []
    table = read_table(csv_bytes(ROWS), name="x.csv")
    watched = sales_of(table, ImportOptions(), lambda stage, share: heard.append((stage, share)))
    assert [stage for stage, _ in heard] == ["Understanding dates and numbers", "Summing up periods"]
    assert 0 < heard[0][1] < heard[1][1] < 1
    pd.testing.assert_frame_equal(watched.sales, imported(ROWS).sales)
