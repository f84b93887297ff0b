"""One thread of linear algebra: many small matrices lose more to waiting threads than they gain."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from threadpoolctl import ThreadpoolController

_lock = threading.Lock()
# The limit belongs to the process: the first to ask sets it, the last to leave takes it back.
_asking = 0
_limit: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the process' BLAS to one thread while the body runs, whichever threads run it."""
    global _asking, _limit
    with _lock:
        if _asking == 0:
            _limit = _controller().limit(limits=1, user_api="blas")
        _asking += 1
    try:
        yield
    finally:
        with _lock:
            _asking -= 1
            if _asking == 0:
                _limit.restore_original_limits()


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    """Return the libraries found once: looking for them takes milliseconds."""
    return ThreadpoolController()
