"""Our models and the well-known tools on the same real sales: `python -m benchmarks.accuracy`.

Same history, same drivers known ahead, same origins, same economics. Peers run in
`.venv-peers` (make bench-peers) and their answers are kept under var/peers.
"""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from benchmarks.datasets import SETS, BenchmarkSet, Fold, folds, open_set
from benchmarks.exchange import PEERS, PeerFailed, answered_before, ask, installed, peers_named
from benchmarks.machine import description
from benchmarks.measures import SHOWN, Said, against_peers, judged, together
from forecasting.evaluation.backtest import with_actuals
from forecasting.evaluation.selection import CHOSEN
from forecasting.execution.processes import Processes
from forecasting.models.registry import MODEL_NAMES
from forecasting.services.calibrated import calibrated_results
from forecasting.services.dataset import Dataset
from forecasting.services.evaluate import evaluate, measure_accuracy, scored_rows
from forecasting.settings import Settings

KEPT = "kept"
RESULTS = Path(__file__).parent / "results" / "accuracy.json"


def main() -> None:
    """Measure the sets asked for, print a table for each, and save what was measured in full."""
    asked = options().parse_args()
    models = list(our_models(asked.models))
    peers = list(peers_named("all" if asked.peers == KEPT else asked.peers))
    if peers and not installed():
        print("The peers' environment is not there (make bench-peers makes it): only our own rows follow.\n")
        peers = []
    whole = (models, peers, asked.series, asked.origins) == (list(MODEL_NAMES), list(PEERS), None, 4)
    for name in asked.sets.split(","):
        spec = the_set(name)
        dataset, settings = open_set(spec, asked.series), replace(spec.settings, folds=asked.origins)
        if asked.peers == KEPT:
            peers = kept_peers(dataset, settings)
        record = measured(dataset, settings, models=models, peers=peers, workers=asked.workers)
        show(spec, record)
        if whole:
            save(name, record | {"economics": spec.note or "one unit over 1, one unit short 4"})
        else:
            print("A part of the full run: not saved.\n")


def options() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(SETS), help="sets to measure, separated by commas")
    parser.add_argument("--models", default="all", help="our models: all, none or a list")
    parser.add_argument(
        "--peers", default="all", help="peers: all, none, a list, or kept: those that have answered before"
    )
    parser.add_argument("--origins", type=int, default=4, help="past origins that are scored")
    parser.add_argument("--series", type=int, default=None, help="cut every set down to N series")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes for our models")
    return parser


def our_models(text: str) -> list[str]:
    """Return our models of a comma-separated list; the settings refuse a name that does not exist."""
    return {"all": list(MODEL_NAMES), "none": []}.get(text, [m.strip() for m in text.split(",")])


def kept_peers(dataset: Dataset, settings: Settings) -> list[str]:
    """Return the peers whose answers to every origin are there already, so that nobody need wait."""
    origins = list(folds(dataset, settings))
    return [peer for peer in PEERS if answered_before(peer, origins, settings)]


def the_set(name: str) -> BenchmarkSet:
    """Return the set of that name."""
    if name not in SETS:
        raise SystemExit(f"There is no set {name}; choose from {', '.join(SETS)}.")
    return SETS[name]


def measured(
    dataset: Dataset, settings: Settings, *, models: list[str], peers: list[str], workers: int
) -> dict[str, object]:
    """Return one set's table and what one must know to read it."""
    origins = list(folds(dataset, settings))
    parts, notes = [], []
    if models:
        parts.append(ours(dataset, replace(settings, models=tuple(models)), workers))
    if models and peers and len(peers) < len(PEERS):
        notes.append(f"Not asked this time: {', '.join(peer for peer in PEERS if peer not in peers)}.")
    for peer in peers:
        try:
            said, note = theirs(peer, origins, dataset, settings)
        except PeerFailed as failure:
            notes.append(str(failure))
            continue
        parts.append(said)
        notes += note
    if not parts:
        raise SystemExit("Nothing to measure: name at least one model or peer.")
    table = judged(together(parts), dataset, settings)
    return {
        "machine": description(),
        "series": len({i for fold in origins for i in fold.future["unique_id"].unique()}),
        "origins": [f"{fold.cutoff:%Y-%m-%d}" for fold in origins],
        "horizon": settings.horizon,
        "protection_interval": settings.policy.protection_interval,
        "against_peers": against_peers(table, CHOSEN, [name_of(peer) for peer in peers]),
        "notes": notes,
        "rows": table.to_dict("records"),
    }


