"""What a manager waits for, in a real browser: `python -m benchmarks.latency`.

Prints and saves: click on the sample -> first forecast; page switches; cost change -> new orders; the
same, a changed lead time and a changed budget in a saved project of 1,000 items (`--items`), whose
results are made up.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.browser import CHROMIUM_FLAGS, chromium, server
from benchmarks.machine import description
from benchmarks.saved import save_made_up

RESULTS = Path(__file__).parent / "results" / "latency.json"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
# A person reads the three doors before clicking one; the server uses the time to load its libraries.
READING_SECONDS = 3
ITEMS = 1_000
PAGES = ("data", "forecast", "accuracy", "orders", "value", "report")


def main() -> None:
    """Measure, print the table; save it when the run was whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS, help="items of the saved project; 0: none")
    parser.add_argument("--sample", action=argparse.BooleanOptionalAction, default=True,
                        help="measure the sample too")  # fmt: skip
    asked = parser.parse_args()
    machine = description()
    browser_path = chromium()
    if browser_path is None:
        raise SystemExit("Chromium is not on this machine; install Debian's package chromium.")
    rows: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        code = save_made_up(Path(folder), asked.items) if asked.items else ""
        with server(Path(folder)) as address:
            browser = play.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            rows |= measure(page, address) if asked.sample else {}
            rows |= measure_many(page, address, code, asked.items) if code else {}
            browser.close()
    for name, seconds in rows.items():
        print(f"{name:<50} {seconds:7.2f} s")
    if asked.sample and asked.items == ITEMS:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps({"machine": machine, "seconds": rows}, indent=1) + "\n")
    else:
        print("A part of the full run: not saved.")


def measure(page: Page, address: str) -> dict[str, float]:
    """Return seconds by what was waited for."""
    rows: dict[str, float] = {}
    page.goto(address)
    page.get_by_role("button", name="Try the sample").wait_for()
    page.wait_for_timeout(READING_SECONDS * 1000)
    started = time.perf_counter()
    page.get_by_role("button", name="Try the sample").click()
    page.locator(".st-key-forecast_chart .scatterlayer").first.wait_for(timeout=60_000)
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


def measure_many(page: Page, address: str, code: str, items: int) -> dict[str, float]:
    """Return the seconds of new orders for many items, from a project whose results are saved."""
    started = time.perf_counter()
    page.goto(f"{address}/orders?project={code}")
    page.get_by_role("spinbutton", name="One unit short costs").wait_for(timeout=120_000)
    page.get_by_test_id("stMetric").first.wait_for(timeout=120_000)
    page.locator(IDLE).wait_for(timeout=120_000)
    name = f"{items:,} items"
    return {
        f"{name} opened by link -> orders": time.perf_counter() - started,
        f"cost changed -> new orders, {name}": median(change_cost(page) for _ in range(5)),
        f"lead time changed -> new orders, {name}": median(change_lead_time(page) for _ in range(5)),
        f"budget changed -> new orders, {name}": median(change_budget(page, items) for _ in range(5)),
    }


def change_cost(page: Page) -> float:
    """Return the seconds from a typed cost to orders that show it."""
    box = page.get_by_role("spinbutton", name="One unit short costs")
    page.get_by_text("Two numbers", exact=True).first.click()
    page.locator(IDLE).wait_for()
    value = float(box.input_value())
    return typed(page, box, f"{value * 2 if value < 50 else 1:g}")


def change_lead_time(page: Page) -> float:
    """Return the seconds from a typed lead time to orders that show it."""
    box = page.get_by_role("spinbutton", name="Lead time")
    return typed(page, box, f"{float(box.input_value()) % 9 + 1:g}")


def change_budget(page: Page, items: int) -> float:
    """Return the seconds from a typed budget to orders within it; every item costs money, so both bind."""
    box = page.get_by_role("spinbutton", name="Budget")
    tight, tighter = f"{2 * items}", f"{items}"
    return typed(page, box, tighter if box.input_value().startswith(tight) else tight)


def typed(page: Page, box: Locator, text: str) -> float:
    """Return the seconds from Enter to tiles that differ."""
    before = page.get_by_test_id("stMetric").all_inner_texts()
    box.fill(text)
    started = time.perf_counter()
    box.press("Enter")
    while page.get_by_test_id("stMetric").all_inner_texts() == before:
        if time.perf_counter() - started > 30:
            raise RuntimeError("The orders did not change within 30 s of a new input.")
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
