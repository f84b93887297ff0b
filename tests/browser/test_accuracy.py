"""The accuracy page and one item's page, in a real browser, on a finished project."""

import re

import pytest

from tests.browser.test_whole_path import settle

TABS = (
    "Money by model", "Promises kept", "Where the error lies", "By distance", "Worst items", "Assumptions",
    "Another question", "What it rests on",
)  # fmt: skip
CHARTS = (2, 2, 1, 1, 1, 0, 0, 0)  # in each tab


@pytest.fixture
def accuracy(page, address, project):
    page.set_viewport_size({"width": 1440, "height": 3000})  # tables draw only what is on screen
    page.goto(f"{address}/accuracy?project={project}")
    page.get_by_role("heading", name="Can I trust it?").wait_for()
    page.get_by_role("tab", name="Money by model").wait_for()
    page.locator(".js-plotly-plot").first.wait_for()
    settle(page)
    return page


def shown(page):
    """The panel of the open tab; the others are there and hidden."""
    return page.locator("[role=tabpanel]:visible").first


def test_every_tab_has_its_charts_and_words_and_nothing_fails(accuracy):
    for name, charts in zip(TABS, CHARTS, strict=True):
        accuracy.get_by_role("tab", name=name, exact=True).click()
        settle(accuracy)
        panel = shown(accuracy)
        assert panel.locator(".js-plotly-plot").count() == charts, name
        assert len(panel.inner_text()) > 40, name
        assert accuracy.get_by_test_id("stException").count() == 0, name


def test_advice_is_held_against_what_came_with_interval_and_cycles(accuracy):
    accuracy.get_by_role("tab", name="Promises kept").click()
    settle(accuracy)
    said = shown(accuracy).get_by_text("When we said").first.inner_text()
    share, low, high = (float(n) for n in re.findall(r"([\d.]+)\s%", said)[1:4])
    assert low <= share <= high
    assert re.search(r"of [\d,]+ order cycles", said)
    assert "guarantee" not in accuracy.locator("body").inner_text().lower()


def test_another_split_draws_other_bars(accuracy):
    accuracy.get_by_role("tab", name="Where the error lies").click()
    settle(accuracy)
    before = shown(accuracy).locator(".xtick").all_text_contents()
    accuracy.get_by_role("combobox", name="Split by").click()
    accuracy.get_by_role("option", name="Weekday").click()
    settle(accuracy)
    after = shown(accuracy).locator(".xtick").all_text_contents()
    assert before != after
    assert {"Monday", "Sunday"} <= set(after)


def test_the_shares_of_an_items_page_are_joined_in_words(page, address, project):
    page.goto(f"{address}/item?project={project}")
    page.get_by_role("heading", name="Show me this one").wait_for()
    page.get_by_text("order cycles did not run out").wait_for()
    settle(page)
    said = page.get_by_text("order cycles did not run out").inner_text()
    tile = page.get_by_test_id("stMetric").filter(has_text="Risk after delivery")
    risk, asked = (re.search(r"[\d.]+\s%", text)[0] for text in tile.inner_text().split("\n\n")[-2:])
    assert asked in said
    assert risk in said or "leaves just that" in said
    assert page.get_by_test_id("stException").count() == 0
