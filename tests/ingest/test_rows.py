"""What becomes of every row: kept, dropped with a reason, netted, summed, or known future."""

import pandas as pd
import pytest

from forecasting.evaluation.future import live_future
from forecasting.history.panel import panel_of
from forecasting.schema import drivers
from tests.ingest.files import imported, reasons, units

HEAD = ("item", "date", "units", "price", "promo")


def row(item, day, quantity, price="2", promo="0"):
    return (item, f"2024-01-{day}", quantity, price, promo)


def test_every_row_is_kept_or_dropped_with_its_reason_and_its_line():
    rows = [
        HEAD,
        row("tea", 15, "1"),
        HEAD,
        ("", "", "", "", ""),
        row("tea", 16, "two"),
        ("tea", "soon", "1", "2", "0"),
        ("tea", "", "1", "2", "0"),
        row("tea", 17, ""),
        row("tea", 18, "3"),
    ]
    result = imported(rows)
    assert result.report["rows"]["read"] == 8 == result.report["rows"]["kept"] + len(result.dropped)
    assert dict(zip(result.dropped["row"], result.dropped["reason"], strict=True)) == {
        3: "repeated header line",
        4: "blank line",
        5: "units not a number",
        6: "date not readable",
        7: "no date",
        8: "no units",
    }
    assert result.dropped.set_index("row").loc[5, "units"] == "two"


def test_a_series_without_any_units_is_named_not_just_gone():
    gone = [row("milk", 15, ""), row("milk", 16, "NaN"), row("tea", 17, "")]
    result = imported([HEAD, row("tea", 15, "1"), row("tea", 16, "2"), *gone])
    said = [w for w in result.report["warnings"] if "without a single number" in w]
    assert said == ["1 series without a single number of units left out: milk."]


def test_a_series_of_which_only_plans_ahead_are_known_is_named_too():
    sold = [row(item, day, "4" if item == "tea" else "") for day in (15, 16, 17) for item in ("tea", "milk")]
    ahead = [row(item, 18, "", promo="1") for item in ("tea", "milk", "salt")]
    result = imported([HEAD, *sold, *ahead], drivers=("promo",))

    said = [w for w in result.report["warnings"] if "without a single number" in w]
    assert said == ["2 series without a single number of units left out: milk, salt."]
    assert result.future["unique_id"].tolist() == ["tea"]


def test_order_lines_of_a_day_are_summed_not_averaged():
    rows = [HEAD, row("tea", 15, "1"), row("tea", 15, "5"), row("tea", 16, "2")]
    assert units(imported(rows)) == {("tea", "2024-01-15"): 6, ("tea", "2024-01-16"): 2}


def test_moments_of_a_day_are_summed_into_the_day():
    rows = [("item", "date", "units"), ("tea", "2024-01-15 08:00", 1), ("tea", "2024-01-15 17:30", 2),
            ("tea", "2024-01-16 09:00", 4)]  # fmt: skip
    result = imported(rows)
    assert units(result) == {("tea", "2024-01-15"): 3, ("tea", "2024-01-16"): 4}
    assert result.report["format"]["date_format"] == "YYYY-MM-DD hh:mm"


def test_a_price_over_several_lines_is_weighted_by_units():
    rows = [HEAD, row("tea", 15, "3", "10"), row("tea", 15, "1", "6"), row("tea", 16, "0", "8")]
    assert imported(rows, drivers=("price",)).sales["price"].tolist() == [9.0, 8.0]


def test_returns_are_netted_within_their_period_and_never_below_zero():
    rows = [HEAD, row("tea", 15, "5"), row("tea", 15, "-2"), row("tea", 16, "1"), row("tea", 16, "-4")]
    result = imported(rows)
    assert units(result) == {("tea", "2024-01-15"): 3, ("tea", "2024-01-16"): 0}
    told = " ".join(result.report["warnings"])
    assert "2 rows with negative quantities (6 units)" in told
    assert "1 period more came back than was sold" in told
    assert "(3 units more than the net)" in told


def test_returns_can_be_left_out_and_are_then_counted():
    rows = [HEAD, row("tea", 15, "5"), row("tea", 15, "-2"), row("tea", 16, "1")]
    result = imported(rows, returns="drop")
    assert units(result) == {("tea", "2024-01-15"): 5, ("tea", "2024-01-16"): 1}
    assert reasons(result) == {"negative quantity (returns left out)": 1}


