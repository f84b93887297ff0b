"""What README promises of the sample shop is in its files."""

import hashlib
import runpy
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, nbinom, poisson

from forecasting.ingest.cost_lines import read_cost_lines
from forecasting.schema import QUANTILE_LEVELS, quantile_columns, quantile_level
from forecasting.value.cost_lines import DEFAULT_COST_LINES
from tests.conftest import ROOT

FOLDER = ROOT / "sample_data"
LAST_DAY = pd.Timestamp("2026-06-28")


@pytest.fixture(scope="module")
def sales():
    table = pd.read_csv(FOLDER / "sales.csv", dtype={"sku": str}, parse_dates=["date"])
    return table.assign(unique_id=table["store"] + " | " + table["item"])


@pytest.fixture(scope="module")
def items():
    table = pd.read_csv(FOLDER / "items.csv", dtype={"sku": str})
    return table.assign(unique_id=table["store"] + " | " + table["item"])


@pytest.fixture(scope="module")
def truth():
    return pd.read_parquet(FOLDER / "truth.parquet").astype({"unique_id": "str"})


@pytest.fixture(scope="module")
def days(sales, truth):
    """One row per day sold, next to its truth; the rows of returned units are left out."""
    bought = sales[(sales["date"] <= LAST_DAY) & (sales["units"] >= 0)]
    return bought.merge(
        truth, left_on=["unique_id", "date"], right_on=["unique_id", "ds"], validate="one_to_one"
    )


def law(truth):
    """The distribution as scipy knows it: an oracle apart from the stored quantiles."""
    mean, variance = (truth[c].to_numpy(dtype=float) for c in ("mean", "variance"))
    slow = variance - mean <= 1e-3 * mean
    size = np.where(slow, 1.0, mean**2 / np.where(slow, 1.0, variance - mean))

    def cdf(units):
        spread = nbinom.cdf(units, size, size / (size + mean))
        return np.where(slow, poisson.cdf(units, mean), spread)

    return cdf


def test_the_generator_writes_the_same_bytes_again(tmp_path):
    script = FOLDER / "make_sample.py"
    subprocess.run([sys.executable, "-W", "error", script, "--out", tmp_path], check=True)

    for name in ("sales.csv", "items.csv"):
        again, kept = ((folder / name).read_bytes() for folder in (tmp_path, FOLDER))
        assert hashlib.sha256(again).hexdigest() == hashlib.sha256(kept).hexdigest(), name
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "truth.parquet"), pd.read_parquet(FOLDER / "truth.parquet")
    )


def test_another_seed_makes_another_shop():
    build_shop = runpy.run_path(str(FOLDER / "make_sample.py"))["build_shop"]

    assert not np.array_equal(build_shop(7).demand, build_shop(8).demand)


def test_the_three_files_stay_under_six_megabytes():
    sizes = [(FOLDER / name).stat().st_size for name in ("sales.csv", "items.csv", "truth.parquet")]

    assert sum(sizes) < 6_000_000


def test_sixty_series_of_three_stores_twenty_items_and_four_categories(sales, items, truth):
    assert sales[["unique_id", "store", "item", "category"]].nunique().tolist() == [60, 3, 20, 4]
    assert (
        sorted(items["unique_id"]) == sorted(sales["unique_id"].unique()) == sorted(set(truth["unique_id"]))
    )
    assert sales.groupby("item")["sku"].nunique().eq(1).all()
    assert sales["sku"].str.fullmatch(r"0\d{5}").all()


def test_the_history_ends_on_a_sunday_and_the_plan_of_28_days_follows(sales):
    plan = sales[sales["date"] > LAST_DAY]

    assert LAST_DAY.day_name() == "Sunday"
    assert sorted(plan["date"].unique()) == list(pd.date_range("2026-06-29", "2026-07-26"))
    assert len(plan) == 57 * 28
    assert plan[["units", "stockout"]].isna().all(axis=None)
    assert plan[["price", "promo", "open"]].notna().all(axis=None)
    assert plan.loc[plan["promo"] == 1, "item"].nunique() >= 2
    assert sales.loc[sales["date"] <= LAST_DAY].notna().all(axis=None)


