"""Several models as one: the mixture of what they say, of whole futures or of stored quantiles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import DataError, SettingsError
from forecasting.models.base import Forecaster, series_generators
from forecasting.paths import SamplePaths
from forecasting.schema import quantile_columns, quantile_level

# Rows mixed at a time: what fits the cache takes 0.4 of the time of all at once.
ROWS_AT_ONCE = 2048
# The columns that say which forecast a row is, as far as a frame has them.
ROW = ["unique_id", "cutoff", "ds", "h"]


@dataclass(frozen=True)
class Ensemble:
    """The mixture of its members: each future is one that a member drew, as often as its weight says.

    Whole futures are taken over, so sums over a lead time keep each member's own dependence.
    Where members disagree the band is wide. Averaging quantiles instead was measured on four real
    sets and gave a larger WQL of days and of sums on nearly all of them (benchmarks/results/models.md).
    """

    members: tuple[Forecaster, ...]
    weights: tuple[float, ...] = ()  # equal when empty
    label: str = "ensemble"
    seed: int = 0

    def __post_init__(self) -> None:
        shares(len(self.members), self.weights)
        names = [m.name for m in self.members]
        if len(set(names)) < len(names):
            raise SettingsError(f"Members of an ensemble need different names, got {', '.join(names)}.")

    @property
    def name(self) -> str:
        return self.label

    @property
    def series_per_task(self) -> int | None:
        sizes = [m.series_per_task for m in self.members]
        known = [size for size in sizes if size is not None]
        return min(known) if len(known) == len(sizes) else None

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        return mixed_paths([m.forecast(history, future) for m in self.members], self.weights, self.seed)


def shares(members: int, weights: Sequence[float]) -> np.ndarray:
    """Return the members' shares of the mixture, (members,), which sum to 1; equal without weights.

    Raises `SettingsError` for no members, a weight missing, negative or not finite, or none above 0.
    """
    given = np.asarray(weights if len(weights) else np.ones(members), dtype=float)
    if members < 1 or len(given) != members or not np.isfinite(given).all() or (given < 0).any():
        raise SettingsError(
            f"An ensemble needs a member and a weight of 0 or more for each; got {members} members "
            f"and the weights {list(weights)}."
        )
    if given.sum() == 0:
        raise SettingsError("All weights of the ensemble are 0; give at least one member a weight above 0.")
    return given / given.sum()


def mixed_paths(members: Sequence[SamplePaths], weights: Sequence[float] = (), seed: int = 0) -> SamplePaths:
    """Return the mixture of futures already drawn, with as many paths as the first member has.

    Each series takes from a member, without repetition, the number of paths its share gives
    (largest remainders). Notes of all members are kept. No model is fitted.
    """
    first = members[0]
    _require_same(members)
    counts = _quotas(shares(len(members), weights), first.values.shape[1])
    parts = [np.empty((len(first.unique_id), count, first.horizon), first.values.dtype) for count in counts]
    for i, generator in enumerate(series_generators(seed, first.unique_id)):
        for part, member, count in zip(parts, members, counts, strict=True):
            paths = member.values[i]
            part[i] = paths[generator.choice(len(paths), count, replace=count > len(paths))]
    notes: dict[str, str] = {}
    for member in members:
        for unique_id, note in member.notes.items():
            known = notes.get(unique_id)
            notes[unique_id] = note if known in (None, note) else f"{known}; {note}"
    return SamplePaths(first.unique_id, first.ds, np.concatenate(parts, axis=1), notes)


def mixed_frames(frames: Sequence[pd.DataFrame], weights: Sequence[float] = (), *, name: str) -> pd.DataFrame:
    """Return the forecast or cumulative frame of the mixture of stored frames, one frame a member.

    All frames hold the same rows and quantile levels. The mean is exact. A quantile is that of
    the mixture of the stored quantiles, each standing for the futures around it: against the
    quantiles of the mixed paths it differs by what the grid of levels leaves out. Columns beside
    mean and quantiles (`y`, `open`) are those of the first frame.
    """
    share = shares(len(frames), weights)
    key = [c for c in ROW if c in frames[0]]
    ordered = [frame.reset_index(drop=True) for frame in frames]
    if not all(frame[key].equals(ordered[0][key]) for frame in ordered[1:]):
        ordered = [frame.sort_values(key, ignore_index=True) for frame in frames]
    first, columns = ordered[0], quantile_columns(frames[0])
    for other in ordered[1:]:
        if quantile_columns(other) != columns or not other[key].equals(first[key]):
            raise DataError(
                "The members' frames differ in rows or quantile levels; mix forecasts of the same series."
            )
    levels = np.array([quantile_level(c) for c in columns])
    values = np.stack([frame[columns].to_numpy() for frame in ordered])  # (members, rows, levels)
    mixed = pd.DataFrame(mixture_quantiles(values, share, levels).astype(np.float32), columns=columns)
    mean = share @ np.stack([frame["mean"].to_numpy() for frame in ordered])
    return first.assign(model=name, mean=mean, **{c: mixed[c] for c in columns})


def mixture_quantiles(values: np.ndarray, share: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the quantiles of a mixture of distributions known by their quantiles, (rows, levels).

    values (members, rows, levels), non-decreasing along the last axis. Every stored quantile is
    an atom with the mass between the midpoints to its neighbours; the mixture's are
    interpolated between the middles of the atoms' masses.

    >>> mixture_quantiles(np.array([[[1.0, 2, 3]]]), np.ones(1), np.array([0.25, 0.5, 0.75]))
    array([[1., 2., 3.]])
    """
    result = np.empty((values.shape[1], len(levels)))
    for start in range(0, len(result), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        result[part] = _mixed_rows(values[:, part].astype(float), share, levels)
    return result


def _mixed_rows(values: np.ndarray, share: np.ndarray, levels: np.ndarray) -> np.ndarray:
    middles = (levels[1:] + levels[:-1]) / 2
    mass = np.diff(np.r_[0.0, middles, 1.0])
    centre = levels - np.r_[0.0, middles]  # where within its mass an atom's own level lies
    atoms = np.moveaxis(values, 0, 1).reshape(values.shape[1], -1)  # (rows, members × levels)
    order = np.argsort(atoms, axis=1, kind="stable")
    atoms = np.take_along_axis(atoms, order, axis=1)
    weight, within = (np.concatenate([s * part for s in share])[order] for part in (mass, centre))
    place = np.cumsum(weight, axis=1) - weight + within
    rows = np.arange(len(atoms))
    result = np.empty((len(atoms), len(levels)))
    for k, level in enumerate(levels):
        above = np.clip((place < level - 1e-12).sum(axis=1), 1, atoms.shape[1] - 1)
        low, high = place[rows, above - 1], place[rows, above]
        t = np.clip((level - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
        result[:, k] = atoms[rows, above - 1] * (1 - t) + atoms[rows, above] * t
    return result


def _quotas(share: np.ndarray, total: int) -> np.ndarray:
    """Return whole numbers of paths a member that sum to `total`, by largest remainders."""
    exact = share * total
    counts = np.floor(exact).astype(int)
    rest = np.argsort(counts - exact, kind="stable")[: total - counts.sum()]
    counts[rest] += 1
    return counts


def _require_same(members: Sequence[SamplePaths]) -> None:
    first = members[0]
    for other in members[1:]:
        if not np.array_equal(first.unique_id, other.unique_id) or not first.ds.equals(other.ds):
            raise DataError("The members' paths differ in series or dates; mix forecasts of the same future.")
