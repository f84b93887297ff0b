"""Two shortcuts to safety stock that circulate, and what they cost: `python -m benchmarks.shortcuts`.

All rules hear the same forecast at the same past dates and aim at the same share of cycles;
they differ only in how they get from there to a level for lead time and review.

* summed futures: the quantile of each simulated future's own sum.
* summed, calibrated: the same, moved by how often earlier sums were covered (what Shelfwise orders by).
* z·σ·√P: expected demand plus a normal safety stock from the deviation of demand itself.
* daily quantiles: the quantile of every period, added up.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

from benchmarks.datasets import SETS, BenchmarkSet, open_set
from benchmarks.machine import description
from forecasting.dates import calendar
from forecasting.evaluation.backtest import backtest_tasks, cutoffs, with_actuals
from forecasting.evaluation.calibrate import SUMS, calibrate_backtest
from forecasting.evaluation.tasks import TaskResult, run_task
from forecasting.inventory.economics import item_costs
from forecasting.inventory.newsvendor import newsvendor_quantity
from forecasting.models.registry import MODEL_NAMES, ModelRecipe, build_models
from forecasting.paths import SamplePaths
from forecasting.schema import quantile_columns, quantile_level
from forecasting.services.dataset import Dataset
from forecasting.settings import Settings
from forecasting.value.gain import gain_interval, summarise
from forecasting.value.replay import interpolated_quantile

RESULTS = Path(__file__).parent / "results" / "shortcuts.json"
SUMMED, CALIBRATED = "summed futures", "summed, calibrated"
ROOT_OF_TIME, ADDED = "z·σ·√P", "daily quantiles added"
PATHS = 1_000
MODEL = "boosted_trees"  # the cheapest of the models that know the drivers


def main() -> None:
    """Measure the sets asked for, print a table for each, and save."""
    asked = options().parse_args()
    found = {name: measured(SETS[name], asked) for name in asked.sets.split(",")}
    if asked.save:
        known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        text = json.dumps(known | found, indent=1, ensure_ascii=False)
        RESULTS.write_text(text + "\n", encoding="utf-8")


def options() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sets", default="rossmann,dominicks,m5,carparts", help="sets, separated by commas")
    parser.add_argument("--model", default=MODEL, choices=MODEL_NAMES, help="whose futures all rules hear")
    parser.add_argument("--series", type=int, default=None, help="cut every set down to N series")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/shortcuts.json")
    return parser


def measured(spec: BenchmarkSet, asked: argparse.Namespace) -> dict[str, object]:
    """Return one set's table and what one must know to read it."""
    dataset, settings = open_set(spec, asked.series), spec.settings
    cycles = replayed(dataset, settings, asked.model)
    table = judged(cycles, settings)
    interval = settings.policy.protection_interval
    print(f"{spec.name}: {cycles['unique_id'].nunique()} series, {cycles['cutoff'].nunique()} origins, "
          f"{asked.model}, {interval} {settings.period}s. {spec.note}".strip())  # fmt: skip
    print(table.to_string(index=False, float_format="{:,.3f}".format), "\n", flush=True)
    return {
        "machine": description(),
        "model": asked.model,
        "series": int(cycles["unique_id"].nunique()),
        "origins": [f"{at:%Y-%m-%d}" for at in sorted(cycles["cutoff"].unique())],
        "protection_interval": interval,
        "economics": spec.note or "one unit over 1, one unit short 4",
        "rows": table.to_dict("records"),
    }


def replayed(dataset: Dataset, settings: Settings, model: str) -> pd.DataFrame:
    """Return one row per rule (`model`), unique_id and cutoff: what its level would have cost."""
    sales, plan = dataset.sales, settings.plan
    recipe = ModelRecipe(settings.frequency, settings.country or None, n_paths=PATHS, seed=settings.seed)
    forecasters = build_models([model], recipe)
    _, scored = cutoffs(calendar(sales["ds"].min(), sales["ds"].max(), dataset.frequency), plan)
    tasks = backtest_tasks(forecasters, sales, plan, frequency=dataset.frequency)
    results = [run_task(replace(task, keep_paths=task.cutoff in scored)) for task in tasks]
    _, sums = with_actuals(results, sales)
    moved, _ = calibrate_backtest(sums, dataset.frequency, SUMS)
    moved = moved[moved["h"] == settings.policy.protection_interval]
    parts = [_cycles(result, moved, dataset, settings) for result in results if result.paths is not None]
    return pd.concat(parts, ignore_index=True)


