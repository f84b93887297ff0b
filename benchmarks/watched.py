"""A command run to its end, with the memory that it and its children held at their highest."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.datasets import ROOT

# Adding up the memory of a process of a few GB takes 10 to 20 ms: more often would slow what is measured.
EVERY_SECONDS = 0.5
PROC = Path("/proc")


@dataclass(frozen=True)
class Watched:
    """What a finished command took; `peak_mb` is NaN where the system does not tell (not Linux)."""

    seconds: float
    peak_mb: float
    output: str


class CommandFailed(RuntimeError):
    """The command ended with an error; the message is the last line it wrote."""


def watch(command: Sequence[str], environment: Mapping[str, str]) -> Watched:
    """Return the wall time, peak memory and output of a command and all its child processes.

    Memory is the sum of proportional shares (PSS), so that what processes share counts once.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(environment), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    peaks = [float("nan")]
    ended = threading.Event()
    sampler = threading.Thread(target=_sample, args=(process.pid, peaks, ended))
    sampler.start()
    output, errors = process.communicate()
    seconds = time.perf_counter() - started
    ended.set()
    sampler.join()
    if process.returncode:
        lines = errors.strip().splitlines() or [f"exit code {process.returncode}"]
        raise CommandFailed(f"{' '.join(command[1:4])} failed: {lines[-1]}")
    return Watched(seconds, peaks[0], output)


def _sample(session: int, peaks: list[float], ended: threading.Event) -> None:
    while not ended.wait(EVERY_SECONDS):
        now = sum(_share_mb(pid) for pid in _members(session))
        if now > 0 and not now <= peaks[0]:
            peaks[0] = now


def _members(session: int) -> list[int]:
    """Return the processes of a session: the command and all that it started."""
    if not PROC.exists():
        return []
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                if os.getsid(int(entry.name)) == session:
                    found.append(int(entry.name))
            except OSError:  # it ended while we looked
                continue
    return found


def _share_mb(pid: int) -> float:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:  # it ended while we looked
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
