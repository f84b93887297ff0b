"""Series beside the market they are part of, or an index that stands for it: growth split, shares, pace."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import period_kind
from forecasting.history.bridged import bridged
from forecasting.history.growth import Window, alike, lengths, window_of
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
from forecasting.services.index_market import Outside
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
    index_growth: float = float("nan")  # of a market that is an index from outside, as a fraction
    outside: bool = False  # the market is such an index: it has no share, sales are held against it


@dataclass(frozen=True)
class Amounts:
    """What is compared, revenue or units: as recorded, and with what is usual in the gaps, (n, T) each."""

    values: np.ndarray
    y: np.ndarray  # units: where they are known, something is recorded
    whole: np.ndarray  # of `bridged`


def market_choices(past: Past, scope: Scope, columns: list[str]) -> list[str]:
    """Return what may be the market: everything, or the group that holds the whole scope, by attribute."""
    inside = past.attributes.loc[list(scope.unique_ids)]
    held = [c for c in columns if inside[c].iloc[0] != "" and (inside[c] == inside[c].iloc[0]).all()]
    return [WHOLE, *held]


def market_view(
    past: Past, scope: Scope, *, market: str, by: str, length: int, outside: Outside | None = None
) -> MarketView:
    """Return the series of a scope beside a market, their growth split over the latest `length` periods.

    `market` is WHOLE or the attribute whose group holds the scope; `by` the attribute that parts the
    market into lines and rows ('' for one row per series of the scope). `outside` is an index that
    stands for the market instead.
    """
    panel = past.panel
    own = panel.rows(scope.unique_ids)
    within, words = (own, outside.name) if outside else _market_rows(past, own, market)
    window = window_of(panel, length)
    grown = outside.growth(window) if outside else float("nan")
    sums = None if outside and np.isnan(grown) else sums_of(panel, window)
    earned = bool(np.isfinite(panel.revenue).any())
    values = panel.revenue if earned else panel.y
    amounts = Amounts(values, panel.y, bridged(values, panel, past.law))
    shares = (float("nan"),) * 2 if outside else _shares(amounts, own, within, window)
    names = past.attributes[by] if by else pd.Series(past.attributes.index, index=past.attributes.index)
    inside = names.reset_index(drop=True).where(np.isin(np.arange(len(names)), within if by else own))
    kind = period_kind(panel.frequency)
    rolling, shown = ROLLING[kind], _shown(len(panel.ds), EVERY[kind])
    recent = window_of(panel, lengths(panel)[min(1, len(lengths(panel)) - 1)])
    fast, slow = _paces(amounts, own, recent, window)
    return MarketView(
        market=words,
        split=None if sums is None else split_growth(sums, own, within, grown),
        groups=_groups(sums, amounts, inside, within, (recent, window), grown),
        share=_over_time(amounts.whole, own, within, rolling, outside)[shown],
        amount="Revenue" if earned else "Units",
        lines=_lines(amounts, inside, within, (rolling, shown), words, outside),
        ds=panel.ds[shown],
        share_now=shares[0],
        share_then=shares[1],
        growth_recent=fast,
        growth_year=slow,
        note=(outside.note(window) if outside else "") or _note(sums, window, panel, scope, bool(outside)),
        index_growth=grown - 1,
        outside=bool(outside),
    )


def _paces(amounts: Amounts, own: np.ndarray, recent: Window, window: Window) -> tuple[float, float]:
    """Return growth on a year ago of the latest stretch and of the whole window, own series together."""
    ours = pd.Series("own", index=range(len(amounts.y))).where(np.isin(np.arange(len(amounts.y)), own))
    paces = momentum(amounts.values, amounts.y, ours, recent, window)
    return float(paces["growth_recent"].iloc[0]), float(paces["growth_year"].iloc[0])


def _over_time(
    values: np.ndarray, own: np.ndarray, within: np.ndarray, rolling: int, outside: Outside | None
) -> np.ndarray:
    """Return the share of the market, (T,); beside an index, sales held against it, 1 where they begin."""
    if outside:
        return outside.held_against(np.nansum(values[own], axis=0), rolling)
    return share_over_time(values, own, within, rolling)


def _market_rows(past: Past, own: np.ndarray, market: str) -> tuple[np.ndarray, str]:
    if market == WHOLE or market not in past.attributes:
        return np.arange(len(past.panel.unique_id)), WHOLE
    value = past.attributes[market].iloc[own[0]]
    return np.flatnonzero((past.attributes[market] == value).to_numpy()), f"{market} {value}"


def _note(sums: Sums | None, window: Window, panel: Panel, scope: Scope, outside: bool) -> str:
    if window.year_ago is None:
        return "A split of growth needs the same periods a year ago; the history does not reach back so far."
    if sums is None:
        return "A split in money needs prices; neither the sales nor the items table have any."
    told = []
    if scope.everything and not outside:
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


def _shares(amounts: Amounts, own: np.ndarray, within: np.ndarray, window: Window) -> tuple[float, float]:
    """Return the share of the own rows in the market's now and a year ago, of what both years record."""
    if window.year_ago is None:
        return _share(amounts.values[:, window.now], own, within), float("nan")
    now, then = alike(amounts.values, amounts.y, window, window.year_ago)
    return _share(now, own, within), _share(then, own, within)


