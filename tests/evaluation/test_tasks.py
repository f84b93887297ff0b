"""A task gives every series a forecast or a reason, whatever the others do."""

import pickle

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import DataError, MissingLibrary
from forecasting.evaluation.inputs import unusable
from forecasting.evaluation.tasks import Lost, Task, run, run_task, split
from tests.execution.work import LastValue, ahead, sales

IDS = [f"item {k:02d}" for k in range(16)]
CUTOFF = pd.Timestamp("2025-03-01")


def task(model, ids=IDS, **changes):
    return Task(model, CUTOFF, sales(ids), ahead(ids), keep_paths=True, **changes)


def rows(result, ids):
    return result.forecast[result.forecast["unique_id"].isin(ids)].reset_index(drop=True)


@pytest.mark.parametrize("bad", [("item 00",), ("item 03", "item 04"), ("item 15", "item 07", "item 01")])
def test_a_bad_series_is_a_reason_and_the_others_are_as_if_it_were_not_there(bad):
    result = run_task(task(LastValue(refuses=bad)))
    good = [i for i in IDS if i not in bad]
    assert result.failures == {i: f"{i} is more than I can bear" for i in bad}
    whole = run_task(task(LastValue()))
    pd.testing.assert_frame_equal(rows(result, IDS), rows(whole, good))
    assert list(result.paths.unique_id) == good
    assert result.paths.values.tobytes() == whole.paths.only(good).values.tobytes()


def test_a_bad_series_is_found_by_halving_not_by_trying_each():
    model = LastValue(refuses=("item 05",))
    run_task(task(model))
    assert len(model.asked) == 1 + 2 * 4  # 16 series: four halvings, both halves asked
    assert max(len(ids) for ids in model.asked[1:]) == 8


@pytest.mark.parametrize(
    "error", [DataError, np.linalg.LinAlgError, ZeroDivisionError, RuntimeError, MemoryError]
)
def test_what_a_library_says_of_bad_numbers_is_a_reason(error):
    assert list(run_task(task(LastValue(refuses=("item 02",), error=error))).failures) == ["item 02"]


@pytest.mark.parametrize("error", [KeyError, TypeError, MissingLibrary])
def test_a_bug_or_a_missing_library_is_no_fault_of_a_series(error):
    with pytest.raises(error):
        run_task(task(LastValue(refuses=("item 02",), error=error)))


def test_when_nobody_can_be_served_every_series_has_its_reason_and_the_frames_their_columns():
    result = run_task(task(LastValue(refuses=tuple(IDS))))
    assert list(result.failures) == IDS
    assert result.paths is None
    assert result.forecast.empty
    assert list(result.forecast.columns) == list(run_task(task(LastValue())).forecast.columns)


def test_a_global_model_loses_the_series_whose_numbers_are_broken_and_no_other():
    model = LastValue(series_per_task=None)
    work = task(model)
    history = work.history.copy()
    history.loc[(history["unique_id"] == "item 09") & (history["ds"] == "2025-02-03"), "y"] = np.inf
    result = run_task(Task(model, CUTOFF, history, work.future))
    assert result.failures == {"item 09": "the units of 2025-02-03 are not a finite number"}
    assert model.asked == [[i for i in IDS if i != "item 09"]]
    assert set(result.forecast["unique_id"]) == {*IDS} - {"item 09"}


def test_a_global_model_that_fails_without_a_culprit_is_not_halved():
    model = LastValue(refuses=("item 05",), series_per_task=None)
    result = run_task(task(model))
    assert set(result.failures) == set(IDS)
    assert set(result.failures.values()) == {"item 05 is more than I can bear"}
    assert len(model.asked) == 1


def test_what_makes_a_series_unusable_is_said_with_its_date():
    history, future = sales(["a", "b", "c", "d", "e"]), ahead(["a", "b", "c", "d", "e", "f"])
    history.loc[(history["unique_id"] == "a") & (history["ds"] == "2025-01-05"), "y"] = -3
    history = pd.concat([history, history[(history["unique_id"] == "b") & (history["ds"] == "2025-01-09")]])
    history["stockout"] = history["unique_id"] == "c"
    history["price"] = 2.0
    history.loc[(history["unique_id"] == "e") & (history["ds"] == "2025-02-11"), "price"] = np.inf
    future["price"] = np.where((future["unique_id"] == "d") & (future["ds"] == "2025-03-04"), np.nan, 2.0)
    assert unusable(history, future) == {
        "a": "less than nothing was sold on 2025-01-05 (-3)",
        "b": "two rows for 2025-01-09; keep one per period",
        "c": "no period of known sales before the forecast",
        "d": "price is not known for 2025-03-04; give its future value",
        "e": "price of 2025-02-11 is not a finite number",
        "f": "no period of known sales before the forecast",
    }


def test_notes_of_stand_ins_come_back_with_the_result():
    assert run_task(task(LastValue(), ids=["a", "b~"])).notes == {"b~": "stands in"}


@pytest.mark.parametrize("size", [1, 5, 16, 40])
def test_batches_hold_every_row_of_every_series_once(size):
    history, future = sales([*IDS, "not asked for"]), ahead(IDS)
    shuffled = history.sample(frac=1, random_state=2)
    tasks = split(LastValue(series_per_task=size), CUTOFF, shuffled, future)
    assert [len(t.unique_ids) for t in tasks] == [size] * (16 // size) + [16 % size] * (16 % size > 0)
    for t in tasks if size < 16 else []:
        expected = shuffled[shuffled["unique_id"].isin(t.unique_ids)]
        pd.testing.assert_frame_equal(t.history.sort_index(), expected.sort_index())


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_a_task_arrives_as_it_left_and_lighter(dtype):
    work = task(LastValue())
    history = work.history.assign(
        price=np.linspace(1, 2, len(work.history)), promo=True, shelf=pd.array([1, None] * 480, "Int8")
    )
    history["unique_id"] = history["unique_id"].astype(dtype)
    sent = Task(work.model, CUTOFF, history, work.future)
    content = pickle.dumps(sent, protocol=5)
    pd.testing.assert_frame_equal(pickle.loads(content).history, history)
    # Of a date's eight bytes a row one is left, whatever the names were.
    assert len(content) < len(pickle.dumps((history, work.future), protocol=5)) - 6 * len(history)


class Memory:
    """Results in a dictionary."""

    def __init__(self):
        self.results = {}

    def load(self, task):
        return self.results.get(tuple(task.unique_ids))

    def keep(self, task, result):
        self.results[tuple(task.unique_ids)] = result


def test_what_is_kept_is_not_run_again_and_the_order_stays():
    model, memory = LastValue(series_per_task=4), Memory()
    tasks = split(model, CUTOFF, sales(IDS), ahead(IDS))
    list(run(tasks[1:3], map, memory))
    model.asked.clear()
    results = list(run(tasks, map, memory))
    assert model.asked == [IDS[:4], IDS[12:]]
    assert [r.forecast["unique_id"].iloc[0] for r in results] == ["item 00", "item 04", "item 08", "item 12"]


def test_a_lost_task_is_a_reason_for_each_of_its_series_and_is_not_kept():
    def losing(function, tasks):
        for place, work in enumerate(tasks):
            yield Lost("its worker died") if place == 1 else function(work)

    memory = Memory()
    tasks = split(LastValue(series_per_task=4), CUTOFF, sales(IDS), ahead(IDS))
    results = list(run(tasks, losing, memory))
    assert results[1].failures == dict.fromkeys(IDS[4:8], "its worker died")
    assert [len(r.failures) for r in results] == [0, 4, 0, 0]
    assert len(memory.results) == 3
