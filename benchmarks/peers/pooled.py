"""Stock Prophet the way people spread it over cores: a process pool, started afresh (spawn)."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

import numpy as np
from prophet import Prophet

from benchmarks.peers.frames import Answer, Request
from benchmarks.peers.prophets import stock

SERIES_PER_TASK = 10


def stock_pool(request: Request, make: Callable[[Request], Prophet]) -> Answer:
    """Return what the stock fits say, `jobs` at a time; starting the workers counts."""
    ids = request.ids
    parts = [_only(request, ids[k : k + SERIES_PER_TASK]) for k in range(0, len(ids), SERIES_PER_TASK)]
    with ProcessPoolExecutor(request.jobs, mp_context=get_context("spawn")) as pool:
        answers = list(pool.map(partial(stock, make=make), parts))
    names = ("mean", "quantiles", "total")
    return Answer(*(np.concatenate([getattr(a, name) for a in answers]) for name in names))


def _only(request: Request, ids: list[str]) -> Request:
    frames = (request.history, request.future)
    history, future = (frame[frame["unique_id"].isin(ids)] for frame in frames)
    return replace(request, history=history, future=future)
