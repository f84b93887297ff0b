"""Seconds behind the history and market pages: 500 series of three years, made up.

    python -m benchmarks.pages_history [--series 500] [--days 1095]

`once` is paid when a history is opened; every other row each time something is looked at anew
(a filter, a series); what was looked at before is kept.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.synthetic import made_up_sales
from forecasting.history.growth import movers, window_of
from forecasting.history.segments import ABC_CUTS, XYZ_CUTS
from forecasting.services.dataset import Dataset
from forecasting.services.history_view import effects_in_words, history_tiles
from forecasting.services.market_view import WHOLE, market_view
from forecasting.services.past import Past, effects_of, line_of, segments_of, work_out_past
from forecasting.services.scope import scope_of_choice


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
    return Dataset("made up", sales, items, pd.DataFrame(), "D", "0")


def work(past: Past) -> dict[str, Callable[[], object]]:
    """Return what the two pages ask for, by what it is called."""
    whole = scope_of_choice(past.attributes, {})
    one = scope_of_choice(past.attributes, {"category": ["category 3"]})
    cuts = (*ABC_CUTS, *XYZ_CUTS)
    return {
        "history: tiles": lambda: history_tiles(past, 364, "EUR"),
        "history: trend, seasons, profiles": lambda: line_of(past),
        "history: who moved": lambda: movers(past.panel, window_of(past.panel, 364)),
        "history: classes": lambda: segments_of(past, None, cuts),
        "history: promotions and prices": lambda: effects_in_words(effects_of(past), "EUR"),
        "history: one category": lambda: past.part(one.unique_ids),
        "market: by category": lambda: market_view(past, whole, market=WHOLE, by="category", length=364),
        "market: by series": lambda: market_view(past, one, market="category", by="", length=364),
    }


def seconds(call: Callable[[], object], times: int = 3) -> float:
    """Return the quickest of a few runs."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Seconds behind the history and market pages.")
    parser.add_argument("--series", type=int, default=500)
    parser.add_argument("--days", type=int, default=1095)
    asked = parser.parse_args()
    dataset = made_up_shop(asked.series, asked.days)
    started = time.perf_counter()
    past = work_out_past(dataset)
    print(f"{asked.series} series × {asked.days:,} days")
    print(f"{'once: layout, what was usual, oddities':<45}{time.perf_counter() - started:7.2f} s")
    for name, call in work(past).items():
        print(f"{name:<45}{seconds(call):7.2f} s")


if __name__ == "__main__":
    main()