def test_lines_alike_are_real_repeat_sales_unless_said_otherwise():
    rows = [HEAD, row("tea", 15, "5"), row("tea", 15, "5"), row("tea", 16, "1")]
    result = imported(rows)
    assert result.report["total_units"] == 11
    assert any(w.startswith("1 row the same as an earlier one") for w in result.report["warnings"])
    result = imported(rows, duplicates="drop_exact")
    assert result.report["total_units"] == 6
    assert reasons(result) == {"exact duplicate": 1}


def test_sales_without_a_code_stay_visible():
    rows = [HEAD, row("tea", 15, "5"), row("", 15, "7"), row("tea", 16, "1"), row("", 16, "1")]
    assert units(imported(rows, columns="unique_id=item,ds=date,y=units"))[("(blank)", "2024-01-15")] == 7


def test_later_rows_without_units_are_the_known_future_where_drivers_are_chosen():
    rows = [HEAD, row("tea", 15, "5"), row("tea", 16, "4"), row("tea", 17, "", promo="1"), row("mug", 17, "")]
    result = imported(rows, drivers=("promo",))
    assert result.future.to_dict("records") == [
        {"unique_id": "tea", "ds": pd.Timestamp("2024-01-17"), "promo": 1.0}
    ]
    assert reasons(result) == {"no sales of this series": 1}
    assert result.report["rows"]["kept"] == 3
    assert reasons(imported(rows)) == {"no units": 2}


def test_an_empty_shelf_marks_a_stock_out_and_the_last_stock_is_the_items():
    rows = [("date", "units", "stock", "cost"), ("2024-01-15", 3, 4, "1.5"), ("2024-01-16", 4, 0, ""),
            ("2024-01-17", 0, 9, "0")]  # fmt: skip
    result = imported(rows)
    assert result.sales["stockout"].tolist() == [False, True, False]
    assert result.items[["on_hand", "unit_cost"]].iloc[0].tolist() == [9.0, 1.5]
    assert any("'cost' of zero or less: read as unknown" in w for w in result.report["warnings"])


def test_a_stock_out_column_joins_what_the_stock_says():
    rows = [("date", "units", "stock", "stockout"), ("2024-01-15", 3, 4, "yes"), ("2024-01-16", 4, 0, "no"),
            ("2024-01-17", 0, 9, "")]  # fmt: skip
    assert imported(rows).sales["stockout"].tolist() == [True, True, False]


def test_items_hold_the_id_parts_and_what_never_changes_within_a_series_but_nobody_s_name():
    rows = [("Store", "Item", "Category", "Promo text", "Customer", "Date", "Units"),
            ("A", "007", "hot", "x", "Ann", "2024-01-15", 1), ("A", "007", "", "y", "Ann", "2024-01-16", 1),
            ("A", "008", "cold", "x", "Bob", "2024-01-15", 1)]  # fmt: skip
    items = imported(rows).items
    assert list(items) == ["unique_id", "Store", "Item", "Category"]
    assert items["Category"].tolist() == ["hot", "cold"]


@pytest.mark.parametrize("blank", ["", " ", "\u00a0"])
def test_blanks_are_unknown_never_zero(blank):
    rows = [HEAD, row("tea", 15, "5"), row("tea", 16, blank), row("tea", 17, "5")]
    assert ("tea", "2024-01-16") not in units(imported(rows, gaps="unknown"))


def test_a_blank_on_the_last_day_of_sales_is_a_missing_sale_not_the_future():
    rows = [HEAD, row("tea", 15, "5"), row("tea", 16, "4"), row("mug", 15, "1"), row("mug", 16, "")]
    result = imported(rows, drivers=("promo",))
    assert result.future.empty
    assert reasons(result) == {"no units": 1}


def test_the_price_of_a_sale_explains_the_past_and_no_model_sees_it():
    lines = ((15, 1, 4.0), (15, 3, 2.0), (16, 2, 3.0), (17, 0, ""), (18, 2, 5.0))
    rows = [("date", "item", "units", "price"), *((f"2024-01-{d}", "tea", u, p) for d, u, p in lines)]
    result = imported(rows)
    assert result.sales["price_paid"].tolist() == [2.5, 3.0, 3.0, 5.0]
    assert drivers(result.sales) == []
    panel = panel_of(result.sales, result.items, "D")
    assert panel.priced
    assert panel.revenue.tolist() == [[10.0, 6.0, 0.0, 10.0]]
    future, _ = live_future(result.sales, result.future, ["tea"], horizon=3, frequency="D")
    assert list(future) == ["unique_id", "ds"]


def test_a_price_that_is_known_ahead_is_a_driver_and_stands_once():
    rows = [("date", "units", "price"), *((f"2024-01-{d}", 3, 2.5) for d in range(15, 25))]
    assert list(imported(rows, drivers=("price",)).sales) == ["unique_id", "ds", "y", "price"]
