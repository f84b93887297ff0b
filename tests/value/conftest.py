import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.economics import CostDefaults, item_costs
from forecasting.inventory.policy import OrderPolicy, item_policies
from forecasting.schema import CUMULATIVE_LEVELS, quantile_column

IDS = ("bread", "milk", "salad", "tins")


@pytest.fixture
def terms():
    """Costs 3 : 1 and four daily periods to cover for every item, unless told otherwise."""

    def build(understock=3.0, overstock=1.0, ids=IDS, **columns):
        items = pd.DataFrame({"unique_id": list(ids), **columns})
        defaults = CostDefaults(understock=understock, overstock=overstock, source="typed")
        costs = item_costs(items, defaults, days_per_period=1.0, review_period=3)
        return costs, item_policies(items, OrderPolicy(lead_time=1, review_period=3))

    return build


@pytest.fixture
def backtest():
    """Cumulative backtest: demand uniform on 0 … 10h; sharp knows it, high adds 4h, low takes 4h off."""

    def build(shifts=None, n_cutoffs=8, horizon=5, step=7, seed=0):
        rng = np.random.default_rng(seed)
        cutoffs = pd.date_range("2026-01-04", periods=n_cutoffs, freq=f"{step}D")
        grid = pd.MultiIndex.from_product(
            [IDS, cutoffs, range(1, horizon + 1)], names=["unique_id", "cutoff", "h"]
        ).to_frame(index=False)
        grid["y"] = rng.uniform(0, 10, len(grid)) * grid["h"]
        shifts = shifts or {"sharp": 0.0, "high": 4.0, "low": -4.0}
        parts = []
        for model, shift in shifts.items():
            quantiles = {
                quantile_column(level): np.maximum((10 * level + shift) * grid["h"], 0)
                for level in CUMULATIVE_LEVELS
            }
            parts.append(grid.assign(model=model, mean=(5 + shift) * grid["h"], **quantiles))
        return pd.concat(parts, ignore_index=True)

    return build
