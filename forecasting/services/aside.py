"""What models said, put aside on disk until somebody asks: memory holds what is in use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

import numpy as np
import pandas as pd

from forecasting.paths import SamplePaths
from forecasting.services.reasons import stacked


class Aside:
    """Frames and futures by name, in a folder that goes when nothing refers to this any more."""

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="shelfwise-"))
        finalize(self, rmtree, self._folder, ignore_errors=True)
        self._paths: dict[str, SamplePaths] = {}  # without their values
        self._columns: dict[str, list[str]] = {}  # of whole frames

    def put_rows(self, frame: str, model: str, rows: pd.DataFrame) -> None:
        """Write a model's rows of a frame, an origin at a time, to be read that way."""
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

    def put_frame(self, frame: str, model: str, rows: pd.DataFrame) -> None:
        """Write a model's frame to be read whole, under those of other models.

        Text apart: read from a file, it keeps in memory all that was read beside it.
        """
        text = rows.select_dtypes(exclude=["number", "datetime"]).columns
        rest = rows[text].reset_index(drop=True)
        rest.to_feather(self._file(f"{model}-{frame}", "feather"), compression="uncompressed")
        numbers: dict[str, Any] = {str(name): rows[name].to_numpy() for name in rows if name not in text}
        np.savez(self._file(f"{model}-{frame}", "npz"), **numbers)
        self._columns[frame] = list(rows.columns)

    def frames(self, frame: str, models: Sequence[str]) -> pd.DataFrame:
        """Return some models' frames, of the same columns each, as one, model under model.

        In the memory of the result and a column: `pandas.concat` holds every part beside it, which for ten
        models of 1,000 series is 200 MB more.
        """
        text = stacked([pd.read_feather(self._file(f"{name}-{frame}", "feather")) for name in models])
        with ExitStack() as files:
            parts = [files.enter_context(np.load(self._file(f"{name}-{frame}", "npz"))) for name in models]
            whole = {
                name: text[name] if name in text else np.concatenate([part[name] for part in parts])
                for name in self._columns[frame]
            }
        return pd.DataFrame(whole, copy=False)

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
