"""Seconds and peak memory until each hostile file is refused: `python -m benchmarks.hostile`.

Every file is read in a process of its own. The seconds are those of the import alone, the memory is that of
the whole process, libraries included.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.datasets import ROOT
from benchmarks.hostile_files import HOSTILE
from benchmarks.machine import description
from benchmarks.processes import one_answer, peak_mb
from forecasting.errors import ForecastingError
from forecasting.ingest.sales import import_sales

RESULTS = ROOT / "benchmarks" / "results" / "hostile.json"
ALLOWED = {"seconds": 2.0, "peak_mb": 300.0}


def main() -> int:
    """Print and save one line per file; 1 when a file was imported or took more than is allowed."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="shelfwise-hostile-") as folder:
        for number, (name, made) in enumerate(HOSTILE.items()):
            path = Path(folder) / f"{number}.csv"
            path.write_bytes(made())
            row = {"file": name, "size_mb": round(path.stat().st_size / 1e6, 2)} | one_answer(
                "benchmarks.hostile", path
            )
            rows.append(row)
            print(f"{row['seconds']:6.2f} s {row['peak_mb']:6.0f} MB  {name}: {row['said'] or 'IMPORTED'}")
            path.unlink()
    RESULTS.write_text(
        json.dumps({"machine": description(), "allowed": ALLOWED, "rows": rows}, indent=1) + "\n"
    )
    over = [r["file"] for r in rows if not r["said"] or any(r[what] > most for what, most in ALLOWED.items())]
    print(
        f"{len(rows) - len(over)} of {len(rows)} refused within 2 s and 300 MB"
        + (f"; not: {over}" if over else "")
    )
    return int(bool(over))


def answer(path: Path) -> dict[str, object]:
    """Return what became of one file, and what that took."""
    started = time.perf_counter()
    try:
        import_sales(path, name="sales.csv")
        said = ""
    except ForecastingError as error:
        said = str(error)
    return {"seconds": round(time.perf_counter() - started, 3), "peak_mb": peak_mb(), "said": said}


if __name__ == "__main__":
    sys.exit(main())
