"""Several models as one: weights from the past alone, members by weight."""

import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.ensemble import ENSEMBLE, blend, blend_paths, pinball_by_origin, weights
from forecasting.paths import SamplePaths
from forecasting.schema import quantile_column

DATES = pd.date_range("2024-06-01", periods=3)


def losses(*values, start="2024-01-01"):
    cutoff = pd.date_range(start, periods=len(values), freq="7D")
    frame = {"cutoff": cutoff, "known_from": cutoff + pd.Timedelta(days=3), "loss": values, "count": 10}
    return pd.DataFrame(frame)


def test_twice_the_loss_is_a_model_without_weight_and_equal_losses_share():
    late = pd.Timestamp("2024-03-01")
    assert weights({"a": losses(1.0), "b": losses(2.0)}, late) == {"a": 1.0, "b": 0.0}
    assert weights({"a": losses(3.0), "b": losses(3.0)}, late) == {"a": 0.5, "b": 0.5}


def test_weights_see_only_origins_that_were_complete():
    told = {"a": losses(1.0, 9.0), "b": losses(1.2, 1.0)}
    before_the_second = weights(told, pd.Timestamp("2024-01-10"))
    assert before_the_second["a"] > before_the_second["b"]
    after = weights(told, pd.Timestamp("2024-01-11"))
    assert after["b"] > after["a"]
    assert weights(told, pd.Timestamp("2024-01-03")) == {}


def frame(model, shift, ids=("x", "y"), cutoff="2024-01-01"):
    rows = [
        {
            "model": model,
            "unique_id": i,
            "cutoff": pd.Timestamp(cutoff),
            "h": h,
            "mean": 10.0 + shift,
            "y": 11.0,
        }
        | {quantile_column(u): 10 * u + shift + h for u in (0.1, 0.5, 0.9)}
        for i in ids
        for h in (1, 2)
    ]
    return pd.DataFrame(rows)


def test_means_are_averaged_by_weight_quantiles_lie_between_and_outcomes_are_kept():
    both = pd.concat([frame("a", 0.0), frame("b", 4.0)], ignore_index=True)
    joined = blend(both, {pd.Timestamp("2024-01-01"): {"a": 0.75, "b": 0.25}})
    assert joined["mean"].tolist() == pytest.approx([11.0] * 4)
    assert (joined["q0.9"] - joined["q0.1"] > 8.0).all()
    assert joined["q0.5"].between(6.0, 11.0).all()
    assert (joined["model"] == ENSEMBLE).all()
    assert (joined["y"] == 11.0).all()


def test_a_series_that_one_member_does_not_serve_is_left_to_the_others():
    both = pd.concat([frame("a", 0.0), frame("b", 4.0, ids=("x",))], ignore_index=True)
    joined = blend(both, {pd.Timestamp("2024-01-01"): {"a": 0.5, "b": 0.5}}).set_index(["unique_id", "h"])
    assert joined.loc[("x", 1), "mean"] == pytest.approx(12.0)
    assert joined.loc[("y", 1), "mean"] == pytest.approx(10.0)
    assert joined.loc[("y", 1), "q0.5"] == pytest.approx(6.0)


def test_an_origin_without_weights_has_no_ensemble():
    both = pd.concat([frame("a", 0.0), frame("a", 0.0, cutoff="2024-02-01")], ignore_index=True)
    joined = blend(both, {pd.Timestamp("2024-01-01"): {}, pd.Timestamp("2024-02-01"): {"a": 1.0}})
    assert joined["cutoff"].unique().tolist() == [pd.Timestamp("2024-02-01")]


def test_the_futures_of_the_ensemble_are_drawn_from_its_members_by_weight():
    ids = np.array(["x", "y"], dtype=object)
    members = {
        name: SamplePaths(ids, DATES, np.full((2, 200, 3), level, dtype=np.float32))
        for name, level in (("a", 1), ("b", 5), ("c", 9))
    }
    joined = blend_paths(members, {"a": 0.7, "b": 0.3, "c": 0.0})
    assert joined.values.shape == (2, 200, 3)
    assert (joined.values == 1).all(axis=2).mean() == pytest.approx(0.7)
    assert (joined.values == 5).all(axis=2).mean() == pytest.approx(0.3)


def test_the_ensemble_has_futures_for_the_series_that_all_its_members_serve():
    both = SamplePaths(np.array(["x", "y"], dtype=object), DATES, np.ones((2, 10, 3), dtype=np.float32))
    joined = blend_paths({"a": both, "b": both.only(["x"])}, {"a": 0.5, "b": 0.5})
    assert list(joined.unique_id) == ["x"]


def test_losses_are_complete_only_when_the_last_step_is_known():
    table = pinball_by_origin(frame("a", 0.0), "D")
    assert table["known_from"].tolist() == [pd.Timestamp("2024-01-03")]
    expected = 2 * sum(
        max(u * (11 - q), (u - 1) * (11 - q))
        for h in (1, 2)
        for u, q in ((0.1, 1 + h), (0.5, 5 + h), (0.9, 9 + h))
    )
    assert table["loss"].iloc[0] == pytest.approx(expected)
