"""What is planted in a history is found, what is not planted is not, and repairs do what they say."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from forecasting.errors import SettingsError
from forecasting.history.censored import censored_normal, demand_at_least
from forecasting.history.health.findings import KINDS, WORDS, examine, overall, share_there
from forecasting.history.health.grid import grid_of
from forecasting.history.health.repairs import Repair, change_of, repaired
from forecasting.history.lost import LOST_COLUMNS
from tests.conftest import real_data

NONE_LOST = pd.DataFrame(columns=list(LOST_COLUMNS))
WEEK = np.array([0.8, 0.9, 1.0, 1.0, 1.2, 1.5, 0.6])


@pytest.fixture
def clean():
    rng = np.random.default_rng(11)
    ds = pd.date_range("2024-01-01", periods=420, freq="D")
    mean = np.resize(WEEK, 420)
    frames = [
        pd.DataFrame({"unique_id": name, "ds": ds, "y": rng.poisson(mean * level).astype(float)})
        for name, level in {"a": 12, "b": 30, "c": 50, "d": 20}.items()
    ]
    return pd.concat(frames, ignore_index=True)


def on(sales, name, start, end=None):
    return (sales["unique_id"] == name) & sales["ds"].between(start, end or start)


def kinds(sales):
    found = examine(grid_of(sales, "D"), NONE_LOST, pd.Series(dtype=float), "day").findings
    return dict(found.groupby("kind")["unique_id"].agg(set))


def test_a_clean_history_has_no_findings_and_a_full_score(clean):
    health = examine(grid_of(clean, "D"), NONE_LOST, pd.Series(dtype=float), "day")
    assert health.findings.empty
    assert health.score == 100


@pytest.mark.parametrize(
    ("kind", "start", "end", "factor"),
    [
        ("zero_run", "2024-06-03", "2024-06-08", 0.0),
        ("outlier", "2024-07-10", "2024-07-10", 9.0),
        ("shift", "2024-10-01", "2026-01-01", 0.6),
        ("unit", "2024-10-01", "2026-01-01", 12.0),
    ],
)
def test_what_is_planted_in_one_series_is_found_there_and_only_there(clean, kind, start, end, factor):
    hit = on(clean, "c", start, end)
    assert kinds(clean.assign(y=clean["y"].mask(hit, clean["y"] * factor))) == {kind: {"c"}}


def test_four_strong_weeks_that_pass_are_no_step_of_the_level_that_stayed(clean):
    """Like the weeks before Christmas in a first year: up by 80 % and back, with no year before to tell."""
    peak = on(clean, "c", "2024-08-05", "2024-09-01")
    stays = on(clean, "c", "2024-08-05", "2026-01-01")

    passed, stayed = (clean.assign(y=clean["y"].mask(hit, clean["y"] * 1.8)) for hit in (peak, stays))

    assert "shift" not in kinds(passed)
    assert kinds(stayed) == {"shift": {"c"}}


def test_runs_of_zeros_that_chance_gives_a_slow_mover_are_no_finding_and_a_long_one_is():
    rng = np.random.default_rng(5)
    ds = pd.date_range("2024-01-01", periods=900, freq="D")
    names = [f"slow {n:03d}" for n in range(200)]
    slow = pd.DataFrame(
        {"unique_id": np.repeat(names, 900), "ds": np.tile(ds, 200), "y": rng.poisson(0.5, 900 * 200)}
    ).astype({"y": float})
    by_chance = kinds(slow).get("zero_run", set())
    assert len(by_chance) <= 6  # 1 in 100 series, up to what 200 of them show by chance
    empty = slow.assign(y=slow["y"].mask(on(slow, "slow 007", "2025-03-01", "2025-04-15"), 0.0))
    assert "slow 007" in kinds(empty)["zero_run"] - by_chance


def test_the_sample_whose_empty_shelves_are_all_flagged_has_no_suspected_ones(sample):
    assert "zero_run" not in kinds(sample.sales)


def test_a_day_on_which_nobody_sold_is_closed_for_all_not_without_stock(clean):
    shut = clean.assign(y=clean["y"].mask(clean["ds"] == "2024-08-15", 0.0))
    assert kinds(shut) == {"closed": {"a", "b", "c", "d"}}
    after = repaired(shut, (Repair("mark_closed"),), "D")
    assert set(after.loc[after["open"] == 0, "ds"]) == {pd.Timestamp("2024-08-15")}
    assert kinds(after) == {}


def test_missing_rows_inside_a_series_are_gaps_and_counted_as_such(clean):
    holed = clean[~on(clean, "b", "2024-05-01", "2024-05-21")]
    assert share_there(grid_of(holed, "D")) == pytest.approx(1 - 21 / (4 * 420))
    late = clean[~on(clean, "b", "2024-01-01", "2024-02-01")]
    assert share_there(grid_of(late, "D")) == 1  # before its first row a series is not there yet
    shut = holed.assign(open=np.where(holed["ds"] == "2024-06-01", 0.0, 1.0))  # one day, four series
    assert share_there(grid_of(shut, "D")) == pytest.approx(1 - 21 / (4 * 419))
    assert kinds(clean[~on(clean, "b", "2024-05-01", "2024-05-03")]) == {"gap": {"b"}}


def test_a_half_told_last_day_is_found_and_left_out_on_request(clean):
    last = clean["ds"].max()
    partial = clean.assign(y=clean["y"].mask(clean["ds"] == last, np.floor(clean["y"] * 0.2)))
    assert "partial" in kinds(partial)
    assert repaired(partial, (Repair("drop_partial"),), "D")["ds"].max() < last


def test_prices_in_cents_after_a_date_are_a_change_of_currency(clean):
    price = np.where(clean["ds"] < "2024-09-01", 2.5, 250.0)
    assert kinds(clean.assign(price=price)) == {"currency": {"a", "b", "c", "d"}}


def test_a_change_of_unit_is_undone_before_its_date_and_nowhere_else(clean):
    hit = on(clean, "c", "2024-10-01", "2026-01-01")
    dozens = clean.assign(y=clean["y"].mask(~hit & (clean["unique_id"] == "c"), clean["y"] / 12))
    after = repaired(dozens, (Repair("rescale_units"),), "D")
    assert after["y"].to_numpy() == pytest.approx(clean["y"].to_numpy())
    assert after.loc[hit, "y"].equals(clean.loc[hit, "y"])


def test_nothing_is_repaired_unasked_and_zeros_stay_demand(clean):
    zeros = clean.assign(y=clean["y"].mask(on(clean, "c", "2024-06-03", "2024-06-08"), 0.0))
    pd.testing.assert_frame_equal(repaired(zeros, (), "D"), zeros)


def test_a_change_counts_the_rows_it_changes(clean):
    zeros = clean.assign(y=clean["y"].mask(on(clean, "c", "2024-06-03", "2024-06-08"), 0.0))
    change = change_of(zeros, Repair("mask_zero_runs"), "D")
    assert (change.rows, change.series, change.units) == (6, 1, 0.0)
    flagged = repaired(zeros, (Repair("mask_zero_runs"),), "D")
    assert change_of(flagged, Repair("ignore_stockouts"), "D").rows == 6


def test_findings_are_worst_first_in_money_where_money_is_known(clean):
    bad = clean.assign(y=clean["y"].mask(on(clean, "c", "2024-06-03", "2024-06-12"), 0.0))
    bad["y"] = bad["y"].mask(on(bad, "a", "2024-06-03", "2024-06-12"), 0.0)
    money = pd.Series({"a": 100.0, "b": 1.0, "c": 1.0, "d": 1.0})
    found = examine(grid_of(bad, "D"), NONE_LOST, money, "day").findings
    assert found["unique_id"].tolist() == ["a", "c"]
    assert found["money"].to_numpy() == pytest.approx(found["units"] * np.array([100.0, 1.0]))


def test_a_repair_nobody_knows_is_refused():
    with pytest.raises(SettingsError, match="choose from"):
        Repair("guess")


def test_censored_normal_demand_is_the_oracle():
    cases = json.loads(real_data("oracles.json").read_text())["cases"]
    case = next(c for c in cases if c["id"] == "CEN-01")
    sales, flag = (np.array(case["inputs"][name], dtype=float) for name in ("sales", "stockout_flag"))
    found = censored_normal(sales, flag == 1)
    assert found.mean == pytest.approx(case["expected"]["mle_mean"], rel=1e-3)
    assert found.sd == pytest.approx(case["expected"]["mle_sd"], rel=1e-3)


@pytest.mark.parametrize(("mean", "size", "sold"), [(8.0, 3.0, 10.0), (0.4, 1.0, 1.0), (20.0, 1e6, 0.0)])
def test_demand_of_at_least_so_much_is_what_adding_up_all_cases_gives(mean, size, sold):
    units = np.arange(sold, 400)
    chance = nbinom.pmf(units, size, size / (size + mean))
    chance /= chance.sum()
    expected = (units * chance).sum()
    found, variance = demand_at_least(np.array([mean]), np.array([size]), np.array([sold]))
    assert found[0] == pytest.approx(expected, rel=1e-6)
    assert variance[0] == pytest.approx((units**2 * chance).sum() - expected**2, rel=1e-5)


def test_returned_and_repeated_lines_are_findings_in_units_and_money(clean):
    line = {"start": "2024-02-03", "end": "2024-02-05", "rows": 2, "units": 6.0}
    odd = pd.DataFrame(
        [
            {"kind": "returned", "unique_id": "a", **line},
            {"kind": "returned", "unique_id": "a", **line, "end": "2024-03-01"},
            {"kind": "repeated", "unique_id": "b", **line},
        ]
    )
    money = pd.Series({"a": 2.0, "b": 10.0, "c": 1.0, "d": 1.0})
    found = examine(grid_of(clean, "D"), NONE_LOST, money, "day", odd).findings.set_index("kind")
    assert found.index.tolist() == ["repeated", "returned"]
    assert found["money"].tolist() == [60.0, 24.0]
    assert found.loc["returned", ["periods", "units"]].tolist() == [4, 12.0]
    assert found.loc["returned", "end"] == pd.Timestamp("2024-03-01")
    assert found.loc["returned", "what"].startswith("4 lines of returned goods, 12 units")


def test_findings_of_all_series_add_up_by_kind_worst_first(clean):
    bad = clean.assign(y=clean["y"].mask(on(clean, "c", "2024-06-03", "2024-06-08"), 0.0))
    bad["y"] = bad["y"].mask(on(bad, "a", "2024-07-10"), 200.0)
    findings = examine(grid_of(bad, "D"), NONE_LOST, pd.Series({"a": 10.0, "c": 1.0}), "day").findings
    table = overall(findings).set_index("what")
    assert table.index.tolist() == [KINDS["outlier"], KINDS["zero_run"]]
    assert table["money"].sum() == pytest.approx(findings["money"].sum())
    assert table["series"].tolist() == [1, 1]


def test_every_finding_has_words_for_one_series_and_for_all():
    assert set(KINDS) == set(WORDS)
