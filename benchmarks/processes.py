"""One measurement in a fresh Python, so that what an earlier one left behind does not count."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.datasets import ROOT


def peak_mb() -> float:
    """Return the most memory this process has held, in MB; NaN where the system does not tell (not Linux).

    The usual counter (ru_maxrss) begins with what the parent held.
    """
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    held = next((line.split()[1] for line in lines if line.startswith("VmHWM")), "nan")
    return round(float(held) / 1024, 1)


def one_answer(module: str, path: Path) -> dict[str, Any]:
    """Return what `answer(path)` of a benchmark module says in a process of its own."""
    code = (
        f"import json, pathlib, sys; from {module} import answer; "
        "print(json.dumps(answer(pathlib.Path(sys.argv[1]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])
