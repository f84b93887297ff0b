"""What would have been usual: a log-linear law of every series, fitted to all of them at once.

log E[y] = level + broken trend + weekday + season of the year + Σ effect · switch + elasticity · log price

Quasi-Poisson (McCullagh & Nelder 1989, chapter 9): variance = dispersion · mean. Closed and stock-out
periods are no demand and are not fitted, but are given an expectation. Uncertainty is by clusters of
periods that all series share (Cameron, Gelbach & Miller 2011), so that what happened to a whole shop
in one month counts once, not once per item.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t as student

from forecasting.dates import period_kind, year_of_periods
from forecasting.history.panel import Panel
from forecasting.threads import one_thread

PRICE = "price"
ROUNDS = 12  # of reweighting; the change of the log mean is far below a thousandth by then
CLUSTER = {"day": 28, "week": 4, "month": 2}  # periods in which errors may hang together
JOINED = 4  # clusters that may hang together too
MIN_PERIODS = 30  # known periods with sales below which a series has no law of its own
RIDGE = 1e-4  # keeps columns solvable that a series never shows


@dataclass(frozen=True)
class Law:
    """The fitted law of every series of a panel."""

    names: tuple[str, ...]  # of the effects: switches, then `price`
    effects: np.ndarray  # (n, K) on the log scale; NaN where a series has no law
    influence: np.ndarray  # (n, K, G) what each cluster of periods moved an effect by
    mean: np.ndarray  # (n, T) expected units, NaN where a series has no law
    dispersion: np.ndarray  # (n,) variance over mean
    columns: np.ndarray  # (n, K, T) switches, and log price over its usual value
    parameters: int  # fitted per series: effects, level, trend, week, year

    @property
    def clusters(self) -> int:
        """Return how many clusters of periods the influences are kept for."""
        return self.influence.shape[2]

    def effect(self, name: str) -> int:
        """Return the place of an effect."""
        return self.names.index(name)

    def only(self, rows: np.ndarray) -> "Law":
        """Return the law of some series."""
        names = ("effects", "influence", "mean", "dispersion", "columns")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})


def fit_law(panel: Panel) -> Law:
    """Return the law of every series; quick, for all series are fitted together."""
    demand = panel.demand
    known = np.isfinite(demand)
    names, columns = _own_columns(panel)
    common = _common_columns(panel)
    usable = (known & (demand > 0)).sum(axis=1) >= MIN_PERIODS
    y = np.where(known, demand, 0.0)
    with one_thread():
        beta, log_mean = _reweighted(y, known * 1.0, common, columns)
    mean = np.exp(log_mean)
    residual = np.where(known, y - mean, 0.0)
    freedom = np.maximum(known.sum(axis=1) - beta.shape[1], 1)
    dispersion = (residual**2 / np.maximum(mean, 1e-6)).sum(axis=1) / freedom
    k = len(names)
    influence = _influence(residual, known * mean, common, columns, CLUSTER[period_kind(panel.frequency)])
    blank = np.where(usable, 1.0, np.nan)
    return Law(
        names,
        beta[:, :k] * blank[:, None],
        influence * blank[:, None, None],
        mean * blank[:, None],
        np.maximum(dispersion, 1e-6) * blank,
        columns,
        beta.shape[1],
    )


def half_width(influence: np.ndarray, coverage: float) -> np.ndarray:
    """Return half the width of an interval that holds `coverage`, from influences (n, G).

    Errors may hang together for one cluster or for four: the wider of the two is taken, with Student's t
    for the fewer ones. Measured on the sample, where the truth is known: 95 % intervals of single effects
    hold 92 to 94 % of the time, by single clusters alone 84 to 88 %.
    """
    joined = -(-influence.shape[1] // JOINED)
    spare = joined * JOINED - influence.shape[1]
    wide = np.pad(influence, ((0, 0), (0, spare))).reshape(-1, joined, JOINED).sum(axis=2)
    variance = np.maximum((influence**2).sum(axis=1), (wide**2).sum(axis=1))
    factor = float(student.ppf(0.5 + coverage / 2, max(joined - 1, 1)))
    return factor * np.sqrt(variance)


def _own_columns(panel: Panel) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names and (n, K, T) of what differs by series: switches, and log price where it moves."""
    parts = dict(panel.switches)
    if panel.priced:
        parts[PRICE] = _log_price(panel.price)
    shape = (len(panel.unique_id), 0, len(panel.ds))
    stacked = np.stack(list(parts.values()), axis=1) if parts else np.zeros(shape)
    return tuple(parts), stacked


