"""100 items, 6 origins, 5 models, calibrated and replayed, from a file: `python -m benchmarks.backtested`.

Goes through the services the pages use, on real sales (100 of M5's items), two processes for the models.
"""

import argparse
import json
import resource
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.datasets import SETS, open_set
from benchmarks.machine import description
from forecasting.execution.processes import Processes
from forecasting.services.calibrated import calibrated_results
from forecasting.services.stairs import under_of, worth_of
from forecasting.services.value_files import staircase_in_words
from forecasting.services.work_out import work_out

RESULTS = Path(__file__).parent / "results" / "backtested.json"
MODELS = ("seasonal_naive", "moving_average", "exponential_smoothing", "boosted_trees", "prophet")
ITEMS, ORIGINS, TARGET = 100, 6, 60.0


def measured(items: int, workers: int) -> dict[str, object]:
    """Return the seconds of the wall and of all processors, and what the replay said."""
    spec = SETS["m5"]
    dataset = open_set(spec, items)
    settings = replace(spec.settings, folds=ORIGINS, models=MODELS)
    machine = description()
    started, spent = time.perf_counter(), _processor_seconds()
    processes = Processes(workers)
    try:
        *_, results = calibrated_results(dataset, settings, mapper=processes)
    finally:
        processes.close()
    forecast = time.perf_counter()
    found = work_out(dataset, settings, results)
    worth = worth_of(found)
    under_of(worth)
    done = time.perf_counter()
    print(staircase_in_words(found, worth))
    return {
        "machine": machine,
        "items": items,
        "origins": ORIGINS,
        "models": list(MODELS),
        "workers": workers,
        "wall": round(done - started, 1),
        "of_it_models_and_calibration": round(forecast - started, 1),
        "of_it_choice_replay_tornado": round(done - forecast, 2),
        "cpu_of_all_processes": round(_processor_seconds() - spent, 1),
        "target": TARGET,
    }


def _processor_seconds() -> float:
    """Return seconds of this process and of those that have ended."""
    who = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in who)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    record = measured(asked.items, asked.workers)
    print(json.dumps(record, indent=1))
    if asked.items == ITEMS:
        RESULTS.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
