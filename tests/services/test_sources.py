"""Sources of data: a table a manager fills in, saved with the project, lines of the business case."""

from dataclasses import asdict
from datetime import datetime

import pandas as pd

from forecasting.services.content import report_content
from forecasting.services.deciding import decided
from forecasting.services.findings import Decisions
from forecasting.services.project import decisions_from
from forecasting.services.sources import costs_sentence, source_table, sources_from
from forecasting.value.data_costs import DataSource

SOURCES = (
    DataSource("till.csv", "file", "the till", 0, 1.5, None),
    DataSource("weather", "web address", "met office", 300, None, None, "quote"),
)


def test_the_table_gives_back_the_sources_it_was_made_of():
    assert sources_from(source_table(SOURCES)) == SOURCES
    assert sources_from(source_table(())) == ()


def test_a_row_without_a_name_is_not_there_yet_and_blanks_stay_unknown():
    table = pd.concat([source_table(SOURCES[:1]), pd.DataFrame({"name": [None, " ", "new"]})])
    assert sources_from(table) == (SOURCES[0], DataSource("new"))


def test_the_sentence_says_what_is_known_and_for_how_many_nothing_is():
    assert costs_sentence(SOURCES, "EUR") == (
        "Data cost €300 once and €18 a year, or more: 2 of 2 sources lack an estimate."
    )
    assert costs_sentence([DataSource("a")], "EUR").startswith("1 listed, none with a cost yet")
    assert costs_sentence((), "EUR").startswith("No source")


def test_every_source_is_a_line_of_the_business_case_and_of_the_report(found):
    content = report_content(decided(found, Decisions(sources=SOURCES)), now=datetime(2026, 1, 1))
    lines = content.cost_lines.set_index("label")
    assert lines.loc["Data: weather", "one_off"] == 300
    assert lines.loc["Data: till.csv", "yearly"] == 18
    assert "Upkeep" in lines.index  # the manager's own lines stay


def test_sources_are_saved_with_the_project():
    saved = {"decisions": asdict(Decisions(sources=SOURCES))}
    assert decisions_from(saved).sources == SOURCES
    assert decisions_from({}).sources == ()
