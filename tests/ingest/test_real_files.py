"""Files as managers really have them: each imports right, asks, or is refused for the true reason."""

import json
from functools import cache

import pandas as pd
import pytest
from typer.testing import CliRunner

from forecasting.cli import app
from forecasting.ingest.items import read_items
from forecasting.ingest.report import PAGES_ONLY
from forecasting.ingest.sales import ImportOptions, Roles, import_sales
from tests.conftest import real_data
from tests.ingest.files import question, reasons

pytestmark = pytest.mark.data

KEYS = {
    "format", "columns", "rows", "series", "start", "end", "frequency", "total_units", "questions",
    "warnings", *PAGES_ONLY,
}  # fmt: skip
FORM_KEYS = {"encoding", "separator", "decimal", "thousands", "date_format", "sheet"}

# file: roles; frequency, series, rows read, rows kept, units after netting; what is asked.
# The units of messy/ were counted a second way, with csv.DictReader and the column's own marks.
TRUTHS = {
    "messy/adidas_us_sales.xlsx":
        (Roles(("Retailer", "Product"), "Invoice Date", "Units Sold", price="Price per Unit"),
         ("D", 30, 9650, 9650, 2_481_319), {"gaps"}),
    "messy/adidas_us_sales_ptbr.csv":
        (Roles(("Retailer", "Product"), "Invoice Date", "Units Sold", price="Price per Unit"),
         ("D", 30, 9650, 9650, 2_481_319), {"gaps"}),
    "messy/superstore_us_ddmmyy_bom.csv":
        (Roles(("Product ID",), "Order Date", "Quantity"), ("D", 1468, 2999, 2999, 11_340),
         {"gaps", "frequency"}),
    "messy/superstore_eu_semicolon_decimalcomma_cp1252.csv":
        (Roles(("Product ID",), "Order Date", "Quantity"), ("D", 1569, 3999, 3999, 15_331),
         {"gaps", "frequency"}),
    "messy/online_retail_one_day_returns.csv":
        (Roles(("StockCode",), "InvoiceDate", "Quantity", price="UnitPrice"),
         ("D", 1774, 5331, 5331, 44_539), set()),
    "messy/sales_2019_repeated_headers.csv":
        (Roles(("Product",), "Order Date", "Quantity Ordered", price="Price Each"),
         ("D", 19, 801, 798, 900), {"gaps"}),
    "messy/shampoo_pseudo_months.csv":
        (Roles((), "Month", "Sales"), ("MS", 1, 36, 36, 11_253.6), {"start", "measure"}),
    "messy/uci_weekly_wide_W0_W51.csv":
        (Roles(("Product_Code",), "date", "units"), ("W-MON", 811, 42_172, 42_172, 375_287), {"start"}),
    "bench/rossmann.csv.gz":
        (Roles(("Store",), "Date", "Sales", open="Open"), ("D", 50, 45_443, 45_443, 280_307_885),
         {"gaps", "measure"}),
    "bench/m5.csv.gz":
        (Roles(("store_id", "item_id"), "date", "units"), ("D", 500, 235_458, 235_458, 360_980), set()),
    "bench/dominicks.csv.gz":
        (Roles(("store", "brand"), "week_starting", "units", price="price", unit_cost="unit_cost"),
         ("W-THU", 440, 51_040, 51_040, 449_005_984), {"gaps"}),
    "bench/carparts_wide.csv.gz":
        (Roles(("item",), "month", "units"), ("MS", 800, 40_800, 38_908, 19_287), set()),
    "bench/store_item.csv.gz":
        (Roles(("store", "item"), "date", "sales"), ("D", 500, 913_000, 913_000, 47_704_512), set()),
    "bench/one_item_with_stock.csv":
        (Roles((), "data", "venda", price="preco", on_hand="estoque"), ("D", 1, 937, 937, 84_830), set()),
}  # fmt: skip


@pytest.fixture(scope="module")
def read():
    """Reads a real file by guess alone, each once for all tests."""
    return cache(lambda name: import_sales(real_data(name), name=name))


def inspected(name):
    """What `inspect --json` prints about a file."""
    answer = CliRunner().invoke(app, ["inspect", str(real_data(name)), "--json"])
    assert answer.exit_code == 0, answer.exception
    return json.loads(answer.stdout)


@pytest.mark.parametrize("name", TRUTHS)
def test_a_real_file_is_read_truly_by_guess_alone(read, name):
    roles, told, open_points = TRUTHS[name]
    report = json.loads(json.dumps(read(name).report))
    assert set(report) == KEYS
    assert set(report["format"]) == FORM_KEYS
    rows = report["rows"]
    assert report["columns"] == roles.named()
    assert told == (
        report["frequency"], report["series"], rows["read"], rows["kept"], report["total_units"]
    )  # fmt: skip
    assert {q["id"] for q in report["questions"]} == open_points
    assert sum(d["count"] for d in rows["dropped"]) == rows["read"] - rows["kept"]


