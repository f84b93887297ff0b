"""Does another series run ahead of sales: cross-correlation of what is left once trend and season are out."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from forecasting.errors import TooShortError

MIN_PAIRS = 20  # pairs of values below which a correlation says nothing
MOST_AHEAD = {"day": 28, "week": 13, "month": 6}  # lags looked at, either side
AR_ORDER = 3  # of the filter that makes the index unpredictable from itself
LEVEL = 0.05  # chance of one false alarm over all lags together


@dataclass(frozen=True)
class Lead:
    """What the correlations say; `lag` > 0: the index is ahead of sales by that many periods."""

    table: pd.DataFrame  # lag, correlation, pairs
    lag: int
    correlation: float
    bound: float  # beyond which one of all lags comes by chance once in twenty
    period: str  # day, week or month

    @property
    def found(self) -> bool:
        """Return whether the strongest lag is beyond chance."""
        return abs(self.correlation) > self.bound


def find_lead(sales: pd.Series, index: pd.Series, period: str) -> Lead:
    """Return the lag at which an index goes with sales best; both indexed by the same kind of period.

    Both are made stationary: differences of logs (plain differences where a value is not above zero)
    without their seasonal mean; then both are filtered by the index's own autoregression (prewhitening,
    Box & Jenkins 1976, chapter 11), because two smooth series correlate at some lag by chance. The bound
    is Bonferroni's over all lags tried.
    """
    both = pd.concat({"sales": sales, "index": index}, axis=1, join="inner").dropna().sort_index()
    if len(both) < MIN_PAIRS + AR_ORDER + 2:
        raise TooShortError(
            f"The index and the sales share {len(both)} {period}s; at least {MIN_PAIRS + AR_ORDER + 2} are "
            "needed to look for a lead."
        )
    x, y = (_stationary(both[name], period) for name in ("index", "sales"))
    x, y = _whitened(x, y)
    most = min(MOST_AHEAD[period], len(x) - MIN_PAIRS)
    lags = np.arange(-most, most + 1)
    rows = [_correlation(x, y, int(lag)) for lag in lags]
    table = pd.DataFrame({"lag": lags, "correlation": [r for r, _ in rows], "pairs": [n for _, n in rows]})
    best = int(np.argmax(table["correlation"].abs().fillna(0.0).to_numpy()))
    quantile = NormalDist().inv_cdf(1 - LEVEL / (2 * len(lags)))
    return Lead(
        table,
        int(table["lag"][best]),
        float(table["correlation"][best]),
        float(quantile / np.sqrt(table["pairs"][best])),
        period,
    )


def lead_in_words(name: str, lead: Lead) -> str:
    """Return the finding as one sentence, honest about how many lags were tried."""
    tried = f"{len(lead.table)} lags tried, {lead.bound:.2f} is what chance reaches once in twenty"
    strength = f"correlation {lead.correlation:+.2f}; {tried}".replace("-", "−")
    if not lead.found:
        return f"{name} neither leads nor follows sales beyond chance (strongest {strength})."
    size = f"{abs(lead.lag)} {lead.period}{'' if abs(lead.lag) == 1 else 's'}"
    way = "and sales move together" if lead.correlation > 0 else "and sales move in opposite directions"
    if lead.lag == 0:
        return f"{name} {way} in the same {lead.period} ({strength}): no lead to forecast with."
    verb = "leads" if lead.lag > 0 else "lags"
    return f"{name} {verb} by {size}: {name} {way} ({strength}). An association, not a cause."


def _stationary(values: pd.Series, period: str) -> np.ndarray:
    """Return changes without their seasonal mean."""
    changes = (np.log(values) if (values > 0).all() else values).diff().iloc[1:]
    dates = pd.DatetimeIndex(changes.index)
    season = {"day": dates.day_of_week, "week": dates.month, "month": dates.month}[period]
    # A mean of one value would take all of it away.
    groups = changes.groupby(np.asarray(season))
    mean = groups.transform("mean").where(groups.transform("size") > 1, 0.0)
    cleaned = (changes - mean).to_numpy(dtype=float)
    return cleaned - cleaned.mean()


def _whitened(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both series filtered by the autoregression of x."""
    past = np.column_stack([x[AR_ORDER - k : len(x) - k] for k in range(1, AR_ORDER + 1)])
    weights = np.linalg.lstsq(past, x[AR_ORDER:], rcond=None)[0]

    def filtered(values: np.ndarray) -> np.ndarray:
        own = np.column_stack([values[AR_ORDER - k : len(values) - k] for k in range(1, AR_ORDER + 1)])
        return values[AR_ORDER:] - own @ weights

    return filtered(x), filtered(y)


def _correlation(x: np.ndarray, y: np.ndarray, lag: int) -> tuple[float, int]:
    """Return the correlation of x at t with y at t + lag, and how many pairs it rests on."""
    a, b = (x[: len(x) - lag], y[lag:]) if lag >= 0 else (x[-lag:], y[:lag])
    if len(a) < MIN_PAIRS or a.std() == 0 or b.std() == 0:
        return float("nan"), len(a)
    return float(np.corrcoef(a, b)[0, 1]), len(a)
