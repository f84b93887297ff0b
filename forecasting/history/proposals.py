"""Features the data themselves suggest: days that are odd in the same way again and again."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import period_kind
from forecasting.history.expected import Law
from forecasting.history.panel import Panel

PAYDAYS = (1, 2, 28, 29, 30, 31)  # of the month: wages are paid around its end
LEAST_YEARS = 2  # a date that was odd once is an event, not a season
LEAST_SHARE = 0.15  # of what was usual: a smaller oddity is not worth a feature
REACH = 1  # days either side of a yearly date that belong to it
MOST_DATES = 8


@dataclass(frozen=True)
class Proposal:
    """A feature that may help: on these dates (past and future), and why it is proposed."""

    name: str
    dates: pd.DatetimeIndex
    why: str


def paydays(ds: pd.DatetimeIndex) -> Proposal:
    """Return the days around the end of the month."""
    return Proposal("Payday", ds[ds.day.isin(PAYDAYS)], "wages are paid around the end of the month")


def days_before(holidays: pd.DatetimeIndex, ds: pd.DatetimeIndex) -> Proposal:
    """Return the days before public holidays, when people stock up."""
    before = pd.DatetimeIndex(holidays) - pd.Timedelta(days=1)
    return Proposal("Day before a holiday", ds[ds.isin(before)], "people stock up before shops close")


def yearly_dates(panel: Panel, law: Law, ahead: pd.DatetimeIndex) -> list[Proposal]:
    """Return dates of the year on which total sales left the usual in the same direction every year.

    What was usual is the law's expectation (level, season, price, promotions). A date counts
    when it and its neighbours differ by more than `LEAST_SHARE` in each of `LEAST_YEARS` years or
    more, strongest first, at most `MOST_DATES` of them.
    """
    if period_kind(panel.frequency) != "day":
        return []
    known = np.isfinite(panel.demand) & np.isfinite(law.mean)
    usual = np.where(known, law.mean, 0.0).sum(axis=0)
    sold = np.where(known, panel.demand, 0.0).sum(axis=0)
    share = pd.Series(np.divide(sold, usual, out=np.ones(len(sold)), where=usual > 0) - 1, index=panel.ds)
    smooth = share.rolling(2 * REACH + 1, center=True, min_periods=1).mean()
    table = pd.DataFrame({"day": panel.ds.strftime("%m-%d"), "share": smooth.to_numpy()})
    by_day = table.groupby("day")["share"].agg(["min", "max", "mean", "size"])
    same = (by_day["size"] >= LEAST_YEARS) & ((by_day["min"] > LEAST_SHARE) | (by_day["max"] < -LEAST_SHARE))
    found = by_day[same].sort_values("mean", key=np.abs, ascending=False)
    taken: list[int] = []
    proposals: list[Proposal] = []
    whole = pd.DatetimeIndex(panel.ds.append(ahead))
    for day, row in found.iterrows():
        place = pd.Timestamp(f"2024-{day}").day_of_year
        if any(abs(place - other) <= 2 * REACH + 1 for other in taken) or len(proposals) == MOST_DATES:
            continue
        taken.append(place)
        proposals.append(_yearly(str(day), float(row["mean"]), int(row["size"]), whole))
    return proposals


def _yearly(day: str, share: float, years: int, whole: pd.DatetimeIndex) -> Proposal:
    centre = pd.Timestamp(f"2024-{day}")
    near = [(centre + pd.Timedelta(days=k)).strftime("%m-%d") for k in range(-REACH, REACH + 1)]
    dates = whole[whole.strftime("%m-%d").isin(near)]
    word = "more" if share > 0 else "less"
    return Proposal(
        f"Around {centre:%-d %B}",
        dates,
        f"{abs(share) * 100:.0f} % {word} than usual in each of {years} years",
    )
