"""What waits on disk comes back as it was."""

import numpy as np
import pandas as pd

from forecasting.services.aside import Aside


def a_frame(rows, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "unique_id": [f"item {i % 3}" for i in range(rows)],
            "mean": rng.normal(size=rows),
            "h": np.arange(rows),
            "cutoff": pd.date_range("2025-01-01", periods=rows),
            "q0.9": np.where(rng.random(rows) < 0.3, np.nan, rng.random(rows)),
            "model": f"model {seed}",
        }
    )


def test_the_frames_of_some_models_come_back_in_the_order_asked_for():
    aside, first, second = Aside(), a_frame(4, 1), a_frame(6, 2)
    aside.put_frame("backtest", "none", a_frame(4, 3).iloc[:0])
    aside.put_frame("backtest", "first", first)
    aside.put_frame("backtest", "second", second.iloc[::-1])

    whole = aside.frames("backtest", ["second", "none", "first"])

    expected = pd.concat([second.iloc[::-1], first], ignore_index=True)
    pd.testing.assert_frame_equal(whole, expected, check_exact=True)
