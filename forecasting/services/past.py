"""What is worked out once per history: the panel, what was usual, odd periods; pages look at parts of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from forecasting.dates import year_of_periods
from forecasting.errors import SettingsError
from forecasting.evaluation.selection import rows_of
from forecasting.history.bridged import bridged
from forecasting.history.decompose import Parts, decompose
from forecasting.history.effects import Effects, measure_effects
from forecasting.history.events import Event, series_of
from forecasting.history.expected import Law, fit_law
from forecasting.history.lost import lost_units
from forecasting.history.oddities import find_oddities
from forecasting.history.panel import Panel, panel_of
from forecasting.history.seasons import Seasons, season_profiles
from forecasting.history.segments import abc, demand_classes, error_cv, xyz
from forecasting.services.dataset import Dataset
from forecasting.services.findings import Findings
from forecasting.services.scope import attributes_of

ALL = "All series"


@dataclass(frozen=True)
class LaidOut:
    """A history laid out; its law is fitted when somebody asks, once for all who do."""

    panel: Panel

    @cached_property
    def law(self) -> Law:
        """Return what was usual in it."""
        return fit_law(self.panel)


def laid_out(dataset: Dataset) -> LaidOut:
    """Return a dataset laid out."""
    return LaidOut(panel_of(dataset.sales, dataset.items, dataset.frequency))


@dataclass(frozen=True)
class Past:
    """A history with everything that does not depend on which part of it is looked at."""

    panel: Panel
    law: Law
    attributes: pd.DataFrame  # indexed by unique_id
    oddities: pd.DataFrame

    def part(self, unique_ids: tuple[str, ...]) -> "Past":
        """Return the history of some series."""
        if len(unique_ids) == len(self.panel.unique_id):
            return self
        rows = self.panel.rows(unique_ids)
        odd = self.oddities
        return Past(
            self.panel.only(rows),
            self.law.only(rows),
            self.attributes.loc[list(self.panel.unique_id[rows])],
            odd[odd["unique_id"].isin(unique_ids)].reset_index(drop=True),
        )


@dataclass(frozen=True)
class Line:
    """One line of sales (a series, or all of a scope together) with its parts."""

    frame: pd.DataFrame  # ds, y, trend, lost, on (share of series with a promotion), closed, unknown
    parts: Parts
    seasons: Seasons


def work_out_past(dataset: Dataset, laid: LaidOut | None = None, *, seed: int = 0) -> Past:
    """Return a history with what was usual and what was not; `laid` where it is laid out already."""
    laid = laid or laid_out(dataset)
    panel, law = laid.panel, laid.law
    return Past(panel, law, attributes_of(dataset), find_oddities(panel, law, seed=seed))


def line_of(past: Past) -> Line:
    """Return the sum of a history's series as one line: what sold, its trend, what empty shelves cost."""
    panel = past.panel
    known = np.isfinite(panel.y) & panel.open
    y = np.where(known.any(axis=0), np.nansum(panel.y, axis=0), np.nan)
    whole = np.where(known.any(axis=0), np.nansum(bridged(panel.y, panel, past.law), axis=0), np.nan)
    fit = whole if len(panel.y) > 1 else panel.demand[0]  # one stock-out is a hole in a line, a dip in a sum
    parts = decompose(fit, panel.frequency)
    frame = pd.DataFrame(
        {
            "ds": panel.ds,
            "y": y,
            "trend": parts.trend,
            "lost": lost_units(panel, past.law).sum(axis=0),
            "out": (panel.stockout & panel.open).sum(axis=0),
            "on": _share_on(panel),
            "closed": ~known.any(axis=0),
            "unknown": np.nan_to_num(whole - y),
        }
    )
    return Line(frame, parts, season_profiles(fit, parts.trend, panel.ds, panel.frequency))


def parts_of(line: Line) -> pd.DataFrame:
    """Return a line's parts over time: ds, trend, a column per season (week, year) and remainder."""
    parts = line.parts
    return pd.DataFrame(
        {"ds": line.frame["ds"], "trend": parts.trend, **parts.seasons, "remainder": parts.remainder}
    )


def events_in(past: Past, events: Sequence[Event]) -> pd.DataFrame:
    """Return the accepted events that fall into a history and concern one of its series.

    Columns: name, kind, start, end (days), where, who, why; the earliest first.
    """
    first, last = past.panel.ds[0], past.panel.ds[-1]
    kept = [
        e
        for e in events
        if e.status == "accepted"
        and pd.Timestamp(e.start) <= last
        and pd.Timestamp(e.end) >= first
        and _concerns(e, past)
    ]
    columns = ["name", "kind", "start", "end", "where", "who", "why"]
    rows = [[getattr(e, c) for c in columns] for e in kept]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    dates = {c: pd.to_datetime(table[c]) for c in ("start", "end")}
    return table.assign(**dates).sort_values("start", kind="stable", ignore_index=True)


