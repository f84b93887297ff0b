"""A manager changes an order, sends it to a supplier, and takes it back edited: in a real browser."""

import io
from dataclasses import asdict, replace
from datetime import datetime

import openpyxl
import pandas as pd
import pytest

from benchmarks.browser import server
from forecasting.services import project
from forecasting.services.compute import compute
from forecasting.services.dataset import Dataset
from forecasting.services.opening import open_history
from forecasting.settings import usual_settings
from forecasting.store.projects import open_store
from tests.browser.test_whole_path import metric, settle, stay
from ui.order_table import USUAL, WIDTHS
from ui.sample import SAMPLE, SAMPLE_OPTIONS

ROW, HEADING = 35, 36  # px, of the grid


@pytest.fixture(scope="module")
def orders(tmp_path_factory, browser):
    """The address of the orders page of a shop with one supplier's lines, forecast and with its stock."""
    folder = tmp_path_factory.mktemp("orders")
    sample, report = open_history(
        SAMPLE / "sales.csv", name="sales.csv", options=SAMPLE_OPTIONS, items=SAMPLE / "items.csv"
    )
    items = sample.items[(sample.items["store"] == "Centre") & (sample.items["supplier"] == "Green Fields")]
    kept = sample.sales[sample.sales["unique_id"].isin(items["unique_id"])]
    shop = Dataset("sales.csv", kept, items, pd.DataFrame(), "D", "0" * 64)
    settings = replace(usual_settings("D"), models=("seasonal_naive", "moving_average"), folds=1)
    *_, results = compute(shop, settings)
    store, now = open_store(f"sqlite:///{folder / 'shelfwise.db'}"), datetime(2026, 6, 29)
    name = store.create("Shop", now=now)
    project.save_dataset(store, name, shop, report, now)
    project.save_results(store, name, results, now)
    store.save(name, documents={"settings": asdict(settings)}, now=now)
    store.close()
    with server(folder) as running:
        yield f"{running}/orders?project={name}"


def type_into(page, column, text, row=0):
    """Type into a cell of the grid, which is a picture: found by the widths of its columns."""
    names = ["unique_id", *USUAL, "order_quantity", "typed"]
    left = sum(WIDTHS[n] for n in names[: names.index(column)]) + WIDTHS[column] // 2
    grid = page.get_by_test_id("stDataFrame").locator("visible=true").first
    grid.scroll_into_view_if_needed()
    spot = {"x": left, "y": HEADING + ROW * row + ROW // 2}
    stay(grid.bounding_box, page)
    grid.dblclick(position=spot)
    page.locator("[id^=gdg-overlay] :is(input, textarea)").wait_for()  # else the first letters are lost
    page.keyboard.type(text, delay=60)
    page.keyboard.press("Enter")


def number(text):
    return float(text.replace(",", ""))


def test_an_order_is_edited_sent_brought_back_and_is_still_there_after_a_reload(page, orders, tmp_path):
    page.goto(orders)
    page.get_by_role("heading", name="What should I order, and why?").wait_for()
    settle(page)
    before = number(metric(page, "Units to order"))
    type_into(page, "typed", "+12")
    page.get_by_text("You changed 1 of").wait_for()
    settle(page)
    assert number(metric(page, "Units to order")) == before + 12

    with page.expect_download() as plan:
        page.get_by_role("button", name="Download the plan (CSV)").click()
    lines = pd.read_csv(plan.value.path())
    assert lines["decided_by"].tolist().count("manager") == 1
    mine = lines[lines["decided_by"] == "manager"].iloc[0]
    assert mine["yours"] == mine["order_quantity"] + 12

    with page.expect_download() as order:
        page.get_by_role("button", name="XLSX").first.click()
    book = openpyxl.load_workbook(io.BytesIO(order.value.path().read_bytes()))
    sheet = book.active
    headings = [cell.value for cell in sheet[1]]
    units = headings.index("order") + 1
    other = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value != mine["unique_id"])
    was = sheet.cell(other, units).value
    sheet.cell(other, units).value = was + 30
    book.save(tmp_path / "edited.xlsx")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "edited.xlsx")
    page.get_by_text("1 of").filter(has_text="lines differ").wait_for()
    page.get_by_role("button", name="Accept as my quantities").click()
    page.get_by_text("You changed 2 of").wait_for()
    settle(page)
    assert number(metric(page, "Units to order")) == before + 42

    page.reload()
    page.get_by_text("You changed 2 of").wait_for()
    settle(page)
    assert number(metric(page, "Units to order")) == before + 42
    assert page.get_by_test_id("stException").count() == 0


def test_a_slider_of_the_item_page_answers_for_that_item_and_goes_back(page, orders):
    page.goto(orders.replace("/orders?", "/item?"))
    page.get_by_role("heading", name="Show me this one").wait_for()
    page.get_by_test_id("stMetric").nth(3).wait_for()
    settle(page)
    before = page.get_by_test_id("stMetric").all_inner_texts()
    knob = page.get_by_role("slider", name="Lead time").first
    knob.focus()
    for _ in range(3):
        knob.press("ArrowRight")
    page.get_by_text("What if: order").wait_for()
    settle(page)
    assert page.get_by_test_id("stMetric").all_inner_texts() != before

    page.locator(".st-key-knobs_back button").click()
    page.get_by_text("What if: order").wait_for(state="detached")
    settle(page)
    assert page.get_by_test_id("stMetric").all_inner_texts() == before
