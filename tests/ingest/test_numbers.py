import pandas as pd
import pytest

from forecasting.ingest.numbers import NumberStyle, decide, parse
from tests.ingest.files import asked, imported, question, units


def read(*texts):
    values = pd.Series(texts, dtype=str)
    verdict = decide(values)
    return parse(values, verdict.style).tolist(), verdict.certainty


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1,234.56", "7"], [1234.56, 7]),
        (["1.234,56", "7"], [1234.56, 7]),
        (["1.234.567", "12"], [1234567, 12]),
        (["12,5", "3"], [12.5, 3]),
        (["0.350", "1.200"], [0.35, 1.2]),  # no writer groups a leading zero
        (["1.200", "12,5"], [1200, 12.5]),
        (["1 234", "1\u202f234", "1'234"], [1234, 1234, 1234]),
        (["€ 5", "5 €", "R$ 5", "$5.50"], [5, 5, 5, 5.5]),
        (["(12)", "12-", "-12", "\u221212"], [-12, -12, -12, -12]),
        (["25%", "5 %"], [0.25, 0.05]),
        (["12 pcs", "3 Stk.", "1.234,5 St", "7"], [12, 3, 1234.5, 7]),  # pieces are what is counted anyway
        (["1.5e3", "2"], [1500, 2]),
        (["1,23,456.5"], [123456.5]),  # Indian grouping
    ],
)
def test_a_column_is_read_in_the_style_its_values_prove(texts, numbers):
    assert read(*texts) == (pytest.approx(numbers), "certain")


@pytest.mark.parametrize("text", ["", "n/a", "12 kg", "12 boxes", "3 4", "1.2.3", "--5", "12a"])
def test_what_is_no_number_is_unknown_not_zero(text):
    values, _ = read("5", text)
    assert values[0] == 5
    assert values[1] != values[1]


def test_grouped_values_beside_small_whole_ones_are_thousands():
    assert read("1.200", "850", "90") == ([1200, 850, 90], "likely")


def test_grouped_values_alone_leave_the_sign_open():
    assert decide(pd.Series(["1.200", "2.350"])).certainty == "open"


def test_an_ungrouped_large_number_speaks_for_a_decimal_sign_but_does_not_decide():
    assert read("1.200", "1500") == ([1.2, 1500], "open")


def test_a_number_with_the_wrong_grouping_is_not_read():
    assert pd.isna(parse(pd.Series(["12.34.567"]), NumberStyle(",", "."))[0])


OPEN = [("sku", "date", "units"), ("A", "2024-01-15", "1.200"), ("A", "2024-01-16", "2.350")]


def test_an_undecided_sign_is_asked_with_an_example_and_the_assumption_used():
    result = imported(OPEN)
    assert question(result, "decimal") == {
        "id": "decimal",
        "question": "1.200 in 'units': is this 1.2 (the decimal sign is a point) or 1200 (it is a comma)?",
        "example": "1.200",
        "options": ["point", "comma"],
        "assumed": "comma",
    }
    assert result.report["total_units"] == 3550


def test_the_answer_settles_the_sign_and_the_question_is_gone():
    for answer, total in (("point", 3.55), ("comma", 3550)):
        result = imported(OPEN, decimal=answer)
        assert result.report["total_units"] == pytest.approx(total)
        assert asked(result) == set()


def test_a_column_that_proves_its_sign_keeps_it_whatever_is_said_of_others():
    rows = [("sku", "date", "units"), ("A", "2024-01-15", "1.5"), ("A", "2024-01-16", "2.25")]
    assert imported(rows, decimal="comma").report["total_units"] == 3.75


def test_a_point_in_both_parts_is_told_where_the_price_shows_decimals_with_it():
    rows = [
        ("sku", "date", "units", "price"),
        ("A", "2024-01-15", "1.200", "50.00"),
        ("A", "2024-01-16", "850", "49.50"),
    ]
    result = imported(rows)
    assert units(result) == {("A", "2024-01-15"): 1200, ("A", "2024-01-16"): 850}
    assert any("'units' writes 1.200; read as 1200" in w for w in result.report["warnings"])
    assert result.items["price"].tolist() == [49.5]
