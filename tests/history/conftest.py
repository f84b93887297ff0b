import numpy as np
import pandas as pd
import pytest

from forecasting.history.expected import fit_law
from forecasting.history.panel import panel_of
from tests.conftest import SAMPLE


def frame(y, start="2024-01-01", frequency="D", **columns):
    """A sales frame of one series 'a'."""
    ds = pd.date_range(start, periods=len(y), freq=frequency)
    return pd.DataFrame({"unique_id": "a", "ds": ds, "y": np.asarray(y, dtype=float), **columns})


def panel_from(sales, frequency="D", **items):
    ids = sorted(sales["unique_id"].unique())
    return panel_of(sales, pd.DataFrame({"unique_id": ids, **items}), frequency)


@pytest.fixture(scope="session")
def shop(sample):
    return panel_of(sample.sales, sample.items, sample.frequency)


@pytest.fixture(scope="session")
def law(shop):
    return fit_law(shop)


@pytest.fixture(scope="session")
def wanted(shop):
    """What customers wanted, before the shelf ran out, laid out as the panel."""
    truth = pd.read_parquet(SAMPLE / "truth.parquet", columns=["unique_id", "ds", "demand"])
    truth = truth[truth["ds"] <= shop.ds[-1]]
    grid = np.full(shop.y.shape, np.nan)
    rows = pd.Index(shop.unique_id).get_indexer(truth["unique_id"].astype(str))
    grid[rows, shop.ds.get_indexer(truth["ds"])] = truth["demand"]
    return grid
