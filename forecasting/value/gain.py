"""What a model's forecasts were worth against a baseline's, and how sure that is."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecasting.errors import DecisionError
from forecasting.threads import one_thread

PAIR = ["unique_id", "cutoff"]
# Below this many independent blocks of time, resampling time says nothing (decision of the project).
FEWEST_BLOCKS = 6
# Resampled at once: bounds memory at 100 x n_series weights.
BATCH = 100


@dataclass(frozen=True)
class GainInterval:
    """Money between which a gain plausibly lies; NaN where there is nothing to resample (see `note`)."""

    low: float
    high: float
    p_positive: float  # share of resamples in which the model saves money; NaN with too few blocks
    coverage: float  # nominal coverage of low … high
    blocks: int  # independent blocks of time behind it
    note: str = ""


class Blocks(NamedTuple):
    """How much of the tested time is independent."""

    independent: int  # windows that do not overlap
    length: int  # adjacent cutoffs whose windows overlap


def summarise(replayed: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Return per model what its orders cost and saved against `baseline`, cheapest first.

    Only the (unique_id, cutoff) pairs that every model has are counted, so a
    failed fit cannot flatter its model.

    Returns
    -------
    model, cycles, dropped (cycles of this model that another lacks), cost,
    understock_cost, overstock_cost (money), lost, left (units), clipped (cycles),
    sales_recovered, waste_avoided and gain (money; positive: cheaper than the
    baseline). gain = sales_recovered + waste_avoided = baseline cost − cost.
    """
    fair = _fair(replayed)
    _require_models(fair, [baseline])
    amounts = ["cost", "understock_cost", "overstock_cost", "lost", "left", "clipped"]
    table = fair.groupby("model")[amounts].sum()
    cycles = fair.groupby("model").size()
    table.insert(0, "cycles", cycles)
    table.insert(1, "dropped", replayed.groupby("model").size().sub(cycles))
    against = table.loc[baseline]
    table["sales_recovered"] = against["understock_cost"] - table["understock_cost"]
    table["waste_avoided"] = against["overstock_cost"] - table["overstock_cost"]
    table["gain"] = table["sales_recovered"] + table["waste_avoided"]
    return table.reset_index().sort_values(["cost", "model"], ignore_index=True)


def gain_interval(
    replayed: pd.DataFrame,
    model: str,
    baseline: str,
    *,
    days_per_period: float,
    seed: int,
    n_boot: int = 2000,
    coverage: float = 0.9,
) -> GainInterval:
    """Return between which amounts the total gain plausibly lies (percentile bootstrap).

    Paired differences are resampled by series and by blocks of adjacent cutoffs
    whose windows overlap (circular blocks), so that neither one lucky product
    nor the same week counted twice makes the interval too narrow. With fewer than
    `FEWEST_BLOCKS` independent periods only series are resampled, and no chance is given.
    """
    gains = paired(replayed, model, baseline)
    blocks = time_blocks(replayed, gains.columns, days_per_period)
    return resampled(gains, blocks, seed=seed, n_boot=n_boot, coverage=coverage)


def resampled(
    gains: pd.DataFrame, blocks: Blocks, *, seed: int, n_boot: int = 2000, coverage: float = 0.9
) -> GainInterval:
    """Return the bootstrap interval of the sum of `gains` (series x cutoffs, NaN where not known)."""
    over_time = blocks.independent >= FEWEST_BLOCKS
    if len(gains) < 2 and not over_time:
        note = f"One series and {blocks.independent} independent periods: nothing to resample."
        return GainInterval(np.nan, np.nan, np.nan, coverage, blocks.independent, note)

    drawn = drawn_gains(gains, blocks, n_boot=n_boot, seed=seed)
    low, high = np.quantile(drawn, [(1 - coverage) / 2, (1 + coverage) / 2]).tolist()
    if not over_time:
        return GainInterval(low, high, np.nan, coverage, blocks.independent, _note(blocks))
    return GainInterval(low, high, float((drawn > 0).mean()), coverage, blocks.independent)


