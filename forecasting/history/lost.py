"""Sales lost to empty shelves: what would have sold beyond what there was, with a band. The one estimate.

Demand of a stock-out period is negative binomial around what was usual, given that it was more than
was sold. The level of each series is that of the censored likelihood, by expectation maximisation:
periods that sold out are evidence too, for they say that demand was at least so much.

What no file can say: whether shelves ran out because of something that day which the data do not
show. Then more was lost than estimated.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from forecasting.dates import period_kind
from forecasting.history.censored import demand_at_least
from forecasting.history.expected import CLUSTER, Law
from forecasting.history.panel import Panel

LOST_COLUMNS = ("unique_id", "periods", "sold", "lost", "low", "high")
BAND = 0.8  # coverage of low … high
ROUNDS = 25  # of expectation maximisation, at most; 3 % censored periods settle within ten
SETTLED = 1e-5  # change of a level from which another round says nothing
POISSON = 1e6  # negative binomial size from which it is one


@dataclass(frozen=True)
class Lost:
    """An estimate with the range that holds it 8 times in 10; NaN where it cannot be known."""

    units: float
    low: float
    high: float
    money: float  # units at their price, lost revenue
    periods: int  # series-periods out of stock
    recorded: bool  # the data say when a shelf was empty


def nothing_lost(*, recorded: bool) -> Lost:
    """Return zeros where the data say that no shelf was empty, NaN where they say nothing."""
    none = 0.0 if recorded else float("nan")
    return Lost(none, none, none, none, 0, recorded)


class Empty(NamedTuple):
    """The stock-out periods of a panel one by one, (m,), and what was wanted on them."""

    row: np.ndarray
    place: np.ndarray
    usual: np.ndarray  # mean of demand, were nothing known of the period
    lost: np.ndarray  # E[demand | demand > sold] − sold
    variance: np.ndarray  # of demand given that it was more than sold

    def within(self, span: slice, periods: int) -> "Empty":
        """Return those of a span of periods."""
        inside = np.zeros(periods, dtype=bool)
        inside[span] = True
        return Empty(*(values[inside[self.place]] for values in self))


def lost_units(panel: Panel, law: Law) -> np.ndarray:
    """Return expected units lost per series and period, (n, T); 0 where nothing ran out."""
    found, lost = _empty(panel, law), np.zeros(panel.y.shape)
    lost[found.row, found.place] = found.lost
    return lost


def lost_by_series(panel: Panel, law: Law) -> pd.DataFrame:
    """Return `LOST_COLUMNS` (units) of the series that ran out."""
    found, n = _empty(panel, law), len(panel.unique_id)
    lost = np.bincount(found.row, found.lost, n)
    reach = float(norm.ppf((1 + BAND) / 2)) * np.sqrt(_variance(found, panel, law))
    count = np.bincount(found.row, minlength=n)
    sold = np.bincount(found.row, panel.y[found.row, found.place], n)
    columns = (panel.unique_id, count, sold, lost, np.maximum(lost - reach, 0.0), lost + reach)
    table = pd.DataFrame(dict(zip(LOST_COLUMNS, columns, strict=True)))
    return table[count > 0].reset_index(drop=True)


def lost_sales(panel: Panel, law: Law, span: slice) -> Lost:
    """Return what empty shelves cost over a span of periods."""
    if not panel.stock_recorded:
        return nothing_lost(recorded=False)
    found = _empty(panel, law).within(span, len(panel.ds))
    shared = _common_error(panel, law) ** 2 * (_by_cluster(found, panel) ** 2).sum()
    reach = float(norm.ppf((1 + BAND) / 2) * np.sqrt(_variance(found, panel, law).sum() + shared))
    units = float(found.lost.sum())
    priced = found.lost * panel.price[found.row, found.place]
    money = float(np.nansum(priced)) if units == 0 or np.isfinite(priced).any() else float("nan")
    periods = int((panel.stockout & panel.open)[:, span].sum())
    return Lost(units, max(units - reach, 0.0), units + reach, money, periods, recorded=True)


def _empty(panel: Panel, law: Law) -> Empty:
    """Return the stock-out periods with what was lost on them; those of series never seen are left out."""
    mean = _usual(panel, law)
    row, place = np.nonzero(panel.stockout & panel.open & (mean > 0) & np.isfinite(panel.y))
    sold, usual, size = panel.y[row, place], mean[row, place], _size(panel, mean)[row]
    known, n = np.isfinite(panel.demand), len(panel.unique_id)
    seen = np.where(known, panel.demand, 0.0).sum(axis=1)
    expected = np.where(known, np.nan_to_num(mean), 0.0).sum(axis=1) + np.bincount(row, usual, n)
    factor = np.ones(n)
    least = np.floor(np.maximum(sold, 0.0)) + 1
    for _ in range(ROUNDS):
        demand, variance = demand_at_least(factor[row] * usual, size, least)
        wanted = seen + np.bincount(row, demand, n)
        before, factor = factor, np.divide(wanted, expected, out=np.ones(n), where=expected > 0)
        if np.abs(factor - before).max(initial=0.0) < SETTLED:
            break
    return Empty(row, place, factor[row] * usual, np.maximum(demand - sold, 0.0), variance)


def _usual(panel: Panel, law: Law) -> np.ndarray:
    """Return the mean of demand, (n, T): by law, or plain for a series with too few sales to have one."""
    known = np.isfinite(panel.demand)
    count = known.sum(axis=1)
    total = np.where(known, panel.demand, 0.0).sum(axis=1)
    plain = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return np.where(np.isfinite(law.mean), law.mean, plain[:, None])


def _size(panel: Panel, usual: np.ndarray) -> np.ndarray:
    """Return the size k of each series (variance = mean + mean²/k), by moments around what is usual, (n,)."""
    known = np.isfinite(panel.demand) & (usual > 0)
    extra = np.where(known, (panel.demand - usual) ** 2 - usual, 0.0).sum(axis=1)
    square = (np.where(known, usual, 0.0) ** 2).sum(axis=1)
    size = np.divide(square, extra, out=np.full(len(square), POISSON), where=extra > 0)
    return np.clip(size, 0.05, POISSON)


def _variance(found: Empty, panel: Panel, law: Law) -> np.ndarray:
    """Return the variance of units lost per series, (n,): chance of each period, and doubt of the law.

    The law was learned from `weight` units at `dispersion`. Its level is shared by all periods of a
    series; every further column of it moves periods apart, each with the same doubt.
    """
    n, usual = len(panel.unique_id), _usual(panel, law)
    known = np.isfinite(panel.demand) & (usual > 0)
    weight = np.where(known, usual, 0.0).sum(axis=1)
    wrong = np.where(known, (panel.demand - usual) ** 2 / np.maximum(usual, 1e-6), 0.0).sum(axis=1)
    dispersion = wrong / np.maximum(known.sum(axis=1), 1)
    hidden = np.bincount(found.row, found.usual, n)
    apart = law.parameters * np.bincount(found.row, found.usual**2, n)
    doubt = np.divide(dispersion * (hidden**2 + apart), weight, out=np.zeros(n), where=weight > 0)
    return np.bincount(found.row, found.variance, n) + doubt


def _clusters(panel: Panel) -> np.ndarray:
    return np.arange(0, len(panel.ds), CLUSTER[period_kind(panel.frequency)])


def _by_cluster(found: Empty, panel: Panel) -> np.ndarray:
    """Return what is usual on stock-out periods, summed over all series by month or so, (G,)."""
    by_period = np.bincount(found.place, found.usual, len(panel.ds))
    return np.add.reduceat(by_period, _clusters(panel))


def _common_error(panel: Panel, law: Law) -> float:
    """Return how far all series together stray from usual in a month beyond chance, a fraction (sd)."""
    demand, starts = panel.demand, _clusters(panel)
    both = np.isfinite(demand) & np.isfinite(law.mean)
    sold, usual, chance = (
        np.add.reduceat(np.where(both, values, 0.0).sum(axis=0), starts)
        for values in (demand, law.mean, law.dispersion[:, None] * law.mean)
    )
    full = usual > 0
    if full.sum() < 2:
        return 0.0
    beyond = ((sold - usual)[full] / usual[full]) ** 2 - chance[full] / usual[full] ** 2
    return float(np.sqrt(max(beyond.mean(), 0.0)))
