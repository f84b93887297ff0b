from dataclasses import replace
from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.orders import ORDER_COLUMNS as DECIDED
from forecasting.report.columns import column_of
from forecasting.report.content import shared_notes
from forecasting.report.order_columns import ORDER_COLUMNS, order_words
from forecasting.report.sections import order_table
from forecasting.report.tables import csv_bytes, display, money, never_a_formula, percent, units, write_csv
from tests.report.conftest import FORMULA, MARKUP


def read_back(data: bytes) -> pd.DataFrame:
    return pd.read_csv(BytesIO(data), encoding="utf-8-sig", dtype={"unique_id": str, "code": str})


def test_a_csv_starts_with_a_byte_order_mark_and_reads_back_equal():
    frame = pd.DataFrame(
        {
            "unique_id": ["Crème fraîche | Centre", 'Bread, "rye" | Harbour'],
            "code": ["000118", "7"],
            "y": [0.1 + 0.2, np.nan],
            "n": [3, -4],
        }
    )

    data = csv_bytes(frame)

    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    pd.testing.assert_frame_equal(read_back(data), frame)


def test_a_csv_writes_iso_dates_and_keeps_the_hour_only_where_there_is_one():
    frame = pd.DataFrame(
        {
            "ds": pd.to_datetime(["2026-06-28", None]),
            "at": pd.to_datetime(["2026-06-28 18:30", "2026-06-29 00:00"]),
        }
    )

    lines = csv_bytes(frame).decode("utf-8-sig").splitlines()

    assert lines[1:] == ["2026-06-28,2026-06-28T18:30:00", ",2026-06-29T00:00:00"]


@pytest.mark.parametrize("text", [FORMULA, "+1+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert never_a_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Oat milk", "-12.5", "+49", "1-2", MARKUP, ""])
def test_harmless_text_stays_as_it_is(text):
    assert never_a_formula(text) == text


def test_headings_from_a_file_are_no_formulas_either_and_numbers_keep_their_minus():
    data = csv_bytes(pd.DataFrame({"=cmd": [-1.5]})).decode("utf-8-sig")

    assert data == "'=cmd\r\n-1.5\r\n"


def test_the_same_frame_gives_the_same_bytes_in_a_file(tmp_path, content):
    write_csv(content.forecast, tmp_path / "forecast.csv")

    assert (tmp_path / "forecast.csv").read_bytes() == csv_bytes(content.forecast.copy())


@pytest.mark.parametrize(
    ("value", "shown"),
    [(8423.4, "€8,420"), (0, "€0"), (999_960, "€1\u00a0M"), (-1234.5, "−€1,230"), (12.5, "€12.50")],
)
def test_a_tile_shows_money_with_three_significant_figures(value, shown):
    assert money(value, "EUR") == shown


def test_what_cannot_be_computed_reads_n_a_never_zero():
    assert {money(np.nan, "EUR"), units(None), percent(np.nan), display(np.nan, "money", "EUR")} == {"n/a"}


def test_a_value_too_small_to_show_has_no_minus():
    assert percent(-0.0001) == "0\u00a0%"
    assert display(-0.001, "ratio", "EUR") == "0.00"


def test_every_order_column_is_explained():
    assert all(column.label and column.help.endswith(".") for column in ORDER_COLUMNS.values())


def test_every_column_of_an_order_has_words():
    assert set(DECIDED) <= set(ORDER_COLUMNS)


def test_beside_the_managers_quantity_the_other_is_called_a_suggestion():
    plain = pd.DataFrame(columns=["order_quantity"])

    assert order_words(plain)["order_quantity"].label == "Order"
    assert order_words(plain.assign(yours=[]))["order_quantity"].label == "Suggested"


def test_a_sentence_on_every_line_is_said_once_and_the_rest_stays_with_its_line():
    orders = pd.DataFrame({"note": ["Stock not given. Cost is 1.5. Thin.", "Stock not given. Cost is 1.5."]})

    shared, left = shared_notes(orders)

    assert shared == "Stock not given. Cost is 1.5."
    assert left.tolist() == ["Thin.", ""]


def test_a_quantile_column_reads_as_a_promise_and_metric_names_ignore_case():
    assert column_of("q0.975", {}, numeric=True).label == "97.5 % below"
    assert column_of("WAPE", {"wape": ORDER_COLUMNS["item"]}, numeric=True).label == "Item"


def test_a_heading_never_stands_over_an_empty_column(small):
    unknown = replace(small, orders=small.orders.assign(status="", on_hand=np.nan))
    known, left = ([h.label for h in order_table(c, 3).headings] for c in (small, unknown))

    assert {"Status", "On hand"} <= set(known)
    assert set(known) - set(left) == {"Status", "On hand"}
