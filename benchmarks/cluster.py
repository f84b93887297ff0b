"""10,000 series on a local Dask cluster that loses a worker half-way: `python -m benchmarks.cluster`.

Prints and saves: seconds, batches done when the worker was killed, series that came back once,
twice or never, and whether the numbers are those of this process.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import description
from forecasting.evaluation.tasks import Task, TaskResult, run, run_task, split
from forecasting.execution.cluster import Cluster
from forecasting.execution.libraries import versions
from forecasting.models.base import Forecaster
from forecasting.models.naive import SeasonalNaive
from forecasting.models.smoothing import ExponentialSmoothing
from forecasting.paths import SamplePaths

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "cluster.json"
SERIES, DAYS, HORIZON, WORKERS = 10_000, 400, 28, 2
BATCH = 250


@dataclass(frozen=True)
class Batched:
    """A model whose series may travel in batches of `series_per_task`."""

    model: Forecaster
    series_per_task: int = BATCH

    @property
    def name(self) -> str:
        return self.model.name

    def forecast(self, history: pd.DataFrame, future: pd.DataFrame) -> SamplePaths:
        """Return what the model says."""
        return self.model.forecast(history, future)


def main() -> None:
    """Measure, print the table, save it."""
    machine = description()
    tasks = work()
    with local_cluster() as (address, workers):
        cluster = Cluster(address)
        cluster.connect()
        started = time.perf_counter()
        results = []
        for result in run(tasks, cluster):
            results.append(result)
            if len(results) == len(tasks) // 2:
                workers[0].send_signal(signal.SIGKILL)
        seconds = time.perf_counter() - started
        left = len(cluster.connect().nthreads())
        cluster.close()
    table = {
        "machine": machine,
        "versions": versions(),
        "series": SERIES,
        "days": DAYS,
        "models": sorted({task.model.name for task in tasks}),
        "batches": len(tasks),
        "workers": {"at_start": WORKERS, "killed_after_batches": len(tasks) // 2, "at_end": left},
        "seconds": round(seconds, 1),
        "ms_per_series_and_model": round(1000 * seconds / sum(len(t.unique_ids) for t in tasks), 2),
        "series_back": came_back(tasks, results),
        "same_numbers_as_here": same_as_here(tasks, results),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(table, indent=1) + "\n")
    for name, value in table.items():
        print(f"{name:<24} {value}")


def work() -> list[Task]:
    """Return the batches of both models after the last of the days."""
    rng = np.random.default_rng(0)
    ds = pd.date_range("2024-01-01", periods=DAYS, freq="D")
    ids = np.array([f"item {k:05d}" for k in range(SERIES)])
    season = 1 + 0.4 * np.sin(2 * np.pi * np.arange(DAYS) / 7)
    y = rng.poisson(rng.gamma(2, 3, SERIES)[:, None] * season).astype(float)
    history = pd.DataFrame({"unique_id": ids.repeat(DAYS), "ds": np.tile(ds, SERIES), "y": y.ravel()})
    ahead = pd.date_range(ds[-1] + pd.Timedelta(days=1), periods=HORIZON, freq="D")
    future = pd.DataFrame({"unique_id": ids.repeat(HORIZON), "ds": np.tile(ahead, SERIES)})
    models = (Batched(SeasonalNaive("D")), Batched(ExponentialSmoothing("D")))
    return [task for model in models for task in split(model, ds[-1], history, future)]


def came_back(tasks: list[Task], results: list[TaskResult]) -> dict[str, int]:
    """Return how many (model, series) pairs came back whole and once, more than once, or not."""
    expected = {(t.model.name, i) for t in tasks for i in t.unique_ids}
    forecast = pd.concat([r.forecast for r in results], ignore_index=True)
    rows = forecast.groupby(["model", "unique_id"]).size()
    failed = sum(len(r.failures) for r in results)
    return {
        "expected": len(expected),
        "once": int((rows == HORIZON).sum()),
        "more_than_once": int((rows > HORIZON).sum()),
        "missing": len(expected - set(rows.index)),
        "failed": failed,
    }


def same_as_here(tasks: list[Task], results: list[TaskResult]) -> bool:
    """Return whether the first and the last batch hold the very numbers this process computes."""
    ends = [(tasks[k], results[k]) for k in (0, -1)]
    return all(run_task(task).forecast.equals(result.forecast) for task, result in ends)


@contextmanager
def local_cluster() -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Give the address of a scheduler with workers of one thread each; all end with the block."""
    port = _free_port()
    address = f"tcp://127.0.0.1:{port}"
    started = [_dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]
    try:
        workers = [
            _dask("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
            for _ in range(WORKERS)
        ]
        started += workers
        _wait_for(address)
        yield address, workers
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def _dask(*arguments: str) -> "subprocess.Popen[bytes]":
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **one_thread}, **quiet)


def _wait_for(address: str, seconds: float = 60.0) -> None:
    import distributed

    with distributed.Client(address, timeout=seconds, set_as_default=False) as client:
        client.wait_for_workers(WORKERS, timeout=seconds)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    # By its full name: workers look `Batched` up where they are, and their `__main__` is Dask's.
    from benchmarks.cluster import main as run_benchmark

    run_benchmark()
