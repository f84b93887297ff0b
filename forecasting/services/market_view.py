"""What the market page says: growth split, shares, pace, and whether an index runs ahead of sales."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import period_kind
from forecasting.history.growth import Window, lengths, window_of
from forecasting.history.market import (
    Split,
    Sums,
    momentum,
    rolling_sum,
    share_over_time,
    split_growth,
    splits_by,
    sums_of,
)
from forecasting.history.panel import Panel
from forecasting.report.content import Tile
from forecasting.report.tables import MINUS, NOT_AVAILABLE, money, percent
from forecasting.services.past import Past
from forecasting.services.scope import Scope

WHOLE = "all items of the file"
MOST_LINES = 6
ROLLING = {"day": 28, "week": 4, "month": 3}  # periods summed in a line, so that weeks do not hide it
EVERY = {"day": 7, "week": 1, "month": 1}  # a sum of four weeks hardly moves in a day: one point a week


@dataclass(frozen=True)
class MarketView:
    """Our series beside a market that holds them."""

    market: str  # what the market is, in words
    split: Split | None  # None: no year ago, or no prices
    groups: pd.DataFrame  # GROUP_COLUMNS
    share: np.ndarray  # (P,) of revenue (units without prices), rolling
    amount: str  # what the lines are of: Revenue, or Units where no price is known
    lines: dict[str, np.ndarray]  # market, then groups: rolling sums (P,), first value = 100
    ds: pd.DatetimeIndex  # (P,) the dates of both: the last period and, of days, one in seven before it
    share_now: float
    share_then: float
    growth_recent: float
    growth_year: float
    note: str


def market_choices(past: Past, scope: Scope, columns: list[str]) -> list[str]:
    """Return what may be the market: everything, or the group that holds the whole scope, by attribute."""
    inside = past.attributes.loc[list(scope.unique_ids)]
    held = [c for c in columns if inside[c].iloc[0] != "" and (inside[c] == inside[c].iloc[0]).all()]
    return [WHOLE, *held]


def market_view(past: Past, scope: Scope, *, market: str, by: str, length: int) -> MarketView:
    """Return the series of a scope beside a market, their growth split over the latest `length` periods.

    `market` is WHOLE or the attribute whose group holds the scope; `by` the attribute that parts the
    market into lines and rows ('' for one row per series of the scope).
    """
    panel = past.panel
    own = panel.rows(scope.unique_ids)
    within, words = _market_rows(past, own, market)
    window = window_of(panel, length)
    sums = sums_of(panel, window)
    earned = bool(np.isfinite(panel.revenue).any())
    values = panel.revenue if earned else panel.y
    names = past.attributes[by] if by else pd.Series(past.attributes.index, index=past.attributes.index)
    inside = names.reset_index(drop=True).where(np.isin(np.arange(len(names)), within if by else own))
    kind = period_kind(panel.frequency)
    rolling, shown = ROLLING[kind], _shown(len(panel.ds), EVERY[kind])
    share = share_over_time(values, own, within, rolling)
    recent = window_of(panel, lengths(panel)[min(1, len(lengths(panel)) - 1)])
    ours = pd.Series("own", index=range(len(names))).where(np.isin(np.arange(len(names)), own))
    paces = momentum(values, ours, recent, window)
    return MarketView(
        market=words,
        split=None if sums is None else split_growth(sums, own, within),
        groups=_groups(sums, values, inside, within, (recent, window)),
        share=share[shown],
        amount="Revenue" if earned else "Units",
        lines=_lines(values, inside, within, (rolling, shown), words),
        ds=panel.ds[shown],
        share_now=_share(values, own, within, window.now),
        share_then=_share(values, own, within, window.year_ago),
        growth_recent=float(paces["growth_recent"].iloc[0]),
        growth_year=float(paces["growth_year"].iloc[0]),
        note=_note(sums, window, panel, scope),
    )


def _market_rows(past: Past, own: np.ndarray, market: str) -> tuple[np.ndarray, str]:
    if market == WHOLE or market not in past.attributes:
        return np.arange(len(past.panel.unique_id)), WHOLE
    value = past.attributes[market].iloc[own[0]]
    return np.flatnonzero((past.attributes[market] == value).to_numpy()), f"{market} {value}"


def _note(sums: Sums | None, window: Window, panel: Panel, scope: Scope) -> str:
    if window.year_ago is None:
        return "A split of growth needs the same periods a year ago; the history does not reach back so far."
    if sums is None:
        return "A split in money needs prices; neither the sales nor the items table have any."
    told = []
    if scope.everything:
        told.append(
            "You look at all items of the file, so there is no rest to win share from: filter to your own "
            "items, or to one group, to see share against the others."
        )
    if not panel.priced:
        told.append(
            "The sales carry no price of their own: each item has one price for all dates, so what prices "
            "did cannot be told and counts as nothing."
        )
    return " ".join(told)


def _share(values: np.ndarray, own: np.ndarray, within: np.ndarray, span: slice | None) -> float:
    if span is None:
        return float("nan")
    whole = float(np.nansum(values[within][:, span]))
    return float(np.nansum(values[own][:, span])) / whole if whole > 0 else float("nan")


def _groups(
    sums: Sums | None,
    values: np.ndarray,
    names: pd.Series,
    within: np.ndarray,
    windows: tuple[Window, Window],
) -> pd.DataFrame:
    """Return one row per group: its split, its share now and a year ago, its pace."""
    recent, window = windows
    table = momentum(values, names, recent, window)
    shares = []
    for name in table["group"]:
        rows = np.flatnonzero((names == name).to_numpy())
        shares.append([_share(values, rows, within, span) for span in (window.now, window.year_ago)])
    table[["share_now", "share_then"]] = np.array(shares).reshape(-1, 2)
    if sums is None:
        return table.sort_values("share_now", ascending=False, ignore_index=True)
    return splits_by(sums, names, within).merge(table, on="group", how="left")


def _shown(periods: int, every: int) -> np.ndarray:
    """Return the places of one period in `every`, the last one among them.

    >>> _shown(9, 4)
    array([0, 4, 8])
    """
    return np.arange((periods - 1) % every, periods, every)


def _lines(
    values: np.ndarray, names: pd.Series, within: np.ndarray, points: tuple[int, np.ndarray], market: str
) -> dict[str, np.ndarray]:
    """Return the market and its largest groups as rolling sums, each 100 where it begins."""
    parts = {name: values[(names == name).to_numpy()] for name in pd.unique(names.dropna())}
    largest = sorted(parts, key=lambda n: -np.nansum(parts[n]))[:MOST_LINES]
    rolling, shown = points
    lines = {market: values[within], **{n: parts[n] for n in largest}}
    return {name: _from_100(_rolled(part, rolling)[shown]) for name, part in lines.items()}


def _rolled(part: np.ndarray, rolling: int) -> np.ndarray:
    """Return the rolling sum of some rows, (T,); NaN where most of its periods have no record at all."""
    recorded = np.isfinite(part).any(axis=0)
    known = rolling_sum(recorded.astype(float), rolling) >= rolling / 2
    return np.where(known, rolling_sum(np.nansum(part, axis=0), rolling), np.nan)


def _from_100(line: np.ndarray) -> np.ndarray:
    known = np.flatnonzero(np.nan_to_num(line) > 0)
    return line / line[known[0]] * 100 if len(known) else line * np.nan


def market_tiles(view: MarketView, currency: str) -> tuple[Tile, ...]:
    """Return share, growth, what of it is market and share, and the pace."""
    change = view.share_now - view.share_then
    known = np.isfinite(change)
    split = view.split
    pace = view.growth_recent - view.growth_year
    return (
        Tile(
            "Share of the total",
            percent(view.share_now),
            f"{_points(change)} on a year ago" if known else "no year ago to compare with",
            bool(change >= 0) if known and abs(change) > 1e-9 else None,
            f"Revenue of the series looked at over that of {view.market}.",
        ),
        Tile(
            "Growth on a year ago",
            percent(view.growth_year, signed=True),
            f"{_signed(split.total, currency)}" if split else "",
            bool(view.growth_year >= 0) if np.isfinite(view.growth_year) else None,
            "Against the same periods a year ago.",
        ),
        Tile(
            "Of that, by moving with the total",
            _signed(split.market, currency) if split else NOT_AVAILABLE,
            f"share {_signed(split.share, currency)}, price {_signed(split.price, currency)}"
            if split
            else "no year ago, or no prices",
            None,
            "What growing as the total would have brought; the rest is share and price. "
            + what_total_is(view),
        ),
        Tile(
            "Momentum",
            _points(pace),
            f"lately {percent(view.growth_recent, signed=True)}, "
            f"in all {percent(view.growth_year, signed=True)}",
            bool(pace >= 0) if np.isfinite(pace) else None,
            "Growth of the latest quarter less growth of the time looked at, both on a year ago.",
        ),
    )


def what_total_is(view: MarketView) -> str:
    """Return what the series are held against: a file's own items are no market of all sellers."""
    return (
        f"The total is {view.market}: what your file holds, not what all sellers sell. "
        "An index from outside can stand for that."
    )