def test_demand_follows_the_law_it_is_said_to_follow(days):
    """Randomised PIT (Czado, Gneiting & Held 2009): uniform if and only if the law is right."""
    drawn = days[days["mean"] > 0]
    cdf = law(drawn)
    below, at = cdf(drawn["demand"] - 1), cdf(drawn["demand"])
    pit = below + np.random.default_rng(0).random(len(drawn)) * (at - below)

    assert kstest(pit, "uniform").pvalue > 0.01
    for store in ("Centre", "Harbour", "Station"):
        assert kstest(pit[drawn["store"] == store], "uniform").pvalue > 0.005


def test_the_quantiles_are_the_smallest_counts_that_reach_their_level(truth):
    open_days = truth[truth["mean"] > 0]
    cdf = law(open_days)

    levels = [quantile_level(c) for c in quantile_columns(truth)]
    assert levels == [*QUANTILE_LEVELS, 0.975, 0.99]
    for column in quantile_columns(truth):
        level, q = quantile_level(column), open_days[column]
        # The stored mean is float32, so a level met exactly may be missed in the sixth decimal.
        assert (cdf(q) >= level - 1e-5).all()
        assert (cdf(q - 1) < level + 1e-5).all()


def test_the_quantiles_cover_the_share_of_demand_they_promise(days):
    drawn = days[days["mean"] > 0]
    cdf = law(drawn)
    for column in ("q0.1", "q0.5", "q0.9", "q0.99"):
        promised = cdf(drawn[column]).mean()
        standard_error = np.sqrt(promised * (1 - promised) / len(drawn))
        assert (drawn["demand"] <= drawn[column]).mean() == pytest.approx(promised, abs=4 * standard_error)


def test_sales_fall_short_of_demand_on_stock_out_days_and_only_there(days):
    flagged = days["stockout"] == 1

    assert (days.loc[flagged, "units"] < days.loc[flagged, "demand"]).all()
    assert (days.loc[~flagged, "units"] == days.loc[~flagged, "demand"]).all()
    assert days.loc[flagged, "units"].sum() < 0.7 * days.loc[flagged, "demand"].sum()


def test_perishables_run_out_on_two_to_four_days_in_a_hundred(days, items):
    share = days.merge(items[["unique_id", "leftover"]]).groupby("leftover")["stockout"].mean()

    assert 0.02 < share["perishable"] < 0.04
    assert 0 < share["carry_over"] < 0.01


def test_stock_outs_come_in_runs_of_more_than_one_day(days):
    flagged = days.sort_values(["unique_id", "date"])["stockout"].eq(1)
    runs = flagged.groupby((~flagged).cumsum()).sum()

    assert (runs == 1).any()
    assert (runs == 3).any()
    assert (runs[runs > 0] <= 3).mean() > 0.9  # two runs may touch


def test_closed_days_sell_nothing(days):
    closed = days[days["open"] == 0]
    sundays_of_harbour = days[(days["store"] == "Harbour") & (days["date"].dt.day_name() == "Sunday")]

    assert closed[["units", "demand", "mean", "q0.99", "stockout"]].eq(0).all(axis=None)
    assert (sundays_of_harbour["open"] == 0).all()
    assert (days.loc[days["date"].dt.strftime("%m-%d") == "12-25", "open"] == 0).all()
    assert (days.loc[days["open"] == 1, "mean"] > 0).all()


def test_a_lower_price_sells_more(days):
    """Within a series, log sales fall with log price; outside and inside promotions together."""
    usable = days[(days["open"] == 1) & (days["stockout"] == 0) & (days["units"] > 0) & (days["mean"] > 5)]
    logs = np.log(usable[["units", "price"]])
    centred = logs - logs.groupby(usable["unique_id"]).transform("mean")
    products = (centred["units"] * centred["price"]).groupby(usable["item"]).sum()
    elasticity = products / (centred["price"] ** 2).groupby(usable["item"]).sum()
    promoted = elasticity.drop("Mango lassi 250 ml", errors="ignore")

    assert (promoted < 0).all()
    assert -4 < promoted.median() < -1


