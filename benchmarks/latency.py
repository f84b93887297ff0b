"""What a manager waits for, in a real browser: `python -m benchmarks.latency`.

Prints and saves: click on the sample -> first forecast; page switches; cost change -> new orders.
"""

import json
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import CHROMIUM_FLAGS, chromium, server
from benchmarks.machine import description

RESULTS = Path(__file__).parent / "results" / "latency.json"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
# A person reads the three doors before clicking one; the server uses the time to load its libraries.
READING_SECONDS = 3
PAGES = ("data", "forecast", "accuracy", "orders", "value", "report")


def main() -> None:
    """Measure, print the table, save it."""
    machine = description()
    browser_path = chromium()
    if browser_path is None:
        raise SystemExit("Chromium is not on this machine; install Debian's package chromium.")
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        rows = measure(page, address)
        browser.close()
    table = {
        "machine": machine,
        "seconds": rows,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(table, indent=1) + "\n")
    for name, seconds in rows.items():
        print(f"{name:<50} {seconds:7.2f} s")


def measure(page: Page, address: str) -> dict[str, float]:
    """Return seconds by what was waited for."""
    rows: dict[str, float] = {}
    page.goto(address)
    page.get_by_role("button", name="Try the sample").wait_for()
    page.wait_for_timeout(READING_SECONDS * 1000)
    started = time.perf_counter()
    page.get_by_role("button", name="Try the sample").click()
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=60_000)
    rows["sample clicked -> first forecast drawn"] = time.perf_counter() - started
    page.get_by_role("link", name="Orders").click()
    page.get_by_role("spinbutton", name="One unit short costs").wait_for(timeout=60_000)
    rows["cost changed -> new orders, models still running"] = median(change_cost(page) for _ in range(3))
    started = time.perf_counter()
    while page.get_by_role("button", name="Stop").count() and time.perf_counter() - started < 600:
        time.sleep(0.5)
    rows["all models ready after"] = time.perf_counter() - started
    page.locator(IDLE).wait_for()
    rows["cost changed -> new orders, 57 items"] = median(change_cost(page) for _ in range(7))
    for name in PAGES:
        rows[f"switch to {name}"] = switch(page, name)
    return rows


def change_cost(page: Page) -> float:
    """Return the seconds from a typed cost to orders that show it."""
    box = page.get_by_role("spinbutton", name="One unit short costs")
    before = page.get_by_test_id("stMetric").all_inner_texts()
    page.get_by_text("Two numbers", exact=True).first.click()
    page.locator(IDLE).wait_for()
    before = page.get_by_test_id("stMetric").all_inner_texts()
    value = float(box.input_value())
    box.fill(f"{value * 2 if value < 50 else 1:g}")
    started = time.perf_counter()
    box.press("Enter")
    while page.get_by_test_id("stMetric").all_inner_texts() == before:
        if time.perf_counter() - started > 30:
            raise RuntimeError("The orders did not change within 30 s of a new cost.")
        time.sleep(0.01)
    return time.perf_counter() - started


def switch(page: Page, name: str) -> float:
    """Return the seconds from a click in the sidebar to a finished page."""
    started = time.perf_counter()
    page.get_by_role("link", name=name.capitalize(), exact=True).first.click()
    page.wait_for_url(f"**/{name}*")
    page.locator(IDLE).wait_for()
    page.get_by_role("heading", level=1).wait_for()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
