"""The sample's true demand, three defects planted in it, and the workbench's word on which one to mend."""

from dataclasses import dataclass, replace

import pandas as pd
import pytest

from forecasting.history.health.repairs import RULES
from forecasting.services.bench_view import bench_sentences
from forecasting.services.variants import AS_IT_CAME, variants_of
from forecasting.services.workbench import compare
from forecasting.settings import usual_settings
from tests.conftest import SAMPLE

SETTINGS = usual_settings("D", horizon=14, step=14, folds=6, lead_time=1, review_period=3)
EMPTY, UNIT, OUTLIER = "mask_zero_runs", "rescale_units", "mask_outliers"
BEFORE = 28  # days before a tested date from which orders are learned, for the truth's ranking
STEP = 42  # days before the end at which dozens became pieces


@dataclass(frozen=True)
class Planted:
    """A history with defects, and the units each of them misreports before tested dates."""

    dataset: object
    misreported: dict[str, float]  # money at the margin, by the rule that mends it


@pytest.fixture(scope="module")
def wanted(sample):
    """The Centre store as customers wanted it: the last 420 days of the truth, nothing wrong."""
    truth = pd.read_parquet(SAMPLE / "truth.parquet", columns=["unique_id", "ds", "demand"])
    truth = truth.astype({"unique_id": str, "demand": float}).dropna()
    sales = sample.sales[sample.sales["unique_id"].str.startswith("Centre")]
    sales = sales[sales["ds"] > sales["ds"].max() - pd.Timedelta(days=420)]
    long = sales.groupby("unique_id")["y"].transform("size") == 420
    fast = sales.groupby("unique_id")["y"].transform("mean") > 8
    sales = sales[long & fast].merge(truth, on=["unique_id", "ds"], validate="one_to_one")
    sales = sales.assign(y=sales["demand"]).drop(columns=["demand", "stockout"])
    items = sample.items.drop(columns=["lead_time", "review_period"])  # one rhythm of ordering for all
    return replace(
        sample, sales=sales.reset_index(drop=True), items=items, future=pd.DataFrame(), sha256="planted"
    )


def plant(wanted, *, empty, unit, outlier):
    """Return the history with three defects, each in so many series of its own.

    Shelves empty for 6 days before each tested date; sales in dozens until `STEP` days before the end;
    one day tenfold before each tested date.
    """
    sales = wanted.sales.copy()
    back = (sales["ds"].max() - sales["ds"]).dt.days
    names = list(sales["unique_id"].unique())
    assert empty + unit + outlier <= len(names)
    to_origin = (back - 14) % 14  # 0 on a tested date: each is 14 days after the one before
    recent = back.between(14, 6 * 14 + BEFORE)
    of = {EMPTY: names[:empty], UNIT: names[empty : empty + unit], OUTLIER: names[len(names) - outlier :]}
    where = {
        EMPTY: recent & (to_origin < 6) & (sales.get("open", 1.0) != 0),
        UNIT: back >= STEP,
        OUTLIER: recent & (to_origin == 3) & (sales.get("open", 1.0) != 0),
    }
    factor = {EMPTY: 0.0, UNIT: 1 / 12, OUTLIER: 10.0}
    items = wanted.items.set_index("unique_id")
    margin = sales["unique_id"].map(items["price"] - items["unit_cost"]).astype(float)
    true, cost = sales["y"].copy(), {}
    for rule, series in of.items():
        hit = where[rule] & sales["unique_id"].isin(series)
        sales["y"] = sales["y"].mask(hit, true * factor[rule])
        cost[rule] = float(((sales["y"] - true).abs() * margin)[hit & recent].sum())
    return Planted(replace(wanted, sales=sales), cost)


@pytest.mark.parametrize(
    ("counts", "dearest"),
    [
        ({"empty": 9, "unit": 1, "outlier": 1}, EMPTY),
        ({"empty": 1, "unit": 1, "outlier": 9}, OUTLIER),
    ],
)
def test_the_grid_names_the_planted_defect_that_costs_most(wanted, counts, dearest):
    planted = plant(wanted, **counts)
    repairs = {AS_IT_CAME, *(RULES[rule] for rule in planted.misreported)}
    variants = {name: data for name, data in variants_of(planted.dataset).items() if name in repairs}
    assert set(variants) == repairs  # each defect is found
    found = compare(variants, SETTINGS, models=("prophet",))
    gains = found.gains.set_index("variant")
    of_rules = {rule: gains.loc[RULES[rule], "gain"] for rule in planted.misreported}
    assert max(planted.misreported, key=planted.misreported.get) == dearest
    assert max(of_rules, key=of_rules.get) == dearest
    assert gains.loc[RULES[dearest], "beyond_noise"]
    others = [RULES[rule] for rule in planted.misreported if rule != dearest]
    assert not gains.loc[others, "beyond_noise"].any()
    first = bench_sentences(found, "EUR")[0]
    assert first.startswith("The next hour of work that pays most")
    assert RULES[dearest] in first


def test_where_nothing_is_planted_no_repair_stands_beyond_noise(wanted):
    gains = compare(variants_of(wanted), SETTINGS, models=("prophet",)).gains
    repairs = gains[gains["variant"].isin(RULES.values())]
    assert not (repairs["beyond_noise"] & (repairs["gain"] > 0)).any()
