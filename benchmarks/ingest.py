"""Seconds and peak memory from a CSV of a million rows to validated sales: `python -m benchmarks.ingest`."""

import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.datasets import ROOT
from benchmarks.machine import description
from benchmarks.processes import one_answer, peak_mb
from forecasting.ingest.sales import import_sales

RESULTS = ROOT / "benchmarks" / "results" / "ingest.json"
ITEMS = 1000
SIZES = (200_000, 1_000_000)
RUNS = 3


def main() -> None:
    """Print and save the seconds (median of three fresh processes) and the highest memory of each size."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="shelfwise-ingest-") as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.csv"
            made_up(size).to_csv(path, index=False)
            runs = [one_answer("benchmarks.ingest", path) for _ in range(RUNS)]
            median = sorted(runs, key=lambda r: r["seconds"])[RUNS // 2]
            row = {"rows": size, "megabytes": round(path.stat().st_size / 1e6, 1)} | median
            row["peak_mb"] = max(run["peak_mb"] for run in runs)
            rows.append(row)
            print(
                f"{size:>9,} rows ({row['megabytes']} MB): {row['seconds']:.2f} s "
                f"({row['cpu_seconds']:.2f} s of a core), {row['peak_mb']:.0f} MB"
            )
    RESULTS.write_text(json.dumps({"machine": description(), "runs": RUNS, "rows": rows}, indent=1) + "\n")


def made_up(size: int) -> pd.DataFrame:
    """Return sales of a thousand items by shop, one row per item and day."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2021-01-01", periods=size // ITEMS)
    return pd.DataFrame(
        {
            "date": np.repeat(days.strftime("%Y-%m-%d"), ITEMS),
            "store": np.tile([f"S{n // 100:02d}" for n in range(ITEMS)], len(days)),
            "sku": np.tile([f"{n % 100:06d}" for n in range(ITEMS)], len(days)),
            "units": rng.poisson(5, size),
            "price": rng.choice(rng.uniform(1, 30, 300).round(2), size),
            "promo": rng.integers(0, 2, size),
        }
    )


def answer(path: Path) -> dict[str, object]:
    """Return what importing one file took, and what came of it."""
    started, worked = time.perf_counter(), time.process_time()
    imported = import_sales(path, name=path.name)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    return {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),  # what it would take on a machine that does nothing else
        "peak_mb": peak_mb(),
        "kept": len(imported.sales),
    }


if __name__ == "__main__":
    main()
