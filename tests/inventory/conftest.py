from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.orders import OrderInputs
from forecasting.inventory.policy import OrderPolicy
from forecasting.paths import SamplePaths


@pytest.fixture
def make_paths():
    """Sample paths of independent Poisson demand, one series per mean."""

    def build(means, *, n_paths=1000, horizon=14, seed=0):
        rng = np.random.default_rng(seed)
        rates = np.asarray(means, dtype=float)[:, None, None]
        values = rng.poisson(rates, size=(len(means), n_paths, horizon)).astype(np.float32)
        ids = np.array([f"item {i:04d}" for i in range(len(means))], dtype=object)
        return SamplePaths(ids, pd.date_range("2026-06-29", periods=horizon), values)

    return build


@pytest.fixture
def make_inputs():
    """Order inputs with typed costs 9 : 1 and five periods to cover, unless told otherwise."""

    def build(items, **changes):
        settings = {
            "defaults": CostDefaults(understock=9, overstock=1),
            "policy": OrderPolicy(lead_time=2, review_period=3),
            "days_per_period": 1.0,
        }
        return OrderInputs(items=pd.DataFrame(items), **(settings | changes))

    return build


@pytest.fixture
def normal_sum_paths():
    """Paths whose sum over `periods` is exactly on the quantiles of a normal distribution."""

    def build(demand: NormalDist, periods, n_paths=20_000):
        grid = (np.arange(n_paths) + 0.5) / n_paths
        sums = np.array([demand.inv_cdf(p) for p in grid])
        values = np.repeat(sums[None, :, None] / periods, periods, axis=2)
        ds = pd.date_range("2026-06-29", periods=periods)
        return SamplePaths(np.array(["carpet"], dtype=object), ds, values)

    return build


def stock(paths, rng, **columns):
    n = len(paths.unique_id)
    return {
        "unique_id": paths.unique_id,
        "on_hand": rng.integers(0, 120, n).astype(float),
        "on_order": rng.integers(0, 30, n).astype(float),
    } | columns


@pytest.fixture
def mixed(make_paths, make_inputs):
    """Eighty items with every kind of limit, cost, lead time and stock."""
    paths, rng = (
        make_paths(np.random.default_rng(1).uniform(0.2, 25, 80), n_paths=300),
        (np.random.default_rng(2)),
    )
    items = stock(
        paths,
        rng,
        pack=rng.choice([1, 6, 12], 80),
        moq=rng.choice([0, 24], 80),
        capacity=rng.choice([np.nan, 90, 200], 80),
        price=rng.uniform(4, 9, 80),
        unit_cost=rng.uniform(1, 4, 80),
        leftover=rng.choice(["perishable", "carry_over"], 80),
        lead_time=rng.integers(0, 6, 80),
        review_period=rng.integers(1, 8, 80),
    )
    return paths, make_inputs(items, currency="EUR")
