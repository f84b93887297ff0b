"""The value page and the finance director's, in a real browser, on a finished project."""

import re

import pytest

from tests.browser.test_whole_path import settle

QUESTIONS = 13


@pytest.fixture
def value(page, address, project):
    page.set_viewport_size({"width": 1440, "height": 3400})  # tables draw only what is on screen
    page.goto(f"{address}/value?project={project}")
    page.get_by_role("heading", name="Is this worth it?").wait_for()
    page.get_by_text("What the result hangs on").wait_for()
    page.locator(".js-plotly-plot").nth(1).wait_for()
    settle(page)
    return page


def cell(page, label):
    """The amount beside a label of the business case; tables are canvases with a table for readers."""
    rows = page.locator("table[role=grid] tr", has_text=label)
    rows.first.wait_for(state="attached")
    return rows.first.locator("td").nth(1).text_content()


def table(page, heading):
    grid = page.locator("table[role=grid]", has_text=heading).first
    grid.locator("tbody tr").first.wait_for(state="attached")
    return [[c.text_content() for c in row.locator("td").all()] for row in grid.locator("tbody tr").all()]


def euros(text):
    return float(re.sub(r"[^\d.]", "", text)) * (-1 if text.strip().startswith(("−", "-", "(")) else 1)


def test_the_staircase_has_four_steps_whose_costs_explain_what_each_saves(value):
    assert value.locator(".js-plotly-plot").count() == 2
    steps = table(value, "Demand served")
    costs, saves = [euros(row[1]) for row in steps], [row[2] for row in steps]

    assert [row[0] for row in steps] == [
        "What you do today", "Same forecast, best rule", "Our forecast, best rule", "Perfect foresight",
    ]  # fmt: skip
    for place in (1, 2, 3):
        assert euros(saves[place]) == pytest.approx(costs[place - 1] - costs[place], abs=0.02)
    assert "None" not in str(steps)
    assert value.get_by_test_id("stException").count() == 0


def test_a_haircut_moves_the_case_and_leaves_the_staircase(value):
    before, stairs = cell(value, "Gain a year, as measured"), table(value, "Demand served")
    follow = cell(value, "Orders that do not follow the advice")
    slider = value.get_by_role("slider", name="Orders that follow the advice")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    value.locator("table[role=grid]", has_text="50\u00a0% follow it").wait_for(state="attached")
    settle(value)

    assert cell(value, "Orders that do not follow the advice") != follow
    assert cell(value, "Gain a year, as measured") == before
    assert table(value, "Demand served") == stairs


def test_saying_how_orders_are_made_today_moves_todays_step_alone(value):
    before = table(value, "Demand served")
    value.get_by_test_id("stExpander").filter(has_text="What you do today").locator("summary").click()
    box = value.get_by_role("spinbutton", name="The shelf is filled up to so many days of it")
    box.fill("30")
    box.press("Enter")
    value.wait_for_function(
        # Between two tables there is none.
        "was => document.querySelector('table[role=grid] tbody td')"
        " && !document.querySelector('table[role=grid]').innerText.includes(was)",
        arg=before[0][1],
    )
    settle(value)
    after = table(value, "Demand served")

    assert euros(after[0][1]) != euros(before[0][1])
    assert [row[1] for row in after[1:]] == [row[1] for row in before[1:]]


def test_every_question_of_the_finance_director_opens_the_table_behind_its_number(page, address, project):
    page.set_viewport_size({"width": 1440, "height": 2200})
    page.goto(f"{address}/finance?project={project}")
    page.get_by_text("Who checks after go-live?").wait_for()
    settle(page)
    assert re.search(r"· run [0-9a-f]{12}", page.get_by_text("· run ").first.inner_text())
    questions = page.get_by_test_id("stExpander")
    assert questions.count() == QUESTIONS
    for place in range(QUESTIONS):
        assert re.search(r"\d|n/a", questions.nth(place).inner_text())

    questions.filter(has_text="Compared with what?").locator("summary").click()
    rows = table(page, "Amount")
    assert len(rows) >= 2
    assert page.get_by_test_id("stException").count() == 0
    page.get_by_text("Next: something to take to the meeting").click()
    page.get_by_role("button", name="Download XLSX").wait_for()
