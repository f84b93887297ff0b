"""Worker processes of this machine, killed for real."""

import pytest

from forecasting.evaluation.lost import Lost
from forecasting.execution.processes import Processes
from tests.execution.work import die_always, die_once, square


@pytest.fixture(scope="module")
def processes():
    pool = Processes(2)
    yield pool
    pool.close()


def test_results_come_in_the_order_of_the_tasks(processes):
    assert list(processes(square, range(20))) == [n * n for n in range(20)]


def test_a_killed_worker_costs_no_result_and_doubles_none(processes, tmp_path):
    tasks = [(n, 7, str(tmp_path / "died")) for n in range(20)]
    assert list(processes(die_once, tasks)) == [n * n for n in range(20)]
    assert (tmp_path / "died").exists()


def test_a_task_that_kills_every_worker_is_lost_alone(processes):
    answers = list(processes(die_always, [(n, 4) for n in range(12)]))
    assert isinstance(answers[4], Lost)
    assert "out of memory" in answers[4].reason
    assert [a for n, a in enumerate(answers) if n != 4] == [n * n for n in range(12) if n != 4]


def test_the_pool_serves_on_after_a_loss(processes):
    assert list(processes(square, [3])) == [9]


def test_an_error_of_the_function_is_the_callers(processes):
    with pytest.raises(TypeError):
        list(processes(square, ["a"]))
