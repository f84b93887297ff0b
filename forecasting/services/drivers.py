"""What the people who know can add: events become drivers, with their effect and what they are worth."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from forecasting.dates import next_periods
from forecasting.errors import SettingsError
from forecasting.history.effects import Effects, measure_effects
from forecasting.history.events import PROMOTION_COLUMN, Event, Status, series_of, stretches, with_columns
from forecasting.history.expected import fit_law
from forecasting.history.panel import panel_of
from forecasting.history.proposals import Proposal, days_before, paydays, yearly_dates
from forecasting.models.calendar import public_holidays
from forecasting.report.tables import day
from forecasting.schema import KEY
from forecasting.services.dataset import Dataset
from forecasting.services.past import Past
from forecasting.services.scope import attributes_of
from forecasting.settings import Settings

FOUND = "found in the data"


def with_events(dataset: Dataset, events: Sequence[Event], horizon: int) -> Dataset:
    """Return the dataset the models see: accepted events as columns of history and known future.

    The dates ahead are all given for an event (0 where it is not planned): an event that is not on
    the list does not come back by itself. One without a past date is left out (`never_on`).
    Raises `SettingsError` for a place that no series answers to.
    """
    attributes = attributes_of(dataset)
    new = never_on(dataset, events)
    accepted = [_placed(e, dataset) for e in events if e.status == "accepted" and e.name not in new]
    if not accepted:
        return dataset
    sales = with_columns(dataset.sales, accepted, attributes)
    ahead = next_periods(dataset.sales["ds"].max(), horizon, dataset.frequency)
    grid = pd.MultiIndex.from_product([list(attributes.index), ahead], names=KEY).to_frame(index=False)
    given = dataset.future
    if len(given):
        grid = grid.merge(given, on=KEY, how="outer")
    added = [e.column for e in accepted if e.column not in dataset.sales]
    named = with_columns(grid, accepted, attributes)
    # Where neither file nor plan says anything of a column the file knows, it stays unknown there.
    for column in {e.column for e in accepted} - set(added):
        before = grid[column] if column in grid else pd.Series(np.nan, index=grid.index)
        touched = _touched(grid, [e for e in accepted if e.column == column], attributes)
        named[column] = before.astype(float).mask(touched, named[column])
    digest = hashlib.sha256((dataset.sha256 + json.dumps(as_rows(accepted))).encode()).hexdigest()
    return replace(dataset, sales=sales, future=named, sha256=digest)


def never_on(dataset: Dataset, events: Sequence[Event]) -> tuple[str, ...]:
    """Return the accepted events, by name, that were never on in the history: no effect can be learned.

    As a column that never changes they would move every model's past by chance and tell it nothing.
    A closure, a price plan and a promotion of the file's own column need no past date of their own.
    """
    known = {*dataset.sales.columns, "open", "price"}
    accepted = [e for e in events if e.status == "accepted" and _placed(e, dataset).column not in known]
    if not accepted:
        return ()
    attributes, days = attributes_of(dataset), pd.DatetimeIndex(dataset.sales["ds"].unique())
    heard = {e.column for e in accepted if _ever_on(e, dataset.sales, days, attributes)}
    return tuple(dict.fromkeys(e.name for e in accepted if e.column not in heard))


def _ever_on(event: Event, sales: pd.DataFrame, days: pd.DatetimeIndex, attributes: pd.DataFrame) -> bool:
    """Return whether a period of the history, one of `days`, of a series that it is about lies in an event.

    Asked of the few dates first: a page asks at every turn, and a history has a million rows.
    """
    names = series_of(event, attributes)
    inside = days[(days >= pd.Timestamp(event.start)) & (days <= pd.Timestamp(event.end))]
    if inside.empty or not event.where.strip():
        return not inside.empty
    return bool(sales.loc[sales["ds"].isin(inside), "unique_id"].isin(names).any())


def event_notes(dataset: Dataset, events: Sequence[Event]) -> tuple[str, ...]:
    """Return what people wrote down, a sentence a name: what, when, where, who says so and why."""
    new, named = never_on(dataset, events), dict[str, list[Event]]()
    for event in events:
        if event.status == "accepted":
            named.setdefault(event.name, []).append(event)
    return tuple(_told(name, group, name in new) for name, group in named.items())


def _told(name: str, group: Sequence[Event], new: bool) -> str:
    first, last = min(e.start for e in group), max(e.end for e in group)
    times = f"{len(group)} times, " if len(group) > 1 else ""
    where = ", ".join(dict.fromkeys(e.where for e in group if e.where)) or "everywhere"
    who = ", ".join(dict.fromkeys(e.who for e in group if e.who)) or "nobody is named"
    why = "; ".join(dict.fromkeys(e.why for e in group if e.why))
    unused = (
        " It was never on before, so nothing is known of its effect and no forecast uses it." if new else ""
    )
    return (
        f"{name} ({group[0].kind.replace('_', '-')}, {times}{day(first)} to {day(last)}, {where}): "
        f"{who}{f', because: {why}' if why else ''}.{unused}"
    )


def _placed(event: Event, dataset: Dataset) -> Event:
    """Return a promotion under the name of the file's own promotion column, where it has one."""
    own = event.kind == "promotion" and PROMOTION_COLUMN in dataset.sales
    return replace(event, name=PROMOTION_COLUMN) if own else event


