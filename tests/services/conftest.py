import numpy as np
import pandas as pd
import pytest

from forecasting.services.compute import compute
from forecasting.services.dataset import Dataset
from forecasting.services.work_out import work_out
from forecasting.settings import usual_settings

FEW = ("seasonal_naive", "moving_average")


def history(days=150, **series):
    rng = np.random.default_rng(5)
    ds = pd.date_range("2025-01-01", periods=days, freq="D")
    frames = [
        pd.DataFrame({"unique_id": k, "ds": ds, "y": rng.poisson(v, days) * 1.0}) for k, v in series.items()
    ]
    return pd.concat(frames, ignore_index=True)


def dataset(sales):
    items = pd.DataFrame({"unique_id": sorted(sales["unique_id"].unique())})
    return Dataset("test.csv", sales, items, pd.DataFrame(), "D", "1" * 64)


@pytest.fixture(scope="session")
def settings():
    return usual_settings("D", models=FEW, horizon=14, step=14, folds=3)


@pytest.fixture(scope="session")
def found(settings):
    data = dataset(history(a=5, b=20))
    *_, last = compute(data, settings)
    return work_out(data, settings, last)
