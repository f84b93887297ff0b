from dataclasses import replace
from io import BytesIO

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

    assert len(continued) == 2
    assert "25 lines with the most money at stake of 60" in continued[1]


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
