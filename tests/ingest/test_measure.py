"""Money is not taken for units: what sounds like it is asked about, and the answer does what it says."""

import pandas as pd
import pytest

from forecasting.ingest.options import ImportOptions
from forecasting.ingest.sales import import_sales


def read(table, **options):
    content = pd.DataFrame(table).to_csv(index=False).encode()
    return import_sales(content, name="sales.csv", options=ImportOptions(**options))


def asked(imported):
    return {q["id"]: q for q in imported.report["questions"]}


DAYS = pd.date_range("2026-01-01", periods=8).strftime("%Y-%m-%d")
UNITS = [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("Umsatz", UNITS, "its name"),
        ("Turnover", UNITS, "its name"),
        ("Sales (EUR)", UNITS, "its name"),
        ("Sales", [n + 0.37 for n in UNITS], "not whole"),
        ("Sales", [5000 + n for n in UNITS], "size"),
    ],
)
def test_what_sounds_like_money_is_asked_and_until_then_taken_as_units(name, values, why):
    imported = read({"Date": DAYS, name: values}, columns=f"ds=Date,y={name}")
    question = asked(imported)["measure"]
    assert (list(question["options"]), question["assumed"]) == (["units", "money"], "units")
    assert why in question["question"].lower()
    assert imported.sales["y"].tolist() == values


@pytest.mark.parametrize(
    ("name", "values"),
    [("Units", [5000 + n for n in UNITS]), ("Sales", UNITS), ("Qty", [n + 0.37 for n in UNITS])],
)
def test_what_is_named_or_counted_like_pieces_is_not_asked(name, values):
    assert "measure" not in asked(read({"Date": DAYS, name: values}))


def test_money_is_divided_by_the_price_and_a_row_without_one_is_left_out_with_its_reason():
    prices = [2.5, 2.5, 4, 4, "", 4, 2.5, 2.5]
    amounts = [n * float(p or 1) for n, p in zip(UNITS, prices, strict=True)]
    imported = read({"Date": DAYS, "Turnover": amounts, "Price": prices}, measure="money", gaps="unknown")
    assert imported.sales["y"].tolist() == pytest.approx([1, 2, 3, 4, 6, 7, 8])
    assert imported.dropped["reason"].tolist() == ["no price to turn money into units"]
    assert "measure" not in asked(imported)


def test_money_without_a_price_stays_and_says_what_orders_will_be():
    imported = read({"Date": DAYS, "Turnover": UNITS}, measure="money")
    assert imported.sales["y"].tolist() == UNITS
    assert "orders will be in money, not in pieces" in " ".join(imported.report["warnings"])


def test_units_that_were_said_to_be_units_are_not_doubted_again():
    report = read({"Date": DAYS, "Turnover": UNITS}, measure="units").report
    assert report["questions"] == []
    assert not any("money" in line for line in report["warnings"])


def sparse(every):
    days = pd.date_range("2025-01-01", "2025-12-31", freq=f"{every}D").strftime("%Y-%m-%d")
    return {"Date": days, "Units": [3] * len(days)}


def test_a_series_that_rarely_sells_is_offered_weeks_and_months_with_the_reason():
    question = asked(read(sparse(20)))["frequency"]
    assert list(question["options"]) == ["D", "W", "MS"]
    assert "5.3% of its days" in question["question"]
    assert "frequency" not in asked(read(sparse(20), frequency="MS"))
    assert "frequency" not in asked(read(sparse(5)))


def test_one_of_what_is_money_costs_one_so_that_revenue_is_known_and_units_have_their_own_price():
    kept = read({"Date": DAYS, "Turnover": UNITS}, measure="money")
    assert (kept.report["measure"], kept.items["price"].tolist()) == ("money", [1.0])
    divided = read({"Date": DAYS, "Turnover": UNITS, "Price": [2.0] * 8}, measure="money")
    assert (divided.report["measure"], divided.items["price"].tolist()) == ("units", [2.0])
    assert "price" not in read({"Date": DAYS, "Turnover": UNITS}, measure="units").items


def test_days_without_a_sale_are_counted_in_the_period_they_are_summed_to():
    by_day, by_month = (read(sparse(20), frequency=f).report["warnings"] for f in ("D", "MS"))
    assert any("series-days without a row" in line for line in by_day)
    assert not any("series-day" in line for line in by_month)
    rare = {"Date": ["2025-01-01", "2025-01-31", "2025-03-05", "2025-03-31", "2025-08-31"], "Units": [1] * 5}
    said = read(rare, frequency="MS", gaps="zero").report["warnings"]
    assert any(line.startswith("5 series-months without a row (62.5% of the span)") for line in said)
