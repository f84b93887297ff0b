"""One known table, written in every usual way, is read back exactly."""

import datetime
import gzip
import json

import pandas as pd
import pytest

from forecasting.errors import SettingsError
from forecasting.ingest.report import PAGES_ONLY
from forecasting.ingest.sales import ImportOptions, import_sales, read_table
from forecasting.ingest.template import template_csv
from tests.ingest.files import HEADER, asked, csv_bytes, imported, units, xlsx_bytes

DAYS = [
    datetime.date(2024, 1, d) for d in range(9, 16)
]  # some above 12: the order of day and month is decided
TABLE = [
    ("Zürich", item, day, 1000.5 + n + 10 * (item == "0042"), 2.5)
    for item in ("0007", "0042")
    for n, day in enumerate(DAYS)
]
TRUTH = {(f"Zürich | {item}", f"{day}"): y for _, item, day, y, _ in TABLE}


def written(separator, decimal, thousands, date):
    def number(value):
        text = f"{value:,.1f}".replace(",", "T").replace(".", decimal)
        return text.replace("T", thousands)

    rows = [(s, i, f"{d:{date}}", number(y), number(p)) for s, i, d, y, p in TABLE]
    return [HEADER, *rows], separator


@pytest.mark.parametrize(
    ("separator", "decimal", "thousands", "date", "encoding"),
    [
        (",", ".", "", "%Y-%m-%d", "utf-8"),
        (",", ".", ",", "%m/%d/%y", "utf-8-sig"),
        (";", ",", ".", "%d.%m.%Y", "cp1252"),
        (";", ",", "\u00a0", "%d/%m/%Y", "cp1252"),
        ("\t", ".", "'", "%d %b %Y", "utf-16"),
        ("|", ",", "", "%Y%m%d", "utf-8"),
        (";", ".", ",", "%d/%m/%y", "utf-8-sig"),
        ("\t", ",", ".", "%d-%m-%Y", "utf-16-le"),
        (",", ",", ".", "%Y-%m-%dT00:00:00", "utf-8"),
    ],
)
def test_a_table_is_the_same_whatever_its_separator_signs_dates_and_encoding(
    separator, decimal, thousands, date, encoding
):
    rows, _ = written(separator, decimal, thousands, date)
    result = imported(csv_bytes(rows, separator, encoding, end="\r\n"))
    assert units(result) == TRUTH
    assert asked(result) == set()
    assert result.items["price"].tolist() == [2.5, 2.5]
    assert result.report["format"]["separator"] == separator
    assert result.report["format"]["decimal"] == decimal


def test_a_workbook_of_true_numbers_and_dates_is_the_same_table():
    result = imported(xlsx_bytes([HEADER, *TABLE]))
    assert units(result) == TRUTH
    assert result.report["format"]["sheet"] == "Sales"


def test_codes_typed_as_numbers_in_a_workbook_have_no_point():
    rows = [HEADER, ("A", 42, DAYS[0], 1, 2.5), ("A", 42, DAYS[1], 2, 2.5)]
    assert set(imported(xlsx_bytes(rows)).sales["unique_id"]) == {"A | 42"}


def test_days_counted_as_excel_counts_them_are_dates():
    rows = [("Date", "Units"), (45300, 3), (45301, 4)]  # 45300 = 2024-01-09 in Excel
    assert units(imported(csv_bytes(rows))) == {("all", "2024-01-09"): 3, ("all", "2024-01-10"): 4}


def test_a_workbook_reads_the_sheet_that_holds_a_table_and_names_the_others():
    content = xlsx_bytes([HEADER, *TABLE], Notes=[("read me",)])
    result = imported(content)
    assert units(result) == TRUTH
    assert "Sheet 'Sales' was read; Notes was not." in result.report["warnings"]
    with pytest.raises(SettingsError, match="no sheet 'March'; it has Notes, Sales"):
        imported(content, sheet="March")


def test_a_packed_file_is_unpacked():
    rows, _ = written(",", ".", "", "%Y-%m-%d")
    assert units(imported(gzip.compress(csv_bytes(rows)))) == TRUTH


def test_a_polish_export_of_an_old_system_keeps_its_letters():
    text = "Data;Towar;Ilość\n15.01.2024;Żółty ser;3\n16.01.2024;Kiełbasa wędzona;4\n"
    result = imported(text.encode("cp1250"), columns="unique_id=Towar,ds=Data,y=Ilość")
    assert set(result.sales["unique_id"]) == {"Żółty ser", "Kiełbasa wędzona"}
    assert any("not UTF-8; it was read as cp1250" in w for w in result.report["warnings"])


