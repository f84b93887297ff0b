"""What our forecast was worth on real sales, replayed day by day: `python -m benchmarks.value`.

Not a simulation of a saving: the same shelves, costs and days with each forecast, whatever comes out.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.datasets import SETS, BenchmarkSet, open_set
from benchmarks.machine import description
from forecasting.execution.processes import Processes
from forecasting.models.registry import MODEL_NAMES
from forecasting.services.calibrated import calibrated_results
from forecasting.services.stairs import under_of, worth_of
from forecasting.services.value_files import case_record, staircase_frame, staircase_in_words
from forecasting.services.work_out import work_out

RESULTS = Path(__file__).parent / "results" / "value.json"
# Beside the baselines those that take seconds; Prophet joins with --models all.
QUICK = ("seasonal_naive", "moving_average", "exponential_smoothing", "boosted_trees")


def main() -> None:
    """Replay the sets asked for, print each staircase, and save what was measured."""
    asked = options().parse_args()
    models = MODEL_NAMES if asked.models == "all" else tuple(asked.models.split(","))
    for name in asked.sets.split(","):
        record = measured(SETS[name], models, asked)
        if asked.save:
            save(name, record)


def options() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default="rossmann,dominicks,m5", help="sets, separated by commas")
    parser.add_argument("--models", default=",".join(QUICK), help="all, or a list")
    parser.add_argument("--origins", type=int, default=7, help="past origins that are scored")
    parser.add_argument("--series", type=int, default=None, help="cut every set down to N series")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/value.json")
    return parser


def measured(spec: BenchmarkSet, models: tuple[str, ...], asked: argparse.Namespace) -> dict[str, object]:
    """Return one set's staircase and case, and how long each part took."""
    dataset = open_set(spec, asked.series)
    settings = replace(spec.settings, folds=asked.origins, models=models)
    processes = Processes(asked.workers) if asked.workers > 1 else None
    started = time.perf_counter()
    try:
        *_, results = calibrated_results(dataset, settings, mapper=processes or map)
    finally:
        if processes is not None:
            processes.close()
    forecast = time.perf_counter()
    found = work_out(dataset, settings, results)
    worked_out = time.perf_counter()
    worth = worth_of(found)
    replayed = time.perf_counter()
    under = under_of(worth)
    moved = time.perf_counter()
    seconds = {
        "models_and_calibration": forecast - started,
        "choice_and_orders": worked_out - forecast,
        "replay": replayed - worked_out,
        "one_input_at_a_time": moved - replayed,
    }
    print(f"{spec.name}: {dataset.sales['unique_id'].nunique()} series, {', '.join(models)}. {spec.note}")
    print(staircase_in_words(found, worth))
    print({part: round(spent, 2) for part, spent in seconds.items()}, "\n", flush=True)
    if worth.stairs is None or under is None:
        return {"machine": description(), "reason": worth.reason}
    case = case_record(found, worth, worth.stairs)
    return {
        "machine": description(),
        "models": list(models),
        "economics": spec.note or "one unit over 1, one unit short 4",
        "staircase": json.loads(staircase_frame(worth).to_json(orient="records")),
        "swings": {s.name: [s.low, s.high] for s in under.swings},
        "less_demand": under.less_demand,
        "late": under.late,
        "seconds": seconds,
        **{k: v for k, v in case.items() if k not in ("left_out", "terms", "notes")},
        "items_left_out": len(case["left_out"]),
    }


def save(name: str, record: dict[str, object]) -> None:
    """Write one set's record into the results, beside those of other sets."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(known | {name: record}, indent=1) + "\n")


if __name__ == "__main__":
    main()