def split_in_words(split: Split, market: str, currency: str, *, alone: bool = False) -> str:
    """Return what growth came from, one sentence; `alone` = we are the whole total, so nobody else moved."""
    parts = {f"moving as {market}": split.market, "share": split.share, "price": split.price}
    name, largest = max(parts.items(), key=lambda p: abs(p[1]))
    direction = "more" if split.total >= 0 else "less"
    if alone:
        return (
            f"{money(abs(split.total), currency)} {direction} than a year ago: "
            f"{_signed(split.market, currency)} by units, {_signed(split.price, currency)} by price. "
            "You look at the whole total, so nothing here says what others did."
        )
    return (
        f"{money(abs(split.total), currency)} {direction} than a year ago: "
        f"{_signed(split.market, currency)} by moving as {market}, "
        f"{_signed(split.share, currency)} by share, "
        f"{_signed(split.price, currency)} by price. The largest part is {name} "
        f"({_signed(largest, currency)})."
    )


def split_steps(split: Split) -> dict[str, float]:
    """Return the steps of the split chart, from a year ago to now."""
    return {
        "A year ago": split.then,
        "Growth of the total": split.market,
        "Share gain": split.share,
        "Price": split.price,
        "Now": split.now,
    }


def _signed(amount: float, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{money(amount, currency)}"


def _points(change: float) -> str:
    """Return a difference of two shares or growths in points of percent.

    >>> _points(-0.068)
    '−6.8 points'
    """
    if not np.isfinite(change):
        return NOT_AVAILABLE
    sign = "+" if change > 0.0005 else MINUS if change < -0.0005 else "±"
    return f"{sign}{abs(change) * 100:.1f} points"
