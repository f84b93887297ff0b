"""Sales lost to empty shelves: what would have sold beyond what there was."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom

from forecasting.dates import period_kind
from forecasting.history.expected import CLUSTER, Law
from forecasting.history.panel import Panel

BAND = 1.2816  # standard deviations that hold 80 % of a normal law
POISSON = 1.001  # dispersion up to which counts have no more spread than chance


@dataclass(frozen=True)
class Lost:
    """An estimate with the range that holds it 8 times in 10; NaN where it cannot be known."""

    units: float
    low: float
    high: float
    money: float  # units at their price, lost revenue
    periods: int  # series-periods out of stock
    recorded: bool  # the data say when a shelf was empty


def lost_units(panel: Panel, law: Law) -> np.ndarray:
    """Return expected units lost per series and period, (n, T): E[demand | demand > sold] − sold.

    The censored part of a negative binomial law around what was usual. 0 where nothing ran out.
    """
    out = panel.stockout & panel.open & np.isfinite(law.mean) & np.isfinite(panel.y)
    lost = np.zeros(panel.y.shape)
    dispersion = np.broadcast_to(law.dispersion[:, None], out.shape)[out]
    lost[out] = _beyond(law.mean[out], dispersion, panel.y[out])
    return lost


def _beyond(mean: np.ndarray, dispersion: np.ndarray, sold: np.ndarray) -> np.ndarray:
    """Return E[D − sold | D > sold] of a negative binomial D with that mean and variance / mean."""
    size = mean / np.maximum(dispersion - 1, POISSON - 1)
    chance = size / (size + mean)
    whole = np.floor(sold)
    above = nbinom.sf(whole, size, chance)
    partial = mean * nbinom.sf(whole - 1, size + 1, chance)  # E[D; D > sold], by x·p(x) of size + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = partial / above
    # Far in the tail both are 0: at least one more would have sold, for the shelf was empty.
    return np.maximum(np.where(above > 1e-9, expected, whole + 1) - sold, 0.0)


def lost_sales(panel: Panel, law: Law, span: slice) -> Lost:
    """Return what empty shelves cost over a span of periods."""
    out = (panel.stockout & panel.open)[:, span]
    if not panel.stock_recorded:
        return Lost(np.nan, np.nan, np.nan, np.nan, 0, recorded=False)
    lost = lost_units(panel, law)[:, span]
    usual = np.where(out, np.nan_to_num(law.mean[:, span]), 0.0)
    by_chance = float((np.nan_to_num(law.dispersion)[:, None] * usual).sum())
    reach = BAND * float(np.sqrt(by_chance + (_common_error(panel, law) * usual.sum()) ** 2))
    units = float(lost.sum())
    priced = lost * panel.price[:, span]
    money = float(np.nansum(priced)) if units == 0 or np.isfinite(priced[lost > 0]).any() else float("nan")
    return Lost(units, max(units - reach, 0.0), units + reach, money, int(out.sum()), recorded=True)


def _common_error(panel: Panel, law: Law) -> float:
    """Return how far all series together stray from usual in a month, as a fraction (standard deviation)."""
    demand = panel.demand
    both = np.isfinite(demand) & np.isfinite(law.mean)
    starts = np.arange(0, demand.shape[1], CLUSTER[period_kind(panel.frequency)])
    sold = np.add.reduceat(np.where(both, demand, 0.0).sum(axis=0), starts)
    usual = np.add.reduceat(np.where(both, law.mean, 0.0).sum(axis=0), starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nanstd(np.where(usual > 0, sold / usual, np.nan))) if (usual > 0).any() else 0.0
