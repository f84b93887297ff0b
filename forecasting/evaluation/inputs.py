"""Which series of a task no model could serve, and why: asked only after a model has failed."""

import numpy as np
import pandas as pd

from forecasting.schema import drivers


def unusable(history: pd.DataFrame, future: pd.DataFrame) -> dict[str, str]:
    """Return unique_id -> a sentence for every series of `future` whose own numbers rule a forecast out.

    No known sale, units that are infinite or below zero, two rows for one date,
    a driver that is infinite, or without a number on a date to forecast.
    """
    ids = pd.Index(sorted(future["unique_id"].unique()))
    rows = history[history["unique_id"].isin(ids)]
    known = rows[_is_known(rows, future)]
    reasons: dict[str, str] = {}
    for name in ids.difference(pd.Index(known["unique_id"].unique())):
        reasons[name] = "no period of known sales before the forecast"
    for name, row in _first(known[~np.isfinite(known["y"].astype(float))]):
        reasons.setdefault(name, f"the units of {row['ds']:%Y-%m-%d} are not a finite number")
    for name, row in _first(known[known["y"] < 0]):
        reasons.setdefault(name, f"less than nothing was sold on {row['ds']:%Y-%m-%d} ({row['y']:g})")
    for name, row in _first(rows[rows.duplicated(["unique_id", "ds"])]):
        reasons.setdefault(name, f"two rows for {row['ds']:%Y-%m-%d}; keep one per period")
    for driver in drivers(future):
        for name, row in _first(rows[np.isinf(rows[driver].astype(float))] if driver in rows else rows[:0]):
            reasons.setdefault(name, f"{driver} of {row['ds']:%Y-%m-%d} is not a finite number")
        for name, row in _first(future[~np.isfinite(future[driver].astype(float))]):
            reasons.setdefault(name, f"{driver} is not known for {row['ds']:%Y-%m-%d}; give its future value")
    return reasons


def _is_known(rows: pd.DataFrame, future: pd.DataFrame) -> pd.Series:
    known = rows["y"].notna()
    if "stockout" in rows:
        known &= ~rows["stockout"].fillna(False).astype(bool)
    if "open" in rows and "open" in future:
        known &= rows["open"].fillna(1) > 0
    return known


def _first(rows: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    return [(str(row["unique_id"]), row) for _, row in rows.drop_duplicates("unique_id").iterrows()]