def _touched(grid: pd.DataFrame, events: Sequence[Event], attributes: pd.DataFrame) -> pd.Series:
    marks = with_columns(grid[KEY], [replace(e, kind="one_off", name="touched") for e in events], attributes)
    return marks["touched"] > 0


def fitting(dataset: Dataset, events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the events for another history: one whose place nobody there answers to is only proposed."""
    attributes, kept = attributes_of(dataset), []
    for event in events:
        try:
            series_of(event, attributes)
            kept.append(event)
        except SettingsError:
            kept.append(replace(event, status="proposed"))
    return tuple(kept)


def as_rows(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return events as plain values that JSON can hold."""
    return [{**asdict(e), "start": e.start.isoformat(), "end": e.end.isoformat()} for e in events]


def from_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[Event, ...]:
    """Return the events saved by `as_rows`."""
    return tuple(Event(**{**row, "start": _day(row["start"]), "end": _day(row["end"])}) for row in rows)


def edited_events(table: pd.DataFrame) -> tuple[Event, ...]:
    """Return the events of an edited table; a row without name and dates is not there yet.

    Raises `SettingsError` for a row that lacks one of them.
    """
    events = []
    for row in table.to_dict("records"):
        if not _text(row.get("name")) and pd.isna(row.get("start")):
            continue
        if not _text(row.get("name")) or pd.isna(row.get("start")):
            raise SettingsError("An event needs a name and the day it starts; fill in both.")
        start = _day(row["start"])
        end = start if pd.isna(row.get("end")) else _day(row["end"])
        price = row.get("price")
        events.append(
            Event(
                _text(row["name"]), row.get("kind") or "promotion", start, end, _text(row.get("where")),
                None if price is None or pd.isna(price) else float(price), _text(row.get("who")),
                _text(row.get("why")), row.get("status") or "accepted",
            )
        )  # fmt: skip
    return tuple(events)


def events_table(events: Sequence[Event]) -> pd.DataFrame:
    """Return events as a table to edit: name, kind, start, end, where, price, who, why, status."""
    columns = ["name", "kind", "start", "end", "where", "price", "who", "why", "status"]
    rows = [[getattr(e, c) for c in columns] for e in events]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    dates = {c: pd.to_datetime(table[c]) for c in ("start", "end")}
    return table.assign(**dates, price=table["price"].astype(float))


def proposals(past: Past, events: Sequence[Event], settings: Settings) -> list[Proposal]:
    """Return features the data suggest and nobody has decided about yet."""
    panel = past.panel
    ahead = next_periods(panel.ds[-1], settings.horizon, panel.frequency)
    found = yearly_dates(panel, past.law, ahead)
    if settings.period == "day":
        whole = pd.DatetimeIndex(panel.ds.append(ahead))
        found.append(paydays(whole))
        if settings.country:
            years = tuple(range(whole[0].year, whole[-1].year + 1))
            found.append(days_before(pd.DatetimeIndex(list(public_holidays(settings.country, years))), whole))
    decided = {e.name for e in events}
    return [p for p in found if p.name not in decided and len(p.dates)]


def events_of(proposal: Proposal, status: Status = "accepted", who: str = FOUND) -> tuple[Event, ...]:
    """Return a proposal as events, one for each run of days."""
    return tuple(
        Event(proposal.name, "holiday", start, end, who=who, why=proposal.why, status=status)
        for start, end in stretches(proposal.dates)
    )


def effects_table(
    dataset: Dataset, events: Sequence[Event], horizon: int, own: Effects | None = None
) -> pd.DataFrame:
    """Return name, column, seen, series, effect, low, high (shares of usual sales), money and problem.

    Beside the events stand the switches of the file itself, as history has them: `own` are the effects
    measured of the dataset without any event (worked out where not given), so that a proposal nobody has
    decided about moves no effect. Effects of events are those beyond what the file tells. All are of all
    series together, with 95 % intervals: associations, not causes. `seen` counts separate times.
    """
    named = {_placed(e, dataset).column: e.name for e in events if e.kind not in ("price", "closure")}
    shown = with_events(dataset, [replace(e, status="accepted") for e in events], horizon)
    own = own or _effects(dataset)
    known = own if shown is dataset else _effects(shown)
    # What the file itself has on and off (a promotion column) stands first; an event may add to it.
    columns = {str(s): str(s) for s in own.switches["switch"].unique()} | named
    rows = [
        [name, column, *_together(known if column in named else own, column)]
        for column, name in columns.items()
    ]
    titles = ["name", "column", "seen", "series", "effect", "low", "high", "money", "problem"]
    return pd.DataFrame(rows, columns=titles)


def _effects(dataset: Dataset) -> Effects:
    panel = panel_of(dataset.sales, dataset.items, dataset.frequency)
    return measure_effects(panel, fit_law(panel))


def _together(effects: Effects, column: str) -> list[Any]:
    """Return times seen, series, effect, low, high, money and problem of a switch, all series together."""
    mine = effects.switches[effects.switches["switch"] == column]
    seen = int(mine["episodes"].max()) if len(mine) else 0
    pooled = effects.pooled
    row = pooled[pooled["effect"] == column] if len(pooled) else pooled
    if len(row):
        return [seen, *(row[c].iloc[0] for c in ("series", "value", "low", "high", "money")), ""]
    why = str(mine["problem"].mode().iloc[0]) if len(mine) else "it lies outside the history"
    return [seen, 0, np.nan, np.nan, np.nan, np.nan, why]


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip()


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()


def candidates_of(events: Sequence[Event], proposed: Sequence[Proposal]) -> dict[str, tuple[Event, ...]]:
    """Return events by name: those on the list that are not rejected, then the proposals."""
    named: dict[str, tuple[Event, ...]] = {}
    for event in events:
        if event.status != "rejected" and event.kind not in ("price", "closure"):
            named[event.name] = (*named.get(event.name, ()), event)
    return named | {p.name: events_of(p, "proposed") for p in proposed}


def decided(
    events: Sequence[Event], proposal: Proposal, status: Status, who: str, why: str = ""
) -> tuple[Event, ...]:
    """Return the events with a proposal accepted or rejected, and what who decided it says of it."""
    said = "; ".join(part for part in (proposal.why, " ".join(why.split())) if part)
    new = events_of(proposal, status, " ".join(who.split()) or FOUND)
    return (*events, *(replace(event, why=said) for event in new))
