import numpy as np
import pandas as pd
import pytest

from benchmarks.datasets import Fold
from forecasting.settings import usual_settings


@pytest.fixture
def settings():
    return usual_settings("D", horizon=14, step=14, folds=2, lead_time=1, review_period=2)


@pytest.fixture
def fold():
    """Two shops over 140 days, closed on Sundays and on one Wednesday, with a promotion known ahead."""
    ds = pd.date_range("2024-01-01", periods=154, freq="D")  # a Monday
    closed = (ds.day_of_week == 6) | (ds == "2024-02-14")
    promo = (np.arange(154) % 14 < 5).astype(float)
    rng = np.random.default_rng(3)
    frames = []
    for name, level in (("north", 40), ("south", 90)):
        units = rng.poisson(level * (1 + 0.5 * promo) * (1 + ds.day_of_week / 10)) * ~closed
        frame = {"unique_id": name, "ds": ds, "y": units.astype(float), "open": 1.0 - closed, "promo": promo}
        frames.append(pd.DataFrame(frame))
    sales = pd.concat(frames, ignore_index=True)
    cutoff = ds[139]
    future = sales[sales["ds"] > cutoff].drop(columns="y").reset_index(drop=True)
    return Fold(cutoff, sales[sales["ds"] <= cutoff].reset_index(drop=True), future)
