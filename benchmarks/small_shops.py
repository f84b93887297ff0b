"""The choice of a model in small shops, tested or not: `python -m benchmarks.small_shops [seeds]`.

Sales made up from a seed, models in closed form, the choice of the product: prints what it costs
beside the mean of the three best simple models, for rules that begin to test at so many cycles.
"""

import sys
from collections.abc import Iterator
from itertools import product
from unittest.mock import patch

import numpy as np
import pandas as pd

from forecasting.evaluation import selection
from forecasting.evaluation.selection import choices_over_time

KINDS = ("poisson", "negative binomial", "trend", "week", "year", "random walk")
SIZES = (3, 6, 12, 20, 40, 80)
ORIGINS = ((2, 0), (2, 4), (4, 4))  # scored, warm-up
MODELS = ("seasonal_naive", "moving_average", "exponential_smoothing", "theta", "drift", "ensemble")
# Always tested, as before; as it is; never.
RULES = {"tested": 0, "from 100": 100, "from 150": 150, "from 200": 200, "never": 10**9}
PERIODS, STEP, BEFORE = 12, 28, 140  # days an order lasts, between origins, and before the first
UNDER, OVER, SAFETY = 4.0, 1.0, 0.84  # money a unit short and over; the normal 0.8 quantile


def main() -> None:
    """Print the mean cost by number of series and by kind of sales; 1 is the ensemble."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    rows = pd.DataFrame(list(measured(seeds)))
    for by in ("series", "sales", "origins"):
        print(rows.groupby(by, sort=False)[[*MODELS[:-1], "best", *RULES]].mean().round(3).to_string())
    print(f"{len(rows)} shops")


def measured(seeds: int) -> Iterator[dict[str, object]]:
    """Yield what models and rules cost in every shop, the ensemble's cost being 1."""
    for seed, (place, kind), count, (scored, warm_up) in product(
        range(seeds), enumerate(KINDS), SIZES, ORIGINS
    ):
        generator = np.random.default_rng([seed, place, count, scored, warm_up])
        table = losses(sales(kind, count, BEFORE + STEP * (scored + warm_up), generator), scored + warm_up)
        counted = sorted(table["cutoff"].unique())[-scored:]
        rows = table[table["cutoff"].isin(counted)]
        cost = rows.groupby("model")["loss"].sum()
        wanted = rows[["cutoff", "unique_id"]].drop_duplicates()
        paid = {rule: chosen_cost(table, wanted, least) for rule, least in RULES.items()}
        sums = {**cost.to_dict(), "best": cost.min(), **paid}
        yield {
            "series": count, "sales": kind, "origins": f"{scored} after {warm_up}",
            **{name: value / cost["ensemble"] for name, value in sums.items()},
        }  # fmt: skip


def chosen_cost(table: pd.DataFrame, wanted: pd.DataFrame, least: int) -> float:
    """Return what the choices cost that are made from earlier origins, tested from so many cycles on."""
    with patch.object(selection, "ENOUGH_CYCLES", least):
        picked = choices_over_time(table, wanted, models=MODELS)
    return float(picked.merge(table, on=["model", "unique_id", "cutoff"])["loss"].sum())


def sales(kind: str, count: int, days: int, generator: np.random.Generator) -> np.ndarray:
    """Return units of every series and day, (count, days)."""
    t = np.arange(days)
    level = np.exp(generator.normal(1.8, 0.9, (count, 1))) * np.ones(days)
    if kind == "trend":
        level *= np.maximum(1 + generator.normal(0, 1, (count, 1)) * t / days, 0.05)
    if kind == "week":
        level *= np.exp(generator.normal(0, 0.5, (count, 7)))[:, t % 7]
    if kind == "year":
        wave = np.sin(2 * np.pi * (t / 365.25 + generator.random((count, 1))))
        level *= np.exp(generator.uniform(0.3, 0.8, (count, 1)) * wave)
    if kind == "random walk":
        level *= np.exp(np.cumsum(generator.normal(0, 0.12, (count, days)), axis=1))
    if kind == "negative binomial":
        shape = generator.uniform(0.5, 3, (count, 1))
        return generator.negative_binomial(shape, shape / (shape + level)).astype(float)
    return generator.poisson(level).astype(float)


def losses(units: np.ndarray, origins: int) -> pd.DataFrame:
    """Return the losses frame of `choose`: a level each from the expectation and the model's past misses."""
    cuts = [units.shape[1] - STEP * (origins - k) - 1 for k in range(origins)]
    dates = pd.date_range("2024-01-01", periods=origins, freq=f"{STEP}D")
    ids = [f"s{i:02d}" for i in range(len(units))]
    parts = []
    for cut, date in zip(cuts, dates, strict=True):
        earlier = range(cut - PERIODS - 36, cut - PERIODS + 1, 9)
        missed = np.stack([came(units, p) - expected(units, p) for p in earlier])
        stock = np.maximum(expected(units, cut) + SAFETY * np.sqrt((missed**2).mean(axis=0) + 1), 0)
        stock = np.vstack([stock, stock[1:4].mean(axis=0)])
        short = came(units, cut) - stock
        loss = np.where(short > 0, UNDER * short, -OVER * short)
        for model, values in zip(MODELS, loss, strict=True):
            known = date + pd.Timedelta(days=PERIODS)
            part = {"model": model, "unique_id": ids, "cutoff": date, "loss": values, "known_from": known}
            parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def came(units: np.ndarray, cut: int) -> np.ndarray:
    """Return the units of the days an order must last, (count,)."""
    return units[:, cut + 1 : cut + 1 + PERIODS].sum(axis=1)


def expected(units: np.ndarray, cut: int) -> np.ndarray:
    """Return what five simple models expect of these days, (5, count)."""
    known = units[:, : cut + 1]
    weight = 0.85 ** np.arange(known.shape[1])[::-1]
    month, quarter = known[:, -28:].mean(axis=1), known[:, -84:]
    t = np.arange(84) - 41.5
    slope = quarter @ t / (t @ t)
    line = quarter.mean(axis=1) + slope * (42 + PERIODS / 2)
    last = known[:, -7:][:, np.arange(PERIODS) % 7].sum(axis=1)
    smooth = known @ weight / weight.sum()
    return np.stack(
        [last, month * PERIODS, smooth * PERIODS, np.maximum(line, 0) * PERIODS, known[:, -1] * PERIODS]
    )


if __name__ == "__main__":
    main()
