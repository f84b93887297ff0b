import pytest

from forecasting.errors import DataError
from tests.ingest.files import asked, imported, question, reasons, units, xlsx_bytes

ITEMS_ACROSS = [
    ("month", "0071", "0072", "0073"),
    ("2024-01", "1", "", "3.0"),
    ("2024-02", "0", "", "4.0"),
    ("2024-03", "2", "5", "6.0"),
]


def test_one_column_per_item_becomes_lines_and_blanks_are_absent_not_zero():
    result = imported(ITEMS_ACROSS)
    assert units(result) == {
        ("0071", "2024-01-01"): 1, ("0071", "2024-02-01"): 0, ("0071", "2024-03-01"): 2,
        ("0072", "2024-03-01"): 5,
        ("0073", "2024-01-01"): 3, ("0073", "2024-02-01"): 4, ("0073", "2024-03-01"): 6,
    }  # fmt: skip
    assert result.frequency == "MS"
    assert reasons(result) == {"no units": 2}
    assert result.dropped["row"].tolist() == [2, 3]
    assert "one column per item: 3 columns x 3 dates" in result.report["warnings"][0]


DATES_ACROSS = [
    ("Product", "Group", "15/01/2024", "16/01/2024", "17/01/2024"),
    ("007", "hot", 1, 2, 3),
    ("008", "cold", 4, "", 6),
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_one_column_per_date_becomes_lines(form):
    result = imported(DATES_ACROSS if form == "csv" else xlsx_bytes(DATES_ACROSS))
    assert units(result)[("008", "2024-01-17")] == 6
    assert ("008", "2024-01-16") not in units(result)
    assert result.roles.unique_id == ("Product",)
    assert result.items["Group"].tolist() == ["hot", "cold"]


def test_numbered_periods_of_no_known_length_are_refused_naming_what_is_missing():
    rows = [
        ("Product_Code", *[f"P{n}" for n in range(52)], "MIN"),
        ("A1", *range(52), 0),
        ("A2", *range(52), 0),
    ]
    with pytest.raises(
        DataError, match="Calendar dates are needed and the file has periods numbered P0 to P51"
    ):
        imported(rows)


def test_an_ordinary_table_of_numbers_is_not_taken_for_a_wide_one():
    rows = [
        ("date", "units", "temperature", "visitors"),
        ("2024-01-15", 1, 20, 300),
        ("2024-01-16", 2, 21, 310),
    ]
    assert imported(rows).report["total_units"] == 3


def test_naming_the_units_column_keeps_a_table_as_it_is():
    rows = [("date", "red", "blue", "green"), ("2024-01-15", 1, 20, 300), ("2024-01-16", 2, 21, 310)]
    assert imported(rows).report["series"] == 3
    assert imported(rows, columns="unique_id=,ds=date,y=blue").report["total_units"] == 41


def test_a_column_among_the_dates_that_is_none_is_told():
    rows = [
        ("Item", "2024-01", "2024-02", "Mars!", "2024-04", "Q1 total"),
        ("tea", 1, 2, 3, 4, 6),
        ("mug", 1, 2, 3, 4, 6),
    ]
    assert any("Among them stands 'Mars!', which is no date" in w for w in imported(rows).report["warnings"])
    rows = [
        ("Item", "Year", "Jan", "Feb", "Mrz", "Apr"),
        ("tea", 2023, 1, 2, 3, 4),
        ("tea", 2024, 1, 2, 3, 4),
    ]
    result = imported(rows)
    assert units(result)["tea", "2024-03-01"] == 3
    assert not any("Among them" in w for w in result.report["warnings"])


def _by_store(*stores):
    """Items down and stores across, a date on each row: the first store sells 1 each day, the next 2 …"""
    days = [f"2024-01-{d:02d}" for d in range(15, 29)]
    return [
        ("Date", "Item", *stores, "Total"),
        *((d, item, *range(1, len(stores) + 1), 99) for d in days for item in ("tea", "mug")),
    ]


@pytest.mark.parametrize("form", [imported, lambda rows, **how: imported(xlsx_bytes(rows), **how)])
def test_items_down_and_stores_across_are_read_where_headings_say_so(form):
    result = form(_by_store("Store 1", "Store 2"))
    assert result.report["questions"] == []
    assert result.roles.unique_id == ("store", "Item")
    assert result.sales.groupby("unique_id")["y"].sum().to_dict() == {
        "Store 1 | mug": 14, "Store 1 | tea": 14, "Store 2 | mug": 28, "Store 2 | tea": 28,
    }  # fmt: skip


def test_columns_that_may_be_stores_are_asked_about():
    rows = _by_store("North", "South", "East")
    asked = question(imported(rows), "layout")
    assert "'North', 'South', 'East' a store with its units" in asked["question"]
    assert imported(rows, layout="across").report["questions"] == []
    assert imported(rows, layout="across").report["total_units"] == 14 * 2 * 6
    with pytest.raises(DataError, match="say which of North, South, East"):
        imported([row[:-1] for row in rows], layout="lines")
    lines = imported(rows, layout="lines", columns="unique_id=Item,ds=Date,y=South")
    assert lines.report["total_units"] == 14 * 2 * 2


def test_stores_down_and_items_across_are_asked_about_too():
    days = [f"2024-01-{d:02d}" for d in range(15, 25)]
    rows = [("Day", "Shop", "Tea", "Mug", "Cup"), *((d, s, 1, 2, 3) for d in days for s in "AB")]
    result = imported(rows)
    assert asked(result) == {"layout"}
    assert result.roles.unique_id == ("Shop", "item")


@pytest.mark.parametrize(
    "figures",
    [
        ("Gross", "Net", "Tax"),
        ("Uds vendidas", "Bruto", "Neto"),
        ("Menge", "Umsatz brutto", "Rabatt"),
        ("Qty", "Temperature", "Visitors"),
        ("Alpha", "Beta", "Promo"),
    ],
)
def test_figures_of_a_row_are_not_taken_for_stores(figures):
    days = [f"2024-01-{d:02d}" for d in range(15, 25)]
    rows = [("Date", "Item", *figures), *((d, i, 3, 40, 5) for d in days for i in "AB")]
    try:
        assert "layout" not in asked(imported(rows))
    except DataError as refused:
        assert "say which of" in str(refused)  # noqa: PT017


def test_a_table_of_a_row_per_sale_with_a_switch_is_no_spread_of_stores():
    days = [f"2024-01-{d:02d}" for d in range(15, 25)]
    lines = [(d, i, n, n, n % 2) for n, d in enumerate(days) for i in "AB"]
    rows = [("Date", "Item", "Alpha", "Beta", "Gamma"), *lines]
    with pytest.raises(DataError, match="say which of"):
        imported(rows)
