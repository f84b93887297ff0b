"""What people know and numbers don't: dated events, and the columns they become."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.errors import SettingsError
from forecasting.schema import RESERVED

Kind = Literal["promotion", "campaign", "holiday", "closure", "price", "one_off"]
Status = Literal["proposed", "accepted", "rejected"]
KINDS: tuple[Kind, ...] = ("promotion", "campaign", "holiday", "closure", "price", "one_off")
STATUSES: tuple[Status, ...] = ("proposed", "accepted", "rejected")
PROMOTION_COLUMN = "promo"


@dataclass(frozen=True)
class Event:
    """One thing that happened or will: what, when, where, and who says so and why.

    Events of one name share one effect: that is how a single date can be forecast. A price is a
    plan: the selling price on these dates. A closure is no demand. The others are on or off.
    """

    name: str
    kind: Kind
    start: date
    end: date  # included
    where: str = ""  # series, item, store or category, several separated by commas; blank: everywhere
    price: float | None = None  # money a unit, of a price plan
    who: str = ""
    why: str = ""
    status: Status = "accepted"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise SettingsError("An event needs a name: events of the same name share one effect.")
        if self.kind not in KINDS or self.status not in STATUSES:
            raise SettingsError(
                f"{self.name}: expected a kind of {', '.join(KINDS)} and a status of {', '.join(STATUSES)}, "
                f"got {self.kind!r} and {self.status!r}."
            )
        if self.end < self.start:
            raise SettingsError(f"{self.name} ends on {self.end} before it starts on {self.start}.")
        if self.kind == "price" and not (self.price is not None and self.price > 0):
            raise SettingsError(f"{self.name} is a price plan and needs the price a unit, above 0.")

    @property
    def column(self) -> str:
        """Return the column of the sales frame this event is written into.

        >>> Event("Summer sale!", "campaign", date(2026, 7, 1), date(2026, 7, 14)).column
        'summer_sale'
        """
        if self.kind in ("closure", "price"):
            return {"closure": "open", "price": "price"}[self.kind]
        slug = re.sub(r"\W+", "_", self.name.strip().lower()).strip("_") or "event"
        return f"{slug}_event" if slug in (*RESERVED, "price", "h", "cutoff", "mean") else slug


def series_of(event: Event, attributes: pd.DataFrame) -> list[str]:
    """Return the series an event is about, by their id or any attribute (index unique_id).

    Raises `SettingsError` when a place it names answers to no series.
    """
    ids = [str(i) for i in attributes.index]
    parts = [p.strip().lower() for p in event.where.split(",") if p.strip()]
    if not parts:
        return ids
    words = attributes.astype(str).apply(lambda column: column.str.strip().str.lower())
    chosen: set[str] = set()
    for part in parts:
        hits = {i for i in ids if i.lower() == part}
        hits |= {str(i) for i in words.index[(words == part).any(axis=1)]}
        if not hits:
            raise SettingsError(
                f"{event.name}: no series, item, store or category is called {part!r}; "
                "leave the place blank to mean everywhere."
            )
        chosen |= hits
    return sorted(chosen)


def with_columns(frame: pd.DataFrame, events: Sequence[Event], attributes: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of unique_id and ds with a column per event; of accepted events only.

    On-or-off columns are 1 on the event's periods and 0 elsewhere, or keep what the file says
    there; `open` becomes 0 in a closure; `price` becomes the planned one. An event counts for a
    period that begins on one of its days.
    """
    table = frame.copy()
    for event in (e for e in events if e.status == "accepted"):
        column = event.column
        if column not in table:
            table[column] = {"open": 1.0, "price": np.nan}.get(column, 0.0)
        inside = table["ds"].between(pd.Timestamp(event.start), pd.Timestamp(event.end))
        if event.where.strip():
            inside &= table["unique_id"].isin(series_of(event, attributes))
        value = {"open": 0.0, "price": event.price}.get(column, 1.0)
        table[column] = table[column].astype(float).mask(inside, value)
    return table


def stretches(dates: pd.DatetimeIndex) -> list[tuple[date, date]]:
    """Return runs of neighbouring days as (first, last).

    >>> runs = stretches(pd.DatetimeIndex(["2026-01-31", "2026-02-01", "2026-02-28"]))
    >>> [f"{first} {last}" for first, last in runs]
    ['2026-01-31 2026-02-01', '2026-02-28 2026-02-28']
    """
    days = dates.sort_values().unique()
    if not len(days):
        return []
    breaks = np.flatnonzero(np.diff(days.to_numpy()) > np.timedelta64(1, "D")) + 1
    runs = np.split(np.arange(len(days)), breaks)
    return [(days[run[0]].date(), days[run[-1]].date()) for run in runs]
