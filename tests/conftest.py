import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.ingest.sales import ImportOptions
from forecasting.services.opening import open_history

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
SAMPLE_COLUMNS = "unique_id=store+item,ds=date,y=units,price=price,stockout=stockout,open=open"
DATA = Path(os.environ.get("SHELFWISE_DATA", ROOT.parent / "shared" / "data"))


def real_data(name: str) -> Path:
    """The path of a real sales file, or a skip that says why it is not here."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"real sales are not on this machine: {path} (set SHELFWISE_DATA)")
    return path


@pytest.fixture
def panel() -> pd.DataFrame:
    """Two products, 8 weeks of daily sales, a weekly pattern and no noise."""
    ds = pd.date_range("2024-01-01", periods=56, freq="D")
    week = np.tile([10.0, 12, 14, 16, 20, 30, 25], 8)
    series = {"tea": week, "coffee": 2 * week}
    frames = [pd.DataFrame({"unique_id": k, "ds": ds, "y": v}) for k, v in series.items()]
    return pd.concat(frames, ignore_index=True).sort_values(["unique_id", "ds"], ignore_index=True)


@pytest.fixture
def fortnight() -> pd.DataFrame:
    """The 14 days after `panel`, for both products, without drivers."""
    ds = pd.date_range("2024-02-26", periods=14, freq="D")
    grid = pd.MultiIndex.from_product([["coffee", "tea"], ds], names=["unique_id", "ds"])
    return grid.to_frame(index=False)


@pytest.fixture(scope="session")
def sample():
    """The sample shop as a dataset, with price and promotions as drivers."""
    options = ImportOptions(columns=SAMPLE_COLUMNS, drivers=("price", "promo"))
    dataset, _ = open_history(
        SAMPLE / "sales.csv", name="sales.csv", options=options, items=SAMPLE / "items.csv"
    )
    return dataset
