import pandas as pd
import pytest

from forecasting.errors import DataError
from forecasting.ingest.items import read_items
from tests.ingest.files import csv_bytes, imported

SALES = [("Store", "Item", "Date", "Units", "Price", "Code"), *[
    (store, item, f"2024-01-{day}", 3, 5, f"c{item}")
    for store in ("A", "B") for item in ("007", "008") for day in (15, 16)
]]  # fmt: skip


@pytest.fixture
def series():
    return imported(SALES).items


def joined(rows, series):
    items, warnings = read_items(csv_bytes(rows), name="items.csv", series=series)
    return items.set_index("unique_id"), warnings


def test_an_items_file_joins_by_its_id_parts_whatever_their_order_and_case(series):
    items, warnings = joined(
        [("ITEM", "store", "Cost", "Stock", "Lead time", "Case pack", "Colour"),
         *[(i, s, 2.5, 40, 3, 12, "red") for s in "AB" for i in ("007", "008")]], series)  # fmt: skip
    row = items.loc["A | 007"]
    assert row[["unit_cost", "on_hand", "lead_time", "pack"]].tolist() == [2.5, 40, 3, 12]
    assert (row["Colour"], row["price"]) == ("red", 5)
    assert warnings == []


def test_an_items_file_of_items_alone_describes_every_store(series):
    items, _ = joined([("sku", "unit_cost"), ("007", 2), ("008", 3)], series)
    assert items["unit_cost"].to_dict() == {"A | 007": 2, "A | 008": 3, "B | 007": 2, "B | 008": 3}


def test_the_whole_id_is_a_key_too(series):
    items, warnings = joined([("unique_id", "moq"), ("A | 007", 6)], series)
    assert items.loc["A | 007", "moq"] == 6
    assert items["moq"].isna().sum() == 3
    assert warnings == ["3 series without a row in items.csv (A | 008, B | 007, B | 008)."]


def test_a_code_the_sales_file_gave_serves_as_key():
    sales = imported(SALES, columns="unique_id=Store,ds=Date,y=Units").items.assign(Code=["x", "y"])
    items, _ = joined([("code", "pack"), ("x", 6), ("y", 8)], sales)
    assert items["pack"].tolist() == [6, 8]


def test_the_file_wins_over_the_history_and_a_blank_leaves_it(series):
    items, _ = joined([("Item", "price"), ("007", "9"), ("008", "")], series)
    assert items["price"].to_dict() == {"A | 007": 9, "A | 008": 5, "B | 007": 9, "B | 008": 5}


FULL = {
    "0 or more": "a whole number of periods, 0 or more",
    "1 or more": "a whole number of periods, 1 or more",
    "25 % is 0.25": "a fraction of the cost per year between 0 and 2 (25 % is 0.25)",
}


@pytest.mark.parametrize(
    ("column", "value", "need"),
    [
        ("price", "-1", "above 0"),
        ("unit_cost", "0", "above 0"),
        ("pack", "0", "a whole number, 1 or more"),
        ("moq", "2.5", "a whole number, 1 or more"),
        ("lead_time", "-1", "0 or more"),
        ("review_period", "0", "1 or more"),
        ("holding_rate", "25", "25 % is 0.25"),
        ("on_hand", "many", "a number"),
        ("leftover", "maybe", "perishable or carry_over"),
    ],
)
def test_a_value_that_makes_no_sense_makes_its_row_a_problem(series, column, value, need):
    items, warnings = joined([("Item", column), ("007", value), ("008", "")], series)
    assert pd.isna(items.loc["A | 007", column]) or items.loc["A | 007", column] == 5  # the price stays
    assert any(need in w and repr(value) in w and "(row 2)" in w for w in warnings)
    assert (
        items.loc["A | 007", "items_problem"]
        == f"{column!r} reads {value!r}; it must be {FULL.get(need, need)}."
    )
    assert items["items_problem"].isna().tolist() == [False, True, False, True]
    assert items["items_row"].tolist() == [2, 3, 2, 3]


