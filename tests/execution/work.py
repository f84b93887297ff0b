"""Functions and forecasters that travel to real workers in these tests."""

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.paths import SamplePaths


def square(number):
    return number * number


def slow_square(number):
    time.sleep(0.05)
    return number * number


def die_once(task):
    """Answer; the first to meet the marked number takes its worker down with it."""
    number, marked, marker = task
    if number == marked and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def die_always(task):
    number, poison = task
    if number == poison:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def sales(ids, days=60):
    ds = pd.date_range("2025-01-01", periods=days, freq="D")
    rng = np.random.default_rng(1)
    frames = [pd.DataFrame({"unique_id": i, "ds": ds, "y": rng.poisson(5, days) * 1.0}) for i in ids]
    return pd.concat(frames, ignore_index=True)


def ahead(ids, days=7, start="2025-03-02"):
    grid = pd.MultiIndex.from_product([sorted(ids), pd.date_range(start, periods=days)])
    return grid.set_names(["unique_id", "ds"]).to_frame(index=False)


@dataclass(frozen=True)
class LastValue:
    """Repeat the newest value; some series are more than it can bear. Remembers what it was asked."""

    refuses: tuple[str, ...] = ()
    error: type[Exception] = ValueError
    series_per_task: int | None = 8
    name: str = "last_value"
    asked: list = field(default_factory=list, repr=False, compare=False)

    def forecast(self, history, future):
        ids = np.array(sorted(future["unique_id"].unique()), dtype=object)
        self.asked.append(list(ids))
        if not np.isfinite(history["y"]).all():
            raise FloatingPointError("overflow encountered in matmul")
        for i in ids:
            if i in self.refuses:
                raise self.error(f"{i} is more than I can bear")
        last = history.sort_values("ds").groupby("unique_id")["y"].last().reindex(ids).to_numpy()
        ds = pd.DatetimeIndex(np.sort(future["ds"].unique()))
        values = np.broadcast_to(last[:, None, None], (len(ids), 3, len(ds))).astype(np.float32)
        return SamplePaths(ids, ds, values, {i: "stands in" for i in ids if i.endswith("~")})
