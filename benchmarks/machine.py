"""The machine a figure was measured on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def description() -> dict[str, object]:
    """Return when and on what: cores, memory (GB, NaN where unknown), load before the run, system, Python."""
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_gb": round(_memory_bytes() / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 1),
        "processor": _processor(),
        "platform": platform.platform(),
        "python": platform.python_version(),
    }


def _memory_bytes() -> float:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError):
        return float("nan")


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if not listed.exists():
        return platform.processor()
    names = [
        line.partition(":")[2].strip() for line in listed.read_text().splitlines() if "model name" in line
    ]
    return names[0] if names else platform.processor()
