from dataclasses import replace
from datetime import datetime
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from forecasting.report.content import NOT_YET
from forecasting.report.spreadsheet import spreadsheet
from forecasting.report.tables import display
from tests.report.conftest import FORMULA, MARKUP

SHEETS = [
    "Summary", "Orders", "Forecast", "Accuracy", "Promises", "Errors", "Scores", "Value", "Gains", "Finance",
    "Sensitivity", "Replay", "Costs", "Order details", "Assumptions",
]  # fmt: skip


@pytest.fixture(scope="module")
def book(content):
    return load_workbook(BytesIO(spreadsheet(content)))


def column(sheet, label):
    heads = [c.value for c in sheet[1]]
    return [row[heads.index(label)] for row in sheet.iter_rows(min_row=2)]


def test_the_workbook_has_a_sheet_for_every_question(book):
    assert book.sheetnames == SHEETS


def test_text_from_a_file_is_text_in_every_cell(book):
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    hostile = [c for c in cells if isinstance(c.value, str) and (FORMULA in c.value or MARKUP in c.value)]

    assert hostile
    assert {c.data_type for c in hostile} == {"s"}
    assert "f" not in {c.data_type for c in cells}
    assert all(c.hyperlink is None for c in hostile)


def test_orders_come_with_most_money_at_stake_first_at_full_precision(book, content):
    stakes = [c.value for c in column(book["Orders"], "At stake")]
    expected = content.orders["money_at_stake"].sort_values(ascending=False).dropna()

    assert stakes[:-1] == pytest.approx(expected.tolist(), abs=0)
    assert stakes[-1] is None  # not decided: empty, never zero


def test_the_managers_quantity_stands_beside_the_suggestion_with_who_decided_and_what_it_costs(edited):
    sheet = load_workbook(BytesIO(spreadsheet(edited)))["Orders"]
    rows = {
        name.value: (suggested.value, ordered.value, who.value, effect.value)
        for name, suggested, ordered, who, effect in zip(
            *(column(sheet, h) for h in ("Series", "Suggested", "To order", "Decided by", "Effect on cost")),
            strict=True,
        )
    }
    line = edited.orders.iloc[0]

    assert rows[line["unique_id"]] == (line["order_quantity"], 7, "manager", 61.5)
    assert [who for *_, who, _ in rows.values()].count("manager") == 2
    assert sheet.conditional_formatting


def test_totals_of_the_order_plan_stand_on_the_summary(book, content):
    texts = [c.value for row in book["Summary"].iter_rows() for c in row]

    assert {text for pair in content.totals for text in pair} <= set(texts)


def test_the_orders_sheet_is_the_page_and_every_other_column_stands_on_the_details_sheet(edited):
    details = {"basis": "typed", "leftover": "perishable", "capacity": 40.0}
    orders = edited.orders.assign(**details)
    book = load_workbook(BytesIO(spreadsheet(replace(edited, orders=orders))))
    page, rest = ([c.value for c in book[name][1]] for name in ("Orders", "Order details"))

    assert len(page) <= 17
    assert page[:2] == ["Series", "Status"]
    assert {"Suggested", "To order", "Why", "Problem"} <= set(page)
    assert {"Costs from", "Leftovers", "Room"} <= set(rest)
    assert set(page) & set(rest) == {"Series"}
    assert len(page) + len(rest) == len(orders.columns) + 1


def test_every_answer_of_the_finance_director_links_to_the_rows_behind_it(book):
    summary, finance = book["Summary"], book["Finance"]
    links = {row[0].value: row[2] for row in summary.iter_rows(min_col=1, max_col=3) if row[2].hyperlink}
    asked = [c.value for c in column(finance, "Question")]

    assert len(asked) == 2 + 20  # every item that was left out, not the first ones
    for question, cell in links.items():
        sheet, place = cell.hyperlink.location.split("!A")
        if question == "Is it the same stock policy on both sides?":
            assert (sheet, place) == ("'Value'", "1")
        else:
            assert sheet == "'Finance'"
            assert finance.cell(int(place), 1).value == question
            assert finance.cell(int(place) - 1, 1).value != question
    assert len(links) == 3  # what is n/a has nothing behind it
    assert [c.value for c in column(finance, "Amount")][:2] == [2720, 2911]


def test_an_amount_carries_its_currency_whatever_the_currency_is_called(small):
    book = load_workbook(BytesIO(spreadsheet(replace(small, currency='E"UR'))))

    assert column(book["Orders"], "At stake")[0].number_format == '"EUR\u00a0"#,##0.00'


def test_money_is_written_in_the_workbook_as_on_the_pages(book):
    assert column(book["Orders"], "At stake")[0].number_format == '"€"#,##0.00'
    assert display(12.5, "money", "EUR") == "€12.50"


def test_dates_are_dates_and_shares_are_percentages(book):
    runs_out = column(book["Orders"], "Runs out")[0]
    risk = column(book["Order details"], "Risk after delivery")[0]

    assert isinstance(runs_out.value, datetime)
    assert runs_out.number_format == "yyyy-mm-dd"
    assert risk.number_format == "0.0%"


def test_the_forecast_sheet_holds_every_row_and_quantile(book, content):
    sheet = book["Forecast"]

    assert sheet.max_row == len(content.forecast) + 1
    assert "5 % below" in [c.value for c in sheet[1]]
    assert column(sheet, "Expected")[0].value == pytest.approx(content.forecast["mean"].iloc[0])


def test_the_orders_sheet_is_frozen_filtered_and_ready_for_landscape_paper(book):
    sheet = book["Orders"]

    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"


def test_a_report_before_anything_is_computed_says_so(bare):
    book = load_workbook(BytesIO(spreadsheet(bare)))

    assert [book[name]["A1"].value for name in SHEETS[1:10]] == [NOT_YET] * 9


def test_the_same_content_gives_the_same_bytes(small):
    assert spreadsheet(small) == spreadsheet(small)


def test_long_text_infinite_numbers_and_mixed_columns_do_not_break_a_sheet(small):
    orders = small.orders.head(2).assign(
        reason="x" * 40_000, money_at_stake=[np.inf, 1.0], supplier=["Ö", 7], extra=[True, False]
    )
    book = load_workbook(BytesIO(spreadsheet(replace(small, orders=orders))))

    assert len(column(book["Orders"], "Why")[0].value) == 32_767
    assert column(book["Orders"], "At stake")[0].value is None
    assert [c.value for c in column(book["Order details"], "Supplier")] == ["Ö", "7"]


def test_more_rows_than_a_sheet_can_hold_are_said_not_cut(small, monkeypatch):
    monkeypatch.setattr("forecasting.report.spreadsheet.MOST_ROWS", 100)
    book = load_workbook(BytesIO(spreadsheet(small)))

    assert "take the CSV instead" in book["Forecast"]["A1"].value
    assert pd.notna(column(book["Orders"], "Order")[0].value)
