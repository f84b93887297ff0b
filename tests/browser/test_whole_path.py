"""A manager with a file, in a real browser."""

import io
import re
import urllib.request

import openpyxl
import pandas as pd
import pytest

from benchmarks.browser import server
from tests.browser.conftest import TIMEOUT
from tests.conftest import ROOT, real_data

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def settle(page):
    """Wait until the page runs nothing and has drawn all: idle for half a second, with the same text.

    A page that has only just connected is idle too, and half drawn.
    """
    stay(lambda: (page.locator(IDLE).wait_for(), page.locator("body").inner_text()), page)


def stay(seen, page):
    """Wait until what is seen has stayed the same for half a second; a page that never does is a failure."""
    last, still = None, 0
    for _ in range(1200):
        page.wait_for_timeout(100)
        now = seen()
        still = still + 1 if now == last else 0
        last = now
        if still == 5:
            return
    raise AssertionError(f"the page did not come to rest; it shows {last!r}")


def metric(page, label):
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue").inner_text()


def small_history(tmp_path):
    """Six series of the sample, a year of them: enough for a forecast, quick to compute."""
    sales = pd.read_csv(ROOT / "sample_data" / "sales.csv", dtype={"sku": str})
    few = sorted(sales["item"].unique())[:3]
    kept = sales[sales["item"].isin(few) & sales["store"].isin(["Centre", "Harbour"])]
    kept = kept[(kept["date"] >= "2025-06-01") & kept["units"].notna()]
    path = tmp_path / "my sales.csv"
    kept.to_csv(path, index=False, sep=";", decimal=",")
    return path


def test_a_cold_deep_link_runs_the_entry_with_its_navigation_and_headers(browser, tmp_path):
    with server(tmp_path) as fresh:
        page = browser.new_context().new_page()
        page.set_default_timeout(TIMEOUT)
        page.goto(f"{fresh}/orders")
        page.get_by_role("heading", name="What should I order, and why?").wait_for()
        page.get_by_text("There is no sales history yet").wait_for()
        page.get_by_role("link", name="Accuracy", exact=True).wait_for()
        with urllib.request.urlopen(fresh) as answer:
            assert answer.headers["x-frame-options"] == "DENY"
        page.context.close()


@pytest.mark.parametrize(("scheme", "ground"), [("dark", "rgb(16, 20, 24)"), ("light", "rgb(255, 255, 255)")])
def test_a_page_has_its_ground_before_any_script_has_come(browser, address, scheme, ground):
    page = browser.new_context(color_scheme=scheme).new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{address}/orders")

    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == ground
    page.context.close()


