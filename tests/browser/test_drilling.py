"""From a row of a table to its series, with real clicks; the filter stays."""

from tests.browser.test_whole_path import settle

TICK, HEADING, ROW = 18, 35, 35  # px: to the middle of a row's box; heights of heading and row


def click_row(page, place):
    """Click the box in front of a row of the last table of the page: the table is a drawing."""
    table = page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    settle(page)
    box = table.bounding_box()
    page.mouse.click(box["x"] + TICK, box["y"] + HEADING + ROW * place + ROW / 2)
    settle(page)


def chosen(page, label):
    return page.get_by_role("combobox", name=label, exact=True).input_value()


def test_a_row_of_the_market_leads_to_the_history_and_the_order_of_its_series(page, address, project):
    page.goto(f"{address}/market?project={project}")
    page.get_by_role("heading", name="Is it us or the market?").wait_for()
    settle(page)
    page.get_by_text("Filter: groups, items, a pasted list of codes").click()
    page.get_by_role("textbox", name="Paste codes").fill("item-0")
    page.keyboard.press("Control+Enter")
    settle(page)
    scope = page.get_by_text("10 of 12 series (list of 1)")
    scope.wait_for()
    page.get_by_role("tab", name="By group").click()
    settle(page)
    main = page.get_by_test_id("stMainBlockContainer")
    assert main.get_by_role("button", name="Order and stock").count() == 0
    click_row(page, 1)
    main.get_by_role("button", name="History").click()
    page.get_by_role("heading", name="What happened?").wait_for()
    settle(page)
    series = chosen(page, "Series")
    assert series != "All series"
    scope.wait_for()

    main.get_by_role("button", name="Order and stock").click()
    page.get_by_role("heading", name="Show me this one").wait_for()
    settle(page)
    assert chosen(page, "Item") == series
