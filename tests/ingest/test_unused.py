"""What a file holds and nothing uses is said; what looks known ahead is said with what it is good for."""

from forecasting.ingest.report import in_words, told
from tests.ingest.files import imported

HEAD = ("Date", "Item", "Units", "Promo", "Feiertag", "Discount", "Category", "Customers", "Sales")
ROWS = [
    HEAD,
    *(
        (
            f"2024-01-{d:02d}",
            i,
            d,
            d % 2,
            ("Neujahr", "Epiphanias", *[""] * 26)[d - 1],
            f"0,{d}",
            f"group {i}",
            5 * d,
            9 * d,
        )
        for d in range(1, 29)
        for i in "AB"
    ),
]


def read(**options):
    head, *rows = ROWS
    return imported("\n".join(";".join(map(str, row)) for row in [head, *rows]).encode(), **options)


def test_numbers_and_flags_under_a_promotions_heading_look_known_ahead_and_names_of_holidays_do_not():
    assert read().report["known_ahead"] == ["Promo", "Discount"]
    assert read(drivers=("Promo",)).report["known_ahead"] == ["Discount"]


def test_a_column_without_a_part_is_named_unless_it_describes_the_items():
    report = read(drivers=("Promo",)).report
    assert report["unused"] == ["Feiertag", "Discount", "Customers", "Sales"]
    assert "Not used: Feiertag, Discount, Customers, Sales." in in_words(report)
    assert "'Sales' may be money; revenue needs the price of one unit" in in_words(report)
    assert "may be money" not in in_words(read(columns="price=Sales").report)


def test_who_plans_at_the_command_line_hears_of_unused_promotions_and_how_to_use_them():
    assert "'Promo' and 'Discount' look like" in told(read().report)[-1]
    assert "--drivers" in told(read().report)[-1]
    assert not any("--drivers" in line for line in told(read(drivers=("Promo", "Discount")).report))
