"""Orders as files for suppliers, and back again."""

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from forecasting.errors import DataError, ForecastingError
from forecasting.services.deciding import decided
from forecasting.services.findings import Decisions, marked_name
from forecasting.services.purchase_orders import (
    NOBODY,
    file_name,
    purchase_file,
    purchase_order,
    read_back,
    suppliers,
)
from forecasting.services.work_out import work_out


@pytest.fixture(scope="module")
def orders(found):
    items = pd.DataFrame(
        {
            "unique_id": ["a", "b"], "price": [4.0, 6.0], "unit_cost": [2.0, 3.0], "on_hand": 0.0,
            "on_order": 0.0, "supplier": ["Mill & Oven", None], "item": ["=2+3", "Tea"],
        }
    )  # fmt: skip
    shop = work_out(replace(found.dataset, items=items), found.settings, found.results)
    return decided(shop, Decisions(quantities={"a": 42.0})).orders


def edited_csv(orders, units):
    table = purchase_order(orders, "Mill & Oven").assign(order=units)
    return table.to_csv(index=False).encode()


def test_each_supplier_gets_its_lines_as_they_are_decided(orders):
    table = suppliers(orders).set_index("supplier")

    assert list(table.index) == [NOBODY, "Mill & Oven"]
    assert table.loc["Mill & Oven"].tolist() == [1, 42.0, 84.0]
    assert purchase_order(orders, "Mill & Oven")["order"].tolist() == [42.0]


def test_no_cell_of_either_file_is_a_formula(orders):
    text = purchase_file(orders, "Mill & Oven", "csv", "EUR").decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(purchase_file(orders, "Mill & Oven", "xlsx", "EUR")))
    cells = [cell for row in book["Order"].iter_rows() for cell in row]

    assert "'=2+3" in text
    assert "=2+3" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_that_comes_back_untouched_differs_in_nothing(orders, kind):
    for supplier in suppliers(orders)["supplier"]:
        content = purchase_file(orders, supplier, kind, "EUR")
        said = read_back(content, f"back.{kind}", orders, whole=True)
        assert (len(said.differences), said.lines, said.troubles) == (0, 1, ())


def test_an_edited_quantity_is_a_difference_and_may_be_a_change_of_the_suggestion(orders):
    suggested = orders.set_index("unique_id").loc["a", "order_quantity"]
    plain = read_back(edited_csv(orders, 50), "back.csv", orders, whole=True).differences
    plus = read_back(edited_csv(orders, "+12"), "back.csv", orders, whole=True).differences

    assert plain.to_dict("records") == [{"unique_id": "a", "before": 42.0, "after": 50.0, "change": 8.0}]
    assert plus["after"].tolist() == [suggested + 12]


def test_rows_that_cannot_be_used_are_named_with_their_row_and_the_others_count(orders):
    content = b"series,order\na,50\nnobody,3\nb,a dozen\na,7\nb,\n"
    said = read_back(content, "back.csv", orders, whole=True)

    assert said.differences["unique_id"].tolist() == ["a"]
    assert said.differences["after"].tolist() == [50.0]
    assert [t.split(":")[0] for t in said.troubles] == ["Row 3", "Row 4", "Row 5", "Row 6"]


def test_a_file_without_the_headings_says_which_it_needs(orders):
    with pytest.raises(DataError, match="needs the columns series and order; it has what, units"):
        read_back(b"what,units\na,50\n", "other.csv", orders, whole=True)


def test_a_file_that_is_no_table_is_refused_by_the_reader(orders):
    with pytest.raises(ForecastingError):
        read_back(bytes(range(256)) * 40, "broken.csv", orders, whole=True)


def test_a_name_that_looks_like_a_formula_finds_its_line_again(orders):
    odd = orders.assign(unique_id=orders["unique_id"].replace("a", "=A1"))
    said = read_back(purchase_file(odd, "Mill & Oven", "csv", "EUR"), "back.csv", odd, whole=True)

    assert (said.lines, said.troubles) == (1, ())


def test_a_file_name_is_one_every_system_takes():
    assert file_name("../Ménage & Co", "xlsx") == "order-ménage-co.xlsx"
    assert file_name("///", "csv") == "order-supplier.csv"


def test_an_order_made_before_all_models_are_tested_says_so_on_every_line_and_is_read_back_alike(orders):
    said = ("Provisional: 2 of 5 models tested; every order may still change.",)
    csv = purchase_file(orders, "Mill & Oven", "csv", "EUR", said)
    book = purchase_file(orders, "Mill & Oven", "xlsx", "EUR", said)

    assert pd.read_csv(io.BytesIO(csv))["standing"].tolist() == [said[0]]
    assert said[0] in [cell.value for cell in openpyxl.load_workbook(io.BytesIO(book)).active[2]]
    assert marked_name(file_name("Mill & Oven", "csv"), said) == "order-mill-oven-provisional.csv"
    assert read_back(csv, "order.csv", orders, whole=True).differences.empty
    assert "standing" not in purchase_file(orders, "Mill & Oven", "csv", "EUR").decode("utf-8-sig")
