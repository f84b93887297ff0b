"""Single dates far from all others: a year typed wrongly would stretch a history over years of nothing."""

import numpy as np
import pandas as pd

from forecasting.ingest.notes import Question, counted

FAR = 180  # days
TIMES = 20  # the usual distance of neighbouring dates: orders once a quarter are no stray dates
FEWEST = 20  # distinct dates before one of them can be called far
MOST = 0.005  # share of the rows; a single one is always few


def stray_days(days: pd.Series) -> np.ndarray:
    """Return which rows lie far before or after all others, (n,) bool; NaT is none.

    >>> dates = [*pd.date_range("2024-01-01", periods=300), pd.Timestamp("2042-05-03")]
    >>> stray_days(pd.Series(dates)).nonzero()[0]
    array([300])
    """
    none = np.zeros(len(days), dtype=bool)
    distinct = np.sort(days.dropna().unique())
    if len(distinct) < FEWEST:
        return none
    apart = np.diff(distinct) / np.timedelta64(1, "D")
    far = np.flatnonzero(apart > max(FAR, TIMES * float(np.quantile(apart, 0.9))))
    stray = none
    for place in far:
        for side in (days <= distinct[place], days >= distinct[place + 1]):
            if side.sum() <= max(1, MOST * len(days)):
                stray = stray | side.to_numpy()
    return stray


def question_of(texts: pd.Series, days: pd.Series, stray: np.ndarray) -> Question:
    """Return what is asked about the rows that `stray` marks."""
    rows, first = counted(int(stray.sum()), "row"), str(texts[stray].iloc[0]).strip()
    others = days[~stray].dropna()
    span = f"{others.min():%Y-%m-%d} to {others.max():%Y-%m-%d}"
    return Question(
        id="stray_dates",
        question=f"In {texts.name!r} the dates of {rows} are far from all others, such as {first} (the "
        f"others: {span}): are they typing errors?",
        example=first,
        options=("leave_out", "keep"),
        assumed="leave_out",
    )
