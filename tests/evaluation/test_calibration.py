"""Stated chances come true on origins later than those that taught them."""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.calibrate import SUMS, calibrate_backtest, calibrate_paths, daily_rule
from forecasting.evaluation.calibration import (
    OWN,
    POOLED,
    asked_for,
    conformal_ranks,
    learn,
    missed,
    moved,
    scores_of,
)
from forecasting.evaluation.cycles import cycles_of
from forecasting.paths import SamplePaths
from forecasting.schema import CUMULATIVE_LEVELS, QUANTILE_LEVELS, quantile_column

LEVELS = np.array(QUANTILE_LEVELS)
FACTORS = np.quantile(np.random.default_rng(1).lognormal(0, 0.4, 100_000), LEVELS)


def backtest(
    *, too_narrow: float = 0.5, origins: int = 12, series: int = 40, horizon: int = 2, seed: int = 0
):
    """A model whose median is right and whose spread is `too_narrow` times the true one."""
    rng = np.random.default_rng(seed)
    rows = []
    for k, cutoff in enumerate(pd.date_range("2024-01-07", periods=origins, freq="14D")):
        for i in range(series):
            for h in range(1, horizon + 1):
                level = 20.0 * (1 + i % 5)
                quantiles = level * (1 + too_narrow * (FACTORS - 1))
                rows.append(
                    {
                        "model": "m", "unique_id": f"s{i:02d}", "cutoff": cutoff, "h": h,
                        "ds": cutoff + pd.Timedelta(days=h), "mean": level,
                        "y": level * rng.lognormal(0, 0.4), "origin": k,
                        **{quantile_column(u): q for u, q in zip(LEVELS, quantiles, strict=True)},
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def share_below(frame, level, *, from_origin):
    late = frame[frame["origin"] >= from_origin]
    return (late["y"] <= late[quantile_column(level)]).mean()


@pytest.mark.parametrize("rule", [SUMS, daily_rule("D")], ids=["sums", "periods"])
def test_a_band_that_was_too_narrow_keeps_its_promise_on_later_origins(rule):
    frame = backtest()
    after, _ = calibrate_backtest(frame, "D", rule)

    assert share_below(frame, 0.9, from_origin=6) < 0.83
    assert share_below(after, 0.9, from_origin=6) == pytest.approx(0.9, abs=0.03)
    assert share_below(after, 0.1, from_origin=6) == pytest.approx(0.1, abs=0.03)


def test_sums_that_were_right_are_left_alone_where_origins_disagree():
    rng = np.random.default_rng(5)
    frame = backtest(too_narrow=1.0, origins=10)
    shock = pd.Series(rng.lognormal(0, 0.3, 10))
    frame["y"] = frame["y"] * frame["origin"].map(shock)
    _, shift = calibrate_backtest(frame, "D", SUMS)

    middle = np.argmin(np.abs(LEVELS - 0.5))
    each = conformal_ranks(scores_of(cycles_of(frame, "D"))[:, :, 0], LEVELS)[:, middle]
    assert abs(shift.pooled[0, middle]) < np.abs(each).max() / 2


def width(frame, origin):
    rows = frame[frame["origin"] == origin]
    return (rows[quantile_column(0.9)] - rows[quantile_column(0.1)]).mean()


def test_a_band_that_every_origin_finds_too_wide_is_narrowed():
    frame = backtest(too_narrow=2.0)
    after, _ = calibrate_backtest(frame, "D", daily_rule("D"))
    assert width(after, 11) == pytest.approx(width(frame, 11) / 2, rel=0.15)
    assert share_below(after, 0.9, from_origin=6) == pytest.approx(0.9, abs=0.03)


def test_a_band_widens_on_one_origin_but_does_not_narrow_on_one():
    narrow, wide, rule = backtest(too_narrow=0.5), backtest(too_narrow=2.0), daily_rule("D")
    assert width(calibrate_backtest(narrow, "D", rule)[0], 1) > 1.5 * width(narrow, 1)
    assert width(calibrate_backtest(wide, "D", rule)[0], 1) == pytest.approx(width(wide, 1))


@pytest.mark.parametrize(("shocks", "share"), [([1.0], 1.0), ([0.2, 1.8], 0.7)], ids=["agree", "differ"])
def test_a_band_narrows_as_far_as_origins_agree(shocks, share):
    frame = backtest(too_narrow=2.0, origins=6)
    shock = np.resize(shocks, 6)[frame["origin"]]
    frame["y"] = frame["mean"] + (frame["y"] - frame["mean"]) * shock
    cycles = cycles_of(frame, "D")
    scores = scores_of(cycles)
    high = np.argmin(np.abs(LEVELS - 0.9))
    whole = conformal_ranks(scores.reshape(1, -1, len(LEVELS)), LEVELS)[0, high]
    shift = learn(cycles, scores, frame["ds"].max(), daily_rule("D")).pooled[0, high]
    assert whole < -0.05
    assert shift / whole == pytest.approx(share, abs=0.1)


def test_a_daily_band_moves_each_side_and_each_step_by_what_that_side_and_step_missed():
    """Said: normal and the same at every step. Came: skewed, and from the second week on twice as far."""
    frame = backtest(origins=10, horizon=20)
    unit, far = 0.2 * frame["mean"], np.where(frame["h"] > 10, 2.0, 1.0)
    for u in LEVELS:
        frame[quantile_column(u)] = frame["mean"] + unit * NormalDist().inv_cdf(u)
    frame["y"] = frame["mean"] + unit * far * (np.random.default_rng(3).exponential(1, len(frame)) - 1)
    after, _ = calibrate_backtest(frame, "D", daily_rule("D"))

    last = after[after["origin"] == 9]
    early, late = last[last["h"] <= 5], last[last["h"] > 15]
    for rows, times in ((early, 1.0), (late, 2.0)):
        above = ((rows["q0.9"] - rows["mean"]) / unit[rows.index]).mean()
        below = ((rows["mean"] - rows["q0.1"]) / unit[rows.index]).mean()
        assert above == pytest.approx(times * (np.log(10) - 1), rel=0.1)
        assert below == pytest.approx(times * (1 + np.log(0.9)), rel=0.1)


def test_what_bands_lacked_is_asked_for_on_top_and_no_level_leaves_its_side():
    levels = np.array([0.005, 0.1, 0.5, 0.9, 0.995])
    lacked = np.array([0.0, -0.05, 0.1, 0.05, 0.0])
    assert asked_for(levels, []).tolist() == levels.tolist()
    assert asked_for(levels, [lacked, lacked]) == pytest.approx([0.005, 0.08, 0.5, 0.92, 0.995])
    assert asked_for(levels, [lacked * 100]) == pytest.approx([0.005, 0.01, 0.5, 0.99, 0.995])


def test_a_level_between_the_shares_below_and_at_its_quantile_lacks_nothing():
    outcomes = np.repeat([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, np.nan], 2).reshape(10, 2)
    said = np.broadcast_to(np.array([0.0, 1.0, 1.0]), (10, 2, 3))
    # Six of nine sold none, eight at most one.
    lacking = missed(outcomes, said, np.array([0.1, 0.8, 0.95]))
    assert lacking == pytest.approx([0.0, 0.0, 0.95 - 8 / 9])


def test_bands_that_each_origin_outgrows_come_closer_to_their_promise():
    frame = backtest(origins=12)
    frame["y"] = frame["mean"] + (frame["y"] - frame["mean"]) * 1.12 ** frame["origin"]
    after, _ = calibrate_backtest(frame, "D", daily_rule("D"))
    cycles = cycles_of(frame, "D")
    plain = learn(cycles, scores_of(cycles), cycles.cutoff[-1], daily_rule("D"))
    last = (
        cycles.y[-1]
        <= moved(cycles.quantiles[-1], plain.pooled[None], cycles.levels, daily_rule("D"))[
            ..., np.argmin(np.abs(LEVELS - 0.9))
        ]
    )
    assert last.mean() + 0.01 < share_below(after, 0.9, from_origin=11) < 0.93


def test_an_origin_is_calibrated_only_by_outcomes_that_were_known_at_it():
    frame = backtest()
    changed = frame.copy()
    late = changed["origin"] >= 8
    changed.loc[late, "y"] = 10_000.0

    before, _ = calibrate_backtest(frame, "D", SUMS)
    after, _ = calibrate_backtest(changed, "D", SUMS)
    columns = [quantile_column(u) for u in LEVELS]
    early = (frame["origin"] <= 8).to_numpy()
    pd.testing.assert_frame_equal(before.loc[early, columns], after.loc[early, columns])
    assert not before.loc[~early, columns].equals(after.loc[~early, columns])


def test_an_outcome_counts_from_the_day_it_was_seen_not_from_its_origin():
    cycles = cycles_of(backtest(origins=3, horizon=2), "D")
    scores = scores_of(cycles)
    day_one = cycles.cutoff[0] + pd.Timedelta(days=1)

    assert learn(cycles, scores, cycles.cutoff[0], SUMS).origins == 0
    assert learn(cycles, scores, day_one, SUMS).cycles.tolist() == [40, 0]


def test_the_first_origin_and_a_single_origin_of_sums_stay_as_they_were():
    frame = backtest(origins=1)
    after, shift = calibrate_backtest(frame, "D", SUMS)
    pd.testing.assert_frame_equal(frame, after, check_dtype=False, rtol=1e-6)
    assert (shift.pooled == 0).all()


def test_quantiles_never_cross_and_sums_never_fall():
    after, _ = calibrate_backtest(backtest(too_narrow=0.1), "D", SUMS)
    table = after[[quantile_column(u) for u in LEVELS]].to_numpy()
    assert (np.diff(table, axis=1) >= 0).all()
    first, second = (after.loc[after["h"] == h, quantile_column(0.9)].to_numpy() for h in (1, 2))
    assert (second >= first).all()


def test_a_series_with_thirty_cycles_is_judged_by_its_own_and_says_so():
    frame = backtest(origins=31, series=2)
    cycles = cycles_of(frame, "D")
    shift = learn(cycles, scores_of(cycles), frame["ds"].max(), SUMS)
    assert [shift.level(i) for i in ("s00", "s01", "new")] == [OWN, OWN, POOLED]
    few = cycles_of(frame[frame["origin"] < 5], "D")
    assert learn(few, scores_of(few), frame["ds"].max(), SUMS).level("s00") == POOLED


def test_calibrated_futures_have_the_quantiles_of_the_calibrated_sums():
    paths = futures(60, seed=3)
    _, shift = calibrate_backtest(_sums_of(paths), "D", SUMS)
    after = calibrate_paths(paths, shift)

    columns = [quantile_column(u) for u in CUMULATIVE_LEVELS]
    said = paths.cumulative(CUMULATIVE_LEVELS)[columns].to_numpy().reshape(60, 2, -1)
    now = after.cumulative(CUMULATIVE_LEVELS)[columns].to_numpy().reshape(60, 2, -1)
    assert now[:, :, 4:-4] == pytest.approx(
        moved(said, shift.amounts(paths.unique_id), shift.levels, SUMS)[:, :, 4:-4], rel=0.02
    )
    assert (now[:, 1, -4] > 1.05 * said[:, 1, -4]).all()
    assert after.expectation() == pytest.approx(paths.values.mean(axis=1), rel=1e-5)


def test_a_closed_day_stays_without_sales_in_every_calibrated_future():
    paths = futures(60, seed=4)
    paths.values[0, :, 1] = 0
    _, shift = calibrate_backtest(_sums_of(paths), "D", SUMS)
    after = calibrate_paths(paths, shift).values

    assert np.abs(shift.pooled).max() > 0.05
    assert (after[0, :, 1] == 0).all()
    assert (after >= 0).all()
    assert after[1, :, 1].max() > 0


def futures(series, seed):
    values = np.random.default_rng(seed).gamma(4, 5, size=(series, 1000, 2)).astype(np.float32)
    ids = np.array([f"s{i:02d}" for i in range(series)], dtype=object)
    return SamplePaths(ids, pd.date_range("2024-06-01", periods=2), values)


def _sums_of(paths):
    """A cumulative backtest of twelve origins whose outcomes spread half as wide again as was said."""
    rng = np.random.default_rng(9)
    said = paths.cumulative(CUMULATIVE_LEVELS)
    parts = []
    for cutoff in pd.date_range("2024-01-01", periods=12, freq="7D"):
        came = np.cumsum(rng.gamma(4 / 2.25, 5 * 2.25, size=(len(paths.unique_id), paths.horizon)), axis=1)
        parts.append(said.assign(cutoff=cutoff, y=came.ravel(), model="m"))
    return pd.concat(parts, ignore_index=True)


def test_ranks_are_the_finite_sample_ranks_of_conformal_prediction():
    """⌈(n + 1) u⌉ of n scores: 82.9 % of plain quantiles at n = 9 becomes 90 % (oracle CP-03)."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(20_000, 9, 1))
    fresh = rng.normal(size=20_000)
    rank = conformal_ranks(scores, np.array([0.9]))[:, 0]
    assert (fresh <= rank).mean() == pytest.approx(0.9, abs=0.01)
    plain = np.quantile(scores[..., 0], 0.9, axis=1)
    assert (fresh <= plain).mean() == pytest.approx(0.829, abs=0.01)


def test_the_rank_of_oracle_cp_01_covers_nine_times_in_ten_with_nineteen_scores():
    scores = np.arange(1.0, 20.0)[None, :, None]
    assert conformal_ranks(scores, np.array([0.9]))[0, 0] == 18
