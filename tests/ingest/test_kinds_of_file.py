"""The same table in every kind of file: workbooks old and new, Parquet, JSON, packed."""

import datetime
import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from benchmarks.hostile_files import zipped
from forecasting.errors import UnreadableFile
from tests.ingest.files import HEADER, asked, csv_bytes, imported, reasons, units
from tests.ingest.test_formats import DAYS, TABLE, TRUTH
from tests.ingest.workbooks import ods_bytes, xlsb_bytes

FRAME = pd.DataFrame(TABLE, columns=HEADER)
EPOCH = datetime.date(1899, 12, 30)


def parquet_bytes(frame):
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


def book(draw):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        draw(made.add_worksheet("Sales"))
    return stream.getvalue()


KINDS = {
    "xls": lambda: (Path(__file__).parent / "data" / "sales.xls").read_bytes(),
    "ods": lambda: ods_bytes([HEADER, *TABLE]),
    "xlsb": lambda: xlsb_bytes([HEADER, *[(s, i, (d - EPOCH).days, y, p) for s, i, d, y, p in TABLE]]),
    "parquet": lambda: parquet_bytes(FRAME),
    "parquet of moments": lambda: parquet_bytes(FRAME.assign(Date=pd.to_datetime(FRAME["Date"]))),
    "json lines": lambda: FRAME.astype({"Date": str}).to_json(orient="records", lines=True).encode(),
    "json": lambda: FRAME.astype({"Date": str}).to_json(orient="records").encode(),
    "zip": lambda: zipped({"a/sales.csv": csv_bytes([HEADER, *TABLE]), "__MACOSX/a/._sales.csv": b"\0"}),
    "zip of a workbook": lambda: zipped({"sales.ods": ods_bytes([HEADER, *TABLE])}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_the_same_in_every_kind_of_file(kind):
    result = imported(KINDS[kind]())
    assert units(result) == TRUTH
    assert asked(result) == set()
    assert result.items["price"].tolist() == [2.5, 2.5]


def test_blanks_and_codes_of_typed_columns_stay_what_they_are():
    rows = FRAME.assign(Units=FRAME["Units"].where(FRAME["Units"] != 1001.5), Store=7)
    result = imported(parquet_bytes(rows))
    assert reasons(result) == {"no units": 1}
    assert set(result.sales["unique_id"]) == {"7 | 0007", "7 | 0042"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PAR1 broken", "is damaged or no"),
        (zipped({"a.csv": b"x", "b.csv": b"y"}), "2 files .a.csv, b.csv.; pack one sales file alone"),
    ],
)
def test_a_typed_or_packed_file_that_is_no_table_is_refused(content, says):
    with pytest.raises(UnreadableFile, match=says):
        imported(content)


def test_a_merged_cell_stands_for_every_row_it_covers():
    def draw(sheet):
        sheet.write_row(0, 0, ("Store", "Date", "Units"))
        for place, store in enumerate(("North", "South")):
            sheet.merge_range(1 + 7 * place, 0, 7 + 7 * place, 0, store)
            for n, day in enumerate(DAYS):
                sheet.write_row(1 + 7 * place + n, 1, (f"{day}", n + place))

    result = imported(book(draw))
    assert result.sales.groupby("unique_id")["y"].sum().to_dict() == {"North": 21, "South": 28}


def test_of_a_header_of_two_rows_the_units_are_read():
    def draw(sheet):
        sheet.merge_range(0, 0, 0, 4, "Sales of the year")
        sheet.write(1, 0, "Item")
        for place, month in enumerate(("2024-01", "2024-02", "2024-03")):
            sheet.merge_range(1, 1 + 2 * place, 1, 2 + 2 * place, month)
            sheet.write_row(2, 1 + 2 * place, ("Revenue", "Units"))
        sheet.write_row(3, 0, ("tea", 10, 1, 20, 2, 30, 3))
        sheet.write_row(4, 0, ("mug", 40, 4, 50, 5, 60, 6))

    result = imported(book(draw))
    assert result.sales.groupby("unique_id")["y"].sum().to_dict() == {"mug": 15, "tea": 6}
    assert result.frequency == "MS"
    assert any("'Units' was read; Revenue was not" in w for w in result.report["warnings"])


def test_totals_below_and_beside_are_no_sales():
    long = [
        ("date", "sku", "units"),
        *((d, "A", 2) for d in DAYS),
        ("Total", "", 14),
        (DAYS[-1], "Total", 14),
    ]
    assert imported(long).report["total_units"] == 14
    assert reasons(imported(long)) == {"total line": 2}
    across = [("date", "A", "B", "C", "Total"), *((d, 1, 2, 3, 6) for d in DAYS), ("Total", 7, 14, 21, 42)]
    assert imported(across).report["total_units"] == 42
    down = [("item", *DAYS, "Total"), ("A", *[1] * 7, 7), ("B", *[2] * 7, 14), ("Grand total", *[3] * 7, 21)]
    assert imported(down).report["total_units"] == 21
    assert set(imported(down).items.columns) == {"unique_id", "item"}


@pytest.mark.parametrize("separator", ["^", "~", "¦", ":", "\x1f"])
def test_rare_separators_are_recognised(separator):
    assert units(imported(csv_bytes([HEADER, *TABLE], separator))) == TRUTH


def _under(*groups, spread=(), first="Date"):
    """A sheet of dates down whose header of two rows groups its columns: (heading, columns of numbers)."""

    def draw(sheet):
        sheet.write(1, 0, first)
        place = 1
        for heading, columns in groups:
            sheet.merge_range(0, place, 0, place + len(columns) - 1, heading)
            sheet.write_row(1, place, columns)
            place += len(columns)
        for n, day in enumerate(DAYS):
            sheet.write_row(2 + n, 0, (f"{day}", *(n + k for k in range(1, place)), *spread))

    return draw


def sums(result):
    return result.sales.groupby("unique_id")["y"].sum().to_dict()


@pytest.mark.parametrize("stores", [("Store A", "Store B"), ("Harbour", "Centre"), ("A", "B", "C", "Total")])
def test_of_stores_merged_over_units_and_revenue_the_units_are_read_by_store(stores):
    result = imported(book(_under(*((s, ("Units", "Revenue")) for s in stores))))
    real = [s for s in stores if s != "Total"]
    assert sums(result) == {s: sum(n + 2 * k + 1 for n in range(7)) for k, s in enumerate(real)}
    assert any("'Units' was read; Revenue was not" in w for w in result.report["warnings"])


def test_of_figures_merged_over_stores_the_units_are_read_by_store():
    stores = ("Store A", "Store B")
    alone = imported(book(_under(("Sales", stores))))
    assert sums(alone) == {"Store A": 28, "Store B": 35}
    both = imported(book(_under(("Revenue", stores), ("Units", stores), ("Price", stores))))
    assert sums(both) == {"Store A": 42, "Store B": 49}
    assert any("under 'Units' were read; Revenue, Price were not" in w for w in both.report["warnings"])


def test_of_stores_merged_over_items_both_name_the_series():
    result = imported(book(_under(("Harbour", ("tea", "mug")), ("Centre", ("tea", "mug")))))
    assert sums(result) == {
        "Harbour | tea": 28, "Harbour | mug": 35, "Centre | tea": 42, "Centre | mug": 49
    }  # fmt: skip
    assert result.roles.unique_id == ("store", "item")


def test_of_categories_merged_over_items_the_category_describes_the_item():
    result = imported(book(_under(("Hot", ("tea", "coffee")), ("Cold", ("juice", "cola")))))
    assert result.items.set_index("unique_id")["category"].to_dict() == {
        "tea": "Hot", "coffee": "Hot", "juice": "Cold", "cola": "Cold"
    }  # fmt: skip


def test_items_down_and_stores_across_name_the_series_together():
    def draw(sheet):
        sheet.write_row(1, 0, ("Date", "Item"))
        sheet.merge_range(0, 2, 0, 3, "Units")
        sheet.write_row(1, 2, ("North", "South"))
        for n, day in enumerate(DAYS):
            for k, item in enumerate(("tea", "mug")):
                sheet.write_row(2 + 2 * n + k, 0, (f"{day}", item, n, 10 + k))

    assert sums(imported(book(draw))) == {
        "North | mug": 21, "North | tea": 21, "South | mug": 77, "South | tea": 70
    }  # fmt: skip


@pytest.mark.parametrize("top", [("", "Harbour", "", "Centre", ""), ("Date", "Harbour", "", "Centre", "")])
def test_a_text_file_of_a_header_of_two_rows_is_read_alike(top):
    below = ("" if top[0] else "Date", "Units", "Revenue", "Units", "Revenue")
    result = imported([top, below, *((d, n, 10 * n, 2 * n, 20 * n) for n, d in enumerate(DAYS))])
    assert sums(result) == {"Harbour": 21, "Centre": 42}


def test_two_stores_side_by_side_in_a_plain_file_are_two_series():
    result = imported([("Date", "Store A", "Store B"), *((d, n, 2 * n) for n, d in enumerate(DAYS))])
    assert sums(result) == {"Store A": 21, "Store B": 42}


def test_a_title_over_a_table_of_repeated_headings_is_no_header():
    rows = [
        ("Sales of the week", "", "", ""),
        ("Date", "Item", "Units", "Units"),
        *((d, "tea", 2, 5) for d in DAYS),
    ]
    assert imported(rows).report["total_units"] == 14
