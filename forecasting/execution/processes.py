"""A `map` over worker processes of this machine."""

import importlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from itertools import islice
from typing import Any

from forecasting.evaluation.lost import Lost

TWICE_LOST = (
    "its worker process ended twice while it was forecast, alone the second time: "
    "killed, crashed or out of memory"
)


# Tasks a worker finds waiting while the caller is busy with what came back: more would only fill the memory.
AHEAD = 8

_Sent = tuple[Any, "Future[Any]"]


class Processes:
    """A `map` over worker processes, started on first use and kept for the next call.

    Workers are spawned, never forked: a fork after Prophet has run can hang
    (measured, guides/engine.md). They run at low priority so that pages stay quick.

    A worker that dies takes the whole pool with it. What is finished stays; the tasks
    that may have been running are run again alone, each in a process of its own, and come
    back as `Lost` when that dies too; the others go to a fresh pool.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        # The first tasks are sent here and not when the first answer is asked for: a caller may do
        # something else in between.
        source, sent = iter(tasks), deque[_Sent]()
        self._send(function, source, sent)
        return self._answers(function, source, sent)

    def _answers(
        self, function: Callable[[Any], Any], source: Iterator[Any], sent: "deque[_Sent]"
    ) -> Iterator[Any]:
        try:
            while True:
                self._send(function, source, sent)
                if not sent:
                    return
                if _broken(sent[0][1]):
                    self._run_again(function, sent)
                yield sent.popleft()[1].result()
        finally:
            for _, answer in sent:
                answer.cancel()

    def warm(self) -> None:
        """Start the workers now, so that the first task does not wait for imports."""
        for _ in range(self.workers):
            self._submit(_load_models, None)

    def close(self, *, at_once: bool = False) -> None:
        """End the workers; tasks that have not started are dropped, and `at_once` the running ones too."""
        if self._executor is None:
            return
        if at_once:
            for child in multiprocessing.active_children():
                child.terminate()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None

    def _send(self, function: Callable[[Any], Any], source: Iterator[Any], sent: "deque[_Sent]") -> None:
        for task in islice(source, AHEAD * self.workers - len(sent)):
            sent.append((task, self._submit(function, task)))

    def _submit(self, function: Callable[[Any], Any], task: Any) -> "Future[Any]":
        with self._lock:
            if self._executor is None:
                self._executor = _pool(self.workers)
            try:
                return self._executor.submit(function, task)
            except BrokenExecutor:
                self._executor = _pool(self.workers)
                return self._executor.submit(function, task)

    def _run_again(self, function: Callable[[Any], Any], sent: "deque[_Sent]") -> None:
        lost = [i for i, (_, answer) in enumerate(sent) if answer.done() and _broken(answer)]
        # Workers take tasks in order, so the first of the lost ones are those that were running.
        for i in lost[: self.workers]:
            sent[i] = (sent[i][0], _alone(function, sent[i][0]))
        for i in lost[self.workers :]:
            sent[i] = (sent[i][0], self._submit(function, sent[i][0]))


def _alone(function: Callable[[Any], Any], task: Any) -> "Future[Any]":
    with _pool(1) as pool:
        answer: Future[Any] = pool.submit(function, task)
        if not _broken(answer):
            return answer
    given_up: Future[Any] = Future()
    given_up.set_result(Lost(TWICE_LOST))
    return given_up


def _broken(answer: "Future[Any]") -> bool:
    return isinstance(answer.exception(), BrokenExecutor)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_be_modest
    )


def _be_modest() -> None:
    """Give way to the pages, keep to one thread of linear algebra, end on Ctrl-C or with the parent."""
    os.nice(10)
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent is gone: a server ended by a signal does not tell its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _load_models(_: object) -> None:
    importlib.import_module("forecasting.models.registry")
    importlib.import_module("prophet")
