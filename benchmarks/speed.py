"""Seconds, memory and growth of cost with the number of series: `python -m benchmarks.speed`.

Every row runs in a process of its own on one thread, except the process pool and the
whole plan. A size that would take longer than --limit is scaled from the largest one
measured, and says so.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.datasets import SETS, Fold, folds, open_set
from benchmarks.exchange import PYTHON as PEERS_PYTHON
from benchmarks.exchange import installed, one_thread, write_request
from benchmarks.growth import Measure, Row, grown, print_rows, ratios, slopes
from benchmarks.machine import description
from benchmarks.synthetic import made_up_fold
from benchmarks.watched import Watched, watch
from forecasting.models.registry import MODEL_NAMES
from forecasting.settings import Settings, usual_settings

RESULTS = Path(__file__).parent / "results" / "speed.json"
PATHS = 500
CORES = os.cpu_count() or 1
SIZES = (100, 1_000, 10_000)
PLAN = "plan"
POOL = "prophet_pool"
PEERS = (
    "prophet_default", POOL, "prophet_batch_default", "auto_ets", "sf_theta", "mlforecast_lightgbm",
)  # fmt: skip
# What a peer is called where our model has its name.
ASKED_AS = {"sf_theta": "theta"}
# Against stock Prophet where it is slowest: multiplicative, public holidays, drivers of each series.
INFORMED = ("prophet_multiplicative", "prophet_batch_multiplicative")


def main() -> None:
    """Measure, print the tables, save them when the run was whole."""
    asked = options().parse_args()
    sizes = tuple(int(s) for s in asked.sizes.split(","))
    machine, tools = description(), wanted(asked)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="shelfwise-speed-") as folder:
        for tool in tools:
            rows += grown(tool, sizes, measure_of(tool, Path(folder)), asked.limit)
            print_rows(rows[-len(sizes) :])
        informed = rossmann(Path(folder), tools) if asked.rossmann else []
        print_rows(informed)
    record = {
        "machine": machine,
        "what": f"fit and {PATHS} paths of 28 days after 731 days; plan: the whole command, {CORES} cores",
        "rows": [asdict(r) | {"scaled": r.scaled} for r in rows],
        "slopes": slopes(rows),
        "rossmann": [asdict(r) for r in informed],
    }
    print("slope of log(seconds) on log(series), measured sizes only:")
    for tool, slope in record["slopes"].items():
        print(f"  {tool:<30}{slope:6.2f}")
    for line in ratios(rows + informed):
        print(line)
    if sizes == SIZES and tools == everything():
        RESULTS.write_text(json.dumps(record, indent=1) + "\n")
    else:
        print("A part of the full run: not saved.")


def options() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of series")
    parser.add_argument("--models", default="all", help="our models and plan: all, none or a list")
    parser.add_argument("--peers", default="all", help="peers: all, none or a list")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds a single measurement may take")
    parser.add_argument("--rossmann", action=argparse.BooleanOptionalAction, default=True,
                        help="also Prophet with holidays and drivers on Rossmann")  # fmt: skip
    return parser


def everything() -> list[str]:
    """Return every tool, ours first."""
    return [*MODEL_NAMES, PLAN, *PEERS]


def wanted(asked: argparse.Namespace) -> list[str]:
    """Return the tools asked for; peers only where their environment is there."""
    known = {"models": [*MODEL_NAMES, PLAN], "peers": list(PEERS)}
    lists = {"all": known, "none": {"models": [], "peers": []}}
    chosen = {
        part: lists[text][part] if (text := getattr(asked, part)) in lists else text.split(",")
        for part in known
    }
    strangers = [t for part in known for t in chosen[part] if t not in known[part]]
    if strangers:
        raise SystemExit(f"There is no tool {', '.join(strangers)}; choose from {', '.join(everything())}.")
    if chosen["peers"] and not installed():
        print("The peers' environment is not there (make bench-peers makes it): only our own rows follow.\n")
        chosen["peers"] = []
    return [*chosen["models"], *chosen["peers"]]


def measure_of(tool: str, folder: Path) -> Measure:
    """Return how to measure a tool on made-up sales of a given size."""
    if tool == PLAN:
        return partial(planned, folder)
    return lambda size: timed(tool, made_up_fold(size), usual_settings("D"), folder / f"{tool}-{size}")


def timed(tool: str, fold: Fold, settings: Settings, folder: Path) -> Watched:
    """Return seconds as the tool's process counts them (its libraries loaded), and its peak memory."""
    jobs = CORES if tool == POOL else 1
    write_request(folder, ASKED_AS.get(tool, tool), fold, settings, paths=PATHS, jobs=jobs)
    if tool in MODEL_NAMES:
        command = [sys.executable, "-m", "benchmarks.timed", str(folder), tool, settings.country]
        took = watch(command, one_thread())
        seconds = float(took.output.split()[-1])
    else:
        took = watch([str(PEERS_PYTHON), "-m", "benchmarks.peers", str(folder)], one_thread())
        seconds = json.loads((folder / "answer.json").read_text())["seconds"]
    return Watched(seconds, took.peak_mb, took.output)


def planned(folder: Path, size: int) -> Watched:
    """Return what `python -m forecasting plan` takes from the CSV to the last report, start included."""
    source = folder / f"sales-{size}.csv"
    made_up_fold(size).history.to_csv(source, index=False)
    command = [sys.executable, "-m", "forecasting", "plan", str(source), "--out", str(folder / f"out-{size}")]
    return watch(command, os.environ)


def rossmann(folder: Path, tools: Sequence[str]) -> list[Row]:
    """Return Prophet with German holidays and drivers on the newest origin of Rossmann, one core."""
    spec = SETS["rossmann"]
    settings = spec.settings
    fold = list(folds(open_set(spec), settings))[-1]
    size = fold.future["unique_id"].nunique()
    ours = [m for m in tools if m in MODEL_NAMES and m.startswith("prophet")]
    rows = []
    for tool in (*ours, *(INFORMED if installed() else ())):
        rows += grown(tool, (size,), lambda _n, t=tool: timed(t, fold, settings, folder / f"drivers-{t}"), 0)
    return [Row(f"{r.tool} (rossmann)", r.series, r.seconds, r.peak_mb, r.measured_series) for r in rows]


if __name__ == "__main__":
    main()
