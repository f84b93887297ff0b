"""Jobs that run in the background of a server, and how long they still need."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from forecasting.errors import ForecastingError

# The speed of the newest stretch of work decides; older marks speak of other models and of kept batches.
LOOK_BACK = 60.0
# Before this much has been seen an estimate would be a guess.
LEAST_SECONDS, LEAST_SHARE = 2.0, 0.01


class Cancelled(Exception):
    """The person who started the job no longer wants its result."""


@dataclass
class Progress:
    """How far some work is, and when it was how far."""

    stage: str = "Starting"
    share: float = 0.0  # 0 … 1 of the work, each piece weighted by what it usually takes
    marks: list[tuple[float, float]] = field(default_factory=list)  # (seconds on some clock, share)

    def step(self, stage: str, share: float) -> None:
        """Record that `share` of the work is done."""
        now = time.monotonic()
        recent = [mark for mark in self.marks if mark[0] >= now - LOOK_BACK] or self.marks[-1:]
        self.stage, self.share = stage, share
        self.marks = [*recent, (now, share)]

    def words(self) -> str:
        """Return the stage, and the time left once it can be told."""
        left = time_left(self.marks)
        return self.stage if left is None else f"{self.stage}, {duration(left)} left"


def time_left(marks: Sequence[tuple[float, float]]) -> float | None:
    """Return the seconds until a share of 1 at the speed between the first and the last mark.

    `marks` are (seconds, share of the weighted tasks done), oldest first; None while they
    span too little to tell.

    >>> time_left([(0.0, 0.1), (10.0, 0.3)])
    35.0
    """
    if len(marks) < 2:
        return None
    (start, before), (now, share) = marks[0], marks[-1]
    seconds, gained = now - start, share - before
    if seconds < LEAST_SECONDS or gained < LEAST_SHARE:
        return None
    return round(seconds * (1 - share) / gained, 6)


def duration(seconds: float) -> str:
    """Return a time as a person would say it.

    >>> [duration(s) for s in (4, 38, 100, 7000)]
    ['a few seconds', 'about 40 seconds', 'about 2 minutes', 'about 2 hours']
    """
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds, -1):.0f} seconds"
    for length, name in ((60, "minute"), (3600, "hour")):
        count = max(1, round(seconds / length))
        if count < 60 or name == "hour":
            break
    return f"about {count} {name}{'s' if count > 1 else ''}"


@dataclass
class Job:
    """What the world may know about a piece of background work; only its worker writes to it."""

    label: str
    progress: Progress = field(default_factory=Progress)
    failure: ForecastingError | None = None  # what a person can mend
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
        self.check()
        self.progress.step(stage, share)

    def check(self) -> None:
        """Raise `Cancelled` when somebody asked to stop."""
        if self.cancelled:
            raise Cancelled


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

    def alive(self, key: str) -> bool:
        """Return whether a job of this key waits or runs."""
        job = self._jobs.get(key)
        return job is not None and not job.finished

    def _run(self, job: Job, work: Callable[[Job], None]) -> None:
        try:
            work(job)
        except Cancelled:
            job.error = "Stopped. What was ready is kept."
        except ForecastingError as error:
            job.failure, job.error = error, str(error)
        except Exception as error:  # a bug: the log gets the traceback, the page a sentence
            self._on_crash(error)
            job.error = "Something went wrong on our side; the details are in the server's log."
        finally:
            job.finished = True
