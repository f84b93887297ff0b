"""Pivot tables and exports of orders: a date or a name is written once, blanks below it mean it again."""

import pytest

from tests.ingest.files import asked, imported, question, reasons, units, xlsx_bytes

DAYS = [f"2024-01-{d:02d}" for d in range(15, 29)]
PIVOT = [
    ("Store", "Item", *DAYS),
    ("North", "tea", *[1] * 14),
    ("", "mug", *[2] * 14),
    ("", "cup", *[3] * 14),
    ("North Total", "", *[6] * 14),
    ("South", "tea", *[4] * 14),
    ("", "mug", *[5] * 14),
    ("Total South", "", *[9] * 14),
    ("Grand Total", "", *[15] * 14),
]
BY_DAY = [
    ("Date", "Item", "Units"),
    *(row for day in DAYS for row in ((day, "tea", 1), ("", "mug", 2))),
]


@pytest.mark.parametrize("form", [imported, lambda rows, **how: imported(xlsx_bytes(rows), **how)])
def test_a_pivot_table_gives_every_row_the_name_above_it_and_leaves_its_sums_out(form):
    result = form(PIVOT)
    assert result.sales.groupby("unique_id")["y"].sum().to_dict() == {
        "North | tea": 14, "North | mug": 28, "North | cup": 42, "South | tea": 56, "South | mug": 70,
    }  # fmt: skip
    assert reasons(result) == {"total line": 3 * 14}
    assert "'Store' is blank on 42 of 70 rows with sales" in question(result, "blanks")["question"]
    assert result.dropped["Store"].tolist()[:1] == ["North Total"]


def test_a_date_written_once_a_day_counts_for_the_rows_below_it():
    result = imported(BY_DAY)
    assert asked(result) == {"blanks"}
    assert units(result)["mug", "2024-01-28"] == 2
    assert imported(BY_DAY, blanks="above").report["questions"] == []


def test_blanks_stay_blank_when_a_person_says_so():
    result = imported(BY_DAY, blanks="leave")
    assert reasons(result) == {"no date": 14}
    assert result.report["total_units"] == 14


def test_a_code_missing_here_and_there_is_no_outline():
    rows = [("Date", "Item", "Units"), *((d, i, 1) for d in DAYS for i in ("tea", "tea", ""))]
    result = imported(rows)
    assert asked(result) == set()
    assert result.sales.groupby("unique_id")["y"].sum().to_dict() == {"tea": 28, "(blank)": 14}


def test_a_date_missing_on_few_rows_is_a_slip_and_dropped():
    rows = [("Date", "Item", "Units"), *((d, i, 1) for d in DAYS for i in ("tea", "mug")), ("", "tea", 1)]
    assert reasons(imported(rows)) == {"no date": 1}


def test_a_brand_with_total_in_its_name_is_an_item_in_an_ordinary_table():
    rows = [("Date", "Item", "Units"), *((d, i, 1) for d in DAYS for i in ("Colgate", "Colgate Total"))]
    assert imported(rows).report["total_units"] == 28
