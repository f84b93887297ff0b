"""The real sales the benchmarks measure on: how each file is read, and the money behind it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.dates import calendar, next_periods
from forecasting.evaluation.backtest import cutoffs, eligible
from forecasting.evaluation.future import known_future
from forecasting.ingest.sales import ImportOptions
from forecasting.inventory.economics import CostDefaults
from forecasting.services.dataset import Dataset
from forecasting.services.opening import open_history
from forecasting.settings import Settings, usual_settings

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("SHELFWISE_DATA", ROOT.parent / "shared" / "data"))

# M5 gives prices only. A supermarket's gross margin is near 30 %; what is left over
# is marked down by a tenth of its cost: together a critical ratio of about 0.8.
M5_COST_SHARE, M5_SALVAGE_SHARE = 0.7, 0.9
TYPED = CostDefaults(overstock=1.0, understock=4.0)


@dataclass(frozen=True)
class BenchmarkSet:
    """One file, how to read it and how to judge a forecast of it; times in periods of the file."""

    name: str
    file: str
    frequency: str
    horizon: int
    drivers: tuple[str, ...] = ()  # known ahead; the opening days are a column of their own
    country: str = ""
    prices: str = ""  # a file of prices beside it
    costs: CostDefaults = field(default_factory=lambda: TYPED)
    series: int | None = None  # how many are measured; None: all
    note: str = ""

    @property
    def settings(self) -> Settings:
        """Return the options of four origins under the set's economics; lead time and review as usual."""
        settings = usual_settings(
            self.frequency, horizon=self.horizon, step=self.horizon, folds=4, country=self.country
        )
        return replace(settings, costs=self.costs)


SETS = {
    s.name: s
    for s in (
        BenchmarkSet("rossmann", "rossmann.csv.gz", "D", 28, ("Promo", "SchoolHoliday"), "DE"),
        BenchmarkSet(
            "m5", "m5.csv.gz", "D", 28, country="US", prices="m5_prices.csv", costs=CostDefaults(),
            note="price of the file, unit cost 70 % of it, left-overs fetch 90 % of their cost",
        ),
        BenchmarkSet(
            "dominicks", "dominicks.csv.gz", "W-THU", 8, ("price", "deal", "feat"), costs=CostDefaults(),
            note="its own price and unit cost, left-overs are kept at 25 % a year",
        ),
        BenchmarkSet("carparts", "carparts_wide.csv.gz", "MS", 6),
        BenchmarkSet("store_item", "store_item.csv.gz", "D", 28, series=100, note="100 of 500 series"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Fold:
    """One origin: what may be seen, and the dates and drivers to forecast."""

    cutoff: pd.Timestamp
    history: pd.DataFrame
    future: pd.DataFrame


def open_set(spec: BenchmarkSet, series: int | None = None) -> Dataset:
    """Return the set through our own importer, cut down to evenly spread series where asked.

    Raises SystemExit with one sentence when the file is not on this machine.
    """
    source = DATA / "bench" / spec.file
    if not source.exists():
        raise SystemExit(f"The real sales are not on this machine: {source} is missing (set SHELFWISE_DATA).")
    options = ImportOptions(drivers=spec.drivers, frequency=spec.frequency)
    items = priced(DATA / "bench" / spec.prices) if spec.prices else None
    dataset, _ = open_history(source, name=spec.file, options=options, items=items)
    wanted = series if series is not None else spec.series
    return dataset if wanted is None else only(dataset, wanted)


def priced(source: Path) -> bytes:
    """Return a file of prices with the stated margin and salvage added, as a CSV of items."""
    table = pd.read_csv(source, dtype={"store_id": str, "item_id": str})
    cost = table["price"] * M5_COST_SHARE
    table = table.assign(unit_cost=cost, salvage=cost * M5_SALVAGE_SHARE, leftover="perishable")
    return table.to_csv(index=False).encode()


def only(dataset: Dataset, count: int) -> Dataset:
    """Return the dataset with `count` series, spread evenly over its sorted ids."""
    ids = np.array(sorted(dataset.sales["unique_id"].unique()), dtype=object)
    kept = ids[np.unique(np.linspace(0, len(ids) - 1, min(count, len(ids))).round().astype(int))]
    sales = dataset.sales[dataset.sales["unique_id"].isin(kept)].reset_index(drop=True)
    items = dataset.items[dataset.items["unique_id"].isin(kept)].reset_index(drop=True)
    return replace(dataset, sales=sales, items=items, sha256=f"{dataset.sha256}:{len(kept)}")


def folds(dataset: Dataset, settings: Settings) -> Iterator[Fold]:
    """Yield the scored origins exactly as our own backtest cuts them."""
    sales, frequency = dataset.sales, dataset.frequency
    dates = calendar(sales["ds"].min(), sales["ds"].max(), frequency)
    for cutoff in cutoffs(dates, settings.plan)[1]:
        ids = eligible(sales, cutoff, frequency)
        if ids:
            ahead = next_periods(cutoff, settings.plan.horizon, frequency)
            history = sales[(sales["ds"] <= cutoff) & sales["unique_id"].isin(ids)]
            yield Fold(cutoff, history, known_future(sales, ids, ahead))
