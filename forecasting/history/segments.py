"""Which items carry the money, which can be forecast, and how their demand comes: ABC, XYZ, demand class."""

import numpy as np
import pandas as pd

from forecasting.errors import DataError

ABC_CUTS = (0.80, 0.95)
XYZ_CUTS = (0.5, 1.0)
# Syntetos, Boylan & Croston (2005): where Croston's method begins to pay.
ADI_CUT, CV2_CUT = 1.32, 0.49
UNKNOWN = "?"


def abc(value: pd.Series, cuts: tuple[float, float] = ABC_CUTS) -> pd.Series:
    """Return A, B or C per item by the cumulative share of value before it, dearest first; '?' if unknown.

    What loses money is C.

    >>> "".join(abc(pd.Series([500, 250, 100, 80, 40, 30])))
    'AAABBC'
    """
    _check(cuts, top=1.0)
    known = value.dropna().clip(lower=0.0).sort_values(ascending=False, kind="stable")
    total = float(known.sum())
    before = (known.cumsum() - known) / total if total > 0 else known * np.nan
    classes = np.select([before < cuts[0] - 1e-12, before < cuts[1] - 1e-12], ["A", "B"], "C")
    letters = pd.Series(classes, index=known.index, dtype=object).where(before.notna(), UNKNOWN)
    letters[(value.reindex(known.index) <= 0) & before.notna()] = "C"
    return letters.reindex(value.index).fillna(UNKNOWN)


def xyz(error_cv: pd.Series, cuts: tuple[float, float] = XYZ_CUTS) -> pd.Series:
    """Return X, Y or Z per item by its forecast error over its mean sales; '?' where it is not known.

    >>> "".join(xyz(pd.Series([0.2, 0.5, 0.99, 1.0, None])))
    'XYYZ?'
    """
    _check(cuts, top=np.inf)
    letters = np.select([error_cv.isna(), error_cv < cuts[0], error_cv < cuts[1]], [UNKNOWN, "X", "Y"], "Z")
    return pd.Series(letters, index=error_cv.index, dtype=object)


def error_cv(backtest: pd.DataFrame) -> pd.Series:
    """Return root mean squared error over mean sales per series, from the rows of one model a series.

    The error of a forecast, not the swing of demand: a strong season that is foreseen needs no stock.
    Periods that sold nothing throughout have no mean to compare with: NaN.
    """
    rows = backtest.dropna(subset=["y", "mean"])
    squared = (rows["y"] - rows["mean"]) ** 2
    by = rows["unique_id"]
    mean = rows["y"].groupby(by).mean()
    return (np.sqrt(squared.groupby(by).mean()) / mean.where(mean > 0)).rename("error_cv")


def demand_classes(demand: np.ndarray) -> pd.DataFrame:
    """Return adi, cv2 and demand class per row of demand (n, T), NaN unknown, from its first sale on.

    ADI = periods over periods with sales; CV² = squared coefficient of variation of the sizes sold
    (population standard deviation). No sale at all: class '?'.
    """
    sold = demand > 0
    begun = np.maximum.accumulate(sold, axis=1) & np.isfinite(demand)
    count = sold.sum(axis=1)
    sizes = np.where(sold, demand, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        adi = begun.sum(axis=1) / count
        mean = sizes.sum(axis=1) / count
        cv2 = ((np.where(sold, demand - mean[:, None], 0.0) ** 2).sum(axis=1) / count) / mean**2
    often, even = adi < ADI_CUT, cv2 < CV2_CUT
    names = np.select(
        [count == 0, often & even, often, even], [UNKNOWN, "smooth", "erratic", "intermittent"], "lumpy"
    )
    return pd.DataFrame({"adi": adi, "cv2": cv2, "demand_class": names.astype(object)})


def _check(cuts: tuple[float, float], *, top: float) -> None:
    if not 0 < cuts[0] < cuts[1] <= top:
        raise DataError(f"The two limits of a class must rise from above 0, got {cuts[0]:g} and {cuts[1]:g}.")
