"""What a manager may type into an order line."""

import re

import pytest

from forecasting.errors import DecisionError
from forecasting.inventory.typed_orders import TYPED, typed_quantity


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("60", 60), ("0", 0), ("+12", 60), ("-5", 43), ("−5", 43), ("*1.1", 53), ("×2", 96), ("x 0,5", 24),
        ("+10%", 53), ("-25 %", 36), ("-60", 0), (" 7 ", 7), ("10,4", 10),
    ],
)  # fmt: skip
def test_a_quantity_or_a_change_of_the_suggested_48(text, units):
    assert typed_quantity(text, 48.0, whole_units=True) == units
    assert re.match(TYPED, text)  # what the page lets through and what is understood are one language


def test_a_blank_is_the_suggestion():
    assert typed_quantity("  ", 48.0, whole_units=True) is None


def test_goods_by_weight_keep_their_fraction():
    assert typed_quantity("*1.1", 2.5, whole_units=False) == 2.75


@pytest.mark.parametrize("text", ["a dozen", "1,200", "12+", "*", "+", "=2+3", "1e9", "++3", "nan", "+1,200"])
def test_anything_else_is_refused_in_a_sentence(text):
    with pytest.raises(DecisionError, match="no quantity: type 60"):
        typed_quantity(text, 48.0, whole_units=True)


def test_a_change_of_a_line_that_has_no_suggestion_is_refused_but_a_quantity_is_not():
    with pytest.raises(DecisionError, match="this line has none"):
        typed_quantity("+5", float("nan"), whole_units=True)
    assert typed_quantity("5", float("nan"), whole_units=True) == 5
