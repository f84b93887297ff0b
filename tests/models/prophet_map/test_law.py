import numpy as np
import pytest

from forecasting.models.bootstrap import BlockPlan
from forecasting.models.prophet_map.batches import OWN_BATCH, SHARED_BATCH, batches
from forecasting.models.prophet_map.law import Outlook, TrendLaw, paths, strayed


def test_a_change_of_slope_is_half_felt_first_and_then_adds_up():
    changes = np.array([[0.0, 2.0, 0.0, 0.0], [1.0, 0.0, 0.0, 1.0]])

    np.testing.assert_allclose(strayed(changes), [[0, 1, 3, 5], [0.5, 1.5, 2.5, 4.0]])


def test_slopes_change_as_often_and_as_far_as_the_law_says():
    changes = TrendLaw(chance=0.1, size=3.0, periods=20).shocks(5000, np.random.default_rng(0))

    assert changes.dtype == np.float32
    assert (changes != 0).mean() == pytest.approx(0.1, rel=0.03)
    assert np.abs(changes[changes != 0]).mean() == pytest.approx(3.0, rel=0.03)
    assert changes.mean() == pytest.approx(0.0, abs=0.02)


def test_every_series_is_in_one_batch_and_large_date_sets_stay_together():
    rng = np.random.default_rng(0)
    known = np.ones((600, 30), dtype=bool)
    known[::2] = rng.random((300, 30)) < 0.5  # every other one has dates of its own

    made = list(batches(known))

    assert sorted(np.concatenate(made)) == list(range(600))
    alike = [len(rows) for rows in made if (known[rows] == known[rows[0]]).all()]
    assert sorted(alike) == [300 - SHARED_BATCH, SHARED_BATCH]
    assert max(len(rows) for rows in made if len(rows) not in alike) <= OWN_BATCH


def test_a_day_expected_far_below_zero_takes_nothing_from_the_others():
    view = Outlook(
        errors=np.zeros((1, 30)),
        expected=np.array([[-50.0, 10.0, 12.0]]),
        factor=np.ones((1, 3)),
        sigma=np.zeros(1),
        laws=[TrendLaw(0.0, 0.0, 3)],
    )

    for noise in ("normal", "blocks"):
        drawn = paths(view, [np.random.default_rng(0)], BlockPlan(5, 3, 7), noise, np.ones((1, 30)))
        np.testing.assert_array_equal(drawn[0], np.tile([0.0, 10.0, 12.0], (5, 1)).astype(np.float32))
