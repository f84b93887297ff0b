"""What every peer is given and what it must hand back, as arrays over the same series and dates."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

KEY = ["unique_id", "ds"]


@dataclass(frozen=True)
class Request:
    """One origin: the history a peer may see and the dates it must forecast."""

    peer: str
    history: pd.DataFrame  # unique_id, ds, y, [open], drivers; rows of unknown demand are absent
    future: pd.DataFrame  # unique_id, ds, [open], drivers; the same dates for every series
    frequency: str  # pandas alias: D, W-THU, MS
    season_length: int
    country: str  # ISO code or ""
    protection: int  # periods of the summed demand
    levels: tuple[float, ...]
    sum_levels: tuple[float, ...]
    paths: int
    seed: int
    jobs: int = 1

    @property
    def ids(self) -> list[str]:
        """Return the series, sorted."""
        return sorted(self.future["unique_id"].unique())

    @property
    def dates(self) -> pd.DatetimeIndex:
        """Return the dates to forecast, (H,)."""
        return pd.DatetimeIndex(np.sort(self.future["ds"].unique()))

    @property
    def drivers(self) -> list[str]:
        """Return the covariates known ahead, `open` not among them."""
        return [c for c in self.future.columns if c not in (*KEY, "open")]

    @property
    def kind(self) -> str:
        """Return D, W or M."""
        return self.frequency[0]


@dataclass(frozen=True)
class Answer:
    """What a peer says; quantiles of the sum are its own, not sums of quantiles."""

    mean: np.ndarray  # (n, H)
    quantiles: np.ndarray  # (n, H, levels)
    total: np.ndarray  # (n, sum_levels), demand summed over the protection interval
    stood_in: tuple[str, ...] = ()  # series the peer refused; seasonal naive stands in


def read_request(folder: Path) -> Request:
    """Return the request that the main environment wrote into a folder."""
    spec = json.loads((folder / "request.json").read_text())
    spec |= {name: tuple(spec[name]) for name in ("levels", "sum_levels")}
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("history", "future")}
    return Request(**spec, **frames)


def write_answer(folder: Path, request: Request, answer: Answer, seconds: float) -> None:
    """Write daily.parquet and total.parquet, and answer.json last: its presence means all is there."""
    n, horizon = answer.mean.shape
    daily = {
        "unique_id": np.repeat(np.array(request.ids, dtype=object), horizon),
        "ds": np.tile(request.dates.to_numpy(), n),
        "mean": answer.mean.ravel(),
    }
    daily |= {f"q{u:g}": answer.quantiles[:, :, k].ravel() for k, u in enumerate(request.levels)}
    total = {"unique_id": request.ids, "mean": answer.mean[:, : request.protection].sum(axis=1)}
    total |= {f"q{u:g}": answer.total[:, k] for k, u in enumerate(request.sum_levels)}
    pd.DataFrame(daily).to_parquet(folder / "daily.parquet", index=False)
    pd.DataFrame(total).to_parquet(folder / "total.parquet", index=False)
    record = {"peer": request.peer, "seconds": seconds, "stood_in": list(answer.stood_in)}
    (folder / "answer.json").write_text(json.dumps(record))


def open_days(request: Request) -> np.ndarray:
    """Return 1.0 for a date to forecast on which a series is open, 0.0 where it is known closed, (n, H)."""
    if "open" not in request.future:
        return np.ones((len(request.ids), len(request.dates)))
    wide = request.future.pivot(index="unique_id", columns="ds", values="open")
    return (wide.reindex(index=request.ids, columns=request.dates).to_numpy(dtype=float) > 0).astype(float)


def finished(request: Request, answer: Answer) -> Answer:
    """Return the answer as its user would apply it: no sale below zero, none on a closed day, no crossing."""
    is_open = open_days(request)
    return Answer(
        np.maximum(answer.mean, 0) * is_open,
        np.sort(np.maximum(answer.quantiles, 0) * is_open[:, :, None], axis=2),
        np.sort(np.maximum(answer.total, 0), axis=1),
        answer.stood_in,
    )


def from_paths(request: Request, mean: np.ndarray, paths: np.ndarray) -> Answer:
    """Return the answer of a peer that gives joint samples (n, paths, H): quantiles of days and of sums."""
    quantiles = np.moveaxis(np.quantile(np.maximum(paths, 0), request.levels, axis=1), 0, -1)
    return Answer(mean, quantiles, total_quantiles(request, paths))


def total_quantiles(request: Request, paths: np.ndarray) -> np.ndarray:
    """Return quantiles of demand summed over the protection interval, (n, sum_levels), path by path."""
    sold = np.maximum(paths, 0) * open_days(request)[:, None, :]
    sums = sold[:, :, : request.protection].sum(axis=2)
    return np.quantile(sums, request.sum_levels, axis=1).T


def known_sales(request: Request) -> pd.DataFrame:
    """Return the history without closed days: what a model that bears gaps should learn from."""
    history = request.history
    return history[history["open"] > 0].drop(columns="open") if "open" in history else history
