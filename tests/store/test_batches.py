"""Finished batches come back only for the very same work, and never grow without bound."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import ClusterError, DataError
from forecasting.evaluation.tasks import Task, run_task
from forecasting.execution.libraries import versions
from forecasting.models.naive import SeasonalNaive
from forecasting.store.batches import Batches, beside
from tests.execution.work import LastValue, ahead, sales

CUTOFF = pd.Timestamp("2025-03-01")
IDS = ["a", "b~", "c"]


@pytest.fixture
def batches(tmp_path):
    return Batches(tmp_path / "kept", versions())


@pytest.fixture
def task():
    return Task(LastValue(refuses=("c",)), CUTOFF, sales(IDS), ahead(IDS), keep_paths=True)


def test_a_result_comes_back_byte_for_byte(batches, task):
    result = run_task(task)
    batches.keep(task, result)
    again = batches.load(task)
    pd.testing.assert_frame_equal(again.forecast, result.forecast)
    pd.testing.assert_frame_equal(again.cumulative, result.cumulative)
    assert again.forecast.to_csv() == result.forecast.to_csv()
    assert again.paths.values.tobytes() == result.paths.values.tobytes()
    assert list(again.paths.unique_id) == list(result.paths.unique_id)
    assert (again.paths.ds == result.paths.ds).all()
    assert (again.failures, again.notes, again.paths.notes) == (
        result.failures, {"b~": "stands in"}, {"b~": "stands in"},
    )  # fmt: skip
    assert (again.model, again.cutoff, again.seconds) == (result.model, CUTOFF, result.seconds)


def test_a_result_without_any_forecast_comes_back_too(batches):
    task = Task(LastValue(refuses=("a",)), CUTOFF, sales(["a"]), ahead(["a"]), keep_paths=True)
    batches.keep(task, run_task(task))
    again = batches.load(task)
    assert again.paths is None
    assert again.failures == {"a": "a is more than I can bear"}
    assert list(again.forecast.columns) == list(run_task(task).forecast.columns)


def other_sales(task):
    return replace(task, history=task.history.assign(y=task.history["y"] + np.eye(1, 180, 17)[0]))


@pytest.mark.parametrize(
    "change",
    [
        other_sales,
        lambda t: replace(t, cutoff=CUTOFF + pd.Timedelta(days=1)),
        lambda t: replace(t, future=t.future.assign(promo=1.0)),
        lambda t: replace(t, keep_paths=False),
        lambda t: replace(t, model=LastValue(refuses=("a",))),
        lambda t: replace(t, model=SeasonalNaive("D", seed=1)),
        lambda t: t.only(["a", "c"]),
    ],
)
def test_any_other_work_has_no_result(batches, task, change):
    batches.keep(task, run_task(task))
    assert batches.load(change(task)) is None


def test_a_seed_or_a_library_makes_other_work(tmp_path, batches):
    task = Task(SeasonalNaive("D", 10, seed=0), CUTOFF, sales(["a"]), ahead(["a"]))
    batches.keep(task, run_task(task))
    assert batches.load(task) is not None
    assert batches.load(replace(task, model=SeasonalNaive("D", 10, seed=1))) is None
    assert Batches(tmp_path / "kept", {**versions(), "numpy": "3.0.0"}).load(task) is None


def test_a_damaged_file_is_no_result(batches, task):
    batches.keep(task, run_task(task))
    path = next(batches.folder.iterdir())
    path.write_bytes(path.read_bytes()[:-40])
    assert batches.load(task) is None


def test_the_oldest_results_make_room(tmp_path, task):
    tasks = [task.only([i]) for i in IDS[:2]]
    Batches(tmp_path / "one", versions()).keep(tasks[0], run_task(tasks[0]))
    size = next((tmp_path / "one").iterdir()).stat().st_size
    small = Batches(tmp_path / "kept", versions(), most_bytes=int(size * 1.5))
    for one in tasks:
        small.keep(one, run_task(one))
    assert small.load(tasks[0]) is None
    assert small.load(tasks[1]) is not None


def test_complete_or_refused_work_leaves_nothing_and_interrupted_work_its_batches(tmp_path, task):
    folder = beside(tmp_path / "out")
    assert folder == tmp_path / ".out.unfinished"
    for error, left in ((None, 0), (DataError, 0), (ClusterError, 1), (KeyboardInterrupt, 1)):
        try:
            with Batches(folder, versions()) as kept:
                kept.keep(task, run_task(task))
                if error:
                    raise error("because")
        except (DataError, ClusterError, KeyboardInterrupt):
            pass
        assert len(list(folder.glob("*.zip"))) == left
    with Batches(folder, versions()) as kept:
        assert kept.load(task) is not None
    assert not folder.exists()


def test_only_what_a_run_used_is_dropped(tmp_path, task):
    folder, other = tmp_path / "kept", task.only(["a"])
    Batches(folder, versions()).keep(other, run_task(other))
    with Batches(folder, versions()) as kept:
        kept.keep(task, run_task(task))
    assert Batches(folder, versions()).load(other) is not None