def _concerns(event: Event, past: Past) -> bool:
    """Return whether an event is about any series of a part of the history."""
    try:
        return bool(series_of(event, past.attributes))
    except SettingsError:  # every place was known when it was written down: it lies outside this part
        return False


def _share_on(panel: Panel) -> np.ndarray:
    """Return the share of series with a promotion (any switch on) in each period, (T,)."""
    if not panel.switches:
        return np.zeros(len(panel.ds))
    on = np.logical_or.reduce([values > 0 for values in panel.switches.values()])
    return on.mean(axis=0)


def effects_of(past: Past) -> Effects:
    """Return the effects of promotions and prices in a part of the history."""
    return measure_effects(past.panel, past.law)


@dataclass(frozen=True)
class Segments:
    """The classes of every series, and what they rest on."""

    table: pd.DataFrame
    notes: tuple[str, ...]
    in_money: bool  # the value that parts A, B and C is money


def segments_of(past: Past, found: Findings | None, cuts: tuple[float, float, float, float]) -> Segments:
    """Return one row per series with its classes, dearest first.

    Columns: unique_id, value, abc, error_cv, xyz, demand_class, adi, cv2, units. `cuts` are the limits
    of A and B (share of value) and of X and Y (error over mean sales).
    """
    panel = past.panel
    year = slice(max(0, len(panel.ds) - year_of_periods(panel.frequency)), len(panel.ds))
    value, basis, in_money = _yearly_value(panel, year)
    table = pd.DataFrame({"unique_id": panel.unique_id, "value": value})
    table["abc"] = abc(table["value"], cuts[:2])
    errors = _forecast_errors(found)
    table["error_cv"] = table["unique_id"].map(errors) if len(errors) else np.nan
    table["xyz"] = xyz(table["error_cv"], cuts[2:])
    table = pd.concat([table, demand_classes(panel.demand)], axis=1)
    table["units"] = np.nansum(panel.y[:, year], axis=1)
    notes = [basis]
    if errors.empty:
        notes.append("X, Y and Z need forecast errors; the models have not been tested on the past yet.")
    ordered = table.sort_values("value", ascending=False, kind="stable", ignore_index=True)
    return Segments(ordered, tuple(notes), in_money)


def _yearly_value(panel: Panel, year: slice) -> tuple[np.ndarray, str, bool]:
    """Return what each series earned over the last year, in what that is counted, whether it is money."""
    sold = np.nan_to_num(panel.y[:, year])
    span = "the last year" if year.start > 0 else "the whole history"
    unpriced = (sold > 0) & ~np.isfinite(panel.price[:, year])
    revenue = np.where(unpriced.any(axis=1), np.nan, np.nansum(sold * panel.price[:, year], axis=1))
    if np.isfinite(panel.unit_cost).all() and np.isfinite(revenue).all():
        margin = revenue - sold.sum(axis=1) * panel.unit_cost
        return margin, f"A, B and C by margin over {span}.", True
    if np.isfinite(revenue).all():
        return revenue, f"A, B and C by revenue over {span}: some items have no unit cost.", True
    return sold.sum(axis=1), f"A, B and C by units over {span}: some items have no price.", False


def _forecast_errors(found: Findings | None) -> pd.Series:
    if found is None or found.evaluation is None:
        return pd.Series(dtype=float)
    scored = found.results.backtest[found.results.backtest["cutoff"].isin(found.results.scored)]
    return error_cv(rows_of(scored, found.evaluation.past_choice))


def class_grid(table: pd.DataFrame) -> pd.DataFrame:
    """Return the ABC × XYZ grid: how many series and which share of the value stand in each cell."""
    total = float(table["value"].clip(lower=0).sum())
    columns = [c for c in ("X", "Y", "Z", "?") if c != "?" or (table["xyz"] == "?").any()]
    grid = pd.DataFrame("", index=["A", "B", "C"], columns=columns, dtype=object)
    for (row, column), part in table.groupby(["abc", "xyz"]):
        if row in grid.index and column in grid.columns:
            share = part["value"].clip(lower=0).sum() / total if total > 0 else np.nan
            grid.loc[row, column] = f"{len(part):,} · {share:.0%}" if np.isfinite(share) else f"{len(part):,}"
    return grid
