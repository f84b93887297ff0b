import pandas as pd
import pytest

from forecasting.services.scope import (
    attributes_of,
    codes_in,
    group_columns,
    match_codes,
    scope_in_words,
    scope_of_choice,
)
from tests.services.conftest import dataset, history


@pytest.fixture(scope="module")
def shop():
    data = dataset(history(**{"N | tea": 5, "N | oat": 5, "S | tea": 5, "S | rye": 5}))
    items = data.items.assign(
        store=["N", "N", "S", "S"], item=["oat", "tea", "rye", "tea"], sku=["42", "7", "142", "7"], price=1.0
    )
    return type(data)(**{**vars(data), "items": items})


@pytest.fixture(scope="module")
def attributes(shop):
    return attributes_of(shop)


def test_attributes_are_what_is_known_in_words_and_no_money(attributes):
    assert list(attributes.columns) == ["store", "item", "sku"]


def test_groups_are_the_attributes_that_part_the_series_the_coarsest_first(attributes):
    assert group_columns(attributes)[0] == "store"


def test_nothing_set_is_everything(attributes):
    scope = scope_of_choice(attributes, {"store": []})
    assert scope.everything
    assert scope.chosen_by == ""


def test_filters_narrow_each_other(attributes):
    scope = scope_of_choice(attributes, {"store": ["N"]}, pasted="7")
    assert scope.unique_ids == ("N | tea",)
    assert scope.chosen_by == "store N, list of 1"


def test_a_code_in_full_wins_over_a_part_of_a_name(attributes):
    assert match_codes(attributes, ["42"]) == ({"N | oat"}, ())


def test_a_part_of_a_name_is_found_where_nothing_is_called_so(attributes):
    assert match_codes(attributes, ["te"])[0] == {"N | tea", "S | tea"}


def test_unknown_codes_are_told_and_a_list_of_them_chooses_nothing(attributes):
    scope = scope_of_choice(attributes, {}, pasted="nope\nneither")
    assert scope.unknown == ("nope", "neither")
    assert scope.unique_ids == ()


@pytest.mark.parametrize("text", ["42\n7", "42,7", "42;7", "42\t7", ' "42" ,\r\n7,\n'])
def test_a_list_may_be_pasted_from_anywhere(text):
    assert codes_in(text) == ["42", "7"]


def test_the_scope_line_says_how_many_of_how_many_and_how_far_the_data_reach(shop, attributes):
    scope = scope_of_choice(attributes, {"store": ["N"]})
    said = scope_in_words(scope, shop, "EUR")
    assert said == "2 of 4 series (store N) · daily · data current through 30 May 2025 · EUR"


def test_attributes_of_an_items_table_with_blanks_are_empty_words():
    data = dataset(history(a=5, b=5))
    blank = data.items.assign(brand=pd.Series(["x", None], dtype=object))
    assert list(attributes_of(type(data)(**{**vars(data), "items": blank}))["brand"]) == ["x", ""]
