"""Losses of models as a grid of series, origins and models: quicker to compare than rows with names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class LossGrid:
    """Losses by series, origin and model, all of them numbered."""

    names: pd.Index  # (n,) the series, sorted
    models: tuple[str, ...]  # (M,) those with a loss, simplest first
    loss: np.ndarray  # (n, K, M); NaN: not there
    known_from: np.ndarray  # (n, K, M) datetime64; NaT: not there
    there: np.ndarray  # (n, K, M) bool: has a row, if perhaps of an unknown loss

    @classmethod
    def of(cls, losses: pd.DataFrame, series: Sequence[str], models: Sequence[str]) -> "LossGrid":
        """Return the grid of a losses frame; `series` are those that need a model, with losses or without."""
        there = set(losses["model"].unique())
        kept = tuple(m for m in models if m in there)
        names = pd.Index(sorted({*losses["unique_id"].unique(), *series}))
        origin, cutoffs = pd.factorize(losses["cutoff"], sort=True)
        model = pd.Index(kept).get_indexer(pd.Index(losses["model"])) if kept else np.full(len(losses), -1)
        asked = model >= 0
        cell = tuple(at[asked] for at in (names.get_indexer(pd.Index(losses["unique_id"])), origin, model))
        shape = (len(names), len(cutoffs), len(kept))
        loss, taken = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        loss[cell], taken[cell] = losses["loss"].to_numpy(dtype=float)[asked], True
        if taken.sum() != asked.sum():
            raise ValueError("A model has two losses for one series and origin; one is needed.")
        known = np.full(shape, np.datetime64("NaT"), dtype="datetime64[ns]")
        if "known_from" in losses:
            known[cell] = losses["known_from"].to_numpy()[asked]
        return cls(names, kept, loss, known, taken)

    def places(self, series: Sequence[str] | pd.Series) -> np.ndarray:
        """Return the numbers of series."""
        return np.asarray(self.names.get_indexer(pd.Index(series)))

    def complete(self, visible: np.ndarray | None = None) -> "Losses":
        """Return the losses without gaps: all there are, or those marked in `visible` (n, K, M).

        Origins at which a model has no loss at all are left out: models are compared on the same
        ones. A single loss that is missing counts as the middle one of its row: no evidence.
        """
        marked = self.there if visible is None else visible
        models = marked.any(axis=(0, 1))
        loss = np.where(marked, self.loss, np.nan)[:, :, models]
        known = ~np.isnan(loss)
        everywhere: np.ndarray = np.all(known.any(axis=0), axis=1)  # (K,)
        series, origin = np.nonzero(known.any(axis=2) & everywhere)
        rows = loss[series, origin]
        gaps = np.isnan(rows)
        if gaps.any():
            rows = np.where(gaps, np.nanmedian(rows, axis=1)[:, None], rows)
        return Losses(series, origin, rows, np.array(self.models, dtype=object)[models])


@dataclass(frozen=True)
class Losses:
    """Complete losses, one row per series and origin, sorted by series."""

    series: np.ndarray  # (rows,) numbers of series
    origin: np.ndarray  # (rows,) numbers of origins
    losses: np.ndarray  # (rows, M)
    models: np.ndarray  # (M,) str

    @property
    def own(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the series there are, and how many rows each has."""
        return np.unique(self.series, return_counts=True)


def sums_of(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the sums of rows per group, (groups, M)."""
    order = np.argsort(group, kind="stable")
    starts = np.unique(group[order], return_index=True)[1]
    total: np.ndarray = np.add.reduceat(values[order], starts, axis=0)
    return total
