"""The currency a file says its money is in, so that nobody reads euros where dollars were meant."""

import pytest

from tests.ingest.files import imported


@pytest.mark.parametrize(
    ("heading", "price", "more", "said"),
    [
        ("Price", "$5.00", (), "USD"),
        ("Price", "5,00 €", (), "EUR"),
        ("Price", "R$ 5,00", (), "BRL"),
        ("Price", "12 zł", (), "PLN"),
        ("Price (GBP)", "5", (), "GBP"),
        ("Price £", "5", (), "GBP"),
        ("Price", "5", ("Currency", "chf"), "CHF"),
        ("Price", "$5", ("Currency", "CAD"), "CAD"),
        ("Price", "5", (), ""),
        ("Price", "5 kr", (), ""),  # four countries write it
    ],
)
def test_signs_headings_and_a_column_of_currencies_say_what_money_is_in(heading, price, more, said):
    head, cell = (more[:1], more[1:]) if more else ((), ())
    rows = [("Item", "Date", "Units", heading, *head)]
    rows += [("a", f"2024-01-{d:02d}", d, price, *cell) for d in range(1, 9)]
    assert imported(rows).report["currency"] == said


def test_a_sign_of_money_in_the_units_counts_where_no_price_carries_one():
    rows = [("Date", "Sales"), *((f"2024-01-{d:02d}", f"${d}.50") for d in range(1, 9))]
    assert imported(rows, measure="money").report["currency"] == "USD"
