"""What is asked of the peers' environment, and what it answered before: files between two interpreters."""

import ast
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.datasets import ROOT, Fold
from forecasting.dates import season_length
from forecasting.evaluation.tasks import TaskResult
from forecasting.schema import CUMULATIVE_LEVELS, QUANTILE_LEVELS
from forecasting.settings import Settings

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
CACHE = ROOT / "var" / "peers"
PATHS = 1_000

# peer -> the files of its recipe; a change there asks it again, a change anywhere else does not.
_LOCAL, _TREES, _PROPHET = ("stats.py", "regular.py"), ("trees.py", "regular.py"), ("prophets.py",)
PEERS = {
    "sf_seasonal_naive": _LOCAL,
    "theta": _LOCAL,
    "auto_ets": _LOCAL,
    "mlforecast_lightgbm": _TREES,
    "prophet_default": _PROPHET,
    "prophet_multiplicative": _PROPHET,
    "prophet_batch_default": _PROPHET,
    "prophet_batch_multiplicative": _PROPHET,
}


class PeerFailed(RuntimeError):
    """A peer ended without an answer; the message is the last line it wrote."""


@dataclass(frozen=True)
class Answered:
    """A peer's forecast of one origin in our frames, and the series it could not serve itself."""

    result: TaskResult
    stood_in: tuple[str, ...]


def installed() -> bool:
    """Return whether `make bench-peers` has made the peers' environment."""
    return PYTHON.exists()


def ask(peer: str, folds: Sequence[Fold], settings: Settings) -> list[Answered]:
    """Return a peer's answers to every origin, computing only those not answered before.

    Raises `PeerFailed` when the peer gives none.
    """
    folders = [_prepared(peer, fold, settings) for fold in folds]
    missing = [folder for folder in folders if not (folder / "answer.json").exists()]
    if missing:
        _run(peer, missing)
    return [_read(peer, f, fold) for f, fold in zip(folders, folds, strict=True)]


def answered_before(peer: str, folds: Sequence[Fold], settings: Settings) -> bool:
    """Return whether every origin is answered already."""
    return all((_folder(peer, fold, settings) / "answer.json").exists() for fold in folds)


def _spec(peer: str, settings: Settings) -> dict[str, object]:
    return {
        "peer": peer,
        "frequency": settings.frequency,
        "season_length": season_length(settings.frequency),
        "country": settings.country,
        "protection": settings.policy.protection_interval,
        "levels": list(QUANTILE_LEVELS),
        "sum_levels": list(CUMULATIVE_LEVELS),
        "paths": PATHS,
        "seed": settings.seed,
    }


def _folder(peer: str, fold: Fold, settings: Settings) -> Path:
    """Return the folder of a request, named by everything that decides its answer."""
    parts = [json.dumps(_spec(peer, settings), sort_keys=True)]
    parts += [",".join(map(str, fold.history.columns)), ",".join(map(str, fold.future.columns))]
    recipe = Path(__file__).parent / "peers"
    parts += [meaning(recipe / name) for name in (*PEERS[peer], "frames.py")]
    digest = hashlib.sha256("\n".join(parts).encode())
    for frame in (fold.history, fold.future):
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return CACHE / f"{peer}-{fold.cutoff:%Y%m%d}-{digest.hexdigest()[:12]}"


def meaning(source: Path) -> str:
    """Return what a module does, not how it looks: its syntax tree without comments and docstrings."""
    tree = ast.parse(source.read_text())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                body[0] = ast.Expr(ast.Constant(""))
    return ast.dump(tree)


def _prepared(peer: str, fold: Fold, settings: Settings) -> Path:
    folder = _folder(peer, fold, settings)
    if not (folder / "answer.json").exists():
        write_request(folder, peer, fold, settings)
    return folder


def write_request(
    folder: Path, peer: str, fold: Fold, settings: Settings, *, paths: int = PATHS, jobs: int = 1
) -> None:
    """Write what the peers' environment reads: history and future as Parquet, the rest as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    known = fold.history
    if "stockout" in known:
        known = known[~known["stockout"].fillna(False).astype(bool)].drop(columns="stockout")
    known.to_parquet(folder / "history.parquet", index=False)
    fold.future.to_parquet(folder / "future.parquet", index=False)
    spec = _spec(peer, settings) | {"paths": paths, "jobs": jobs}
    (folder / "request.json").write_text(json.dumps(spec))


def _run(peer: str, folders: Sequence[Path]) -> None:
    command = ["nice", "-n", "4", str(PYTHON), "-m", "benchmarks.peers", *map(str, folders)]
    done = subprocess.run(
        command, cwd=ROOT, env=one_thread(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise PeerFailed(f"{peer} failed: {lines[-1]}")


def one_thread() -> dict[str, str]:
    """Return an environment in which numerical libraries use one thread, as every timed row here does."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(names, "1")}


def _read(peer: str, folder: Path, fold: Fold) -> Answered:
    record = json.loads((folder / "answer.json").read_text())
    daily = pd.read_parquet(folder / "daily.parquet")
    total = pd.read_parquet(folder / "total.parquet")
    spec = json.loads((folder / "request.json").read_text())
    result = TaskResult(
        peer,
        fold.cutoff,
        _typed(daily).assign(h=_steps(daily), model=peer, cutoff=fold.cutoff),
        _typed(total).assign(h=spec["protection"], model=peer, cutoff=fold.cutoff),
        None,
        float(record["seconds"]),
    )
    return Answered(result, tuple(record["stood_in"]))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({"unique_id": object})


def _steps(daily: pd.DataFrame) -> pd.Series:
    return daily.groupby("unique_id")["ds"].rank(method="first").astype("int32")


def peers_named(text: str) -> Iterator[str]:
    """Yield the peers of a comma-separated list; `all` is every one, `none` is none of them."""
    wanted = {"all": list(PEERS), "none": []}.get(text, [p.strip() for p in text.split(",")])
    unknown = [p for p in wanted if p not in PEERS]
    if unknown:
        raise SystemExit(f"There is no peer {', '.join(unknown)}; choose from {', '.join(PEERS)}.")
    yield from wanted
