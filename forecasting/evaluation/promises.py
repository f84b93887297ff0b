"""The ledger of promises: what share of outcomes a forecast said would come, and what share came.

Whole-number demand has no quantile that is reached exactly as often as promised: with half
of all days at zero, every day lies at or above zero. A promise is therefore held against
two shares, outcomes strictly inside and outcomes inside or on the edge, and counts as kept
where the promised share can lie between them.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from forecasting.evaluation.metrics import binomial_interval
from forecasting.evaluation.scores import COVERAGES, band_columns
from forecasting.schema import QUANTILE_LEVELS, quantile_column

Verdict = Literal["kept", "doubtful", "broken", "too few"]
# Fewer independent cycles than this cannot tell a kept promise from a broken one.
FEWEST_CYCLES = 20
# A promise outside this interval of what was kept, but inside the 95 % one, is doubtful.
DOUBT = 0.8

COLUMNS = ["nominal", "achieved", "strict", "low", "high", "n", "cycles", "verdict"]


def known_rows(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose outcome says something: known demand, on open days."""
    known = backtest["y"].notna()
    if "open" in backtest:
        known &= backtest["open"].fillna(1) != 0
    return backtest[known]


def quantile_promises(
    rows: pd.DataFrame, *, dependent: float, by: Sequence[str] = ("model",), levels: Sequence[float] = ()
) -> pd.DataFrame:
    """Return how often outcomes were at most each quantile: `by`, then `COLUMNS`.

    Parameters
    ----------
    rows
        Rows of a backtest or cumulative frame with known outcomes.
    dependent
        How many rows count as one independent case (periods of one order cycle): n / dependent
        cycles stand behind an interval.
    by
        Columns that name a segment.
    levels
        Quantile levels; the stored daily grid where none are given.
    """
    parts = []
    for level in levels or QUANTILE_LEVELS:
        quantile = rows[quantile_column(level)]
        parts.append(_shares(rows, rows["y"] <= quantile, rows["y"] < quantile, by).assign(nominal=level))
    return _judged(parts, dependent, by)


def band_promises(rows: pd.DataFrame, *, dependent: float, by: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Return how often outcomes lay inside the 50, 80 and 90 % bands: `by`, then `COLUMNS`.

    `achieved` counts the edges as inside, `strict` does not. `dependent` as in `quantile_promises`.
    """
    parts = []
    for coverage in COVERAGES:
        low, high = (rows[name] for name in band_columns(coverage))
        inside = (rows["y"] >= low) & (rows["y"] <= high)
        strict = (rows["y"] > low) & (rows["y"] < high)
        parts.append(_shares(rows, inside, strict, by).assign(nominal=coverage))
    return _judged(parts, dependent, by)


def risk_promises(
    cycles: pd.DataFrame, edges: Sequence[float] = (0.02, 0.05, 0.1, 0.2, 0.5), *, dependent: float = 1.0
) -> pd.DataFrame:
    """Return how often a stated risk of running out came true, by bins of the risk that was stated.

    Parameters
    ----------
    cycles
        One row per order cycle: `risk` (fraction stated), `lost` and `left` (units missing and
        left over at its end).
    edges
        Upper ends of the bins.
    dependent
        How many rows count as one independent case, where order cycles overlap.

    Returns
    -------
    said (mean stated risk), happened (share with units missing), low, high (95 %
    Clopper–Pearson), cycles, verdict. A level of whole units leaves at most the stated risk, and
    at least that of ending with an empty shelf: between the two the promise is kept.
    """
    bins = np.searchsorted(np.asarray(edges), cycles["risk"].to_numpy() - 1e-9)
    table = []
    for place in np.unique(bins):
        chosen = cycles[bins == place]
        said, count = float(chosen["risk"].mean()), max(round(len(chosen) / max(dependent, 1.0)), 1)
        happened = float((chosen["lost"] > 0).mean())
        low, high = binomial_interval(round(happened * count), count)
        between = (happened, float((chosen["left"] <= 0).mean()))
        word = "too few" if count < FEWEST_CYCLES else _verdict(said, between, count)
        table.append((said, happened, low, high, count, word))
    return pd.DataFrame(table, columns=["said", "happened", "low", "high", "cycles", "verdict"])


def _shares(rows: pd.DataFrame, inside: pd.Series, strict: pd.Series, by: Sequence[str]) -> pd.DataFrame:
    """Return per segment: achieved and strict (shares), n (rows)."""
    marks = rows[list(by)].assign(achieved=inside.astype(float), strict=strict.astype(float), n=1)
    table = marks.groupby(list(by), sort=False, observed=True).sum().reset_index()
    return table.assign(achieved=table["achieved"] / table["n"], strict=table["strict"] / table["n"])


def _judged(parts: list[pd.DataFrame], dependent: float, by: Sequence[str]) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    table["cycles"] = np.maximum((table["n"] / max(dependent, 1.0)).round().astype(int), 1)
    judged = [
        _interval_and_verdict(*row)
        for row in table[["nominal", "strict", "achieved", "cycles"]].itertuples(index=False)
    ]
    table[["low", "high", "verdict"]] = pd.DataFrame(judged, index=table.index, dtype=object)
    return table.astype({"low": float, "high": float})[[*by, *COLUMNS]]


def _interval_and_verdict(
    nominal: float, strict: float, achieved: float, cycles: int
) -> tuple[float, float, Verdict]:
    """Return the exact interval of `achieved` over independent cycles, and what it says of the promise."""
    low, high = binomial_interval(round(achieved * cycles), cycles)
    if cycles < FEWEST_CYCLES:
        return low, high, "too few"
    return low, high, _verdict(nominal, (strict, achieved), cycles)


def _verdict(nominal: float, between: tuple[float, float], cases: int) -> Verdict:
    """Return whether a promised share can lie between two shares that were seen in so many cases."""
    strict, achieved = between
    if _possible(nominal, strict, achieved, cases, DOUBT):
        return "kept"
    return "doubtful" if _possible(nominal, strict, achieved, cases, 0.95) else "broken"


def _possible(nominal: float, strict: float, achieved: float, cases: int, confidence: float) -> bool:
    """Return whether a share lies between the outer ends of the intervals of both shares."""
    lowest = binomial_interval(round(strict * cases), cases, confidence)[0]
    highest = binomial_interval(round(achieved * cases), cases, confidence)[1]
    return lowest <= nominal <= highest
