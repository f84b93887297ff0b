"""Lines -> one row per series and period: summed, never averaged over stores or days."""

from typing import Any

import numpy as np
import pandas as pd

from forecasting.dates import period_start
from forecasting.ingest.notes import Notes, counted
from forecasting.schema import PLAN, PRICE_PAID

KEYS = ["code", "ds"]


def to_periods(lines: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return one row per (code, ds): y summed, prices weighted by units, flags kept, other drivers averaged.

    y may still be negative here: returns are netted over the whole period that is wanted, not before.
    """
    rows = lines.assign(ds=period_start(lines["ds"], frequency))
    if not rows.duplicated(KEYS).any():
        return rows.sort_values(KEYS, ignore_index=True)
    weight = rows["y"].clip(lower=0).to_numpy() if "y" in rows else np.ones(len(rows))
    groups = rows.groupby(KEYS, sort=True)
    columns = {c: _combined(rows, groups, c, weight, frequency) for c in rows.columns if c not in KEYS}
    return pd.DataFrame(columns).reset_index()


def not_below_zero(periods: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the periods with net returns raised to zero, and say how many there were."""
    below = periods["y"] < 0
    if not below.any():
        return periods
    units = -periods.loc[below, "y"].sum()
    notes.warn(
        f"In {counted(int(below.sum()), 'period')} more came back than was sold; they count as zero "
        f"({units:,g} units more than the net)."
    )
    return periods.assign(y=periods["y"].clip(lower=0))


def _combined(
    rows: pd.DataFrame,
    groups: Any,
    column: str,
    weight: np.ndarray,
    frequency: str,
) -> pd.Series:
    if column == "y":
        return groups[column].sum()
    if column == PLAN:  # a sum over days without a plan would be a plan nobody made
        return groups[column].sum(skipna=False)
    if column == "stockout":
        return groups[column].any()
    if column.startswith("_"):
        return groups[column].last()
    if column in ("price", PRICE_PAID):
        return _weighted(rows, column, weight)
    if frequency == "D" and rows[column].dropna().isin((0.0, 1.0)).all():
        return groups[column].max()
    return groups[column].mean()


def _weighted(rows: pd.DataFrame, column: str, weight: np.ndarray) -> pd.Series:
    """Return the mean of a price weighted by units sold; plain where nothing was sold."""
    known = rows[column].notna().to_numpy()
    table = rows[KEYS].assign(
        money=np.where(known, rows[column] * weight, 0.0),
        units=np.where(known, weight, 0.0),
        plain=rows[column],
    )
    groups = table.groupby(KEYS, sort=True)
    units = groups["units"].sum()
    return (groups["money"].sum() / units.where(units > 0)).fillna(groups["plain"].mean())
