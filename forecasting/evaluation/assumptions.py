"""What formulas take for granted, measured: one number per assumption, and how many series break it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from forecasting.dates import calendar, period_kind, year_of_periods
from forecasting.evaluation.promises import known_rows

# Correlation of neighbouring errors below this changes a range over a fortnight by less than a tenth.
LEAST_CORRELATION = 0.1
# Recent swings this much larger than earlier ones are more than chance in a year of sales.
GROWTH = 1.25
CHANCE = 0.01  # of a false alarm, for tests over everything pooled
# Stretch compared near the end: four weeks, eight weeks, six months.
RECENT = {"day": 28, "week": 8, "month": 6}
SHIFT_Z = 4.0  # standard errors between two neighbouring stretches: chance makes 6 in 100,000
# 1 % point of the largest absolute Brownian bridge (Ploberger & Krämer 1992, the OLS-based CUSUM test).
BREAK_LIMIT = 1.63
BREAK_SIZE = 0.2  # of the usual level: a smaller one is not worth a warning
FEWEST = 30  # numbers behind a pooled measure


@dataclass(frozen=True)
class Measured:
    """What was found about one assumption; NaN where it could not be measured."""

    value: float
    holds: bool | None  # None: not known
    series: int = 0  # that break it
    of: int = 0  # series that could be looked at


UNKNOWN = Measured(float("nan"), None)


def wide_sales(sales: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return known sales as series x periods, NaN where demand is unknown (stock-outs, gaps, closed)."""
    known = sales["y"].where(~_flag(sales, "stockout") & (_column(sales, "open", 1.0) != 0))
    table = sales.assign(y=known).pivot(index="unique_id", columns="ds", values="y")
    return table.reindex(columns=calendar(sales["ds"].min(), sales["ds"].max(), frequency))


def error_correlation(backtest: pd.DataFrame) -> Measured:
    """Return the correlation of errors one period apart within an order cycle, all cycles pooled.

    Each cycle's errors are taken about their own mean, which lowers the figure a little: what is
    above `LEAST_CORRELATION` and above chance is there.
    """
    rows = known_rows(backtest).sort_values(["unique_id", "cutoff", "h"])
    error = rows["y"] - rows["mean"]
    error = error - error.groupby([rows["unique_id"], rows["cutoff"]]).transform("mean")
    follows = rows["h"].diff().eq(1).to_numpy()[1:]
    first, second = error.to_numpy()[:-1][follows], error.to_numpy()[1:][follows]
    if len(first) < FEWEST or not (first**2).sum() > 0:
        return UNKNOWN
    value = float((first * second).sum() / np.sqrt((first**2).sum() * (second**2).sum()))
    limit = max(LEAST_CORRELATION, 2.6 / np.sqrt(len(first)))
    return Measured(value, bool(abs(value) < limit))


def growing_swings(wide: pd.DataFrame, season: int) -> Measured:
    """Return how much larger seasonal differences are in the last quarter of time than before (a ratio)."""
    swings = np.abs(wide.to_numpy()[:, season:] - wide.to_numpy()[:, :-season])
    split = int(swings.shape[1] * 0.75)
    if split < FEWEST or swings.shape[1] - split < FEWEST // 3:
        return UNKNOWN
    before, recent = _row_means(swings[:, :split]), _row_means(swings[:, split:])
    seen = (before > 0) & ~np.isnan(recent)
    if not seen.any():
        return UNKNOWN
    ratio = recent[seen] / before[seen]
    value = float(recent[seen].sum() / before[seen].sum())
    return Measured(value, value < GROWTH, int((ratio > 2 * GROWTH - 1).sum()), int(seen.sum()))


def normality(cumulative: pd.DataFrame, periods: int) -> Measured:
    """Return the skewness of demand summed over an order's periods, about what was expected.

    Sums are scaled by the forecast's own middle 80 %; the assumption holds where the test of
    D'Agostino & Pearson (1973) sees no difference from a normal distribution.
    """
    rows = cumulative[(cumulative["h"] == periods) & cumulative["y"].notna()]
    width = (rows["q0.9"] - rows["q0.1"]) / (2 * stats.norm.ppf(0.9))
    scaled = ((rows["y"] - rows["mean"]) / width.where(width > 0)).dropna().to_numpy(dtype=float)
    if len(scaled) < FEWEST:
        return UNKNOWN
    return Measured(float(stats.skew(scaled)), bool(stats.normaltest(scaled).pvalue > CHANCE))


def short_histories(wide: pd.DataFrame, frequency: str) -> Measured:
    """Return the share of series with less than two years of known sales."""
    first = wide.notna().to_numpy().argmax(axis=1)
    length = wide.shape[1] - first
    short = length < 2 * year_of_periods(frequency)
    return Measured(float(short.mean()), not short.any(), int(short.sum()), len(short))


