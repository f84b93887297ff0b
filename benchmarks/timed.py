"""One of our models on a stored origin, in a process of its own: `python -m benchmarks.timed FOLDER MODEL`.

Prints the seconds from frames to quantiles of days and of sums, after a first call that loads libraries.
"""

import sys
import time
from pathlib import Path

import pandas as pd

from forecasting.dates import infer_frequency
from forecasting.evaluation.tasks import run_task, split
from forecasting.models.registry import ModelRecipe, build_models

PATHS = 500


def main(folder: Path, name: str, country: str) -> None:
    """Run the model on one core and print the seconds."""
    history, future = (pd.read_parquet(folder / f"{part}.parquet") for part in ("history", "future"))
    history, future = (frame.astype({"unique_id": object}) for frame in (history, future))
    recipe = ModelRecipe(infer_frequency(history["ds"]), country or None, n_paths=PATHS, threads=1)
    model = build_models([name], recipe)[0]
    few = set(sorted(future["unique_id"].unique())[:2])
    parts = [frame[frame["unique_id"].isin(few)] for frame in (history, future)]
    model.forecast(*parts)
    started = time.perf_counter()
    for task in split(model, history["ds"].max(), history, future):
        run_task(task)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