def test_promotions_are_whole_weeks_at_15_to_30_percent_off(sales):
    plain = sales[(sales["store"] == "Centre") & (sales["units"].isna() | (sales["units"] >= 0))]
    weeks = plain.groupby(["item", pd.Grouper(key="date", freq="W-SUN")])["promo"].mean()
    year = plain.groupby([plain["item"], plain["date"].dt.year])["price"]
    cut = 1 - plain["price"] / year.transform("max")

    assert weeks.isin([0, 1]).all()
    assert cut[plain["promo"] == 1].between(0.145, 0.305).all()
    assert cut[plain["promo"] == 0].abs().max() == 0


def test_one_category_breaks_a_hundred_days_before_the_end(days):
    """The same spring weeks a year earlier, so that the season cancels."""
    spring = days["date"].between("2026-03-21", LAST_DAY)
    year_before = days["date"].between("2025-03-21", "2025-06-28")
    change = (
        days[spring].groupby("category")["demand"].sum()
        / days[year_before].groupby("category")["demand"].sum()
    )

    assert change["Bakery"] == pytest.approx(0.75, abs=0.06)
    assert change["Fresh"] > 0.87
    assert (LAST_DAY - pd.Timestamp("2026-03-20")).days == 100


def test_one_item_is_new_and_one_is_discontinued(sales):
    first, last = (sales.groupby("item")["date"].agg(how) for how in ("min", "max"))

    assert first[first > "2024-01-01"].to_dict() == {"Mango lassi 250 ml": pd.Timestamp("2026-04-29")}
    assert last[last < "2026-07-26"].to_dict() == {"Pumpkin soup 500 g": pd.Timestamp("2026-02-28")}


def test_slow_movers_sell_nothing_on_most_days(days):
    open_days = days[days["open"] == 1]
    idle = (open_days["units"] == 0).groupby(open_days["item"]).mean()

    assert idle["Saffron 1 g"] > 0.5
    assert idle[["Rye bread", "Whole milk 1 L"]].max() < 0.05


def test_thirty_returned_rows_stand_beside_a_row_of_the_same_day(sales):
    returned = sales[sales["units"] < 0]
    key = ["unique_id", "date"]
    net = sales[sales["date"] <= LAST_DAY].groupby(key)["units"].sum()

    assert len(returned) == 30
    assert not returned.duplicated(key).any()
    assert sales.duplicated(key).sum() == 30
    assert (net < 0).sum() == 4


def test_the_items_table_is_one_a_buyer_could_have_written(items):
    assert (items["salvage"] < items["unit_cost"]).all()
    assert (items["unit_cost"] < items["price"]).all()
    assert ((items["lead_time"] + items["review_period"]) <= 14).all()
    assert (items["moq"] % items["pack"] == 0).all()
    assert (items["on_order"] % items["pack"] == 0).all()
    assert items["shelf_life"].notna().equals(items["leftover"] == "perishable")
    assert set(items["leftover"]) == {"perishable", "carry_over"}


def test_some_shelves_are_empty_some_short_and_some_too_full(items, truth):
    ahead = truth[truth["ds"] > LAST_DAY].groupby("unique_id")["mean"].mean()
    daily = items["unique_id"].map(ahead)
    cover = (items["on_hand"] + items["on_order"]) / (daily * (items["lead_time"] + items["review_period"]))

    assert (items["on_hand"] == 0).sum() == 6
    assert (cover < 0.6).sum() >= 10
    assert cover.between(0.9, 1.6).sum() >= 5
    assert (cover > 1.7).sum() >= 3


def test_a_shelf_that_ran_out_on_the_last_day_is_empty(days, items):
    ran_out = days.loc[(days["date"] == LAST_DAY) & (days["stockout"] == 1), "unique_id"]

    assert items.set_index("unique_id").loc[ran_out, "on_hand"].eq(0).all()


def test_the_samples_cost_lines_cover_every_usual_line_and_call_themselves_an_example():
    lines = read_cost_lines(FOLDER / "costs.csv", name="costs.csv")

    assert [line.label for line in lines] == [line.label for line in DEFAULT_COST_LINES]
    assert all(line.estimated and "example" in line.source and line.confidence == "guess" for line in lines)
