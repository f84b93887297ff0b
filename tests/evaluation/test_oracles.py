"""The published cases that concern metrics and calibration, by the code that pages and reports run."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.calibrate import calibrate_backtest, daily_rule
from forecasting.evaluation.calibration import FEEDBACK, asked_for, conformal_ranks, missed
from forecasting.schema import QUANTILE_LEVELS, quantile_column
from tests.conftest import real_data

LEVELS = np.array(QUANTILE_LEVELS)


@pytest.fixture(scope="module")
def oracle():
    return {case["id"]: case for case in json.loads(real_data("oracles.json").read_text())["cases"]}


def test_every_case_about_metrics_and_calibration_is_named_by_a_test_of_this_folder(oracle):
    asked = [case for case in oracle if case.startswith(("MET-", "CP-"))]
    tests = "\n".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*.py"))

    assert len(asked) == 14
    assert [case for case in asked if not re.search(rf"{case}(?!\d)", tests)] == []


def test_one_calibration_set_covers_as_its_beta_law_says(oracle):
    """CP-01: rank 18 of 19 scores covers 90 % on average, and below 80 % in one set of twelve."""
    case = oracle["CP-01"]
    n, wanted = case["inputs"]["n"], case["expected"]
    scores = np.random.default_rng(0).uniform(size=(100_000, n, 1))
    covered = conformal_ranks(scores, np.array([1 - case["inputs"]["alpha"]]))[:, 0]  # of uniform outcomes

    ranked = conformal_ranks(np.arange(1.0, n + 1)[None, :, None], np.array([0.9]))[0, 0]
    assert ranked == wanted["rank_k"]
    assert covered.mean() == pytest.approx(wanted["expected_coverage"], abs=0.001)
    assert covered.std() == pytest.approx(wanted["coverage_sd"], abs=0.001)
    assert (covered < 0.8).mean() == pytest.approx(wanted["p_cov_below_0_8"], abs=0.003)


def history_of_errors(origins, *, series):
    """A model that is nearly sure of 100 where the truth scatters by 10, seen at so many origins."""
    cutoffs = pd.date_range("2024-01-07", periods=origins, freq="7D")
    names = [f"s{i:04d}" for i in range(series)]
    frame = pd.MultiIndex.from_product([names, cutoffs], names=["unique_id", "cutoff"]).to_frame(index=False)
    said = {quantile_column(level): 100 + level - 0.5 for level in LEVELS}
    y = 100 + 10 * np.random.default_rng(0).normal(size=len(frame))
    return frame.assign(model="m", h=1, ds=frame["cutoff"] + pd.Timedelta(days=1), mean=100.0, y=y, **said)


@pytest.mark.parametrize("place", [2, 3, 4], ids=["10 windows", "20 windows", "50 windows"])
def test_our_bands_keep_ninety_percent_where_the_quantile_of_absolute_errors_does_not(oracle, place):
    """CP-04: with n windows the usual 90 % band holds 82 to 88 %; ours must hold at least 89 %."""
    case = oracle["CP-04"]
    windows, theirs = case["inputs"]["n_windows"][place], case["expected"]["coverage"][place]
    history = history_of_errors(windows + 1, series=15_000 // windows)
    after, _ = calibrate_backtest(history, "D", daily_rule("D"))
    # The last quarter of the dates: a rank of few scores moves in steps, to either side of what is asked.
    last = after[after["cutoff"] >= sorted(after["cutoff"].unique())[-windows // 4]]
    held = ((last["y"] >= last["q0.05"]) & (last["y"] <= last["q0.95"])).mean()

    rng = np.random.default_rng(1)
    errors = np.abs(rng.normal(size=(20_000, windows)))
    both = np.concatenate([errors, -errors], axis=1)
    low, high = np.quantile(both, [0.05, 0.95], axis=1)
    outcome = rng.normal(size=20_000)
    assert ((outcome >= low) & (outcome <= high)).mean() == pytest.approx(theirs, abs=0.01)
    assert 0.89 <= held <= 0.93
    assert held > theirs


def test_what_bands_lacked_moves_the_level_as_adaptive_conformal_inference_does(oracle):
    """CP-06: α moves by γ (α − err) after every outcome; here for the level 1 − α, from the start."""
    case = oracle["CP-06"]
    given, wanted = case["inputs"], case["expected"]["alpha_t_next"]
    level = np.array([1 - given["alpha"]])
    lacked, alphas = [], []
    for error in given["errors"]:
        outcome, said = np.array([[1.0]]), np.array([[[0.0 if error else 2.0]]])
        lacked.append(missed(outcome, said, level) * given["gamma"] / FEEDBACK)
        alphas.append(1 - asked_for(level, lacked)[0])

    assert alphas == pytest.approx(wanted, abs=1e-9)


def test_adaptive_levels_miss_no_more_than_their_bound_although_the_world_grows_wilder(oracle):
    """CP-06: |mean err − α| ≤ (max(α₁, 1 − α₁) + γ) / (T γ) after T outcomes."""
    case = oracle["CP-06"]
    alpha, gamma, bound = (*(case["inputs"][k] for k in ("alpha", "gamma")), case["expected"]["bound_T100"])
    level, scores = np.array([1 - alpha]), np.random.default_rng(7).normal(size=(100, 400))
    fixed, lacked, errors = np.quantile(scores[0], 1 - alpha), [], []
    for turn in range(100):
        outcome = np.array([[scores[turn, 0] * (1 + turn / 50)]])
        said = np.quantile(scores[turn, 1:], asked_for(level, lacked)) * (1 + turn / 100)
        errors.append(outcome[0, 0] > said[0])
        lacked.append(missed(outcome, said[None, None], level) * gamma / FEEDBACK)

    assert (max(alpha, 1 - alpha) + gamma) / (100 * gamma) == pytest.approx(bound)
    assert abs(np.mean(errors) - alpha) <= bound
    never = np.mean(scores[:, 0] * (1 + np.arange(100) / 50) > fixed * (1 + np.arange(100) / 100))
    assert abs(np.mean(errors) - alpha) < abs(never - alpha)
