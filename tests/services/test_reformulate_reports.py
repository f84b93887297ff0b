"""What asking otherwise would have saved, in every file that leaves the house."""

import io
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from forecasting.report.content import ANOTHER_QUESTION
from forecasting.report.pdf import pdf
from forecasting.report.spreadsheet import spreadsheet
from forecasting.report.web_page import web_page
from forecasting.services.checks import assumption_checks
from forecasting.services.content import report_content
from forecasting.services.files import write_run
from forecasting.services.reformulate import Reformulations
from forecasting.services.reformulate_view import (
    NOT_COMPARED,
    reformulate_sentences,
    suggestions,
    ways_frame,
    ways_in_words,
    ways_table,
)

NOW = datetime(2026, 1, 1)
ASKED = [
    ("day", "item", "distribution", 900.0, 0.0, float("nan"), float("nan"), False),
    ("week", "group", "distribution", 800.0, 100.0, 20.0, 190.0, True),
    ("day", "item", "question", 1000.5, -100.5, -300.0, 90.0, False),
]


@pytest.fixture(scope="module")
def compared(found):
    names = ["grain", "level", "form", "cost", "gain", "low", "high", "beyond_noise"]
    gains = pd.DataFrame(ASKED, columns=names).assign(cycles=36, blocks=6, note="")
    return replace(found, ways=Reformulations(gains, "category", (pd.Timestamp("2025-04-01"),)))


@pytest.fixture(scope="module")
def content(compared):
    return report_content(compared, now=NOW)


def squeezed(text):
    return "".join(text.split())


def test_the_workbook_holds_every_way_in_money_at_full_precision(content):
    sheet = load_workbook(io.BytesIO(spreadsheet(content)))["Other questions"]
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head == ["How it is asked", "Cost", "Saved", "Saved at least", "Saved at most", "Beyond chance?"]
    assert rows[0] == ["weekly, per category, all futures", 800, 100, 20, 190, "▲ cheaper"]
    assert [row[1] for row in rows] == [800, 900, 1000.5]
    assert rows[1][3] is None  # today's way is compared with nothing: empty, never zero


def test_page_and_paper_say_the_sentences_and_the_table(content, compared):
    page = web_page(content).decode()
    paper = squeezed(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf(content))).pages))
    for words in (ANOTHER_QUESTION, *reformulate_sentences(compared.ways, "EUR"), "▲ cheaper"):
        assert words in page
        assert squeezed(words) in paper
    assert 'id="chart-ways"' in page


def test_assumptions_that_do_not_hold_lead_somewhere_although_nothing_was_compared(found):
    content = report_content(found, now=NOW)
    assert list(content.asked) == [*suggestions(assumption_checks(found)), NOT_COMPARED]
    assert len(content.asked) > 1
    assert NOT_COMPARED in web_page(content).decode()
    assert "Other questions" not in load_workbook(io.BytesIO(spreadsheet(content))).sheetnames


def test_the_command_line_writes_and_prints_the_comparison(compared, tmp_path):
    write_run(tmp_path / "out", compared, now=NOW, mapper=None)
    table = pd.read_csv(tmp_path / "out" / "reformulations.csv", encoding="utf-8-sig")
    assert table[["grain", "level", "form"]].to_numpy().tolist() == [list(row[:3]) for row in ASKED]
    assert table["cost"].tolist() == [900.0, 800.0, 1000.5]
    assert table["verdict"].tolist() == ["as it is asked today", "▲ cheaper", "no difference we can show"]
    said = ways_in_words(compared.ways, "EUR")
    assert "Another way to ask was cheaper beyond chance" in said
    assert said.index("800.00") < said.index("900.00")  # the cheapest first
    assert ways_in_words(None, "EUR") == ""


def test_a_run_without_the_comparison_leaves_no_file_of_an_earlier_one(found, compared, tmp_path):
    write_run(tmp_path / "out", compared, now=NOW, mapper=None)
    write_run(tmp_path / "out", found, now=NOW, mapper=None)
    assert not (tmp_path / "out" / "reformulations.csv").exists()


def test_the_file_and_the_page_hold_the_same_money(compared):
    file, page = ways_frame(compared.ways).set_index("way"), ways_table(compared.ways).set_index("way")
    pd.testing.assert_frame_equal(file.loc[page.index, page.columns], page)
