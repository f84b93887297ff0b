"""Histories without holes, for the models that bear none."""

from typing import Literal

import numpy as np
import pandas as pd

from benchmarks.peers.frames import Request, known_sales

# Places back to the period that stands in for an unknown one: the same weekday, else the last one.
REPEAT = {"D": 7, "W": 1, "M": 1}


def regular_sales(request: Request, *, closed: Literal["zero", "repeat"]) -> dict[str, pd.Series]:
    """Return each series on an unbroken calendar up to the origin, for models that bear no gap.

    An absent period repeats the same weekday's last known sale, in weeks and months the
    last known sale; where there is none, zero. A closed day keeps its zero or is repeated likewise.
    """
    known = known_sales(request) if closed == "repeat" else request.history
    filled = {}
    for name, rows in known.groupby("unique_id"):
        series = rows.set_index("ds")["y"].astype(float)
        calendar = pd.date_range(series.index.min(), request.dates[0], freq=request.frequency)[:-1]
        values = repeated(series.reindex(calendar).to_numpy(), REPEAT[request.kind])
        filled[str(name)] = pd.Series(values, index=calendar)
    return filled


def repeated(values: np.ndarray, lag: int) -> np.ndarray:
    """Return the values with every NaN replaced by the one `lag` places earlier, else by zero.

    >>> repeated(np.array([1.0, 2.0, np.nan, np.nan, np.nan]), 2)
    array([1., 2., 1., 2., 1.])
    """
    filled = values.copy()
    for place in np.flatnonzero(np.isnan(values)):
        filled[place] = filled[place - lag] if place >= lag else np.nan
    return np.nan_to_num(filled)
