import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.kept_later import kept_later

ORIGINS = pd.to_datetime(["2025-01-01", "2025-02-01"])


def sums(level):
    y = [1.0, 2.0, 3.0, np.nan]
    parts = [pd.DataFrame({"cutoff": c, "h": 1, "y": y, "q0.9": level}) for c in ORIGINS]
    return pd.concat(parts, ignore_index=True)


def test_the_level_is_judged_before_and_after_where_demand_is_known():
    assert kept_later(sums(1.0), sums(2.5), tuple(ORIGINS))[1] == pytest.approx((1 / 3, 2 / 3))


def test_origins_that_are_not_scored_do_not_count():
    early = sums(9.0)
    early.loc[early["cutoff"] == ORIGINS[1], "q0.9"] = 0.0
    assert kept_later(early, early, (ORIGINS[1],))[1] == (0.0, 0.0)


def test_a_model_that_promised_too_little_is_mended_on_later_origins():
    """Bands half as wide as the truth: the share kept comes near the nine in ten that were promised."""
    from forecasting.evaluation.calibrate import SUMS, calibrate_backtest
    from forecasting.schema import CUMULATIVE_LEVELS, quantile_column

    rng = np.random.default_rng(4)
    origins = pd.date_range("2023-01-02", periods=24, freq="14D")
    levels = np.quantile(rng.normal(100, 5, 20_000), CUMULATIVE_LEVELS)  # said; the truth spreads by 10
    rows = [
        {"model": "m", "unique_id": f"s{i}", "cutoff": c, "h": 1, "mean": 100.0, "y": rng.normal(100, 10)}
        | dict(zip(map(quantile_column, CUMULATIVE_LEVELS), levels, strict=True))
        for i in range(150)
        for c in origins
    ]
    said = pd.DataFrame(rows)
    calibrated, _ = calibrate_backtest(said, "D", SUMS)
    before, after = kept_later(said, calibrated, tuple(origins[12:]))[1]
    assert before < 0.80
    assert after == pytest.approx(0.9, abs=0.04)
