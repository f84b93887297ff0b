"""What models said, put aside on disk until somebody asks: memory holds what is in use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

import numpy as np
import pandas as pd

from forecasting.paths import SamplePaths


class Aside:
    """Frames and futures by name, in a folder that goes when nothing refers to this any more."""

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="shelfwise-"))
        finalize(self, rmtree, self._folder, ignore_errors=True)
        self._paths: dict[str, SamplePaths] = {}  # without their values

    def put_rows(self, frame: str, model: str, rows: pd.DataFrame) -> None:
        """Write a model's rows of a frame, an origin at a time."""
        for cutoff in pd.DatetimeIndex(rows["cutoff"].unique()):
            part, place = rows[rows["cutoff"] == cutoff], self._rows_of(frame, model, cutoff)
            part.reset_index(drop=True).to_feather(place, compression="uncompressed")

    def rows(self, frame: str, models: Sequence[str], cutoff: pd.Timestamp) -> pd.DataFrame:
        """Return the rows of some models in a frame at an origin, one model under the other.

        Models without a row there are left out; a frame without any column if none has one.
        """
        places = [self._rows_of(frame, model, cutoff) for model in models]
        parts = [pd.read_feather(place) for place in places if place.exists()]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def put_paths(self, name: str, paths: SamplePaths) -> None:
        """Write the values of some paths and remember the rest."""
        np.save(self._file(name, "npy"), paths.values)
        nothing = np.empty((len(paths.unique_id), 0, paths.horizon), dtype=paths.values.dtype)
        self._paths[name] = replace(paths, values=nothing)

    def paths(self, name: str) -> SamplePaths:
        """Return paths that were put aside."""
        return self._paths[name].with_values(np.load(self._file(name, "npy")))

    def _rows_of(self, frame: str, model: str, cutoff: pd.Timestamp) -> Path:
        return self._file(f"{model}-{frame}-{cutoff:%Y%m%dT%H%M%S}", "feather")

    def _file(self, name: str, kind: str) -> Path:
        return self._folder / f"{name}.{kind}"


class WhenAsked(Mapping[str, SamplePaths]):
    """Futures by model, made the first time somebody asks for them: most models' never are."""

    def __init__(self, makers: Mapping[str, Callable[[], SamplePaths]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, SamplePaths] = {}

    def __getitem__(self, model: str) -> SamplePaths:
        if model not in self._made:
            self._made[model] = self._makers[model]()
        return self._made[model]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
