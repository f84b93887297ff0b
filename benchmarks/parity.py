"""Our Prophet against the package: objective, forecasts, speed: `python -m benchmarks.parity`.

Needs the real sales of SHELFWISE_DATA (default: ../shared/data) for all but the synthetic case.
"""

import json
import logging
import os
import platform
import resource
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.prophet_reference import (
    Task,
    another_start,
    fitted_package,
    our_fit,
    package_objective,
    package_parameters,
)
from forecasting.models.prophet import SERIES_PER_TASK, Prophet
from forecasting.threads import one_thread

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("SHELFWISE_DATA", ROOT.parent / "shared" / "data")) / "bench"
RESULTS = Path(__file__).parent / "results" / "parity.json"
HORIZON, SAMPLES = 28, 500
# Series fitted by the package in each case: it takes a tenth of a second each.
SAMPLE = 20
SIZES = (100, 1000, 10_000)


def main() -> None:
    """Measure, print the tables, save them."""
    cases = {"synthetic": (synthetic(1000), 60.0)}
    if DATA.exists():
        cases |= {"rossmann": (rossmann(), 20.0), "m5": (m5(), None)}
    with one_thread(), quiet():
        rows = {name: parity(task) | speed(task, goal) for name, (task, goal) in cases.items()}
        growth = {size: growing(size) for size in SIZES}
    slope = np.polyfit(np.log(list(growth)), np.log(list(growth.values())), 1)[0]
    machine = {
        "cores": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "cases": rows,
        "cpu_seconds_by_series": growth,
        "slope": slope,
        "peak_mb": peak,
    }
    RESULTS.write_text(json.dumps(table, indent=1) + "\n")
    for name, row in rows.items():
        print(f"\n{name}")
        for what, value in row.items():
            print(
                f"  {what:<52} {value:12.4g}" if isinstance(value, float) else f"  {what:<52} {value!s:>12}"
            )
    print(
        "\nCPU seconds by number of series", {k: round(v, 2) for k, v in growth.items()}, f"slope {slope:.3f}"
    )
    print(f"peak memory {peak:.0f} MB")


def parity(task: Task) -> dict[str, float | int]:
    """Return how far our optimum and forecasts are from the package's, and the package's from its own."""
    ids = sorted(task.future["unique_id"].unique())[:SAMPLE]
    ours = our_fit(Task(*_only(task, ids), task.multiplicative, task.country))
    objectives, away, itself = [], [], []
    for row, unique_id in enumerate(ids):
        one = task.of(unique_id)
        stock, again = fitted_package(one), fitted_package(one, start=another_start(one, row))
        stans = package_objective(stock, package_parameters(stock))
        objectives.append(package_objective(stock, ours.for_package(row, stock)) - stans)
        ahead = one.future.drop(columns="unique_id")
        expected, other = stock.predict(ahead)["yhat"].to_numpy(), again.predict(ahead)["yhat"].to_numpy()
        # A shop that is never open on Sundays says nothing about Sundays; nor do its forecasts.
        seen = ahead["ds"].dt.day_of_week.isin(one.history["ds"].dt.day_of_week).to_numpy()
        level = one.history["y"].mean()
        away.append(np.abs(ours.expected[row] - expected)[seen].mean() / level)
        itself.append(np.abs(other - expected)[seen].mean() / level)
    return {
        "series compared": len(ids),
        "objective, ours minus Stan's: median": float(np.median(objectives)),
        "objective, ours minus Stan's: largest (goal 0.03)": float(max(objectives)),
        **_spread("forecast, ours from the package", away),
        **_spread("forecast, package from itself", itself),
    }


def _spread(what: str, shares: list[float]) -> dict[str, float]:
    return {
        f"{what}: median": float(np.median(shares)),
        f"{what}: 90 %": float(np.quantile(shares, 0.9)),
        f"{what}: largest": float(max(shares)),
    }