def test_a_russian_export_of_an_old_system_is_not_taken_for_western_letters():
    rows = [
        ("Дата", "Товар", "Количество"),
        *((f"{d.day}.01.2024", n, 2) for d in DAYS for n in ("Хлеб", "Сыр")),
    ]
    result = imported(csv_bytes(rows, ";", "cp1251"))
    assert set(result.sales["unique_id"]) == {"Хлеб", "Сыр"}
    assert result.report["format"]["encoding"] == "cp1251"


def test_titles_above_the_header_are_skipped_and_counted_as_lines_of_the_file():
    rows, _ = written(",", ".", "", "%Y-%m-%d")
    content = b"Sales report,,,,\n\n" + csv_bytes([*rows, ("A", "B", "soon", "1", "2")])
    result = imported(content)
    assert units(result) == TRUTH
    assert "2 lines above the header were skipped." in result.report["warnings"]
    assert result.dropped["row"].tolist() == [2 + 1 + len(TABLE) + 1]


def test_a_line_with_too_many_fields_is_dropped_with_its_reason_and_the_rest_kept():
    rows, _ = written(",", ".", "", "%Y-%m-%d")
    result = imported(csv_bytes([*rows, ("A", "B", "2024-01-09", "1", "2", "3", "4")]))
    assert units(result) == TRUTH
    assert result.dropped["reason"].tolist() == ["more fields than the header"]


def test_a_separator_after_the_last_field_of_every_line_changes_nothing():
    rows, _ = written(";", ",", ".", "%d.%m.%Y")
    content = csv_bytes([rows[0], *[(*row, "") for row in rows[1:]]], ";")
    assert units(imported(content)) == TRUTH


def test_a_first_line_that_declares_the_separator_is_obeyed():
    rows, _ = written(";", ",", ".", "%d.%m.%Y")
    assert units(imported(b"sep=;\n" + csv_bytes(rows, ";"))) == TRUTH


def test_leading_zeros_live():
    rows = [("sku", "date", "units"), ("000042", "2024-01-15", "1"), ("42", "2024-01-16", "2")]
    assert set(imported(rows).sales["unique_id"]) == {"000042", "42"}


def test_a_code_that_reads_na_is_a_code():
    rows = [("sku", "date", "units"), ("NA", "2024-01-15", "1"), ("null", "2024-01-16", "2")]
    assert set(imported(rows).sales["unique_id"]) == {"NA", "null"}


def test_the_report_is_plain_json_with_every_promised_key():
    report = imported(csv_bytes(written(",", ".", "", "%Y-%m-%d")[0])).report
    assert json.loads(json.dumps(report)) == report
    assert set(report) == {
        "format", "columns", "rows", "series", "start", "end", "frequency", "total_units", "questions",
        "warnings", *PAGES_ONLY,
    }  # fmt: skip
    assert set(report["format"]) == {
        "encoding", "separator", "decimal", "thousands", "date_format", "sheet"
    }  # fmt: skip


def test_a_path_and_its_bytes_are_read_alike(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_bytes(csv_bytes(written(",", ".", "", "%Y-%m-%d")[0]))
    from_path = import_sales(path, name=path.name)
    assert from_path.sales.equals(import_sales(path.read_bytes(), name=path.name).sales)
    assert read_table(path, name=path.name, options=ImportOptions()).frame.shape == (14, 5)


def test_the_template_imports_without_a_question_or_a_warning():
    result = import_sales(template_csv(), name="template.csv")
    assert template_csv().startswith(b"\xef\xbb\xbf")
    assert (result.report["questions"], result.report["warnings"]) == ([], [])
    assert set(result.sales["unique_id"]) == {"Centre | 00017", "Centre | 00042"}
    assert result.sales["ds"].min() == pd.Timestamp("2026-01-05")


def test_columns_put_in_line_by_spaces_are_parted_by_all_of_them():
    lines = [
        "date        item    units",
        *(f"2024-01-{d}  {i:<6}  {d:>5}" for d in range(15, 22) for i in ("tea", "mug")),
    ]
    result = imported("\n".join(lines).encode())
    assert result.roles.unique_id == ("item",)
    assert units(result)["mug", "2024-01-20"] == 20


def test_codes_guarded_from_excel_by_a_formula_are_the_codes():
    rows = ["date;sku;units", *(f'{d};"=""00123""";="{n}"' for n, d in enumerate(DAYS))]
    result = imported("\n".join(rows).encode())
    assert set(result.sales["unique_id"]) == {"00123"}
    assert result.report["total_units"] == 21
