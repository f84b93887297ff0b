"""What is usual where a series has no record amid its own: unknown is not nothing sold."""

import numpy as np

from forecasting.dates import period_kind
from forecasting.history.expected import Law
from forecasting.history.growth import unrecorded
from forecasting.history.panel import Panel

MOSTLY = 0.5  # share of its recorded periods on a weekday from which a series is open on that weekday


def bridged(values: np.ndarray, panel: Panel, law: Law) -> np.ndarray:
    """Return values (n, T; units or revenue) with what is usual where a series has no record amid its own.

    Usual is the law's expectation with promotions as frequent as in the recorded periods, in revenue at the
    average price of the series. On weekdays a series is mostly closed, and where none of the
    series has a record, nothing is put in.
    """
    missing = unrecorded(panel.y) & panel.open & _open_weekdays(panel) & np.isfinite(panel.y).any(axis=0)
    if not missing.any():
        return values
    worth = _ratio(np.where(np.isfinite(values), values, 0.0), np.where(np.isfinite(values), panel.y, 0.0))
    usual = law.mean * (worth * _lift(panel, law))[:, None]
    return np.where(missing & np.isfinite(usual), usual, values)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return sums of rows over sums of rows, (n,); NaN where there is nothing below."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nansum(above, axis=1) / np.nansum(below, axis=1)
    return np.where(np.isfinite(ratio), ratio, np.nan)


def _lift(panel: Panel, law: Law) -> np.ndarray:
    """Return what promotions and prices made of the usual over the recorded periods, (n,)."""
    known = np.isfinite(panel.demand)
    effects = np.einsum("nk,nkt->nt", np.nan_to_num(law.effects), law.columns)
    lift = _ratio(np.where(known, law.mean, 0.0), np.where(known, law.mean * np.exp(-effects), 0.0))
    return np.where(np.isfinite(lift), lift, 1.0)


def _open_weekdays(panel: Panel) -> np.ndarray:
    """Return whether a series is open on the weekday of each period, as its records say, (n, T)."""
    if period_kind(panel.frequency) != "day":
        return np.ones(panel.y.shape, dtype=bool)
    weekday, recorded = np.asarray(panel.ds.day_of_week), np.isfinite(panel.y)
    opened = np.zeros(panel.y.shape, dtype=bool)
    for day in range(7):
        on = weekday == day
        times, open_times = recorded[:, on].sum(axis=1), (recorded & panel.open)[:, on].sum(axis=1)
        opened[:, on] = ((times > 0) & (open_times >= MOSTLY * times))[:, None]
    return opened