def _share(values: np.ndarray, own: np.ndarray, within: np.ndarray) -> float:
    whole = float(np.nansum(values[within]))
    return float(np.nansum(values[own])) / whole if whole > 0 else float("nan")


def _groups(
    sums: Sums | None,
    amounts: Amounts,
    names: pd.Series,
    within: np.ndarray,
    windows: tuple[Window, Window],
    index: float,
) -> pd.DataFrame:
    """Return one row per group: its split, its share of the series now and a year ago, its pace."""
    recent, window = windows
    table = momentum(amounts.values, amounts.y, names, recent, window)
    shares = [
        _shares(amounts, np.flatnonzero((names == name).to_numpy()), within, window)
        for name in table["group"]
    ]
    table[["share_now", "share_then"]] = np.array(shares).reshape(-1, 2)
    if sums is None:
        return table.sort_values("share_now", ascending=False, ignore_index=True)
    return splits_by(sums, names, within, index).merge(table, on="group", how="left")


def _shown(periods: int, every: int) -> np.ndarray:
    """Return the places of one period in `every`, the last one among them.

    >>> _shown(9, 4)
    array([0, 4, 8])
    """
    return np.arange((periods - 1) % every, periods, every)


def _lines(
    amounts: Amounts,
    names: pd.Series,
    within: np.ndarray,
    points: tuple[int, np.ndarray],
    market: str,
    outside: Outside | None,
) -> dict[str, np.ndarray]:
    """Return the market and its largest groups as rolling sums, each 100 where it begins."""
    rows = {name: np.flatnonzero((names == name).to_numpy()) for name in pd.unique(names.dropna())}
    largest = sorted(rows, key=lambda n: -np.nansum(amounts.values[rows[n]]))[:MOST_LINES]
    rolling, shown = points
    whole = outside.rolled(rolling) if outside else _rolled(amounts, within, rolling)
    rolled = {market: whole, **{n: _rolled(amounts, rows[n], rolling) for n in largest}}
    return {name: _from_100(line[shown]) for name, line in rolled.items()}


def _rolled(amounts: Amounts, rows: np.ndarray, rolling: int) -> np.ndarray:
    """Return the rolling sum of some rows, (T,); NaN where most of its periods have no record at all."""
    recorded = np.isfinite(amounts.values[rows]).any(axis=0)
    known = rolling_sum(recorded.astype(float), rolling) >= rolling / 2
    sums = rolling_sum(np.nansum(amounts.whole[rows], axis=0), rolling)
    return np.where(known, sums, np.nan)


def _from_100(line: np.ndarray) -> np.ndarray:
    known = np.flatnonzero(np.nan_to_num(line) > 0)
    return line / line[known[0]] * 100 if len(known) else line * np.nan