def _log_price(price: np.ndarray) -> np.ndarray:
    """Return log price around the mean of each series; a period without a price has the usual one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(price)
    known = np.isfinite(logs)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centre = np.where(known, logs, 0.0).sum(axis=1, keepdims=True) / count
    return np.where(known, logs - centre, 0.0)


def _common_columns(panel: Panel) -> np.ndarray:
    """Return what all series share, (T, P): level, broken trend, weekday, waves of the year."""
    total, kind = len(panel.ds), period_kind(panel.frequency)
    places = np.arange(total)
    year = year_of_periods(panel.frequency)
    bends = np.arange(year // 2, total - year // 4, year // 2)  # the trend may turn twice a year
    columns = [np.ones(total), places / year]
    columns += [np.maximum(places - bend, 0) / year for bend in bends]
    if kind == "day":
        weekday = np.asarray(panel.ds.day_of_week)
        columns += [(weekday == day) - 1 / 7 for day in range(1, 7)]
    if total >= year:
        angle = 2 * np.pi * np.asarray(panel.ds.day_of_year) / 365.25
        columns += [wave(k * angle) for k in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack(columns).astype(float)


def _reweighted(
    y: np.ndarray, weight: np.ndarray, common: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (n, K+P) and log means (n, T)."""
    n, k = columns.shape[:2]
    start = (y.sum(axis=1) + 0.5) / np.maximum(weight.sum(axis=1), 1)
    log_mean = np.log((y + 4 * start[:, None]) / 5)
    beta = np.zeros((n, k + common.shape[1]))
    for _ in range(ROUNDS):
        mean = np.exp(log_mean)
        working = log_mean + (y - mean) / mean
        w = weight * mean
        gram, right = _normal_equations(w, w * working, common, columns)
        scale = np.einsum("nii->ni", gram).max(axis=1, keepdims=True)
        gram += np.eye(gram.shape[1]) * (RIDGE * np.maximum(scale, 1e-3) / y.shape[1])[:, :, None]
        beta = np.linalg.solve(gram, right[:, :, None])[:, :, 0]
        log_mean = np.clip(_product(beta, common, columns), -12, 18)
    return beta, log_mean


def _normal_equations(
    w: np.ndarray, wz: np.ndarray, common: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return X'WX and X'Wz of every series; the common columns are multiplied once for all."""
    p, k = common.shape[1], columns.shape[1]
    pairs = (common[:, :, None] * common[:, None, :]).reshape(len(common), -1)
    gram = np.empty((len(w), k + p, k + p))
    gram[:, k:, k:] = (w @ pairs).reshape(-1, p, p)
    weighted = columns * w[:, None, :]
    gram[:, :k, :k] = weighted @ columns.transpose(0, 2, 1)
    gram[:, :k, k:] = weighted @ common
    gram[:, k:, :k] = gram[:, :k, k:].transpose(0, 2, 1)
    right = np.concatenate([(columns @ wz[:, :, None])[:, :, 0], wz @ common], axis=1)
    return gram, right


def _product(beta: np.ndarray, common: np.ndarray, columns: np.ndarray) -> np.ndarray:
    k = columns.shape[1]
    return beta[:, k:] @ common.T + np.einsum("nk,nkt->nt", beta[:, :k], columns)


def _influence(
    residual: np.ndarray, w: np.ndarray, common: np.ndarray, columns: np.ndarray, length: int
) -> np.ndarray:
    """Return how far each effect moves when a cluster of periods is left out, (n, K, G).

    A jackknife by clusters: a promotion seen in few stretches of time pulls its own effect towards
    itself, and intervals from plain residuals would be too narrow (measured on the sample: 82 % for 95 %).
    """
    k, groups = columns.shape[1], -(-residual.shape[1] // length)
    gram, _ = _normal_equations(w, w, common, columns)
    shared = gram[:, k:, k:]
    # A season that was never recorded leaves a column of nothing, which no solver can divide by.
    ridge = np.einsum("npp->np", shared).max(axis=1)[:, None, None] * RIDGE + np.finfo(float).tiny
    shares = np.linalg.solve(shared + np.eye(shared.shape[1]) * ridge, gram[:, k:, :k])  # (n, P, K)
    own = columns - (common @ shares).transpose(0, 2, 1)  # what the common columns do not explain

    def by_cluster(values: np.ndarray) -> np.ndarray:
        spare = groups * length - values.shape[-1]
        padded = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, spare)])
        return padded.reshape(*values.shape[:-1], groups, length)

    parts, errors, weights = by_cluster(own), by_cluster(residual), by_cluster(w)
    scores = np.einsum("nkgl,ngl->ngk", parts, errors)
    local = np.einsum("nkgl,ngl,nmgl->ngkm", parts, weights, parts)
    rest = local.sum(axis=1, keepdims=True) - local
    scale = np.einsum("ngkk->ngk", rest).max(axis=2)[:, :, None, None] if k else rest
    rest = rest + np.eye(k) * np.maximum(scale, 1e-3) * RIDGE
    return np.linalg.solve(rest, scores[..., None])[..., 0].transpose(0, 2, 1)
