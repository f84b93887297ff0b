"""Answer every request folder named on the command line, oldest first; one that has an answer is skipped."""

import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.frames import Answer, Request, finished, read_request, write_answer

# peer -> (module.function that answers, module.function that makes its model); imported only when asked for.
RECIPES: dict[str, tuple[str, ...]] = {
    "prophet_default": ("prophets.stock", "prophets.default_model"),
    "prophet_multiplicative": ("prophets.stock", "prophets.informed_model"),
    "prophet_pool": ("pooled.stock_pool", "prophets.default_model"),
    "prophet_batch_default": ("prophets.batch", "prophets.default_model"),
    "prophet_batch_multiplicative": ("prophets.batch", "prophets.informed_model"),
    "auto_ets": ("stats.local", "stats.auto_ets"),
    "theta": ("stats.local", "stats.theta"),
    "sf_seasonal_naive": ("stats.local", "stats.seasonal_naive"),
    "mlforecast_lightgbm": ("trees.lightgbm_recursive",),
}


def recipe(peer: str) -> Callable[[Request], Answer]:
    """Return the function that answers a request as this peer would."""
    answer, *make = (_found(name) for name in RECIPES[peer])
    return partial(answer, make=make[0]) if make else answer


def _found(name: str) -> Callable[..., Any]:
    module, function = name.split(".")
    return getattr(import_module(f"benchmarks.peers.{module}"), function)


def main(folders: list[str]) -> None:
    """Answer the requests and print a line for each."""
    for folder in map(Path, folders):
        if (folder / "answer.json").exists():
            continue
        request = read_request(folder)
        forecast = recipe(request.peer)
        started = time.perf_counter()
        answer = finished(request, forecast(request))
        seconds = time.perf_counter() - started
        write_answer(folder, request, answer, seconds)
        print(f"{request.peer}: {len(request.ids)} series in {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