@pytest.mark.parametrize(
    "name",
    ["messy/sales_2019_repeated_headers.csv", "messy/uci_weekly_wide_W0_W51.csv",
     "messy/shampoo_pseudo_months.csv", "messy/adidas_us_sales_ptbr.csv"],
)  # fmt: skip
def test_inspect_prints_the_whole_report_as_json(read, name):
    report = inspected(name)
    assert report == {k: v for k, v in read(name).report.items() if k not in PAGES_ONLY}
    assert set(report["rows"]) == {"read", "kept", "dropped"}
    assert all(set(d) == {"reason", "count"} for d in report["rows"]["dropped"])
    for open_point in report["questions"]:
        assert set(open_point) == {"id", "question", "example", "options", "assumed"}
        assert open_point["assumed"] in open_point["options"]


def test_every_real_file_has_its_truth():
    there = {f"{kind}/{path.name}" for kind in ("messy", "bench") for path in real_data(kind).iterdir()}
    assert there == {*TRUTHS, "bench/m5_prices.csv"}


def test_a_list_of_prices_is_no_history_and_says_so():
    answer = CliRunner().invoke(app, ["inspect", str(real_data("bench/m5_prices.csv")), "--json"])
    assert "Calendar dates are needed and the file has none" in str(answer.exception)


def test_the_brazilian_export_is_the_same_sales_as_the_workbook_it_came_from(read):
    text = read("messy/adidas_us_sales_ptbr.csv")
    book = read("messy/adidas_us_sales.xlsx")
    pd.testing.assert_frame_equal(text.sales, book.sales)
    assert text.items["price"].equals(book.items["price"])
    assert text.report["format"]["thousands"] == "."


def test_two_digit_years_with_the_day_first_are_read_so(read):
    result = read("messy/superstore_us_ddmmyy_bom.csv")
    assert result.report["start"] == "2019-01-03"
    assert result.report["format"]["date_format"] == "DD/MM/YY"


def test_an_old_encoding_with_decimal_commas_is_recognised(read):
    found = read("messy/superstore_eu_semicolon_decimalcomma_cp1252.csv").report["format"]
    assert (found["encoding"], found["separator"], found["decimal"]) == ("cp1252", ";", ",")


def test_headers_and_blanks_inside_the_data_are_dropped_by_name(read):
    result = read("messy/sales_2019_repeated_headers.csv")
    assert reasons(result) == {"repeated header line": 2, "blank line": 1}
    assert set(result.dropped["row"]) >= {213, 245}


def test_returns_and_copies_of_a_real_day_are_counted(read):
    report = read("messy/online_retail_one_day_returns.csv").report
    told = " ".join(report["warnings"])
    assert "29 rows with negative quantities" in told
    assert "39 rows the same as an earlier one" in told
    odd = pd.DataFrame(report["odd_lines"])
    assert odd.groupby("kind")["rows"].sum().to_dict() == {"returned": 29, "repeated": 39}
    raw = pd.read_csv(real_data("messy/online_retail_one_day_returns.csv"))
    back = odd[odd["kind"] == "returned"]
    assert back["units"].sum() == -raw.loc[raw["Quantity"] < 0, "Quantity"].sum()


@pytest.mark.parametrize(
    ("name", "first", "told"),
    [
        ("messy/shampoo_pseudo_months.csv", "1-01", ("MS", "2011-05-01", "2014-04-01", 1, 11_253.6)),
        ("messy/uci_weekly_wide_W0_W51.csv", "W0", ("W-FRI", "2011-05-06", "2012-04-27", 811, 375_287)),
    ],
)
def test_periods_without_a_calendar_ask_where_they_begin(read, name, first, told):
    asking = read(name)
    assert question(asking, "start")["example"] == first
    assert f"On which day does {first} begin?" in question(asking, "start")["question"]
    report = import_sales(real_data(name), name=name, options=ImportOptions(start="2011-05-06")).report
    assert tuple(report[k] for k in ("frequency", "start", "end", "series", "total_units")) == told
    assert {q["id"] for q in report["questions"]} <= {"measure"}  # shampoo in amounts with decimals


def test_what_sums_up_a_row_of_weeks_is_no_week_and_no_item(read):
    result = read("messy/uci_weekly_wide_W0_W51.csv")
    assert set(result.items.columns) == {"unique_id", "Product_Code"}
    assert any("54 columns that sum up a row (MIN" in w for w in result.report["warnings"])


def test_a_half_year_without_rows_is_unknown_not_zero(read):
    sales = read("bench/rossmann.csv.gz").sales
    days = sales.groupby("unique_id")["ds"].agg(["min", "max", "size"])
    missing = (days["max"] - days["min"]).dt.days + 1 - days["size"]
    assert set(missing) == {0, 184}


def test_empty_shelves_of_a_real_item_are_marked(read):
    result = read("bench/one_item_with_stock.csv")
    assert result.sales["stockout"].sum() == 16
    assert result.items["on_hand"].tolist() == [3642]


def test_prices_join_the_series_of_a_real_history(read):
    history = read("bench/m5.csv.gz")
    items, warnings = read_items(real_data("bench/m5_prices.csv"), name="prices", series=history.items)
    assert items["price"].isna().sum() == 12  # as blank in the file
    assert items.set_index("unique_id").loc["CA_1 | HOBBIES_1_017", "price"] == 1.98
    assert warnings == []