def drawn_gains(gains: pd.DataFrame, blocks: Blocks, *, seed: int, n_boot: int = 2000) -> np.ndarray:
    """Return the total gain of every resample, (n_boot,) money; with few blocks time is kept as it was."""
    block_length = blocks.length if blocks.independent >= FEWEST_BLOCKS else 0
    values, known = gains.fillna(0.0).to_numpy(), gains.notna().to_numpy().astype(float)
    rng, whole = np.random.default_rng(seed), bool(known.all())
    draws = []
    with one_thread():  # matrices this small are done before a second thread has woken up
        for start in range(0, n_boot, BATCH):
            size = min(BATCH, n_boot - start)
            by_series = _series_weights(rng, size, len(gains))
            by_time = _time_weights(rng, size, gains.shape[1], block_length)
            pairs = by_series.sum(axis=1, keepdims=True) if whole else by_series @ known
            total, count = ((table * by_time).sum(axis=1) for table in (by_series @ values, pairs))
            # Scaled to the cycles observed; a resample without any observed pair has no gain to speak of.
            draws.append(total[count > 0] / count[count > 0] * known.sum())
    return np.concatenate(draws)


def _fair(replayed: pd.DataFrame) -> pd.DataFrame:
    models = replayed["model"].nunique()
    return replayed[replayed.groupby(PAIR)["model"].transform("nunique") == models]


def _require_models(replayed: pd.DataFrame, models: list[str]) -> None:
    known = set(replayed["model"])
    missing = [m for m in models if m not in known]
    if missing:
        raise DecisionError(
            f"{missing[0]!r} shares no replayed cycle with the others; known are {sorted(known)}. "
            "Backtest it on the same cutoffs."
        )


def paired(replayed: pd.DataFrame, model: str, baseline: str) -> pd.DataFrame:
    """Return baseline cost − model cost, series x cutoffs, NaN where a pair is missing."""
    fair = _fair(replayed)
    _require_models(fair, [model, baseline])
    candidate, reference = (
        fair[fair["model"] == name].pivot(index="unique_id", columns="cutoff", values="cost")
        for name in (model, baseline)
    )
    return reference - candidate


def window_days(replayed: pd.DataFrame, days_per_period: float) -> float:
    """Return the days of the longest replayed window."""
    return float(replayed["protection_interval"].max() * days_per_period)


def time_blocks(replayed: pd.DataFrame, cutoffs: pd.Index, days_per_period: float) -> Blocks:
    """Return how many windows of the replay do not overlap, and how many adjacent ones do."""
    if len(cutoffs) < 2:
        return Blocks(len(cutoffs), 1)
    spacing = float(np.median(np.diff(cutoffs.to_numpy()) / np.timedelta64(1, "D")))
    length = min(max(int(np.ceil(window_days(replayed, days_per_period) / spacing - 1e-9)), 1), len(cutoffs))
    return Blocks(len(cutoffs) // length, length)


def _series_weights(rng: np.random.Generator, size: int, n_series: int) -> np.ndarray:
    """Return how often each series was drawn, (size, n_series)."""
    if n_series < 2:
        return np.ones((size, n_series))
    # The multinomial law by counting draws: many times quicker than drawing each count.
    drawn = rng.integers(n_series, size=(size, n_series)) + np.arange(size)[:, None] * n_series
    return np.bincount(drawn.ravel(), minlength=size * n_series).reshape(size, n_series).astype(float)


def _time_weights(rng: np.random.Generator, size: int, n_cutoffs: int, length: int) -> np.ndarray:
    """Return how often each cutoff was drawn, (size, n_cutoffs); length 0 keeps every one once."""
    if length == 0:
        return np.ones((size, n_cutoffs))
    starts = rng.integers(n_cutoffs, size=(size, -(-n_cutoffs // length)))
    drawn = (starts[..., None] + np.arange(length)).reshape(size, -1)[:, :n_cutoffs] % n_cutoffs
    return (drawn[..., None] == np.arange(n_cutoffs)).sum(axis=1).astype(float)


def _note(blocks: Blocks) -> str:
    tested = "period was" if blocks.independent == 1 else "periods were"
    return (
        f"Only {blocks.independent} independent {tested} tested: the range shows how items differ, "
        "not how seasons do, so no chance of a gain is given."
    )
