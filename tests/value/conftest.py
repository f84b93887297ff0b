from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from forecasting.inventory.economics import CostDefaults, item_costs
from forecasting.inventory.policy import OrderPolicy, item_policies
from forecasting.schema import CUMULATIVE_LEVELS, quantile_column
from forecasting.value.censored import Recorded, scenarios
from forecasting.value.contest import Calendar, Contest
from forecasting.value.shelves import Shelves
from forecasting.value.spoken import spoken

IDS = ("bread", "milk", "salad", "tins")
RATES = (3.0, 8.0, 12.0, 20.0)  # units a day
OFF = {"low": 2 / 3, "sharp": 1.0, "high": 4 / 3}


def make_shelves(n=1, **changes) -> Shelves:
    """Lost sales at 3 a unit, holding 0.1 a unit and day, 0.5 an order, lead time 1, review every 2 days."""
    columns = {
        "lead_time": 1.0, "review_period": 2.0, "shelf_life": np.inf, "perishable": False,
        "critical_ratio": 3 / 3.2, "margin": 3.0, "goodwill": 0.5, "written_off": 2.0, "holding": 0.1,
        "order_cost": 0.5, "unit_cost": 2.0,
    }  # fmt: skip
    filled = {name: np.full(n, value) for name, value in (columns | changes).items()}
    return Shelves(unique_id=np.array([f"s{i}" for i in range(n)], dtype=object), **filled)


def _cumulative(ids, cutoffs, rates, horizon) -> pd.DataFrame:
    """Cumulative backtest frame of three models: Poisson around `OFF` times the rate."""
    said = {
        (model, name): _poisson_sums(rate * factor, horizon).assign(unique_id=name, model=model)
        for model, factor in OFF.items()
        for name, rate in zip(ids, rates, strict=True)
    }
    return pd.concat([one.assign(cutoff=c) for one in said.values() for c in cutoffs], ignore_index=True)


@lru_cache
def _poisson_sums(rate, horizon) -> pd.DataFrame:
    mean = rate * np.arange(1, horizon + 1)
    quantiles = {quantile_column(q): poisson.ppf(q, mean) for q in CUMULATIVE_LEVELS}
    return pd.DataFrame({"h": np.arange(1, horizon + 1), "mean": mean, **quantiles})


@pytest.fixture
def terms():
    """Costs 3 : 1 and four daily periods to cover for every item, unless told otherwise."""

    def build(understock=3.0, overstock=1.0, ids=IDS, **columns):
        items = pd.DataFrame({"unique_id": list(ids), **columns})
        defaults = CostDefaults(understock=understock, overstock=overstock, source="typed")
        costs = item_costs(items, defaults, days_per_period=1.0, review_period=3)
        return costs, item_policies(items, OrderPolicy(lead_time=1, review_period=3))

    return build


@pytest.fixture
def backtest():
    """Cumulative backtest: demand uniform on 0 … 10h; sharp knows it, high adds 4h, low takes 4h off."""

    def build(shifts=None, n_cutoffs=8, horizon=5, step=7, seed=0):
        rng = np.random.default_rng(seed)
        cutoffs = pd.date_range("2026-01-04", periods=n_cutoffs, freq=f"{step}D")
        grid = pd.MultiIndex.from_product(
            [IDS, cutoffs, range(1, horizon + 1)], names=["unique_id", "cutoff", "h"]
        ).to_frame(index=False)
        grid["y"] = rng.uniform(0, 10, len(grid)) * grid["h"]
        shifts = shifts or {"sharp": 0.0, "high": 4.0, "low": -4.0}
        parts = []
        for model, shift in shifts.items():
            quantiles = {
                quantile_column(level): np.maximum((10 * level + shift) * grid["h"], 0)
                for level in CUMULATIVE_LEVELS
            }
            parts.append(grid.assign(model=model, mean=(5 + shift) * grid["h"], **quantiles))
        return pd.concat(parts, ignore_index=True)

    return build


@pytest.fixture
def make_contest(terms):
    """Four items, Poisson demand, weekly origins; 'sharp' knows the law, 'high' and 'low' are off by a third.

    Two origins come before the counted ones. `choice` names the model of our forecast.
    """

    def build(
        n_origins=8,
        scored=6,
        step=7,
        horizon=8,
        choice="sharp",
        seed=0,
        first_origin=(),
        rates=RATES,
        **changes,
    ):
        rng = np.random.default_rng(seed)
        ids = np.array([f"s{i}" for i in range(len(rates))], dtype=object)
        dates = pd.date_range("2026-01-01", periods=40 + step * n_origins)
        demand = rng.poisson(np.array(rates)[:, None], (len(rates), len(dates))).astype(float)
        cutoffs = dates[39 : 39 + step * n_origins : step]
        frame = _cumulative(ids, cutoffs, rates, horizon)
        late = dict(first_origin)
        frame = frame[
            [c >= cutoffs[late.get(i, 0)] for i, c in zip(frame["unique_id"], frame["cutoff"], strict=True)]
        ]
        said = spoken(frame, ("low", "sharp", "high"))
        recorded = Recorded(dates, demand, np.zeros(demand.shape, dtype=bool))
        first = 40
        picked = np.full((n_origins, len(rates)), said.models.index(choice))
        picked[: n_origins - scored] = -1
        contest = Contest(
            spoken=said,
            shelves=make_shelves(len(rates)),
            recorded=recorded,
            scenarios=scenarios(recorded, first, first + step * n_origins, "D"),
            choice=picked,
            fallback="low",
            calendar=Calendar(step, scored, 7, 364),
            whole_units=True,
        )
        return replace(contest, **changes)

    return build
