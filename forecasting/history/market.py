"""Is it us or the market: growth split into market, share and price, and how the pace changes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.history.growth import Window, alike
from forecasting.history.panel import Panel


@dataclass(frozen=True)
class Split:
    """A change of revenue in three parts; market + share + price = total, to the cent."""

    then: float
    now: float
    market: float
    share: float
    price: float

    @property
    def total(self) -> float:
        """Return the change of revenue."""
        return self.now - self.then


@dataclass(frozen=True)
class Sums:
    """Revenue and volume of every series in two windows."""

    revenue: np.ndarray  # (2, n) money, then and now
    volume: np.ndarray  # (2, n) units at one price of the series: what of revenue is no price change


def sums_of(panel: Panel, window: Window) -> Sums | None:
    """Return the sums of a window and of a year ago; None when a year ago is not known or unpriced.

    Volume values units at the series' average price over both windows, so that series of different
    prices can be added, and revenue over volume is the change of price alone. Periods recorded in one
    of the two windows only are left out of both.
    """
    if window.year_ago is None:
        return None
    spans = (window.year_ago, window.now)
    earned = alike(panel.revenue, panel.y, window, window.year_ago)[::-1]
    revenue = np.stack([np.nansum(part, axis=1) for part in earned])
    units = np.stack(
        [
            np.where(np.isfinite(part), panel.y[:, span], 0.0).sum(axis=1)
            for part, span in zip(earned, spans, strict=True)
        ]
    )
    if revenue.sum() <= 0:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = np.nan_to_num(revenue.sum(axis=0) / units.sum(axis=0))
    return Sums(revenue, units * usual)


def split_growth(sums: Sums, own: np.ndarray, market: np.ndarray, index: float = float("nan")) -> Split:
    """Return the split of the own series (rows) against a market (rows, own ones among them).

    Logarithmic mean Divisia (Ang 2005): each part is L(now, then) · ln(factor now / factor then), where
    revenue = market volume × share of it × price; no residual, and no order in which parts are taken.
    `index` (market volume now over then) replaces the market's own volume when it comes from outside.
    What was not sold at all in one of the windows is all share.
    """
    then, now = sums.revenue[:, own].sum(axis=1)
    own_volume, whole = sums.volume[:, own].sum(axis=1), sums.volume[:, market].sum(axis=1)
    if min(then, now) <= 0 or whole.min() <= 0:
        return Split(float(then), float(now), 0.0, float(now - then), 0.0)
    weight = logarithmic_mean(float(now), float(then))
    grown = np.log(whole[1] / whole[0]) if np.isnan(index) else np.log(index)
    volume = weight * np.log(own_volume[1] / own_volume[0])
    by_market = float(weight * grown)
    by_price = float(now - then - volume)
    return Split(float(then), float(now), by_market, float(volume - by_market), by_price)


def logarithmic_mean(a: float, b: float) -> float:
    """Return (a − b) / ln(a / b), a where both are alike.

    >>> round(logarithmic_mean(110.0, 100.0), 4), logarithmic_mean(5.0, 5.0)
    (104.9206, 5.0)
    """
    return a if np.isclose(a, b, rtol=1e-12) else float((a - b) / np.log(a / b))


def splits_by(sums: Sums, groups: pd.Series, market: np.ndarray, index: float = float("nan")) -> pd.DataFrame:
    """Return the split of every group (value per series) against the market; largest change first.

    Each row adds up to its own change; `index` as in `split_growth`.
    Columns: group, then, now, change, market, share, price.
    """
    rows = []
    for name in pd.unique(groups.dropna()):
        part = split_growth(sums, np.flatnonzero((groups == name).to_numpy()), market, index)
        rows.append((name, part.then, part.now, part.total, part.market, part.share, part.price))
    table = pd.DataFrame(rows, columns=["group", "then", "now", "change", "market", "share", "price"])
    return table.sort_values("change", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def rolling_sum(values: np.ndarray, length: int) -> np.ndarray:
    """Return sums over the last `length` periods, (…, T); NaN before there are that many."""
    sums = np.cumsum(np.nan_to_num(values), axis=-1)
    shifted = np.concatenate([np.zeros((*values.shape[:-1], 1)), sums[..., :-length]], axis=-1)
    full = sums[..., length - 1 :] - shifted
    blank = np.full((*values.shape[:-1], length - 1), np.nan)
    return np.concatenate([blank, full], axis=-1)


def share_over_time(values: np.ndarray, own: np.ndarray, market: np.ndarray, length: int) -> np.ndarray:
    """Return the share of the own rows in the market's rows, over the last `length` periods, (T,)."""
    part = rolling_sum(np.nansum(values[own], axis=0), length)
    whole = rolling_sum(np.nansum(values[market], axis=0), length)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def momentum(
    values: np.ndarray, y: np.ndarray, groups: pd.Series, recent: Window, whole: Window
) -> pd.DataFrame:
    """Return growth on the year of the latest stretch beside that of the whole year, by group.

    `values` and the units `y` are (n, T); periods recorded in one of two years only are in neither.
    Columns: group, growth_recent, growth_year, momentum (their difference: positive = gaining pace).
    """
    names = groups.fillna("").to_numpy(dtype=object)
    rows = []
    for name in pd.unique(groups.dropna()):
        own = names == name
        fast, slow = (_growth(values[own], y[own], window) for window in (recent, whole))
        rows.append((name, fast, slow, fast - slow))
    return pd.DataFrame(rows, columns=["group", "growth_recent", "growth_year", "momentum"])


def _growth(values: np.ndarray, y: np.ndarray, window: Window) -> float:
    if window.year_ago is None:
        return float("nan")
    now, then = (float(np.nansum(part)) for part in alike(values, y, window, window.year_ago))
    return now / then - 1 if then > 0 else float("nan")
