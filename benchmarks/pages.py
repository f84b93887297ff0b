"""Seconds of every page that looks at data, 500 series of three years: `python -m benchmarks.pages`.

Two measurements of one saved project whose sales and results are made up. `cpu`: the page run in this
process, seconds of a core, which a busy machine does not change; first visit, then the same page again.
`wall`: a real browser, from the click in the menu to a page that stands still. And a file of 200,000
rows, from the choice in the browser to its numbers. `--part cpu` or `--part wall` measures one of the two.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright
from streamlit.testing.v1 import AppTest

from benchmarks.browser import CHROMIUM_FLAGS, ROOT, chromium, server
from benchmarks.ingest import made_up
from benchmarks.latency import IDLE, switch
from benchmarks.machine import description
from benchmarks.saved import save_with_results
from benchmarks.synthetic import made_up_sales
from forecasting.ingest.sales import import_sales
from forecasting.services.dataset import Dataset

RESULTS = Path(__file__).parent / "results" / "pages.json"
PAGES = ("data", "health", "history", "market", "drivers", "workbench")
# Tabs that are only worked out when they are opened, by page and the key of its tabs.
TABS = {
    "history": ("history_tabs", ("Seasons", "Items", "Promotions and prices", "Oddities", "Who moved")),
    "market": ("market_tabs", ("By group", "An index from outside", "Over time")),
    "drivers": ("driver_tabs", ("Effects and proposals", "What if", "Calendar")),
}
SERIES, DAYS = 500, 1_095
UPLOAD_ROWS = 200_000
AGAIN = 3


def main() -> None:
    """Measure, print the table; save it when the run was whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--part", choices=("cpu", "wall"), help="measure one of the two")
    asked = parser.parse_args()
    found: dict[str, Any] = {"machine": description(), "series": asked.series, "days": asked.days}
    with tempfile.TemporaryDirectory(prefix="shelfwise-pages-") as name:
        folder = Path(name)
        code = save_with_results(folder, made_up_shop(asked.series, asked.days))
        if asked.part != "wall":
            found["cpu"] = in_process(folder, code)
            show("seconds of a core", found["cpu"])
        if asked.part != "cpu":
            found["wall"] = in_browser(folder, code)
            show("seconds in the browser", found["wall"])
    if asked.part is None and (asked.series, asked.days) == (SERIES, DAYS):
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    else:
        print("A part of the full run: not saved.")


def show(heading: str, rows: dict[str, dict[str, float]]) -> None:
    """Print one row per page: the first visit, and again."""
    print(f"{heading:<40}{'first':>8}{'again':>8}")
    for name, row in rows.items():
        print(f"{name:<40}{row['first']:8.2f}{row.get('again', float('nan')):8.2f}")


def made_up_shop(series: int, days: int) -> Dataset:
    """Return made-up sales with prices, promotions, stock-outs and ten categories."""
    rng = np.random.default_rng(1)
    sales = made_up_sales(series, days=days)
    promo = rng.random(len(sales)) < 0.1
    sales = sales.assign(
        price=np.where(promo, 4.0, 5.0) * (1 + 0.02 * rng.random(len(sales))),
        promo=promo.astype(float),
        stockout=rng.random(len(sales)) < 0.01,
    )
    ids = sales["unique_id"].unique()
    items = pd.DataFrame({"unique_id": ids, "unit_cost": 3.0})
    items["category"] = [f"category {k % 10}" for k in range(len(ids))]
    return Dataset("made up", sales, items, pd.DataFrame(), "D", "0" * 64)


def in_process(folder: Path, code: str) -> dict[str, dict[str, float]]:
    """Return seconds of a core by page and tab, as a first visitor and as one who comes back."""
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'shelfwise.db'}"
    app = AppTest.from_file(ROOT / "ui" / "main.py", default_timeout=120)
    app.session_state["project"] = code
    rows = {"server and start page": first_and_again(app.run)}
    for name in PAGES:
        app.switch_page(str(ROOT / "pages" / f"{name}.py"))
        rows[name] = first_and_again(app.run)
        refuse_broken(app, name)
        key, tabs = TABS.get(name, ("", ()))
        for tab in tabs:
            app.session_state[key] = tab
            rows[f"{name}: {tab}"] = first_and_again(app.run)
            refuse_broken(app, f"{name}: {tab}")
    with sales_file(folder) as path:
        content = path.read_bytes()
        rows[f"reading {UPLOAD_ROWS:,} rows"] = first_and_again(
            lambda: import_sales(content, name="sales.csv")
        )
    return rows


def refuse_broken(app: AppTest, name: str) -> None:
    """Raise where a page failed: an error is quick to show."""
    if app.exception or app.error:
        raise SystemExit(f"{name}: {(*app.exception, *app.error)[0].value}")


def first_and_again(run: Callable[[], object]) -> dict[str, float]:
    """Return the seconds of a core of a first run, and the median of those after."""
    first, *again = (_cpu(run) for _ in range(1 + AGAIN))
    return {"first": round(first, 3), "again": round(median(again), 3)}


def _cpu(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def in_browser(folder: Path, code: str) -> dict[str, dict[str, float]]:
    """Return seconds from click to finished page, and from a chosen file to its tiles."""
    path = chromium()
    if path is None:
        raise SystemExit("Chromium is not on this machine; install Debian's package chromium.")
    with sync_playwright() as play, server(folder) as address:
        browser = play.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/report?project={code}")
        page.get_by_role("heading", level=1).wait_for(timeout=120_000)
        page.locator(IDLE).wait_for(timeout=120_000)
        rows = {name: {"first": round(switch(page, name), 2)} for name in PAGES}
        again = [{name: switch(page, name) for name in PAGES} for _ in range(AGAIN)]
        for name in PAGES:
            rows[name]["again"] = round(median(visit[name] for visit in again), 2)
        page.close()
        with sales_file(folder) as chosen:
            seconds = [upload(browser.new_page(), address, chosen) for _ in range(AGAIN)]
        rows[f"{UPLOAD_ROWS:,} rows chosen -> their numbers"] = {"first": round(median(seconds), 2)}
        browser.close()
    return rows


@contextmanager
def sales_file(folder: Path) -> Iterator[Path]:
    """Yield a CSV of many rows."""
    path = folder / "sales.csv"
    made_up(UPLOAD_ROWS).to_csv(path, index=False)
    yield path
    path.unlink()


def upload(page: Page, address: str, chosen: Path) -> float:
    """Return the seconds from the choice of a file nobody has read before to its tiles."""
    with chosen.open("a") as file:
        file.write("2021-07-20,S09,000099,5,1.0,0\n")  # another file than the last one
    page.goto(f"{address}/data")
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    page.locator(IDLE).wait_for()
    started = time.perf_counter()
    page.locator("input[type=file]").first.set_input_files(chosen)
    page.get_by_test_id("stMetric").first.wait_for(timeout=60_000)
    seconds = time.perf_counter() - started
    page.close()
    return seconds


if __name__ == "__main__":
    main()
