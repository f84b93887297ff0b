"""Every model beside the others on real sales: `python -m benchmarks.models [set …]`.

Four origins a set, a horizon apart; prints one row a model and set. Reads the files of
`SHELFWISE_DATA` (default ../shared/data); Prophet is left out unless asked for by `--prophet`.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecasting.evaluation.backtest import BacktestPlan, backtest_tasks, with_actuals
from forecasting.evaluation.scores import leaderboard, measure
from forecasting.evaluation.tasks import run_task
from forecasting.models.ensemble import mixed_frames
from forecasting.models.registry import MODEL_NAMES, ModelRecipe, build_models

DATA = Path(os.environ.get("SHELFWISE_DATA", Path(__file__).parents[2] / "shared" / "data")) / "bench"
FOLDS = 4
N_PATHS = 300
SUM_LEVELS = (0.8, 0.9, 0.95)
ENSEMBLES = {
    "trees+intermittent": ("boosted_trees", "intermittent"),
    "trees+smoothing": ("boosted_trees", "exponential_smoothing"),
    "smoothing+theta+intermittent": ("exponential_smoothing", "theta", "intermittent"),
}


@dataclass(frozen=True)
class RealSet:
    """A sales frame with the horizon and protection interval its shop would use, in periods."""

    read: Callable[[], pd.DataFrame]
    frequency: str
    horizon: int
    protection: int
    country: str | None = None


def rossmann() -> pd.DataFrame:
    """Return daily sales of 50 stores with opening, promotions and school holidays."""
    raw = pd.read_csv(DATA / "rossmann.csv.gz", parse_dates=["Date"], dtype={"StateHoliday": str})
    names = {"Store": "unique_id", "Date": "ds", "Sales": "y", "Open": "open", "Promo": "promo"}
    frame = raw.rename(columns=names | {"SchoolHoliday": "school"})
    return _typed(frame[[*names.values(), "school"]])


def m5() -> pd.DataFrame:
    """Return daily units of 500 items in stores."""
    raw = pd.read_csv(DATA / "m5.csv.gz", parse_dates=["date"])
    return _typed(
        pd.DataFrame(
            {"unique_id": raw["item_id"] + "_" + raw["store_id"], "ds": raw["date"], "y": raw["units"]}
        )
    )


def dominicks() -> pd.DataFrame:
    """Return weekly units of 440 brands in stores with price, deal and feature."""
    raw = pd.read_csv(DATA / "dominicks.csv.gz", parse_dates=["week_starting"])
    ids = raw["store"].astype(str) + "_" + raw["brand"].astype(str)
    renamed = raw.rename(columns={"week_starting": "ds", "units": "y"})
    return _typed(renamed[["ds", "y", "price", "deal", "feat"]].assign(unique_id=ids))


def carparts() -> pd.DataFrame:
    """Return monthly units of 800 parts."""
    raw = pd.read_csv(DATA / "carparts_wide.csv.gz")
    long = raw.melt("month", var_name="unique_id", value_name="y").dropna()
    return _typed(long.rename(columns={"month": "ds"}).assign(ds=lambda frame: pd.to_datetime(frame["ds"])))


SETS = {
    "rossmann": RealSet(rossmann, "D", 28, 14, "DE"),
    "m5": RealSet(m5, "D", 28, 14, "US"),
    "dominicks": RealSet(dominicks, "W-THU", 8, 4),
    "carparts": RealSet(carparts, "MS", 6, 3),
}


def main() -> None:
    """Print the table of the sets named on the command line, or of all."""
    if not DATA.exists():
        raise SystemExit(f"The real sales are not at {DATA}; set SHELFWISE_DATA to their folder.")
    asked = [a for a in sys.argv[1:] if not a.startswith("--")] or list(SETS)
    names = [n for n in MODEL_NAMES if n != "prophet" or "--prophet" in sys.argv]
    print("| set | model | WAPE | bias | WQL | 80 % band | sum ≤ q0.8 | ≤ q0.9 | ≤ q0.95 | CPU s an origin |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in asked:
        for row in rows(name, SETS[name], names):
            print("| " + " | ".join(row) + " |", flush=True)


def rows(name: str, real: RealSet, names: Iterable[str]) -> Iterable[list[str]]:
    """Yield one row of the table per model, then per ensemble of their stored frames."""
    sales = real.read()
    recipe = ModelRecipe(real.frequency, real.country, N_PATHS, threads=1)
    frames: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for model in build_models(list(names), recipe):
        plan = BacktestPlan(real.horizon, FOLDS, real.horizon, warm_up=0)
        tasks = backtest_tasks([model], sales, plan, frequency=real.frequency)
        started = time.process_time()
        done = [run_task(task) for task in tasks]
        seconds = (time.process_time() - started) / FOLDS
        frames[model.name] = with_actuals(done, sales)
        yield [name, model.name, *_figures(*frames[model.name], sales, real), f"{seconds:.2f}"]
    for label, members in ENSEMBLES.items():
        if set(members) <= set(frames):
            forecast, cumulative = (mixed_frames([frames[m][k] for m in members], name=label) for k in (0, 1))
            yield [name, label, *_figures(forecast, cumulative, sales, real), "0"]


def _figures(
    backtest: pd.DataFrame, cumulative: pd.DataFrame, sales: pd.DataFrame, real: RealSet
) -> list[str]:
    board = leaderboard(measure(backtest, sales, real.frequency)).iloc[0]
    sums = cumulative[(cumulative["h"] == real.protection) & cumulative["y"].notna()]
    kept = [(sums["y"] <= sums[f"q{level:g}"]).mean() for level in SUM_LEVELS]
    scores = [f"{board[c]:.3f}" for c in ("wape", "bias", "wql", "coverage_80")]
    return scores + [f"{share:.3f}" for share in kept]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = {c: float for c in frame.columns if c not in ("unique_id", "ds")}
    typed = frame.astype({"unique_id": str, **numbers})
    return typed.sort_values(["unique_id", "ds"], ignore_index=True)


if __name__ == "__main__":
    main()
