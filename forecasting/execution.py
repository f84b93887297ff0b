"""Where work runs: functions shaped like the builtin `map`, and jobs that run in the background."""

import importlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from forecasting.errors import ForecastingError


class Cancelled(Exception):
    """The person who started the job no longer wants its result."""


class Processes:
    """A `map` over worker processes, started on first use and kept for the next call.

    Workers are spawned, never forked: a fork after Prophet has run can hang
    (measured, guides/engine.md). They run at low priority so that pages stay quick.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        yield from self._pool().map(function, tasks)

    def warm(self) -> None:
        """Start the workers now, so that the first task does not wait for imports."""
        for _ in range(self.workers):
            self._pool().submit(_load_models)

    def close(self) -> None:
        """End the workers; tasks that have not started are dropped."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _pool(self) -> ProcessPoolExecutor:
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_be_modest)
        return self._executor


def _be_modest() -> None:
    """Give way to the pages, and keep each worker to one thread of linear algebra."""
    os.nice(10)
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})


def _load_models() -> None:
    importlib.import_module("forecasting.models.registry")
    importlib.import_module("prophet")


@dataclass
class Job:
    """What the world may know about a piece of background work; only its worker writes to it."""

    label: str
    stage: str = "Starting"
    share: float = 0.0  # 0 … 1 of the work done
    error: str = ""
    finished: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Return whether somebody asked the work to stop."""
        return self._stop.is_set()

    def step(self, stage: str, share: float) -> None:
        """Record progress; raises `Cancelled` when somebody asked to stop."""
        if self.cancelled:
            raise Cancelled
        self.stage, self.share = stage, share


class Jobs:
    """Background jobs by key, at most one alive per key; threads only, the heavy work is in processes."""

    def __init__(self, workers: int, on_crash: Callable[[BaseException], None]) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="job")
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._on_crash = on_crash

    def start(self, key: str, label: str, work: Callable[[Job], None]) -> Job:
        """Start `work`; a job of the same key that is still alive is asked to stop first."""
        with self._lock:
            current = self._jobs.get(key)
            if current is not None:
                current.cancel()
            job = self._jobs[key] = Job(label)
            self._pool.submit(self._run, job, work)
            return job

    def get(self, key: str) -> Job | None:
        """Return the latest job of a key, or None."""
        return self._jobs.get(key)

    def _run(self, job: Job, work: Callable[[Job], None]) -> None:
        try:
            work(job)
        except Cancelled:
            job.error = "Stopped. What was ready is kept."
        except ForecastingError as error:
            job.error = str(error)
        except Exception as error:  # a bug: the log gets the traceback, the page a sentence
            self._on_crash(error)
            job.error = "Something went wrong on our side; the details are in the server's log."
        finally:
            job.finished = True
