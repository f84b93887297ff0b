"""What the market page says: four numbers, the split in words, the steps of its picture."""

import numpy as np

from forecasting.history.market import Split
from forecasting.report.content import Tile
from forecasting.report.tables import MINUS, NOT_AVAILABLE, money, percent
from forecasting.services.market_view import MarketView


def _share_tile(view: MarketView) -> Tile:
    """Return the share of the total; beside an index from outside, how much faster sales grew."""
    if view.outside:
        ahead = view.growth_year - view.index_growth
        return Tile(
            "Growth beyond the index",
            _points(ahead),
            f"{view.market}: {percent(view.index_growth, signed=True)}",
            bool(ahead >= 0) if np.isfinite(ahead) else None,
            f"Growth on a year ago less that of {view.market}.",
        )
    change = view.share_now - view.share_then
    known = np.isfinite(change)
    return Tile(
        "Share of the total",
        percent(view.share_now),
        f"{_points(change)} on a year ago" if known else "no year ago to compare with",
        bool(change >= 0) if known and abs(change) > 1e-9 else None,
        f"Revenue of the series looked at over that of {view.market}.",
    )


def market_tiles(view: MarketView, currency: str) -> tuple[Tile, ...]:
    """Return share, growth, what of it is market and share, and the pace."""
    split = view.split
    pace = view.growth_recent - view.growth_year
    return (
        _share_tile(view),
        Tile(
            "Growth on a year ago",
            percent(view.growth_year, signed=True),
            f"{_signed(split.total, currency)}" if split else "",
            bool(view.growth_year >= 0) if np.isfinite(view.growth_year) else None,
            "Against the same periods a year ago.",
        ),
        Tile(
            "Of that, by moving with the index" if view.outside else "Of that, by moving with the total",
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
    if view.outside:
        return (
            f"The market is {view.market}, an index from outside: what your units did beyond it counts as "
            "share won or lost. It says so only as far as the index is the market you sell in."
        )
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


def split_steps(split: Split, *, outside: bool = False) -> dict[str, float]:
    """Return the steps of the split chart, from a year ago to now; `outside`: the market is an index."""
    return {
        "A year ago": split.then,
        "Growth of the index" if outside else "Growth of the total": split.market,
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
