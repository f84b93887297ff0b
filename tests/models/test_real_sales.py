import numpy as np
import pandas as pd
import pytest

from forecasting.models.smoothing import ExponentialSmoothing
from tests.conftest import real_data

pytestmark = pytest.mark.data


def test_orders_for_twelve_days_of_slow_items_cover_as_often_as_they_say():
    """500 Walmart items, 40 % zeros: sums of paths, not of quantiles, hold their promise."""
    raw = pd.read_csv(real_data("bench/m5.csv.gz"), parse_dates=["date"])
    ids = raw["item_id"] + "_" + raw["store_id"]
    history = pd.DataFrame({"unique_id": ids, "ds": raw["date"], "y": raw["units"].astype(float)})
    cutoff = history["ds"].max() - pd.Timedelta(days=28)
    past, after = history[history["ds"] <= cutoff], history[history["ds"] > cutoff]

    paths = ExponentialSmoothing("D", 300).forecast(past, after.drop(columns="y"))

    actual = after.pivot(index="unique_id", columns="ds", values="y").loc[paths.unique_id].to_numpy()
    summed = actual[:, :12].sum(axis=1)
    for level in (0.8, 0.9):
        covered = (summed <= np.quantile(paths.total(12), level, axis=1)).mean()
        assert covered == pytest.approx(level, abs=0.08)
    assert paths.values.mean() == pytest.approx(actual.mean(), rel=0.06)