@pytest.mark.parametrize("nothing", ["", " - ", "n/a", "NULL"])
def test_a_cell_that_has_nothing_to_say_is_blank_and_no_problem(series, nothing):
    items, warnings = joined([("Item", "lead_time"), ("007", nothing), ("008", "3")], series)
    assert items["lead_time"].isna().tolist() == [True, False, True, False]
    assert items["items_problem"].isna().all()
    assert warnings == []


def test_a_corrected_file_takes_its_problems_back(series):
    wrong, _ = read_items(csv_bytes([("Item", "pack"), ("007", 0), ("008", 6)]), name="a.csv", series=series)
    mended, _ = joined([("Item", "pack"), ("008", 6), ("007", 4)], wrong)
    assert wrong["items_problem"].notna().sum() == 2
    assert mended["items_problem"].isna().all()
    assert mended["items_row"].tolist() == [3, 2, 3, 2]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [("Item", "price"), ("007", "€ 5"), ("008", "$4")],
            r"EUR \(row 2\) and \$ \(row 3\); .* never added",
        ),
        ([("Item", "cost", "Currency"), ("007", 5, "EUR"), ("008", 4, "usd")], "EUR .* and USD"),
        ([("Item", "cost", "Currency"), ("007", "£5", "EUR"), ("008", 4, "")], "EUR .* and GBP"),
    ],
)
def test_money_of_two_currencies_is_refused(series, rows, says):
    with pytest.raises(DataError, match=says):
        joined(rows, series)


def test_items_in_another_currency_than_the_sales_are_refused():
    with_currency = [(*row, "Currency" if i == 0 else "EUR") for i, row in enumerate(SALES)]
    series = imported(with_currency).items
    with pytest.raises(DataError, match=r"EUR and CHF .row 2."):
        joined([("Item", "cost"), ("007", "CHF 2"), ("008", 3)], series)
    assert joined([("Item", "cost"), ("007", "€2"), ("008", 3)], series)[0]["unit_cost"].notna().all()


def test_sales_whose_prices_are_in_two_currencies_are_refused_and_one_dollar_is_one_currency():
    rows = [("Item", "Date", "Units", "Price"), ("a", "2024-01-15", 1, "$5"), ("a", "2024-01-16", 2, "5 €")]
    with pytest.raises(DataError, match=r"\$ \(row 2\) and EUR \(row 3\)"):
        imported(rows)
    dollars = [(*r, "Currency" if i == 0 else "CAD") for i, r in enumerate(rows[:2])]
    assert len(imported([*dollars, ("a", "2024-01-16", 2, "$6", "CAD")]).sales) == 2


def test_percent_and_words_are_understood(series):
    items, warnings = joined(
        [("Item", "holding_rate", "Perishable"), ("007", "25%", "yes"), ("008", "0.3", "No")], series
    )
    assert items.loc["A | 007", ["holding_rate", "leftover"]].tolist() == [0.25, "perishable"]
    assert items.loc["B | 008", ["holding_rate", "leftover"]].tolist() == [0.3, "carry_over"]
    assert warnings == []


def test_times_in_days_are_not_taken_for_periods(series):
    items, warnings = joined([("Item", "lead_time_days"), ("007", 3), ("008", 4)], series)
    assert "lead_time" not in items
    assert any("'lead_time_days' is not used" in w for w in warnings)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [("Colour", "price"), ("red", 1), ("blue", 2)],
            "unique_id or Store . Item is needed, it has Colour",
        ),
        ([("Item", "price"), ("007", 1), ("007", 2)], "describes '007' twice .rows 2 and 3"),
        ([("Item", "price"), ("7", 1), ("8", 2)], "it describes '7', '8', the history has '007', '008'"),
    ],
)
def test_a_file_that_cannot_be_joined_is_refused(series, rows, says):
    with pytest.raises(DataError, match=says):
        joined(rows, series)


def test_a_single_series_needs_no_key():
    sales = imported([("date", "units"), ("2024-01-15", 1), ("2024-01-16", 2)]).items
    items, _ = joined([("cost", "lead time"), ("1.5", 3)], sales)
    assert items.loc["all", ["unit_cost", "lead_time"]].tolist() == [1.5, 3]


def test_rows_without_sales_are_told(series):
    _, warnings = joined([("Item", "price"), ("007", 1), ("008", 2), ("009", 3)], series)
    assert warnings == ["1 row of items.csv without sales (009)."]
