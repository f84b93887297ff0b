"""Files as managers really have them: each imports right, asks, or is refused for the true reason."""

import pandas as pd
import pytest

from forecasting.ingest.items import read_items
from forecasting.ingest.sales import ImportOptions, Roles, import_sales
from tests.conftest import real_data
from tests.ingest.files import asked, question, reasons

pytestmark = pytest.mark.data

TRUTHS = {  # file: roles, frequency, series, rows read, rows dropped, units after netting
    "messy/adidas_us_sales_ptbr.csv":
        (Roles(("Retailer", "Product"), "Invoice Date", "Units Sold", price="Price per Unit"),
         "D", 30, 9650, 0, 2_481_319),
    "messy/superstore_us_ddmmyy_bom.csv":
        (Roles(("Product ID",), "Order Date", "Quantity"), "D", 1468, 2999, 0, 11_340),
    "messy/superstore_eu_semicolon_decimalcomma_cp1252.csv":
        (Roles(("Product ID",), "Order Date", "Quantity"), "D", 1569, 3999, 0, 15_331),
    "messy/online_retail_one_day_returns.csv":
        (Roles(("StockCode",), "InvoiceDate", "Quantity", price="UnitPrice"), "D", 1774, 5331, 0, 44_539),
    "messy/sales_2019_repeated_headers.csv":
        (Roles(("Product",), "Order Date", "Quantity Ordered", price="Price Each"), "D", 19, 801, 3, 900),
    "bench/rossmann.csv.gz":
        (Roles(("Store",), "Date", "Sales", open="Open"), "D", 50, 45_443, 0, 280_307_885),
    "bench/m5.csv.gz":
        (Roles(("store_id", "item_id"), "date", "units"), "D", 500, 235_458, 0, 360_980),
    "bench/dominicks.csv.gz":
        (Roles(("store", "brand"), "week_starting", "units", price="price", unit_cost="unit_cost"),
         "W-THU", 440, 51_040, 0, 449_005_984),
    "bench/carparts_wide.csv.gz":
        (Roles(("item",), "month", "units"), "MS", 800, 40_800, 1892, 19_287),
    "bench/one_item_with_stock.csv":
        (Roles((), "data", "venda", price="preco", on_hand="estoque"), "D", 1, 937, 0, 84_830),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUTHS)
def test_a_real_file_imports_by_guess_alone(name):
    roles, frequency, series, read, dropped, total = TRUTHS[name]
    result = import_sales(real_data(name), name=name)
    rows = result.report["rows"]
    assert result.roles == roles
    assert (result.frequency, result.report["series"]) == (frequency, series)
    assert (rows["read"], rows["read"] - rows["kept"]) == (read, dropped)
    assert result.report["total_units"] == total
    assert asked(result) <= {"gaps"}


def test_the_brazilian_export_is_the_same_sales_as_the_workbook_it_came_from():
    text = import_sales(real_data("messy/adidas_us_sales_ptbr.csv"), name="x.csv")
    book = import_sales(real_data("messy/adidas_us_sales.xlsx"), name="x.xlsx")
    pd.testing.assert_frame_equal(text.sales, book.sales)
    assert text.items["price"].equals(book.items["price"])
    assert text.report["format"]["thousands"] == "."


def test_two_digit_years_with_the_day_first_are_read_so():
    result = import_sales(real_data("messy/superstore_us_ddmmyy_bom.csv"), name="x.csv")
    assert result.report["start"] == "2019-01-03"
    assert result.report["format"]["date_format"] == "DD/MM/YY"


def test_an_old_encoding_with_decimal_commas_is_recognised():
    found = import_sales(
        real_data("messy/superstore_eu_semicolon_decimalcomma_cp1252.csv"), name="x.csv"
    ).report["format"]
    assert (found["encoding"], found["separator"], found["decimal"]) == ("cp1252", ";", ",")


def test_headers_and_blanks_inside_the_data_are_dropped_by_name():
    result = import_sales(real_data("messy/sales_2019_repeated_headers.csv"), name="x.csv")
    assert reasons(result) == {"repeated header line": 2, "blank line": 1}
    assert set(result.dropped["row"]) >= {213, 245}


def test_returns_and_copies_of_a_real_day_are_counted():
    told = " ".join(
        import_sales(real_data("messy/online_retail_one_day_returns.csv"), name="x").report["warnings"]
    )
    assert "29 rows with negative quantities" in told
    assert "39 rows the same as an earlier one" in told


@pytest.mark.parametrize(
    ("name", "first", "told"),
    [
        ("messy/shampoo_pseudo_months.csv", "1-01", ("MS", "2011-05-01", "2014-04-01", 1, 11_253.6)),
        ("messy/uci_weekly_wide_W0_W51.csv", "W0", ("W-FRI", "2011-05-06", "2012-04-27", 811, 375_287)),
    ],
)
def test_periods_without_a_calendar_ask_where_they_begin(name, first, told):
    asking = import_sales(real_data(name), name=name)
    assert question(asking, "start")["example"] == first
    assert f"On which day does {first} begin?" in question(asking, "start")["question"]
    report = import_sales(real_data(name), name=name, options=ImportOptions(start="2011-05-06")).report
    assert tuple(report[k] for k in ("frequency", "start", "end", "series", "total_units")) == told
    assert report["questions"] == []


def test_what_sums_up_a_row_of_weeks_is_no_week_and_no_item():
    result = import_sales(real_data("messy/uci_weekly_wide_W0_W51.csv"), name="x")
    assert set(result.items.columns) == {"unique_id", "Product_Code"}
    assert any("54 columns that sum up a row (MIN" in w for w in result.report["warnings"])


def test_a_half_year_without_rows_is_unknown_not_zero():
    sales = import_sales(real_data("bench/rossmann.csv.gz"), name="x").sales
    days = sales.groupby("unique_id")["ds"].agg(["min", "max", "size"])
    missing = (days["max"] - days["min"]).dt.days + 1 - days["size"]
    assert set(missing) == {0, 184}


def test_empty_shelves_of_a_real_item_are_marked():
    result = import_sales(real_data("bench/one_item_with_stock.csv"), name="x")
    assert result.sales["stockout"].sum() == 16
    assert result.items["on_hand"].tolist() == [3642]


def test_prices_join_the_series_of_a_real_history():
    history = import_sales(real_data("bench/m5.csv.gz"), name="m5")
    items, warnings = read_items(real_data("bench/m5_prices.csv"), name="prices", series=history.items)
    assert items["price"].isna().sum() == 12  # as blank in the file
    assert items.set_index("unique_id").loc["CA_1 | HOBBIES_1_017", "price"] == 1.98
    assert warnings == []


def test_a_million_rows_import_into_weeks():
    result = import_sales(
        real_data("bench/store_item.csv.gz"), name="x", options=ImportOptions(frequency="W")
    )
    assert (result.frequency, result.report["rows"]["read"]) == ("W-MON", 913_000)
