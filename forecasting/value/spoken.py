"""What every model said at every origin about demand summed over the next periods, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from forecasting.schema import places_of, quantile_columns, quantile_level
from forecasting.value.levels import Windows, latest
from forecasting.value.replay import interpolated_quantile


@dataclass(frozen=True)
class Spoken:
    """The cumulative backtest frame on a grid of model, origin, series and step; free of any cost."""

    models: tuple[str, ...]  # (M,)
    cutoffs: pd.DatetimeIndex  # (K,) origins, oldest first
    unique_id: np.ndarray  # (n,) str, sorted
    means: np.ndarray  # (M, K, n, H) expected units over the first h periods; NaN: not forecast
    rows: np.ndarray  # (M, K, n, H) the row of `frame` with the quantiles; -1: not forecast
    frame: pd.DataFrame
    # What follows from the above whatever the costs: worked out when first asked for, then kept.
    windows: Windows = field(default_factory=Windows, init=False, repr=False, compare=False)
    _tables: dict[bytes, np.ndarray] = field(default_factory=dict, init=False, repr=False, compare=False)
    _served: dict[tuple[str, str], np.ndarray] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def horizon(self) -> int:
        """Return H, the periods every origin reaches."""
        return int(self.means.shape[3])

    def at(self, origins: slice) -> "Spoken":
        """Return what was said at some of the origins."""
        return replace(
            self,
            cutoffs=self.cutoffs[origins],
            means=self.means[:, origins],
            rows=self.rows[:, origins],
        )

    def narrowed(self, models: Sequence[str], picked: str, place: np.ndarray) -> "Spoken":
        """Return what some models said, and last, as `picked`, what the models at `place` (K, n) said."""
        kept = [self.models.index(name) for name in models]
        at = place[None, :, :, None]
        return replace(
            self,
            models=(*models, picked),
            means=np.concatenate([self.means[kept], np.take_along_axis(self.means, at, axis=0)]),
            rows=np.concatenate([self.rows[kept], np.take_along_axis(self.rows, at, axis=0)]),
        )

    def level(self, periods: np.ndarray, ratio: np.ndarray) -> np.ndarray:
        """Return the quantile `ratio` (n,) of demand over the next `periods` (n,), (M, K, n) units.

        NaN where there is no forecast. Beyond the horizon the sum over all of it is taken, and
        beyond the outermost stored level that level.
        """
        table, levels = self._table(periods), self._levels
        found = ~np.isnan(table[:, 0])
        at = np.broadcast_to(ratio, self.rows.shape[:3]).ravel()
        answer = np.full(len(table), np.nan)
        if found.all():
            answer = interpolated_quantile(table, levels, at, ordered=True)
        else:
            answer[found] = interpolated_quantile(table[found], levels, at[found], ordered=True)
        return answer.reshape(self.rows.shape[:3])

    @property
    def _levels(self) -> np.ndarray:
        return np.array([quantile_level(c) for c in quantile_columns(self.frame)])

    def _table(self, periods: np.ndarray) -> np.ndarray:
        """Return the ordered quantiles of demand over `periods`, (M · K · n, levels); NaN: not forecast."""
        return latest(self._tables, periods.tobytes(), lambda: self._ordered(periods))

    def _ordered(self, periods: np.ndarray) -> np.ndarray:
        step = np.clip(periods.astype(int), 1, self.horizon) - 1
        rows = np.take_along_axis(self.rows, step[None, None, :, None], axis=3).ravel()
        columns = [self.frame[c].to_numpy()[rows] for c in quantile_columns(self.frame)]
        table = np.stack(columns, axis=1).astype(float)
        table[rows < 0] = np.nan
        table.sort(axis=1)
        return table

    def means_of(self, model: str, stand_in: str) -> np.ndarray:
        """Return what a model expects, (K, n, H), the stand-in's where it says nothing; one array for all."""
        key = (model, stand_in)
        if key not in self._served:
            own, other = (self.means[self.models.index(name)] for name in key)
            missing = ~np.isfinite(own).all(axis=2)
            self._served[key] = np.where(missing[:, :, None], other, own) if missing.any() else own
        return self._served[key]


def spoken(cumulative: pd.DataFrame, models: Sequence[str]) -> Spoken:
    """Return a cumulative backtest frame as arrays; `models` gives their order."""
    wanted = cumulative["model"].isin(models)
    # Rows are found by place, so the frame itself will do: a copy would be 0.3 GB of 1,000 series.
    frame = cumulative if wanted.all() else cumulative[wanted]
    cutoffs = pd.DatetimeIndex(np.sort(frame["cutoff"].unique()))
    ids = np.array(sorted(frame["unique_id"].unique()), dtype=object)
    shape = (len(models), len(cutoffs), len(ids), int(frame["h"].max()))
    places = (
        places_of(frame["model"], np.array(models, dtype=object)),
        cutoffs.get_indexer(pd.DatetimeIndex(frame["cutoff"])),
        places_of(frame["unique_id"], ids),
        frame["h"].to_numpy() - 1,
    )
    means, rows = np.full(shape, np.nan, dtype=np.float32), np.full(shape, -1, dtype=np.int32)
    means[places], rows[places] = frame["mean"].to_numpy(), np.arange(len(frame))
    return Spoken(tuple(models), cutoffs, ids, means, rows, frame)
