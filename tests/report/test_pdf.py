from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from pypdf import PdfReader

from forecasting.errors import DataError, SettingsError
from forecasting.report.content import NOT_YET, ranked
from forecasting.report.pdf import pdf
from forecasting.report.pdf_pictures import models_picture
from tests.report.conftest import FORMULA, MARKUP


def pages(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def printed(content):
    return pages(pdf(content))


def test_the_paper_is_a_few_numbered_pages_that_name_the_run(printed):
    assert 3 <= len(printed) <= 6
    for number, text in enumerate(printed, start=1):
        assert f"page {number} of {len(printed)}" in text
        assert "run r-2026-06-28-7f3a" in text


def test_the_reason_of_the_first_order_is_printed_with_its_minus_signs(printed, content):
    reason = ranked(content.orders)["reason"].iloc[0]

    assert "−" in reason
    assert squeezed(reason) in squeezed(" ".join(printed))


def test_accents_currency_and_hostile_names_print_letter_by_letter(printed):
    text = squeezed(" ".join(printed))

    assert "Rye bread é" in " ".join(printed)
    assert "€8,420" in text
    assert squeezed(FORMULA) in text
    assert squeezed(MARKUP) in text


def test_headings_return_where_the_orders_continue(printed):
    continued = [text for text in printed if "Runs out" in text]

    assert len(continued) >= 2
    assert "lines to order now, of 60 lines in all" in continued[-1]


def test_every_line_to_order_now_is_printed_and_added_up(content):
    """More lines than fill a page and a half: none of them may be missing on paper."""
    orders = content.orders.assign(status="order now", problem="")
    orders.loc[orders.index[:10], "status"] = "enough"
    orders["order_quantity"] = np.arange(len(orders)) + 1000.0

    text = " ".join(pages(pdf(replace(content, orders=orders))))

    assert all(f"{units:,.0f}" in text for units in orders["order_quantity"][10:])
    assert "Total of 50 lines" in text
    assert f"{orders['order_quantity'][10:].sum():,.0f}" in text
    assert "All 50 lines to order now, of 60 lines in all" in text


def test_a_number_never_breaks_however_long_it_is(small):
    """Nine digits in every column of the order table; a broken one would be two words in the text."""
    n = np.arange(len(small.orders))
    big = dict.fromkeys(("order_quantity", "expected_demand", "on_hand", "on_order"), 123456789.0 + n)
    orders = small.orders.assign(**big, money_at_stake=987_654_321.0 - n, problem="")

    text = " ".join(pages(pdf(replace(small, orders=orders))))

    for i in n:
        assert text.count(f"{123_456_789 + i:,}") >= 4
        assert f"€{987_654_321 - i:,}" in text
    assert "29 Jun 2026" in text or "30 Jun 2026" in text or "Jul 2026" in text


def test_what_the_manager_changed_is_a_table_of_its_own_even_for_lines_that_are_not_printed(edited):
    text = " ".join(pages(pdf(edited)))
    changes = text.split("What the manager changed")[1].split("The lines to order now")[0]

    for row, units in ((0, "7"), (20, "1,234")):
        line = edited.orders.iloc[row]
        suggested = f"{line['order_quantity']:,.0f}"
        difference = f"{abs(float(units.replace(',', '')) - line['order_quantity']):,.0f}"
        assert f" {suggested} {units} " in changes
        assert difference in changes
    assert changes.count("€61.50") == 2
    assert "Stock was counted" not in changes  # it stands on every line, so it is said once, below


def test_the_tables_behind_the_finance_directors_answers_are_printed_and_cut_ones_say_so(printed):
    text = squeezed(" ".join(printed))

    assert squeezed("€2,911") in text
    assert "Goneno.11" in text
    assert "Goneno.12" not in text
    assert squeezed("8 more rows are in the spreadsheet.") in text
    assert squeezed("Yes. The table behind it: What is it worth?") in text


def test_a_note_on_every_line_is_said_once(edited):
    text = " ".join(pages(pdf(edited)))

    assert text.count("Stock was counted on Monday.") == 1
    assert "On every line: Stock was counted on Monday." in text


def test_a_paper_before_anything_is_computed_says_so(bare):
    text = " ".join(pages(pdf(bare)))

    assert text.count(NOT_YET) >= 6
    assert "No warnings." in text


def test_the_same_content_gives_the_same_bytes(small):
    assert pdf(small) == pdf(small)


def test_a_dollar_in_a_model_name_is_no_formula_in_a_picture(content):
    board = content.leaderboard.assign(model=["$\\bad{$", "a_b", "c^2", "d", "e"])

    assert models_picture(board, currency="USD").startswith(b"\x89PNG")


def test_a_coverage_that_is_no_share_is_refused(content):
    with pytest.raises(SettingsError, match=r"between 0 and 1, got 80"):
        replace(content, coverage=80)


def test_a_frequency_nobody_knows_is_refused(content):
    with pytest.raises(DataError, match="'hourly' is not known"):
        replace(content, frequency="hourly")
