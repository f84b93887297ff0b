"""Gradient-boosted trees: one model learned from every series, asked for each step ahead directly."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from forecasting.errors import DataError, MissingLibrary, SettingsError
from forecasting.models.base import Panel, series_generators, to_panel
from forecasting.models.bootstrap import MIN_KNOWN, require_known, settle, too_short
from forecasting.models.copula import carry_known, even_ranks, quantile_function, ranks_taken
from forecasting.models.features import Features, build_features
from forecasting.models.training import training_rows, winsorised
from forecasting.paths import SamplePaths

LEVELS = np.array([0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98])
# Below this there is nothing to grow a tree on: what was observed is resampled instead.
MIN_ROWS = 50
TOO_FEW_ROWS = f"all series together hold fewer than the {MIN_ROWS} past forecasts that trees need"
# Enough past forecasts to see how good and bad periods follow one another.
MAX_TRAJECTORIES = 2000
# Series of like volume share their trajectories: their own few would repeat themselves.
SHARED_TRAJECTORIES = 400


@dataclass(frozen=True)
class BoostedTrees:
    """LightGBM on seven quantiles of scaled demand, with lags, calendar and known drivers.

    Rows are past (series, origin, step) triples: no forecast feeds on another. The quantiles
    become joint paths through the ranks of past outcomes (`copula`).
    """

    frequency: str
    country: str | None = None
    n_paths: int = 500
    seed: int = 0
    trees: int = 40
    learning_rate: float = 0.25
    leaves: int = 16
    max_rows: int = 60_000
    threads: int = 2

    def __post_init__(self) -> None:
        if min(self.trees, self.leaves - 1, self.max_rows, self.threads) < 1 or self.learning_rate <= 0:
            raise SettingsError(
                "Boosted trees need at least one tree, two leaves, one row, one thread and a learning rate "
                f"above 0, got {self}."
            )

    @property
    def name(self) -> str:
        return "boosted_trees"

    @property
    def series_per_task(self) -> int | None:
        return None

    def unserved(self, panel: Panel) -> dict[str, str]:
        """Return why some series get their past sales drawn again instead, unique_id -> reason."""
        return too_short(panel)

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        panel = require_known(to_panel(history, future))
        values = self._paths(replace(panel, y=winsorised(panel.y)))
        if values is None:
            values = np.zeros((len(panel.y), self.n_paths, panel.horizon))
            return settle(panel, values, self.seed, unserved=dict.fromkeys(panel.unique_id, TOO_FEW_ROWS))
        return settle(panel, values, self.seed, unserved=self.unserved(panel))

    def _paths(self, panel: Panel) -> np.ndarray | None:
        """Return the paths (n, n_paths, H), or None where there is nothing to grow a tree on."""
        features = build_features(panel, self.frequency, self.country)
        chosen = training_rows(panel.y, panel.horizon, self.max_rows, np.random.default_rng(self.seed))
        if len(chosen[0]) < MIN_ROWS:
            return None
        boosters = self._fit(panel, features, chosen)
        quantiles = self._ahead(panel, features, boosters)
        pools = self._trajectories(panel, features, boosters)
        values = np.empty((len(panel.y), self.n_paths, panel.horizon), dtype=np.float32)
        for i, generator in enumerate(series_generators(self.seed, panel.unique_id)):
            borrowed = pools[i][generator.integers(len(pools[i]), size=self.n_paths)]
            shares = even_ranks(borrowed, generator.random(borrowed.shape))
            values[i] = quantile_function(quantiles[i], LEVELS, shares)
        return values

    def _fit(self, panel: Panel, features: Features, chosen: tuple[np.ndarray, ...]) -> list[Any]:
        series, origins, steps = chosen
        lightgbm = _lightgbm()
        target = panel.y[series, origins + steps] / features.scale[series, origins]
        rows = features.rows(series, origins, steps)
        data = lightgbm.Dataset(
            rows, target, params={"verbose": -1, "max_bin": 127, "num_threads": 1}, free_raw_data=False
        )
        data.construct()
        grow = partial(self._grow, lightgbm, data)
        # A thread a quantile instead of LightGBM's own threads, which wait for one another by
        # spinning: on two busy cores those took 56 s where one thread took 8.
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(grow, LEVELS))

    def _grow(self, lightgbm: Any, data: Any, quantile_level: float) -> Any:
        try:
            return lightgbm.train(self._parameters(quantile_level), data, self.trees)
        except lightgbm.basic.LightGBMError as error:
            raise DataError(f"Boosted trees could not be grown: {error}.") from error

    def _parameters(self, quantile_level: float) -> dict[str, object]:
        return {
            "objective": "quantile",
            "alpha": float(quantile_level),
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "max_bin": 127,
            "min_data_in_leaf": 50,
            "feature_fraction": 0.6,
            "bagging_fraction": 0.6,
            "bagging_freq": 1,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbose": -1,
        }

    def _predict(
        self, features: Features, boosters: list[Any], at: tuple[np.ndarray, np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Return non-decreasing quantiles in units, (rows, levels)."""
        rows = features.rows(*at)
        with ThreadPoolExecutor(self.threads) as pool:
            scaled = np.stack(list(pool.map(lambda b: b.predict(rows, num_threads=1), boosters)), axis=1)
        return np.maximum(np.sort(scaled, axis=1), 0.0) * features.scale[at[0], at[1], None]

    def _ahead(self, panel: Panel, features: Features, boosters: list[Any]) -> np.ndarray:
        n, periods = panel.y.shape
        series, steps = np.divmod(np.arange(n * panel.horizon), panel.horizon)
        at = (series, np.full_like(series, periods - 1), steps + 1)
        return self._predict(features, boosters, at).reshape(n, panel.horizon, len(LEVELS))

    def _trajectories(self, panel: Panel, features: Features, boosters: list[Any]) -> list[np.ndarray]:
        """Return for each series the rank trajectories it may borrow, (k, H)."""
        series, origins = past_origins(panel.y, panel.horizon)
        if not len(series):
            return [np.full((1, panel.horizon), 0.5)] * len(panel.y)
        steps = np.tile(np.arange(1, panel.horizon + 1), len(series))
        at = (series.repeat(panel.horizon), origins.repeat(panel.horizon), steps)
        outcomes = panel.y[at[0], at[1] + steps]
        ranks = ranks_taken(self._predict(features, boosters, at), LEVELS, outcomes)
        ranks = carry_known(ranks.reshape(len(series), panel.horizon))
        return shared_pools(ranks, series, features.scale[:, -1])


