"""The sample's law is known: who orders by it pays what it says, and its bands keep their promises."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from forecasting.evaluation.promises import band_promises
from forecasting.schema import CUMULATIVE_LEVELS, QUANTILE_LEVELS, quantile_column
from forecasting.value.censored import SALES, Recorded, Scenario, scenarios
from forecasting.value.contest import OURS, Calendar, Contest
from forecasting.value.days import walk
from forecasting.value.levels import Said
from forecasting.value.spoken import spoken
from tests.conftest import ROOT
from tests.value.conftest import make_shelves

STEP, SETTLING, SCORED = 7, 2, 12
DAYS, EVERY, FUTURES = STEP * (SETTLING + SCORED), 3, 200
LAST_DAY = pd.Timestamp("2026-03-01")  # before anything breaks


@pytest.fixture(scope="module")
def truth():
    return pd.read_parquet(ROOT / "sample_data" / "truth.parquet").astype({"unique_id": object})


@pytest.fixture(scope="module")
def law(truth):
    """Mean, variance and demand of a slice of items, tables of items × days: every third item."""
    days = pd.date_range(end=LAST_DAY, periods=DAYS + 1 + STEP)
    rows = truth[truth["ds"].isin(days)]
    there = rows.groupby("unique_id")["demand"].count() == len(days)
    kept = rows[rows["unique_id"].isin(sorted(there.index[there])[::EVERY])]
    return {c: kept.pivot(index="unique_id", columns="ds", values=c) for c in ("mean", "variance", "demand")}


def sums(mean, variance, levels):
    """Quantiles of a sum of days: negative binomial with the summed mean and variance."""
    variance = np.maximum(variance, mean * 1.0001)
    size = np.divide(mean**2, variance - mean, out=np.ones_like(mean), where=mean > 0)
    share = np.divide(mean, variance, out=np.ones_like(mean), where=mean > 0)
    return [np.where(mean > 0, nbinom.ppf(level, size, share), 0.0) for level in levels]


@pytest.fixture(scope="module")
def contest(law):
    """Whoever knows the law, on shelves with lead time 1 and a review every 2 days."""
    mean, variance = (law[c].to_numpy(dtype=float) for c in ("mean", "variance"))
    dates, n = pd.DatetimeIndex(law["mean"].columns), len(mean)
    frames = []
    for origin in range(0, DAYS, STEP):
        window = slice(origin + 1, origin + 1 + STEP)
        m, v = np.cumsum(mean[:, window], axis=1), np.cumsum(variance[:, window], axis=1)
        told = dict(zip(map(quantile_column, CUMULATIVE_LEVELS), sums(m, v, CUMULATIVE_LEVELS), strict=True))
        frames.append(
            pd.DataFrame(
                {
                    "unique_id": np.repeat(law["mean"].index.to_numpy(), STEP),
                    "cutoff": dates[origin],
                    "h": np.tile(np.arange(1, STEP + 1), n),
                    "mean": m.ravel(),
                    **{name: table.ravel() for name, table in told.items()},
                    "model": "law",
                }
            )
        )
    said = spoken(pd.concat(frames, ignore_index=True), ("law",))
    recorded = Recorded(dates, law["demand"].to_numpy(dtype=float), np.zeros((n, len(dates)), dtype=bool))
    return Contest(
        spoken=said,
        shelves=make_shelves(n, order_cost=0.0),
        recorded=recorded,
        scenarios=scenarios(recorded, 1, 1 + DAYS, "D"),
        choice=np.zeros((SETTLING + SCORED, n), dtype=int),
        fallback="law",
        calendar=Calendar(STEP, SCORED, 7, 364),
        whole_units=True,
    )


def drawn(law, count, seed=0):
    """Demand as the law might have brought it, (count, items, days)."""
    mean, variance = (law[c].to_numpy(dtype=float)[:, 1 : 1 + DAYS] for c in ("mean", "variance"))
    variance = np.maximum(variance, mean * 1.0001)
    size = np.divide(mean**2, variance - mean, out=np.ones_like(mean), where=mean > 0)
    share = np.divide(mean, variance, out=np.full_like(mean, 0.5), where=mean > 0)
    draws = np.random.default_rng(seed).negative_binomial(size, share, (count, *mean.shape))
    return np.where(mean > 0, draws, 0).astype(float)


def costs(contest, demands, factor=1.0):
    """What whoever orders `factor` times the law's level pays in each future, (futures,) money."""
    says = contest.models()["law"]
    shown = Said(says.means, says.stock * factor)
    counted = np.ones(demands[0].shape, dtype=bool)
    worlds = [contest.world({OURS: shown}, shown, Scenario(SALES, demand, counted)) for demand in demands]
    return np.array([books[OURS].cost.sum() for books in walk(worlds)])


def test_what_the_known_law_costs_on_the_days_that_came_is_what_it_says_it_costs(contest, law):
    """The replayed cost lies within the 99 % interval of the costs under futures drawn from the law."""
    low, high = np.quantile(costs(contest, drawn(law, FUTURES)), [0.005, 0.995])
    came = costs(contest, [contest.scenarios[0].demand])[0]

    assert low < came < high
    assert high - low < 0.25 * came  # an interval that everything lies in would prove nothing


def test_nobody_who_orders_more_or_less_than_the_known_law_says_pays_less(contest, law):
    futures = drawn(law, 40)
    best, less, more = (costs(contest, futures, factor).mean() for factor in (1.0, 0.8, 1.25))

    assert best < less
    assert best < more


def test_the_bands_of_the_known_law_hold_as_often_as_they_promise(truth, law):
    """Demand itself, not what was sold: 50, 80 and 90 % each within its binomial interval."""
    days = truth[truth["unique_id"].isin(law["mean"].index) & (truth["mean"] > 0) & truth["demand"].notna()]
    rows = days.rename(columns={"demand": "y"}).assign(model="law")
    table = band_promises(rows, dependent=1.0)

    assert set(map(quantile_column, QUANTILE_LEVELS)) <= set(rows.columns)
    assert (table["verdict"] == "kept").all(), table
    assert (table["cycles"] > 10_000).all()


def test_bands_a_fifth_too_narrow_are_found_out(truth, law):
    days = truth[truth["unique_id"].isin(law["mean"].index) & (truth["mean"] > 0) & truth["demand"].notna()]
    narrow = days.rename(columns={"demand": "y"}).assign(model="law")
    for level in QUANTILE_LEVELS:
        name = quantile_column(level)
        narrow[name] = (narrow["mean"] + 0.8 * (narrow[name] - narrow["mean"])).round()

    verdict = band_promises(narrow, dependent=1.0).set_index("nominal")["verdict"]
    assert verdict[0.8] == verdict[0.9] == "broken"
