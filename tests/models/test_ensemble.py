import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError, SettingsError
from forecasting.models.ensemble import Ensemble, mixed_frames, mixed_paths, mixture_quantiles, shares
from forecasting.models.naive import MovingAverage, SeasonalNaive
from forecasting.paths import SamplePaths
from forecasting.schema import CUMULATIVE_LEVELS, QUANTILE_LEVELS
from tests.models.conftest import ahead

DS = pd.date_range("2024-01-01", periods=3, freq="D")


def paths_of(values, notes=None):
    ids = np.array([f"s{i}" for i in range(len(values))], dtype=object)
    return SamplePaths(ids, DS[: values.shape[2]], values.astype(np.float32), notes or {})


def test_every_future_of_the_mixture_is_one_a_member_drew_as_often_as_its_weight_says():
    low, high = paths_of(np.zeros((2, 40, 3))), paths_of(np.full((2, 40, 3), 9.0))

    mixed = mixed_paths([low, high], weights=(3, 1))

    assert mixed.values.shape == (2, 40, 3)
    assert ((mixed.values == 9).all(axis=2).sum(axis=1) == 10).all()
    assert ((mixed.values == 0).all(axis=2).sum(axis=1) == 30).all()


def test_the_mixture_has_as_many_futures_as_its_members_whatever_the_shares():
    members = [paths_of(np.full((1, 7, 3), float(k))) for k in range(3)]

    drawn = mixed_paths(members, weights=(1, 1, 1)).values[0, :, 0]

    assert sorted(np.bincount(drawn.astype(int))) == [2, 2, 3]


def test_dependence_between_days_survives_the_mixture():
    rng = np.random.default_rng(0)
    together = np.repeat(rng.normal(50, 10, (1, 400, 1)), 3, axis=2)
    mixed = mixed_paths([paths_of(together), paths_of(together + 1)])

    assert (np.ptp(mixed.values, axis=2) == 0).all()


def test_the_ensemble_is_the_mixture_of_its_members_own_forecasts(shop):
    members = (SeasonalNaive("D", 60), MovingAverage("D", 60))
    future = ahead(shop, 9)

    ensemble = Ensemble(members, label="both").forecast(shop, future)

    by_hand = mixed_paths([m.forecast(shop, future) for m in members])
    assert ensemble.values.tobytes() == by_hand.values.tobytes()
    own = {tuple(p) for m in members for p in m.forecast(shop, future).values[0]}
    assert {tuple(p) for p in ensemble.values[0]} <= own


def test_stored_frames_give_the_ensemble_without_fitting_anything(shop):
    members = [SeasonalNaive("D", 2000), MovingAverage("D", 2000)]
    drawn = [m.forecast(shop, ahead(shop, 9)) for m in members]
    pooled = SamplePaths(drawn[0].unique_id, drawn[0].ds, np.concatenate([d.values for d in drawn], axis=1))

    for view, levels in (("quantiles", QUANTILE_LEVELS), ("cumulative", CUMULATIVE_LEVELS)):
        stored = [getattr(d, view)(levels) for d in drawn]
        exact = getattr(pooled, view)(levels)
        found = mixed_frames(stored, name="both")
        np.testing.assert_allclose(found["mean"], exact["mean"], rtol=1e-6)
        columns = [c for c in exact if c[0] == "q"]
        spread = (exact["q0.95"] - exact["q0.05"]).to_numpy()[:, None]
        off = np.abs(found[columns].to_numpy() - exact[columns].to_numpy()) / spread
        assert off.mean() < 0.02
        assert (found["model"] == "both").all()
        assert (np.diff(found[columns].to_numpy(), axis=1) >= 0).all()


def test_a_mixture_of_one_distribution_with_itself_is_itself():
    quantiles = np.sort(np.random.default_rng(0).normal(size=(1, 50, len(QUANTILE_LEVELS))), axis=2)
    levels = np.array(QUANTILE_LEVELS)

    np.testing.assert_allclose(mixture_quantiles(quantiles, np.ones(1), levels), quantiles[0])
    twice = mixture_quantiles(np.repeat(quantiles, 2, axis=0), np.array([0.5, 0.5]), levels)
    assert np.abs(twice - quantiles[0]).mean() < 0.03


def test_the_mixture_of_two_uniform_halves_is_the_whole():
    """Half on [0, 1], half on [1, 2]: the quantile of level u is 2u."""
    levels = np.array(QUANTILE_LEVELS)
    found = mixture_quantiles(np.stack([levels, 1 + levels])[:, None], np.array([0.5, 0.5]), levels)

    np.testing.assert_allclose(found[0], 2 * levels, atol=0.03)


def test_what_happened_stays_beside_the_mixture_and_rows_may_come_in_any_order():
    frame = pd.DataFrame(
        {
            "model": "a",
            "unique_id": ["x", "y"],
            "cutoff": DS[0],
            "h": 1,
            "mean": [1.0, 2],
            "q0.5": [1.0, 2],
            "y": [5.0, 6],
        }
    )
    other = frame.assign(model="b", mean=[3.0, 6], **{"q0.5": [3.0, 6]}).iloc[::-1]

    mixed = mixed_frames([frame, other], weights=(1, 3), name="mix")

    assert mixed["mean"].tolist() == [2.5, 5.0]
    assert mixed["y"].tolist() == [5.0, 6.0]
    with pytest.raises(DataError, match="differ in rows"):
        mixed_frames([frame, other.iloc[:1]], name="mix")


def test_a_global_member_makes_a_global_ensemble():
    class Batched(SeasonalNaive):
        series_per_task = 8
        name = "batched"

    class Global(MovingAverage):
        series_per_task = None

    assert Ensemble((Batched("D"), Global("D"))).series_per_task is None
    assert Ensemble((Batched("D"),)).series_per_task == 8


def test_notes_of_all_members_are_kept():
    values = np.zeros((2, 4, 3))
    mixed = mixed_paths(
        [
            paths_of(values, {"s0": "short"}),
            paths_of(values, {"s0": "short", "s1": "flat"}),
            paths_of(values, {"s1": "new"}),
        ]
    )

    assert mixed.notes == {"s0": "short", "s1": "flat; new"}


@pytest.mark.parametrize("weights", [(1.0,), (1.0, -1.0), (0.0, 0.0), (np.nan, 1.0)])
def test_weights_that_make_no_mixture_are_refused(weights):
    with pytest.raises(SettingsError):
        Ensemble((SeasonalNaive("D"), MovingAverage("D")), weights)
    with pytest.raises(SettingsError):
        shares(0, ())


def test_members_of_one_name_or_another_future_are_refused():
    with pytest.raises(SettingsError, match="different names"):
        Ensemble((SeasonalNaive("D"), SeasonalNaive("D", seed=3)))
    with pytest.raises(DataError, match="differ in series or dates"):
        mixed_paths([paths_of(np.zeros((1, 4, 3))), paths_of(np.zeros((2, 4, 3)))])