def test_a_file_becomes_orders_and_a_report(page, address, tmp_path):
    page.goto(f"{address}/data")
    page.locator("input[type=file]").first.set_input_files(small_history(tmp_path))
    page.get_by_role("button", name="Use this history").click()
    page.get_by_role("heading", name="What will we sell").wait_for()
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for()
    link = page.evaluate("location.href")  # page.url lags behind a page change made by the app
    assert "project=" in link

    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_text("Two numbers", exact=True).click()
    settle(page)
    before = metric(page, "Units to order")
    box = page.get_by_role("spinbutton", name="One unit short costs")
    box.fill("40")
    box.press("Enter")
    page.wait_for_function(
        "was => ![...document.querySelectorAll('[data-testid=stMetricValue]')]"
        ".some(e => e.innerText === was)",
        arg=before,
    )
    settle(page)

    page.get_by_role("button", name="Stop").wait_for(state="detached", timeout=240_000)
    page.get_by_role("link", name="Report", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download XLSX").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert {"Summary", "Orders", "Forecast", "Accuracy", "Value"} <= set(book.sheetnames)

    page.goto(link)
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for()
    page.get_by_role("link", name="Orders", exact=True).click()
    settle(page)
    assert page.get_by_role("spinbutton", name="One unit short costs").input_value() == "40.00"


@pytest.mark.data
def test_a_real_file_is_asked_about_read_checked_and_understood_before_it_is_forecast(page, address):
    page.goto(f"{address}/data")
    page.locator("input[type=file]").first.set_input_files(real_data("messy/shampoo_pseudo_months.csv"))
    page.get_by_text("On which day does 1-01 begin?").wait_for()
    assert page.get_by_role("button", name="Use this history").count() == 0
    page.get_by_test_id("stDateInputField").get_by_role("spinbutton").first.click()
    page.keyboard.type("20110501")  # year, month, day: each a field of its own
    page.get_by_role("button", name="Take this day").click()
    asked = page.get_by_role("radiogroup", name=re.compile("money or units"))
    asked.get_by_text("Units", exact=True).click()
    page.get_by_role("button", name="Use this history").wait_for()
    settle(page)
    assert metric(page, "Units") == "11,254"
    with page.expect_download() as download:
        page.get_by_role("button", name="Import report").click()
    report = pd.read_csv(download.value.path(), dtype=str, keep_default_na=False)
    assert report["value"].tolist()[:2] == ["36", "36"]
    page.get_by_role("button", name="Use this history").click()
    page.get_by_role("heading", name="What will we sell").wait_for()
    for name, heading in (
        ("Health", "Can we trust the data?"),
        ("History", "What happened"),
        ("Drivers", "What do we know that"),
        ("Forecast", "What will we sell"),
    ):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", name=heading).wait_for()
        settle(page)
        assert page.get_by_test_id("stException").count() == 0
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for()


def test_a_file_that_is_no_table_gets_a_sentence_and_the_page_lives_on(page, address, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_bytes(bytes(range(256)) * 40)
    page.goto(f"{address}/data")
    page.locator("input[type=file]").first.set_input_files(broken)
    alert = page.get_by_test_id("stAlertContentError")
    alert.wait_for()
    assert "Traceback" not in page.content()
    assert re.search(r"\w+.*\.", alert.inner_text())
    page.get_by_role("button", name="Template").wait_for()


def pick(page, label, option):
    box = page.get_by_role("combobox", name=label)
    box.wait_for()
    stay(box.bounding_box, page)  # a folded part opens slowly, and a list over it closes with every move
    box.click()
    page.get_by_role("option", name=option).click()
    settle(page)


def test_a_workbook_that_explains_nothing_is_mapped_by_hand(page, address, tmp_path):
    days = pd.date_range("2025-01-01", periods=90)
    sold = pd.DataFrame({"wann": days, "n1": range(90), "n2": [n % 5 for n in range(90)]})
    with pd.ExcelWriter(tmp_path / "book.xlsx", engine="xlsxwriter") as book:
        sold.head(50).to_excel(book, sheet_name="Old", index=False)
        sold.to_excel(book, sheet_name="New", index=False)
    page.set_viewport_size({"width": 1440, "height": 2000})  # a list that opens while the page scrolls closes
    page.goto(f"{address}/data")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "book.xlsx")
    page.get_by_text("say which of n1, n2 it is").wait_for()
    pick(page, "Sheet", "New (91 rows × 3 columns)")
    page.get_by_text("The first 8 of 90 rows").wait_for()
    pick(page, "Units sold", "n1")
    page.get_by_role("button", name="Use this history").wait_for()
    page.get_by_text("How the file is read").click()
    pick(page, "One period is", "A week")
    page.get_by_text("in the unfinished last week").first.wait_for()
    pick(page, "One period is", "A day")
    page.get_by_text("in the unfinished last week").first.wait_for(state="detached")
    settle(page)
    assert metric(page, "Units") == f"{sum(range(90)):,}"
    page.get_by_role("button", name="Use this history").click()
    page.get_by_role("heading", name="What will we sell").wait_for()
    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_text("sheet 'New'").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_app_asks_nothing_of_the_outside_world(browser, address, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    outside = []
    page.on(
        "request",
        lambda r: outside.append(r.url) if not r.url.startswith((address, "data:", "blob:", "ws:")) else None,
    )
    page.goto(address)
    page.get_by_role("button", name="Try the sample").wait_for()
    settle(page)
    assert outside == []
    context.close()