def speed(task: Task, goal: float | None) -> dict[str, float | int | None]:
    """Return CPU and wall seconds a series, ours (frames in, 500 paths out) and the package's, and ratios."""
    ids = sorted(task.future["unique_id"].unique())
    model = Prophet("D", task.country, mode=task.mode, n_paths=SAMPLES)
    model.forecast(*_only(task, ids[:4]))  # imports and caches
    ones = [task.of(unique_id) for unique_id in ids[:SAMPLE]]
    ours = min(measured(lambda: model.forecast(task.history, task.future)) for _ in range(3))
    stock = measured(lambda: [_stock(one) for one in ones])
    ours, stock = (ours[0] / len(ids), ours[1] / len(ids)), (stock[0] / len(ones), stock[1] / len(ones))
    return {
        "series forecast by us": len(ids),
        "ours, CPU ms a series": 1000 * ours[0],
        "package, CPU ms a series": 1000 * stock[0],
        "times faster, CPU": stock[0] / ours[0],
        "times faster, wall": stock[1] / ours[1],
        "goal": goal,
    }


def _stock(one: Task) -> None:
    fitted_package(one, samples=SAMPLES).predict(one.future.drop(columns="unique_id"))


def growing(size: int) -> float:
    """Return the CPU seconds for this many synthetic series, in the batches a plan would use."""
    model, total = Prophet("D", mode="additive", n_paths=SAMPLES), 0.0
    for start in range(0, size, SERIES_PER_TASK):
        task = synthetic(min(SERIES_PER_TASK, size - start), first=start)
        total += measured(lambda task=task: model.forecast(task.history, task.future))[0]
    return total


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return CPU seconds, those of finished child processes (Stan) included, and wall seconds."""
    started, wall = os.times(), time.perf_counter()
    work()
    ended = os.times()
    return sum(ended[:4]) - sum(started[:4]), time.perf_counter() - wall


def _only(task: Task, ids: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    past, ahead = (frame[frame["unique_id"].isin(ids)] for frame in (task.history, task.future))
    return past, ahead


def synthetic(series: int, *, periods: int = 731, first: int = 0) -> Task:
    """Return daily series with a bent trend, a week, a year and noise of a fifth."""
    days = np.arange(periods + HORIZON)
    ds = pd.date_range("2022-01-01", periods=len(days))
    frames = []
    for i in range(first, first + series):
        rng = np.random.default_rng(i)
        level, bend = rng.uniform(5, 200), rng.integers(50, periods - 50)
        slopes = level / periods * rng.normal(0, (0.3, 0.5))
        trend = level + slopes[0] * days + slopes[1] * np.maximum(days - bend, 0)
        swing = rng.normal(0, 0.25, 7)[days % 7] + 0.3 * np.sin(2 * np.pi * (days / 365.25 + rng.random()))
        y = np.maximum(trend * (1 + swing) + rng.normal(0, 0.2 * level, len(days)), 0)
        frames.append(pd.DataFrame({"unique_id": f"s{i:05d}", "ds": ds, "y": y}))
    return Task(
        pd.concat([f[:periods] for f in frames], ignore_index=True),
        pd.concat([f[periods:].drop(columns="y") for f in frames], ignore_index=True),
    )


def rossmann() -> Task:
    """Return 50 stores, multiplicative, German holidays, three drivers, closed days removed."""
    raw = pd.read_csv(DATA / "rossmann.csv.gz", parse_dates=["Date"], dtype={"StateHoliday": str})
    sales = pd.DataFrame(
        {
            "unique_id": raw["Store"].astype(str).str.zfill(4),
            "ds": raw["Date"],
            "y": raw["Sales"].astype(float),
            "promo": raw["Promo"].astype(float),
            "school_holiday": raw["SchoolHoliday"].astype(float),
            "day_of_month": raw["Date"].dt.day.astype(float),
        }
    )
    cutoff = sales["ds"].max() - pd.Timedelta(days=HORIZON)
    past = sales[(raw["Open"] > 0) & (sales["ds"] <= cutoff)]
    return Task(past, sales[sales["ds"] > cutoff].drop(columns="y"), multiplicative=True, country="DE")


def m5() -> Task:
    """Return 500 Walmart items, 40 % zeros, additive."""
    raw = pd.read_csv(DATA / "m5.csv.gz", parse_dates=["date"])
    ids = raw["item_id"] + "_" + raw["store_id"]
    sales = pd.DataFrame({"unique_id": ids, "ds": raw["date"], "y": raw["units"].astype(float)})
    cutoff = sales["ds"].max() - pd.Timedelta(days=HORIZON)
    return Task(sales[sales["ds"] <= cutoff], sales[sales["ds"] > cutoff].drop(columns="y"))


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what the package and cmdstanpy say about every fit."""
    logging.disable(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


if __name__ == "__main__":
    main()
