import numpy as np
import pandas as pd
import pytest


def sales(series: dict[str, object], start: str = "2023-01-02", freq: str = "D") -> pd.DataFrame:
    """A sales frame from arrays of units; NaN leaves the period out."""
    frames = [
        pd.DataFrame({"unique_id": k, "ds": pd.date_range(start, periods=len(v), freq=freq), "y": v})
        for k, v in series.items()
    ]
    return pd.concat(frames).dropna(subset=["y"]).sort_values(["unique_id", "ds"], ignore_index=True)


def ahead(history: pd.DataFrame, horizon: int, freq: str = "D") -> pd.DataFrame:
    """The dates after a history, for all its series."""
    ds = pd.date_range(history["ds"].max(), periods=horizon + 1, freq=freq)[1:]
    ids = sorted(history["unique_id"].unique())
    return pd.MultiIndex.from_product([ids, ds], names=["unique_id", "ds"]).to_frame(index=False)


@pytest.fixture
def shop() -> pd.DataFrame:
    """Four products, 200 days: weekly pattern, noise, gaps, a late start and an intermittent one."""
    rng = np.random.default_rng(3)
    week = np.tile([10.0, 12, 14, 16, 20, 30, 25], 29)[:200]
    late = np.where(np.arange(200) < 120, np.nan, rng.poisson(8, 200))
    gaps = np.where(rng.random(200) < 0.2, np.nan, rng.poisson(2 * week))
    slow = rng.poisson(0.3, 200).astype(float)
    return sales({"busy": rng.poisson(week).astype(float), "gaps": gaps, "late": late, "slow": slow})
