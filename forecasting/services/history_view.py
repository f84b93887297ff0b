"""What the history page says: four numbers, the sentences under the pictures."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from forecasting.dates import period_kind
from forecasting.history.decompose import Parts
from forecasting.history.effects import Effects
from forecasting.history.expected import PRICE
from forecasting.history.growth import Growth, Window, growth, holes, window_of
from forecasting.history.lost import Lost, lost_sales
from forecasting.history.panel import Panel
from forecasting.report.content import Tile
from forecasting.report.tables import NOT_AVAILABLE, day, money, percent, units
from forecasting.services.past import Past

NOTE_SEPARATOR = " @ "


def length_in_words(length: int, frequency: str) -> str:
    """Return a window's length as a manager says it.

    >>> length_in_words(364, "D"), length_in_words(13, "W-MON"), length_in_words(1, "MS")
    ('52 weeks', '13 weeks', '1 month')
    """
    kind = period_kind(frequency)
    if kind == "day" and length % 7 == 0 and length >= 28:
        length, kind = length // 7, "week"
    return f"{length} {kind}{'' if length == 1 else 's'}"


def history_tiles(past: Past, length: int, currency: str, *, in_pieces: bool = True) -> tuple[Tile, ...]:
    """Return revenue, units, growth against a year ago and lost sales over the latest `length` periods.

    Sales that are money are no pieces (`in_pieces`): their number would be the revenue again.
    """
    panel = past.panel
    window = window_of(panel, length)
    sold, earned = growth(panel.y, panel.y, window), growth(panel.revenue, panel.y, window)
    span = length_in_words(window.length, panel.frequency)
    in_money = np.isfinite(earned.now)
    number = Tile(f"Units, last {span}", units(sold.now), _compared(sold, span, window), None, "Units sold.")
    return (
        _revenue_tile(earned, span, window, currency),
        *((number,) if in_pieces else ()),
        _growth_tile(earned if in_money else sold, in_money, currency),
        _lost_tile(lost_sales(panel, past.law, window.now), panel, span, currency),
    )


def holes_in_words(past: Past, length: int) -> list[str]:
    """Return what growth leaves out, and what it hides; empty where there is nothing."""
    panel = past.panel
    earned = np.isfinite(panel.revenue).any()
    window = window_of(panel, length)
    found = holes(panel.revenue if earned else panel.y, panel.y, window)
    if not found.periods:
        return []
    kind = period_kind(panel.frequency)
    rate = percent(found.as_nothing, signed=True) if np.isfinite(found.as_nothing) else NOT_AVAILABLE
    both, against = (
        ("years", "a year ago") if window.year_ago is not None else ("times", "the time just before")
    )
    return [
        f"{found.periods:,} {kind}s of {found.series:,} series are unknown in one of the two {both}: growth "
        f"on {against} leaves them out of both, trends take what is usual there. As nothing sold, growth "
        f"would be {rate}."
    ]


def _revenue_tile(earned: Growth, span: str, window: Window, currency: str) -> Tile:
    words = "Units times the price of the sale; the item's price where the sales have none."
    if not np.isfinite(earned.now):
        return Tile(f"Revenue, last {span}", NOT_AVAILABLE, "no price is known", None, words)
    part = "" if earned.covered > 0.9995 else f"of {percent(earned.covered)} of the units; "
    return Tile(
        f"Revenue, last {span}",
        money(earned.now, currency),
        part + _compared(earned, span, window),
        None,
        words,
    )


def _compared(amount: Growth, span: str, window: Window) -> str:
    """Return growth on a year ago and on the time just before, as far as the history reaches."""
    parts = []
    if np.isfinite(amount.on_year):
        parts.append(f"{percent(amount.on_year, signed=True)} on a year ago")
    if np.isfinite(amount.on_before) and window.before != window.year_ago:
        parts.append(f"{percent(amount.on_before, signed=True)} on the {span} before")
    return ", ".join(parts) or "nothing earlier to compare with"


def _growth_tile(amount: Growth, in_money: bool, currency: str) -> Tile:
    words = (
        "Against the same weeks a year ago (364 days: weekdays stay weekdays). New and discontinued series "
        "are part of both; what only one of the two years records is part of neither."
    )
    if not np.isfinite(amount.on_year):
        return Tile("Growth on a year ago", NOT_AVAILABLE, "the history does not reach back", None, words)
    change = amount.change
    said = money(change, currency) if in_money else f"{units(change)} units"
    return Tile(
        "Growth on a year ago",
        percent(amount.on_year, signed=True),
        f"{'+' if change > 0 else ''}{said}",
        bool(amount.on_year >= 0),
        words,
    )


def _lost_tile(lost: Lost, panel: Panel, span: str, currency: str) -> Tile:
    words = (
        "Units that would have sold beyond what was there, given what is usual on such a day, at their "
        f"price. The range holds 8 times in 10, for the sum over all series and the last {span}: what one "
        "day or one series lost is far less sure, in the sum errors cancel."
    )
    if not lost.recorded:
        return Tile("Lost to empty shelves", NOT_AVAILABLE, "stock-outs are not recorded",
                    None, words)  # fmt: skip
    kind = period_kind(panel.frequency)
    band = f"{units(lost.low)} to {units(lost.high)} units in sum, {lost.periods:,} {kind}s without stock"
    amount = money(lost.money, currency) if np.isfinite(lost.money) else f"{units(lost.units)} units"
    return Tile(f"Lost sales, last {span}", amount, band, None, words)


def parts_in_words(parts: Parts, frequency: str) -> list[str]:
    """Return how strong trend and seasons are, one sentence each.

    Strength is the share of a part's and the remainder's variance that is the part's
    (Wang, Smith & Hyndman 2006).
    """
    lines = []
    rest = parts.remainder
    known = np.isfinite(rest)
    if known.sum() < 3:
        return [parts.note] if parts.note else []
    for name, values in parts.seasons.items():
        both = float(np.var((values + rest)[known]))
        strength = max(0.0, 1 - float(np.var(rest[known])) / both) if both > 0 else 0.0
        lines.append(f"The season of the {name} explains {percent(strength)} of what is not trend.")
    year = {"day": 364, "week": 52, "month": 12}[period_kind(frequency)]
    trend = parts.trend[np.isfinite(parts.trend)]
    if len(trend) > year and trend[-year - 1] > 0:
        change = trend[-1] / trend[-year - 1] - 1
        lines.append(f"The trend ends {percent(change, signed=True)} from where it stood a year before.")
    return [*lines, parts.note] if parts.note else lines


def effects_in_words(effects: Effects, currency: str) -> list[str]:
    """Return what promotions and prices did to all series of a scope together, with intervals."""
    lines = []
    for row in effects.pooled.to_dict("records"):
        if row["effect"] == PRICE:
            lines.append(_price_in_words(row, currency))
            continue
        span = f"{percent(row['low'], signed=True)} to {percent(row['high'], signed=True)}"
        sentence = (
            f"With {row['effect']} on, {percent(row['value'], signed=True)} units ({span}), over "
            f"{row['series']} series: {units(row['units'])} units that would not have been sold otherwise"
        )
        if np.isfinite(row["money"]):
            word = "won" if row["money"] >= 0 else "given away"
            ends = sorted([abs(row["money_low"]), abs(row["money_high"])])
            both = f"{money(row['money_low'], currency)} to {money(row['money_high'], currency)}"
            same = row["money_low"] * row["money_high"] > 0
            said = f"{money(ends[0], currency)} to {money(ends[1], currency)}" if same else both
            sentence += f", and {money(abs(row['money']), currency)} {word} ({said})"
        lines.append(f"{sentence}.")
    if lines:
        lines.append("Intervals hold 95 times in 100. These are associations, not causes.")
    refused = effects.switches[effects.switches["problem"] != ""]
    if len(refused):
        reasons = refused["problem"].str.replace(r"\d+ times", "too few times", regex=True).value_counts()
        told = ", ".join(f"{n:,} {reason}" for reason, n in reasons.items())
        lines.append(f"Not stated for {len(refused):,} series and columns: {told}.")
    return [*lines, *effects.notes]


def _price_in_words(row: Mapping[Hashable, Any], currency: str) -> str:
    """Return what one percent more price goes with, in units and in money."""
    ends = f"{units(row['units_low'])} to {units(row['units_high'])}"
    amounts = f"{money(row['money_low'], currency)} to {money(row['money_high'], currency)}"
    return (
        f"One percent dearer goes with {-row['value']:.1f} % fewer units ({-row['high']:.1f} to "
        f"{-row['low']:.1f} %), over {row['series']} series whose price moved: {units(row['units'])} units "
        f"({ends}) and {'+' if row['money'] > 0 else ''}{money(row['money'], currency)} ({amounts}) a year."
    )


def note_key(unique_id: str, start: pd.Timestamp) -> str:
    """Return under which name the reason of an odd stretch is kept."""
    return f"{unique_id}{NOTE_SEPARATOR}{start:%Y-%m-%d}"


def with_notes(oddities: pd.DataFrame, notes: Mapping[str, str]) -> pd.DataFrame:
    """Return the odd stretches with what somebody said they were."""
    keys = [note_key(i, s) for i, s in zip(oddities["unique_id"], oddities["start"], strict=True)]
    return oddities.assign(note=[notes.get(key, "") for key in keys])


def edited_notes(
    oddities: pd.DataFrame, edits: Mapping[int, Mapping[str, object]], notes: Mapping[str, str]
) -> dict[str, str]:
    """Return the notes after edits (row -> {'note': text}); an emptied note is forgotten."""
    kept = dict(notes)
    for row, changed in edits.items():
        if "note" not in changed:
            continue
        line = oddities.iloc[int(row)]
        text = " ".join(str(changed["note"] or "").split())
        key = note_key(str(line["unique_id"]), line["start"])
        kept.pop(key, None)
        if text:
            kept[key] = text
    return kept


def oddities_in_words(oddities: pd.DataFrame, notes: Mapping[str, str]) -> str:
    """Return how many odd stretches there are and how many are explained."""
    if oddities.empty:
        return "Nothing stands out from what season, price, promotions and trend make usual."
    told = int((with_notes(oddities, notes)["note"] != "").sum())
    first, last = oddities["start"].min(), oddities["end"].max()
    stand = "stretch stands" if len(oddities) == 1 else "stretches stand"
    return (
        f"{len(oddities):,} {stand} out between {day(first)} and {day(last)}, most money first; "
        f"{told:,} of them explained."
    )
