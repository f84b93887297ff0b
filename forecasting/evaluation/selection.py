"""The automatic choice of a model per series: by money, on earlier origins than those that score it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.evaluation.scores import BASELINE

CHOSEN = "chosen"
# With a handful of cycles per series most of the difference between models is luck. Each series
# therefore starts from what every series together says, worth this many cycles of its own.
PRIOR_CYCLES = 4.0


def choose(losses: pd.DataFrame, series: Sequence[str], *, models: Sequence[str]) -> pd.DataFrame:
    """Return the model of least expected loss per series: unique_id, model, reason.

    Parameters
    ----------
    losses
        model, unique_id, cutoff, loss >= 0 (money, or units for an accuracy
        choice) of origins that were complete before the choice is made; rows
        with unknown loss (NaN) are skipped.
    series
        The series that need a model.
    models
        The candidates, simplest first: a tie goes to the simpler one.

    Notes
    -----
    A series' own losses relative to the average model are shrunk towards the
    same ratio over all series, as if that ratio had been seen for
    `PRIOR_CYCLES` cycles more. Without any origin the choice is seasonal naive.
    """
    wanted = pd.Index(sorted(series), name="unique_id")
    table = _complete(losses, models)
    if table.empty:
        nothing = "no earlier origin to judge by"
        return pd.DataFrame({"unique_id": wanted, "model": _fallback(models), "reason": nothing})

    own = table.groupby(level="unique_id").sum()  # series x models, money
    cycles = table.groupby(level="unique_id").size().to_numpy()[:, None]
    pooled = _relative(own.sum().to_numpy()[None, :])  # (1, models)
    relative = np.where(own.sum(axis=1).to_numpy()[:, None] > 0, _relative(own.to_numpy()), pooled)
    expected = (cycles * relative + PRIOR_CYCLES * pooled) / (cycles + PRIOR_CYCLES)

    names = np.array(own.columns)
    picked = pd.Series(names[expected.argmin(axis=1)], index=own.index).reindex(wanted)
    seen = pd.Series(cycles[:, 0], index=own.index).reindex(wanted)
    pooled_name = names[pooled.argmin()]
    reason = np.where(
        seen.isna(),
        "borrowed from the other series: no origin of its own yet",
        "least cost over "
        + seen.fillna(0).astype(int).astype(str)
        + " earlier origins, shrunk to the average",
    )
    return pd.DataFrame(
        {"unique_id": wanted, "model": picked.fillna(pooled_name).to_numpy(), "reason": reason}
    )


def choices_over_time(
    losses: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    models: Sequence[str],
) -> pd.DataFrame:
    """Return cutoff, unique_id, model, reason: the choice that could have been made at each origin.

    `losses` carries `known_from`, the first date on which a loss was complete;
    an origin sees only losses with known_from <= cutoff. `candidates` lists the
    (cutoff, unique_id) pairs to choose for.
    """
    parts = []
    for cutoff, group in candidates.groupby("cutoff"):
        visible = losses[losses["known_from"] <= cutoff]
        parts.append(choose(visible, list(group["unique_id"]), models=models).assign(cutoff=cutoff))
    return pd.concat(parts, ignore_index=True)[["cutoff", "unique_id", "model", "reason"]]


def rows_of(frame: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a forecast or cumulative frame that the choices picked, as model `chosen`."""
    keys = [c for c in ("cutoff", "unique_id", "model") if c in choices]
    return frame.merge(choices[keys], on=keys, how="inner").assign(model=CHOSEN)[frame.columns]


def _complete(losses: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Return (unique_id, cutoff) x model, only pairs where every candidate has a known loss."""
    wide = losses[losses["model"].isin(models)].pivot(
        index=["unique_id", "cutoff"], columns="model", values="loss"
    )
    present = [m for m in models if m in wide]
    return wide[present].dropna()


def _relative(totals: np.ndarray) -> np.ndarray:
    middle = totals.mean(axis=1, keepdims=True)
    return np.divide(totals, middle, out=np.ones_like(totals, dtype=float), where=middle > 0)


def _fallback(models: Sequence[str]) -> str:
    return BASELINE if BASELINE in models else models[0]
