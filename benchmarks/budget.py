"""Seconds of a core a plan under a budget takes: 500 items of 16 quantities, and more; prints and saves.

python -m benchmarks.budget [--items 500,2000,5000]
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import description
from forecasting.inventory.budget import Limit, shared_plan
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.options import option_lists
from forecasting.inventory.orders import OrderInputs, order_lines, plan_orders
from forecasting.inventory.policy import OrderPolicy
from forecasting.paths import SamplePaths

RESULT = Path(__file__).parent / "results" / "budget.md"
PATHS = 500


def assortment(n: int, seed: int = 0) -> tuple[SamplePaths, OrderInputs]:
    """Return futures and items of a shop whose costs, packs and stocks are drawn at random."""
    rng = np.random.default_rng(seed)
    rate = rng.lognormal(1.0, 1.0, (n, 1, 1))
    values = rng.negative_binomial(3, 3 / (3 + rate), (n, PATHS, 14)).astype(np.float32)
    ids = np.array([f"i{k:05d}" for k in range(n)], dtype=object)
    cost = rng.lognormal(1.0, 0.8, n)
    items = pd.DataFrame(
        {
            "unique_id": ids,
            "unit_cost": cost,
            "price": cost * rng.uniform(1.1, 2.0, n),
            "on_hand": rng.integers(0, 20, n),
            "pack": rng.choice([1, 6, 12], n),
            "leftover": rng.choice(["perishable", "carry_over"], n),
            "unit_volume": rng.uniform(0.001, 0.05, n),
        }
    )
    inputs = OrderInputs(items, CostDefaults(), OrderPolicy(5, 7), days_per_period=1.0)
    return SamplePaths(ids, pd.date_range("2026-06-29", periods=14), values), inputs


def measured(n: int, share: float, time_limit: float = 20.0) -> dict[str, object]:
    """Return the cost in time and the gap of one plan with `share` of the money and room suggested."""
    paths, inputs = assortment(n)
    orders = plan_orders(paths, inputs)
    lines = order_lines(paths, inputs).assign(
        order_quantity=orders["order_quantity"], implied_underage=orders["implied_underage"]
    )
    start = time.process_time()
    options = option_lists(paths, lines)
    listed = time.process_time()
    shared = {}
    for name, column in (("money", "unit_cost"), ("volume", "unit_volume")):
        per_unit = inputs.items[column].to_numpy()
        shared[name] = Limit(share * float(per_unit @ orders["order_quantity"]), per_unit)
    plan = shared_plan(options, shared, time_limit)
    done = time.process_time()
    return {
        "items": n,
        "may spend": f"{share:.0%}",
        "lists s": listed - start,
        "plan s": done - listed,
        "exact": plan.exact,
        "gap": plan.gap,
        "price of money": plan.price["money"],
    }


def main() -> None:
    """Measure and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", default="500,2000,5000")
    sizes = [int(n) for n in parser.parse_args().items.split(",")]
    table = pd.DataFrame([measured(n, share) for n in sizes for share in (0.3, 0.6, 0.9)])
    text = table.to_string(index=False, float_format="{:.2g}".format)
    print(text)
    note = (
        "Seconds of processor time. 16 quantities per item, limits on money and volume together; above 2,000 "
        "items the rounded relaxation, labelled unless within the gap of 1e-4."
    )
    on = ", ".join(f"{k} {v}" for k, v in description().items())
    RESULT.write_text(f"# Orders under a budget\n\n{note}\n\n{on}\n\n```\n{text}\n```\n")


if __name__ == "__main__":
    main()
