"""What customers may have wanted on days that sold out: three answers, none of them known to be true."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.dates import period_kind, positions

NEIGHBOURS = 4  # weeks before and after from which a sold-out day is filled
SALES, IMPUTED, DROPPED = "sales", "imputed", "dropped"


@dataclass(frozen=True)
class Scenario:
    """One answer: demand to replay, and the periods that count."""

    name: str
    demand: np.ndarray  # (n, n_periods) units, 0 where nothing is known
    counted: np.ndarray  # (n, n_periods) bool

    def only(self, rows: np.ndarray, last: int) -> "Scenario":
        """Return the answer for some of the series and the last so many periods."""
        return Scenario(self.name, self.demand[rows, -last:], self.counted[rows, -last:])


@dataclass(frozen=True)
class Recorded:
    """What the till recorded over the whole history, (n, n_dates)."""

    dates: pd.DatetimeIndex
    sold: np.ndarray  # units; NaN: no row
    sold_out: np.ndarray  # bool

    @classmethod
    def of(cls, sales: pd.DataFrame, unique_id: np.ndarray, dates: pd.DatetimeIndex) -> "Recorded":
        """Return the sales of these series on these dates."""
        rows = pd.Index(unique_id).get_indexer(sales["unique_id"])
        places = positions(sales["ds"], dates)
        inside = (rows >= 0) & (places >= 0)
        shape = (len(unique_id), len(dates))
        sold, out = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        sold[rows[inside], places[inside]] = sales["y"].to_numpy()[inside]
        if "stockout" in sales:
            flags = sales["stockout"].fillna(False).astype(bool).to_numpy()
            out[rows[inside], places[inside]] = flags[inside]
        return cls(dates, sold, out)

    def only(self, rows: np.ndarray) -> "Recorded":
        """Return the record of some of the series."""
        return Recorded(self.dates, self.sold[rows], self.sold_out[rows])


def scenarios(recorded: Recorded, first: int, last: int, frequency: str) -> tuple[Scenario, ...]:
    """Return the demand of the dates `first` … `last` − 1 under each answer; one when nothing sold out.

    * sales: the till is believed, which favours whoever orders less;
    * imputed: a sold-out period wanted what neighbouring weeks sold, or what it sold if that is more;
    * dropped: sold-out periods count for nobody.

    A period without a row is unknown and never counts.
    """
    window = slice(first, last)
    sold, out = recorded.sold[:, window], recorded.sold_out[:, window]
    known = ~np.isnan(sold)
    plain = Scenario(SALES, np.nan_to_num(sold), known)
    if not (out & known).any():
        return (plain,)
    usual = _usual(recorded, 7 if period_kind(frequency) == "day" else 1)[:, window]
    wanted = np.where(out & known, np.fmax(sold, usual), np.nan_to_num(sold))
    return (
        plain,
        Scenario(IMPUTED, wanted, known),
        Scenario(DROPPED, np.where(out, 0.0, plain.demand), known & ~out),
    )


def _usual(recorded: Recorded, season: int) -> np.ndarray:
    """Return the mean of what the same place in neighbouring weeks sold, (n, n_dates); NaN: nothing known."""
    seen = np.where(recorded.sold_out, np.nan, recorded.sold)
    total, count = np.zeros(seen.shape), np.zeros(seen.shape)
    for lag in [k * season for k in range(-NEIGHBOURS, NEIGHBOURS + 1) if k]:
        other = np.full(seen.shape, np.nan)
        if lag > 0:
            other[:, lag:] = seen[:, :-lag]
        else:
            other[:, :lag] = seen[:, -lag:]
        total, count = total + np.nan_to_num(other), count + ~np.isnan(other)
    return np.divide(total, count, out=np.full(seen.shape, np.nan), where=count > 0)