def past_origins(y: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (series, origins) of past forecasts whose outcomes are known, newest first a series."""
    n, periods = y.shape
    each = max(1, min(MAX_TRAJECTORIES // n, 60))
    newest = periods - 1 - horizon
    oldest = min(newest, MIN_KNOWN)
    if newest < 0:
        return np.empty(0, dtype=int), np.empty(0, dtype=int)
    origins = np.unique(np.linspace(newest, max(oldest, newest - 365), each).astype(int))
    series, places = np.divmod(np.arange(n * len(origins)), len(origins))
    at = origins[places]
    ahead = at[:, None] + np.arange(1, horizon + 1)
    known = ~np.isnan(y)
    some = known[series[:, None], ahead].any(axis=1) & (at >= known.argmax(axis=1)[series])
    return series[some], at[some]


def shared_pools(ranks: np.ndarray, series: np.ndarray, volume: np.ndarray) -> list[np.ndarray]:
    """Return for each series the trajectories of the series nearest to it in volume."""
    by_volume = np.argsort(np.argsort(volume, kind="stable"), kind="stable")
    order = np.argsort(by_volume[series], kind="stable")
    places, size = by_volume[series][order], min(SHARED_TRAJECTORIES, len(ranks))
    own = np.searchsorted(places, by_volume), np.searchsorted(places, by_volume, "right")
    starts = (own[0] + own[1] - size) // 2
    starts = np.clip(starts, 0, len(ranks) - size)
    return [ranks[order[start : start + size]] for start in starts]


def _lightgbm() -> Any:
    try:
        import lightgbm
    except ImportError:
        raise MissingLibrary(
            "Boosted trees need the library lightgbm; install it with: pip install lightgbm."
        ) from None
    return lightgbm