def recent_shift(wide: pd.DataFrame, frequency: str) -> Measured:
    """Return the share of series whose level over the last weeks left that of the weeks before.

    Two neighbouring stretches of `RECENT` periods, in standard errors of their own scatter
    (Welch), after the same stretch a year before is taken off where there is one.
    """
    span, year = RECENT[period_kind(frequency)], year_of_periods(frequency)
    values = wide.to_numpy()
    if values.shape[1] >= year + 2 * span:
        values = values - np.hstack([np.full((len(values), year), np.nan), values[:, :-year]])
    return _counted(
        np.abs(_welch(values[:, -2 * span : -span], values[:, -span:])) > SHIFT_Z, values[:, -span:]
    )


def structural_break(wide: pd.DataFrame, frequency: str) -> Measured:
    """Return the share of series with one lasting change of level somewhere in their history.

    OLS-based CUSUM (Ploberger & Krämer 1992) on sums of a week (or single periods where
    these are longer), year-on-year differences where there are two years, with the
    long-run variance from blocks; only changes above `BREAK_SIZE` of the level count.
    """
    values, block = wide.to_numpy(), 7 if period_kind(frequency) == "day" else 1
    year = year_of_periods(frequency)
    level = np.maximum(_row_means(values), 1e-12)
    if values.shape[1] >= 2 * year:
        values = values[:, year:] - values[:, :-year]
    sums = _block_means(values, block)
    broken = np.array([_breaks(row, size) for row, size in zip(sums, level, strict=True)])
    return _counted(broken, values)


def _breaks(row: np.ndarray, level: float) -> bool:
    """Return whether one row of numbers changes its level beyond chance and by enough to matter."""
    x = row[~np.isnan(row)]
    if len(x) < FEWEST:
        return False
    deviation = x - x.mean()
    path = np.abs(np.cumsum(deviation))
    at = int(path[:-1].argmax()) + 1
    size = abs(x[at:].mean() - x[:at].mean())
    # Noise about the two levels, so that the break itself does not hide in its own variance.
    residual = np.concatenate([x[:at] - x[:at].mean(), x[at:] - x[at:].mean()])
    lag = float((residual[1:] * residual[:-1]).sum() / max((residual**2).sum(), 1e-12))
    inflated = (1 + max(lag, 0.0)) / (1 - min(max(lag, 0.0), 0.95))
    spread = np.sqrt(residual.var() * inflated * len(x))
    return bool(spread > 0 and path.max() / spread > BREAK_LIMIT and size > BREAK_SIZE * level)


def _counted(broken: np.ndarray, values: np.ndarray) -> Measured:
    seen = (~np.isnan(values)).sum(axis=1) > 0
    if not seen.any():
        return UNKNOWN
    count = int((broken & seen).sum())
    return Measured(count / int(seen.sum()), count == 0, count, int(seen.sum()))


def _welch(before: np.ndarray, recent: np.ndarray) -> np.ndarray:
    """Return the standard errors between the means of two stretches, (n,); 0 where not known."""
    parts = []
    for table in (before, recent):
        count = (~np.isnan(table)).sum(axis=1)
        mean = _row_means(table)
        spread = _row_means((table - mean[:, None]) ** 2)
        parts.append((count, mean, spread / np.maximum(count - 1, 1)))
    (n1, m1, v1), (n2, m2, v2) = parts
    error = np.sqrt(v1 + v2)
    usable = (np.minimum(n1, n2) >= before.shape[1] // 2) & (error > 0)
    return np.divide(m2 - m1, error, out=np.zeros(len(m1)), where=usable)


def _row_means(table: np.ndarray) -> np.ndarray:
    """Return the mean of the known numbers of each row, NaN where none is known."""
    known = ~np.isnan(table)
    count = known.sum(axis=1)
    total = np.where(known, table, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(table), np.nan), where=count > 0)


def _block_means(table: np.ndarray, block: int) -> np.ndarray:
    """Return the mean of every `block` neighbouring periods, counted back from the last one."""
    whole = table.shape[1] // block * block
    folded = table[:, table.shape[1] - whole :].reshape(len(table) * (whole // block), block)
    return _row_means(folded).reshape(len(table), -1)


def _flag(sales: pd.DataFrame, name: str) -> pd.Series:
    return _column(sales, name, 0.0).astype(bool)


def _column(sales: pd.DataFrame, name: str, default: float) -> pd.Series:
    if name not in sales:
        return pd.Series(default, index=sales.index)
    return sales[name].astype(float).fillna(default)
