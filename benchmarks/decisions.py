"""Seconds of a core from futures to orders with their reasons: `python -m benchmarks.decisions`.

A changed cost or lead time does this and nothing else; nothing is fitted. Prints and saves a table.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import description
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.orders import OrderInputs, plan_orders
from forecasting.inventory.policy import KINDS, OrderPolicy
from forecasting.paths import SamplePaths
from forecasting.services.stages import MOST_PATH_VALUES

RESULTS = Path(__file__).parent / "results" / "decisions.json"
HORIZON, MOST_PATHS, LEAST_PATHS = 28, 1_000, 200
ALIKE, APART = "one lead time for all", "lead times 1 to 9, reviews 1 to 7, packs, costs"


def main() -> None:
    """Measure the sizes asked for, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--items", default="1000,10000")
    rows = [row for n in parser.parse_args().items.split(",") for row in measured(int(n))]
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.2f}".format))
    record = {"machine": description(), "seconds_are": "of a core, best of three", "rows": rows}
    RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def measured(n: int) -> list[dict[str, object]]:
    """Return a row per assortment and rule."""
    paths = futures(n)
    rows = []
    for name, inputs in ((ALIKE, alike(paths)), (APART, apart(paths))):
        for kind in KINDS if name == ALIKE else KINDS[:1]:
            asked = replace(inputs, policy=replace(inputs.policy, kind=kind))
            seconds = min(_timed(paths, asked) for _ in range(3))
            rows.append({"items": n, "futures": paths.values.shape[1], "assortment": name, "rule": kind,
                         "seconds": seconds})  # fmt: skip
    return rows


def futures(n: int) -> SamplePaths:
    """Return as many futures of as many days as a live forecast of so many items keeps."""
    rng = np.random.default_rng(0)
    n_paths = max(LEAST_PATHS, min(MOST_PATHS, MOST_PATH_VALUES // (n * HORIZON)))
    rate = rng.lognormal(1.0, 1.0, (n, 1, 1)).astype(np.float32)
    values = rng.poisson(rate, (n, n_paths, HORIZON)).astype(np.float32)
    ids = np.array([f"i{k:05d}" for k in range(n)], dtype=object)
    return SamplePaths(ids, pd.date_range("2026-06-29", periods=HORIZON), values)


def alike(paths: SamplePaths) -> OrderInputs:
    """Return items with a cost and a stock of their own, all else the project's."""
    rng, n = np.random.default_rng(1), len(paths.unique_id)
    cost = rng.lognormal(1.0, 0.8, n)
    items = {"unique_id": paths.unique_id, "unit_cost": cost, "price": cost * rng.uniform(1.1, 2.0, n),
             "on_hand": rng.integers(0, 60, n)}  # fmt: skip
    defaults = CostDefaults(order_cost=5.0)
    return OrderInputs(pd.DataFrame(items), defaults, OrderPolicy(5, 7), days_per_period=1.0, currency="EUR")


def apart(paths: SamplePaths) -> OrderInputs:
    """Return items that differ in all that decides an order."""
    rng, n = np.random.default_rng(2), len(paths.unique_id)
    inputs = alike(paths)
    items = inputs.items.assign(
        lead_time=rng.integers(1, 10, n),
        review_period=rng.integers(1, 8, n),
        pack=rng.choice([1, 6, 12], n),
        moq=rng.choice([np.nan, 24], n),
        leftover=rng.choice(["perishable", "carry_over"], n),
    )
    return replace(inputs, items=items)


def _timed(paths: SamplePaths, inputs: OrderInputs) -> float:
    started = time.process_time()
    plan_orders(paths, inputs)
    return time.process_time() - started


if __name__ == "__main__":
    main()
