"""What a report says: one frozen bundle that the spreadsheet, the web page and the PDF all print."""

import re
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from forecasting.dates import period_kind
from forecasting.errors import SettingsError
from forecasting.report.tables import day
from forecasting.schema import quantile_columns

NOT_YET = "Not computed yet."
PROMISES = "What was promised, and what was kept"
ANOTHER_QUESTION = "Would another question do better?"


@dataclass(frozen=True)
class Tile:
    """One number with its unit and what it is compared with; `good` colours the comparison."""

    label: str
    value: str
    baseline: str = ""
    good: bool | None = None
    help: str = ""


@dataclass(frozen=True)
class Answered:
    """A question of the finance director, its answer, and the table behind it."""

    question: str
    text: str  # the number, then what it means
    table: pd.DataFrame = field(default_factory=pd.DataFrame)  # ANSWER_COLUMNS
    part: str = ""  # the part of the report that prints the table already; '' where it stands here alone


@dataclass(frozen=True)
class ReportContent:
    """Everything a report prints; an empty frame prints as 'not computed yet'."""

    title: str
    scope: str  # "60 items · 3 stores · daily · actuals through 28 Jun 2026 · EUR"
    run_id: str
    made_at: datetime
    currency: str
    frequency: str
    tiles: tuple[Tile, ...]
    history: pd.DataFrame  # sales frame
    forecast: pd.DataFrame  # forecast frame, one model per series
    orders: pd.DataFrame  # one row per series
    totals: tuple[tuple[str, str], ...]  # label and line of the order plan's totals
    leaderboard: pd.DataFrame  # one row per model
    scores: pd.DataFrame  # one row per model, series and fold
    value: pd.DataFrame  # one row per step of the staircase
    case: tuple[tuple[str, str], ...]  # label and line of the business case
    cost_lines: pd.DataFrame  # label, one_off, yearly, source, confidence
    settings: tuple[tuple[str, str], ...]  # what was assumed
    notes: tuple[str, ...]  # warnings a reader must know
    coverage: float = 0.8
    cautions: tuple[str, ...] = ()  # what to know before any number is used: stands under the tiles
    tested: tuple[tuple[str, str], ...] = ()  # which dates, against what, what was left out
    proof: tuple[str, ...] = ()  # what the test says about the forecast
    worth: tuple[str, ...] = ()  # what the test says about the gain, and how far to trust it
    over: str = ""  # what the money of the staircase is counted over: "a year", "over the 112 tested days"
    item_gains: pd.DataFrame = field(default_factory=pd.DataFrame)  # one row per series, its gain in parts
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)  # what moves the result, widest first
    finance: tuple[Answered, ...] = ()  # what a finance director asks
    replay: pd.DataFrame = field(default_factory=pd.DataFrame)  # the audit: series, block, step
    promises: pd.DataFrame = field(default_factory=pd.DataFrame)  # PROMISE_COLUMNS: what was said and kept
    errors: pd.DataFrame = field(default_factory=pd.DataFrame)  # PROMISE_COLUMNS: where the error lies
    asked: tuple[str, ...] = ()  # whether the same decision, asked in another way, would be cheaper
    ways: pd.DataFrame = field(default_factory=pd.DataFrame)  # one row per way to ask, the cheapest first
    # Forecast frame of the sum of all series, from the sample paths. Quantiles do not add,
    # so without it the total is drawn without a range.
    total: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        period_kind(self.frequency)
        if not 0 < self.coverage < 1:
            raise SettingsError(f"Coverage must lie between 0 and 1, got {self.coverage}; 0.8 is usual.")

    @property
    def made_on(self) -> str:
        """Return when the report was made, to the minute."""
        return f"{day(self.made_at)}, {self.made_at:%H:%M}"


def ranked(orders: pd.DataFrame) -> pd.DataFrame:
    """Return orders with the most money at stake first; lines without a number come last."""
    if "money_at_stake" not in orders:
        return orders.reset_index(drop=True)
    return orders.sort_values("money_at_stake", ascending=False, kind="stable", ignore_index=True)


def stake_known(orders: pd.DataFrame) -> bool:
    """Return whether any line knows what is at stake; without a counted stock none does."""
    return "money_at_stake" in orders and bool(orders["money_at_stake"].notna().any())


def changed(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the lines on which the manager decided otherwise; none where nobody was asked."""
    return orders[orders["decided_by"] == "manager"] if "decided_by" in orders else orders.head(0)


def any_changed(orders: pd.DataFrame) -> bool:
    """Return whether any line is ordered otherwise than suggested, by whomever."""
    return "decided_by" in orders and bool((orders["decided_by"] != "suggestion").any())


def shared_notes(orders: pd.DataFrame) -> tuple[str, pd.Series]:
    """Return the notes that stand on every line, to be said once, and what is left on each line."""
    notes = orders.get("note", pd.Series("", index=orders.index)).fillna("").astype(str)
    sentences = [re.split(r"(?<=\.) ", note) for note in notes]
    first = sentences[0] if sentences else []
    shared = [s for s in first if s and all(s in line for line in sentences)]
    left = [" ".join(s for s in line if s not in shared) for line in sentences]
    return " ".join(shared), pd.Series(left, index=orders.index, dtype=object)


def line_names(orders: pd.DataFrame) -> pd.Series:
    """Return the name of each line: 'item · store' where both are known, else the series."""
    if {"item", "store"} <= set(orders.columns):
        return orders["item"].astype(str) + " · " + orders["store"].astype(str)
    return orders["unique_id"].astype(str)


def one_series(frame: pd.DataFrame, unique_id: str) -> pd.DataFrame:
    """Return the rows of one series, or an empty frame when there are none."""
    return frame.loc[frame["unique_id"] == unique_id] if "unique_id" in frame else pd.DataFrame()


def total_history(history: pd.DataFrame) -> pd.DataFrame:
    """Return the sales of all series together, as the sales frame of one series."""
    if history.empty:
        return history
    total = history.groupby("ds", as_index=False)["y"].sum()
    return total.assign(unique_id="All series")


def total_forecast(content: ReportContent) -> pd.DataFrame:
    """Return the forecast of all series together.

    The expected total is the sum of the expected values. A range is there only when the
    content brings one made from sample paths.
    """
    if not content.total.empty or content.forecast.empty:
        return content.total
    expected = chosen(content.forecast).groupby(["cutoff", "ds", "h"], as_index=False)["mean"].sum()
    return expected.assign(unique_id="All series", model="chosen")


def chosen(forecast: pd.DataFrame) -> pd.DataFrame:
    """Return one forecast per series: the rows of model 'chosen' where there are any."""
    if "model" not in forecast:
        return forecast
    picked = forecast.loc[forecast["model"] == "chosen"]
    return forecast if picked.empty else picked


def has_range(forecast: pd.DataFrame) -> bool:
    """Return whether a forecast frame says how sure it is."""
    return bool(quantile_columns(forecast))