def levels(paths: SamplePaths, known: pd.DataFrame, ratio: np.ndarray, periods: int) -> dict[str, np.ndarray]:
    """Return the order-up-to level of every rule, (n,) units.

    `known` holds the demand each series has shown (unique_id, y), `ratio` the share of cycles to cover.
    """
    shown = known.groupby("unique_id")["y"].std().reindex(paths.unique_id).fillna(0.0).to_numpy()
    ahead = paths.values[:, :, :periods].astype(np.float64)
    expected = paths.expectation()[:, :periods].sum(axis=1)
    z = np.array([NormalDist().inv_cdf(share) if share > 0 else -np.inf for share in ratio])
    per_period = np.moveaxis(ahead, 2, 1)  # (n, periods, n_paths)
    return {
        SUMMED: newsvendor_quantity(ahead.sum(axis=2), ratio),
        ROOT_OF_TIME: np.maximum(expected + z * shown * np.sqrt(periods), 0.0),
        ADDED: newsvendor_quantity(per_period, np.repeat(ratio[:, None], periods, axis=1)).sum(axis=1),
    }


def _cycles(result: TaskResult, moved: pd.DataFrame, dataset: Dataset, settings: Settings) -> pd.DataFrame:
    """Return the cycles of one origin under every rule; `moved` holds the calibrated sums and what came."""
    paths = result.paths
    if paths is None:
        raise AssertionError("asked for the paths of scored origins only")
    own = moved[moved["cutoff"] == result.cutoff].set_index("unique_id").reindex(paths.unique_id)
    came = own["y"].to_numpy(dtype=float)
    costs = item_costs(
        dataset.items_of(list(paths.unique_id)), settings.costs,
        days_per_period=settings.days_per_period, review_period=settings.policy.review_period,
    )  # fmt: skip
    usable = np.isfinite(came) & (costs["problem"] == "").to_numpy()
    under, over, ratio = (
        costs[name].fillna(0.0).to_numpy() for name in ("underage", "overage", "critical_ratio")
    )
    history = dataset.sales[dataset.sales["ds"] <= result.cutoff]
    periods = settings.policy.protection_interval
    rules = levels(paths, _known(history), ratio, periods) | {CALIBRATED: _at_ratio(own, ratio)}
    rows = {"unique_id": paths.unique_id, "cutoff": result.cutoff, "protection_interval": periods}
    found = []
    for rule, stock in rules.items():
        lost, left = np.maximum(came - stock, 0.0), np.maximum(stock - came, 0.0)
        amounts = {"understock_cost": under * lost, "overstock_cost": over * left}
        table = pd.DataFrame(rows | amounts).assign(model=rule, ratio=ratio, stock=stock, demand=came)
        found.append(table.assign(lost=lost, left=left, clipped=False)[usable])
    table = pd.concat(found, ignore_index=True)
    return table.assign(cost=table["understock_cost"] + table["overstock_cost"])


def _at_ratio(sums: pd.DataFrame, ratio: np.ndarray) -> np.ndarray:
    columns = quantile_columns(sums)
    known = np.array([quantile_level(c) for c in columns])
    return interpolated_quantile(sums[columns].to_numpy(dtype=float), known, ratio)


def _known(history: pd.DataFrame) -> pd.DataFrame:
    """Return the demand somebody with a calculator would take: open periods that did not sell out."""
    kept = np.ones(len(history), dtype=bool)
    if "open" in history:
        kept &= history["open"].fillna(True).astype(bool).to_numpy()
    if "stockout" in history:
        kept &= ~history["stockout"].fillna(False).astype(bool).to_numpy()
    return history[kept]


def judged(cycles: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return per rule its money, how much dearer it is than the summed futures, and what it covered.

    dearer_low and dearer_high hold 90 % of resamples of the items.
    """
    table = summarise(cycles, SUMMED).set_index("model")
    base = float(table.loc[SUMMED, "cost"])
    by_rule = cycles.groupby("model")
    table = table.assign(
        dearer=table["cost"] / base - 1,
        covered=by_rule.apply(lambda c: float((c["demand"] <= c["stock"]).mean())),
        asked=by_rule["ratio"].mean(),
        stock_over_demand=by_rule["stock"].sum() / by_rule["demand"].sum() - 1,
    )
    for rule in table.index:
        found = gain_interval(
            cycles, rule, SUMMED, days_per_period=settings.days_per_period, seed=settings.seed
        )
        ends = (0.0, 0.0) if rule == SUMMED else (-found.high / base, -found.low / base)
        table.loc[rule, ["dearer_low", "dearer_high"]] = ends
    shown = ["cost", "dearer", "dearer_low", "dearer_high", "understock_cost", "overstock_cost", "lost",
             "left", "covered", "asked", "stock_over_demand", "cycles"]  # fmt: skip
    return table[shown].rename_axis("rule").reset_index()


if __name__ == "__main__":
    main()
