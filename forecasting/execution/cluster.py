"""A `map` over the workers of a Dask cluster. Dask is optional and imported here only."""

import os
import pickle
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from itertools import islice
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from forecasting.errors import ClusterError, MissingLibrary
from forecasting.evaluation.lost import Lost
from forecasting.execution.libraries import DECISIVE, versions_there

ADDRESS_VARIABLE = "SHELFWISE_DASK"
PROTOCOLS = ("tcp", "tls", "ws", "wss", "ucx")
# Seconds: a scheduler that has not answered by then is taken as absent (ten, with the start of Python) …
ANSWER_WITHIN = 3.0
# … what answered has this long to greet, and a scheduler without workers this long to find some.
GREETING_WITHIN, WORKERS_WITHIN = 2.0, 3.0
# Bytes: a scheduler begins with the length of its greeting, a few hundred. Words read as a length are huge.
LONGEST_GREETING = 1_000_000
# Enough for every worker to find the next batch waiting; more would only fill the scheduler's memory.
BATCHES_PER_THREAD, FEWEST_AHEAD = 3, 8
TWICE_LOST = "its batch took worker after worker of the Dask cluster down: crashed or out of memory"
LOCALLY = f"or run on this computer: leave --dask and {ADDRESS_VARIABLE} empty"


class Cluster:
    """A `map` over the workers of a Dask cluster, named by the address of its scheduler.

    The scheduler gives the batch of a dead worker to another one, up to its `allowed-failures`.
    Batches that wait in a dying worker share the blame, so a batch it gives up on is
    tried once more on its own account before it comes back as `Lost`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: Any = None
        self._lock = threading.Lock()

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        client, source = self.connect(), iter(tasks)
        ahead = max(FEWEST_AHEAD, BATCHES_PER_THREAD * sum(client.nthreads().values()))
        sent: deque[tuple[Any, Any]] = deque()
        try:
            while True:
                for task in islice(source, ahead - len(sent)):
                    sent.append((task, self._send(client, function, task)))
                if not sent:
                    return
                task, future = sent.popleft()
                yield self._answer(client, function, task, future)
        finally:
            if sent and client.status == "running":
                client.cancel([future for _, future in sent])

    def connect(self) -> Any:
        """Return the connection, made on first use.

        Raises `ClusterError` within ten seconds when no scheduler answers, it has no workers, or
        they lack Shelfwise or have other versions of the libraries that decide the numbers.
        """
        with self._lock:
            if self._client is None or self._client.status != "running":
                self._client = _connected(self.address)
            return self._client

    def close(self) -> None:
        """Let go of the connection; the cluster itself goes on."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _send(self, client: Any, function: Callable[[Any], Any], task: Any) -> Any:
        if client.status != "running":
            raise self._gone()
        # Not pure: the key of a second try must be a new one, without the blame of the first.
        return client.submit(pickle.loads, pickle.dumps(_Call(function, task), protocol=5), pure=False)

    def _answer(self, client: Any, function: Callable[[Any], Any], task: Any, future: Any) -> Any:
        killed = _distributed().KilledWorker
        try:
            try:
                return future.result()
            except killed:
                return self._send(client, function, task).result()
        except killed:
            return Lost(TWICE_LOST)
        except CancelledError as error:
            raise self._gone() from error

    def _gone(self) -> ClusterError:
        return ClusterError(
            f"The Dask cluster at {self.address} went away in the middle. Finished batches are kept: "
            f"start it again and repeat, {LOCALLY}."
        )


class _Call:
    """A function and its task that pickle to bytes, and from those bytes to the function's answer.

    The scheduler passes bytes on as they are: it needs neither Shelfwise nor the memory for frames.
    """

    def __init__(self, function: Callable[[Any], Any], task: Any) -> None:
        self.function, self.task = function, task

    def __reduce__(self) -> tuple[Callable[[Any], Any], tuple[Any]]:
        return self.function, (self.task,)


def _connected(address: str) -> Any:
    client, trouble = _client(address)
    if client is None:
        # Outside of the except clause: a traceback would keep the half-open connection alive, and
        # it would complain about itself when the program ends.
        raise ClusterError(f"{trouble}, {LOCALLY}.")
    try:
        _check_workers(client, address)
    except BaseException:
        client.close()
        raise
    return client


def _is_address(address: str) -> bool:
    """Return whether an address names a host and a port.

    Asked before a client is made: one that could not read its address complains when the program ends.
    """
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        return parts.scheme in PROTOCOLS and bool(parts.hostname and parts.port)
    except ValueError:
        return False


def _client(address: str) -> tuple[Any, str]:
    """Return a connection, or None and why there is none."""
    distributed = _distributed()
    if not _is_address(address):
        return None, f"{address!r} is no address of a Dask scheduler; give one like tcp://host:8786"
    try:
        if not _greets(address):
            return None, (
                f"What answers at {address} is no Dask scheduler; give the address that `dask scheduler` "
                "prints, not that of its web page"
            )
        return distributed.Client(address, timeout=ANSWER_WITHIN, set_as_default=False), ""
    except (OSError, ValueError):
        return None, (
            f"No Dask scheduler answered at {address} within {ANSWER_WITHIN:g} seconds; "
            "start one with: dask scheduler"
        )


def _greets(address: str) -> bool:
    """Return whether what answers at an address greets unasked, as a scheduler does.

    Asked before a client is made: one waits for ever for a service that says nothing, and takes the words
    of a web server for a length. Only plain TCP can be asked; raises `OSError` when nobody answers.
    """
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme != "tcp":
        return True
    with socket.create_connection((parts.hostname, parts.port), timeout=ANSWER_WITHIN) as line:
        line.settimeout(GREETING_WITHIN)
        try:
            length = line.recv(8)
        except TimeoutError:
            return False
    return len(length) == 8 and int.from_bytes(length, "little") <= LONGEST_GREETING


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_WITHIN)
    except TimeoutError as error:
        raise ClusterError(
            f"The Dask scheduler at {address} has no workers; start one with: dask worker {address}, "
            f"{LOCALLY}."
        ) from error
    here = versions_there()
    for worker, there in client.run(versions_there, on_error="return").items():
        if isinstance(there, Exception):
            raise ClusterError(
                f"The worker {worker} cannot use Shelfwise ({there}); start it where Shelfwise is "
                f"installed, or with PYTHONPATH set to its folder, {LOCALLY}."
            )
        # The pages' own library decides no number.
        other = [n for n in DECISIVE if n != "streamlit" and there[n] != here[n]]
        if other:
            name = other[0]
            raise ClusterError(
                f"The worker {worker} has {name} {there[name]}, this computer has {here[name]}: the same "
                f"seed would give other numbers. Install the same versions there, {LOCALLY}."
            )


def cluster_address() -> str:
    """Return the address that the environment names, or nothing."""
    return os.environ.get(ADDRESS_VARIABLE, "").strip()


def _distributed() -> ModuleType:
    try:
        import dask
        import distributed
    except ImportError:
        raise MissingLibrary(
            "A Dask cluster needs the libraries dask and distributed; install them with: "
            "pip install -r requirements-dask.txt."
        ) from None
    # A batch of a global model is large on purpose; the warning would repeat for each.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    return distributed