def ours(dataset: Dataset, settings: Settings, workers: int) -> Said:
    """Return what our models and the automatic choice said, through the services a page calls."""
    processes = Processes(workers) if workers > 1 else None
    try:
        *_, results = calibrated_results(dataset, settings, mapper=processes or map, progress=tell)
    finally:
        if processes is not None:
            processes.close()
    evaluation = evaluate(results, measure_accuracy(results, dataset, settings), dataset, settings)
    rows = (scored_rows(frame, results, evaluation) for frame in (results.backtest, results.cumulative))
    # Every model forecast each origin of the backtest, warm-up included, and once more live.
    forecasts = results.cumulative["cutoff"].nunique() + 1
    seconds = {model: spent / forecasts for model, spent in results.seconds.items()}
    return Said(*rows, seconds | {CHOSEN: sum(seconds.values())})


def theirs(peer: str, origins: list[Fold], dataset: Dataset, settings: Settings) -> tuple[Said, list[str]]:
    """Return what a peer said, and a note where it refused series."""
    answers = ask(peer, origins, settings)
    name = name_of(peer)
    frames = with_actuals([a.result for a in answers], dataset.sales)
    backtest, cumulative = (frame.assign(model=name) for frame in frames)
    seconds = sum(a.result.seconds for a in answers) / len(answers)
    refused = sum(len(a.stood_in) for a in answers)
    note = f"{peer} could not serve {refused} series-origins itself; a simpler forecast stands in."
    return Said(backtest, cumulative, {name: seconds}), [note] if refused else []


def name_of(peer: str) -> str:
    """Return what a peer is called in the tables; statsforecast's theta is not ours."""
    return f"sf_{peer}" if peer in MODEL_NAMES else peer


def tell(stage: str, share: float) -> None:
    """Say on a terminal how far our models are; nothing where the output goes to a file."""
    if sys.stderr.isatty():
        print(f"\r{share:4.0%}  {stage:<70.70}", end="" if share < 1 else "\n", file=sys.stderr, flush=True)


def show(spec: BenchmarkSet, record: dict) -> None:
    """Print one set's table."""
    about = f"{record['series']} series, {len(record['origins'])} origins, horizon {record['horizon']}"
    print(f"{spec.name}: {about}, demand summed over {record['protection_interval']}. {spec.note}".strip())
    table = pd.DataFrame(record["rows"])[SHOWN]
    forms = {"cost": "{:,.0f}".format, "seconds": "{:.1f}".format}
    print(table.to_string(index=False, float_format="{:.3f}".format, formatters=forms))
    for line in (*record["against_peers"], *record["notes"]):
        print(line)
    print(flush=True)


def save(name: str, record: dict) -> None:
    """Write one set's record into the results, beside those of other sets."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    record = beside_older(record, known.get(name, {}))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(known | {name: record}, indent=1) + "\n")


def beside_older(record: dict, older: dict) -> dict:
    """Return a record with the rows of peers that were measured before and not asked this time.

    They forecast the same origins, and nothing of ours changes them; each says when it was measured.
    """
    names = [name_of(peer) for peer in PEERS]
    present = {row["model"] for row in record["rows"]}
    if older.get("origins") != record["origins"]:
        return record
    kept = [
        {"measured": older["machine"]["measured"]} | row
        for row in older["rows"]
        if row["model"] in names and row["model"] not in present
    ]
    rows = sorted([*record["rows"], *kept], key=lambda row: row["wql"])
    return record | {"rows": rows, "against_peers": against_peers(pd.DataFrame(rows), CHOSEN, names)}


if __name__ == "__main__":
    main()
