"""On a phone: lines over time are whole at once; a chart that is cut off says that it can be moved."""

import pytest

from tests.browser.test_whole_path import settle

WIDTH = 390


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": WIDTH, "height": 844}, has_touch=True, is_mobile=True)
    opened = context.new_page()
    opened.set_default_timeout(120_000)
    yield opened
    context.close()


def test_lines_over_time_fit_and_wide_bars_say_that_they_scroll(phone, address, project):
    phone.goto(f"{address}/history?project={project}")
    phone.get_by_role("heading", name="What happened?").wait_for()
    settle(phone)
    sales = phone.locator(".st-key-sales_chart .main-svg").first.bounding_box()
    assert sales["x"] >= 0
    assert sales["x"] + sales["width"] <= WIDTH
    movers = phone.locator(".st-key-wide_movers_chart")
    inside, shown = movers.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert inside > shown
    assert "Swipe" in movers.evaluate("e => getComputedStyle(e, '::before').content")


def test_a_desk_is_told_nothing_of_swiping(page, address, project):
    page.goto(f"{address}/history?project={project}")
    page.get_by_role("heading", name="What happened?").wait_for()
    settle(page)
    movers = page.locator(".st-key-wide_movers_chart")
    assert movers.evaluate("e => getComputedStyle(e, '::before').content") == "none"
