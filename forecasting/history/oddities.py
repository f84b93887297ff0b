"""Periods that were unlike all others: outside the band of what is usual, or alone among residuals."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from forecasting.history.expected import Law
from forecasting.history.panel import Panel

BAND = 4.0  # robust standard deviations: 1 of 16,000 by chance if residuals were normal
CANDIDATE = 3.5  # what the forest is asked about; nearer to usual nothing is odd
ALONE = 0.70  # anomaly score above which a period stands alone (Liu, Ting & Zhou 2008: 0.5 is ordinary)
SAMPLE = 20_000  # residuals the forest learns from
MOST = 200  # rows a reader could ever look through
WEEK = 7


def find_oddities(panel: Panel, law: Law, *, seed: int = 0) -> pd.DataFrame:
    """Return odd stretches, dearest first.

    Columns: unique_id, start, end, periods, units (sold), expected, gap (units), money (gap at the price),
    far (in standard deviations, the farthest), found_by.
    """
    demand = panel.demand
    residual = _standardised(demand, law)
    far = np.abs(residual) > BAND
    odd = far | _alone(residual, demand, law, seed)
    if not odd.any():
        return pd.DataFrame(columns=["unique_id", "start", "end", "money"])
    return _stretches(panel, law, residual, odd, far).head(MOST).reset_index(drop=True)


def _standardised(demand: np.ndarray, law: Law) -> np.ndarray:
    """Return residuals in robust standard deviations of their series, (n, T).

    Square roots make counts alike in spread (Anscombe 1948): a slow item may sell 3 where 0.5 is usual.
    """
    dispersion = np.maximum(law.dispersion, 1.0)[:, None]
    root = 2 * (np.sqrt(demand + 3 / 8) - np.sqrt(law.mean + 3 / 8)) / np.sqrt(dispersion)
    known = np.isfinite(root)
    safe = np.where(known, root, np.nan)
    some = known.any(axis=1)
    spread = np.ones(len(root))
    middle = np.zeros(len(root))
    if some.any():
        middle[some] = np.nanmedian(safe[some], axis=1)
        mad = np.nanmedian(np.abs(safe[some] - middle[some, None]), axis=1)
        spread[some] = mad / norm.ppf(0.75)
    # Counts near zero have a spread of nothing; chance alone gives one of about one.
    return (safe - middle[:, None]) / np.maximum(spread, 1.0)[:, None]


def _alone(residual: np.ndarray, demand: np.ndarray, law: Law, seed: int) -> np.ndarray:
    """Return which periods an isolation forest sets apart by residual, its week, its step and its size."""
    from sklearn.ensemble import IsolationForest

    known = np.flatnonzero(np.isfinite(residual))
    found = np.zeros(residual.shape, dtype=bool)
    asked = known[np.abs(residual.ravel()[known]) > CANDIDATE]
    if not len(asked):
        return found
    features = _features(residual, demand, law)
    learned = np.random.default_rng(seed).choice(known, min(SAMPLE, len(known)), replace=False)
    forest = IsolationForest(n_estimators=64, random_state=seed).fit(features[learned])
    found.ravel()[asked] = -forest.score_samples(features[asked]) > ALONE
    return found


def _features(residual: np.ndarray, demand: np.ndarray, law: Law) -> np.ndarray:
    """Return (n · T, 4): residual, mean residual of the week around it, step from before, log ratio."""
    filled = np.nan_to_num(residual)
    sums = np.cumsum(np.pad(filled, ((0, 0), (WEEK // 2 + 1, WEEK // 2))), axis=1)
    around = (sums[:, WEEK:] - sums[:, :-WEEK]) / WEEK
    around = np.pad(around, ((0, 0), (0, filled.shape[1] - around.shape[1])), mode="edge")
    step = np.diff(filled, axis=1, prepend=filled[:, :1])
    with np.errstate(invalid="ignore"):
        ratio = np.nan_to_num(np.log((demand + 1) / (law.mean + 1)))
    return np.stack([filled, around, step, ratio], axis=-1).reshape(-1, 4)


def _stretches(
    panel: Panel, law: Law, residual: np.ndarray, odd: np.ndarray, far: np.ndarray
) -> pd.DataFrame:
    """Return runs of odd periods on one side of usual as rows, with what was sold and what was usual."""
    row, at = np.nonzero(odd)
    side = np.sign(residual[row, at])
    new = np.ones(len(row), dtype=bool)
    new[1:] = (row[1:] != row[:-1]) | (at[1:] != at[:-1] + 1) | (side[1:] != side[:-1])
    price = np.where(np.isfinite(panel.price), panel.price, np.nan)[row, at]
    gap = panel.y[row, at] - law.mean[row, at]
    table = pd.DataFrame(
        {
            "run": np.cumsum(new),
            "unique_id": panel.unique_id[row],
            "ds": panel.ds[at],
            "units": panel.y[row, at],
            "expected": law.mean[row, at],
            "gap": gap,
            "money": gap * price,
            "far": residual[row, at],
            "beyond": far[row, at],
        }
    )
    runs = table.groupby("run").agg(
        unique_id=("unique_id", "first"),
        start=("ds", "first"),
        end=("ds", "last"),
        periods=("ds", "size"),
        units=("units", "sum"),
        expected=("expected", "sum"),
        gap=("gap", "sum"),
        money=("money", lambda m: m.sum(min_count=1)),
        far=("far", lambda z: z.iloc[int(np.argmax(np.abs(z.to_numpy())))]),
        beyond=("beyond", "any"),
    )
    runs["found_by"] = np.where(runs["beyond"], "outside the band", "unlike all others")
    by = runs["money"].abs() if runs["money"].notna().any() else runs["gap"].abs()
    return runs.drop(columns="beyond").iloc[np.argsort(-by.fillna(-1.0).to_numpy(), kind="stable")]
