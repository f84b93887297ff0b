"""A Dask cluster of real processes on this machine; workers and scheduler are killed for real."""

import os
import signal
import socket
import threading
import time

import pytest

from forecasting.errors import ClusterError
from forecasting.evaluation.lost import Lost
from forecasting.execution import cluster as dask_cluster
from forecasting.execution.cluster import Cluster
from tests.execution.work import die_always, die_once, slow_square, square

distributed = pytest.importorskip("distributed")


def local_cluster(workers):
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    )


@pytest.fixture(scope="module")
def address():
    with local_cluster(2) as local:
        yield local.scheduler_address


@pytest.fixture
def cluster(address):
    there = Cluster(address)
    yield there
    there.close()


def test_results_come_in_the_order_of_the_tasks(cluster):
    assert list(cluster(square, range(50))) == [n * n for n in range(50)]


def test_a_worker_killed_half_way_costs_no_result_and_doubles_none(cluster):
    client = cluster.connect()
    victim = next(iter(client.run(os.getpid).values()))
    answers = []
    for answer in cluster(slow_square, range(60)):
        answers.append(answer)
        if len(answers) == 30:
            os.kill(victim, signal.SIGKILL)
    assert answers == [n * n for n in range(60)]


def test_a_task_that_dies_with_its_worker_runs_again(cluster, tmp_path):
    tasks = [(n, 3, str(tmp_path / "died")) for n in range(10)]
    assert list(cluster(die_once, tasks)) == [n * n for n in range(10)]
    assert (tmp_path / "died").exists()


def test_a_task_that_kills_every_worker_is_lost_and_the_others_are_not(cluster):
    answers = list(cluster(die_always, [(n, 2) for n in range(8)]))
    assert isinstance(answers[2], Lost)
    assert [a for n, a in enumerate(answers) if n != 2] == [n * n for n in range(8) if n != 2]


def test_an_error_of_the_function_is_the_callers(cluster):
    with pytest.raises(TypeError):
        list(cluster(square, ["a"]))


def test_a_cluster_that_goes_away_in_the_middle_is_a_sentence():
    local = local_cluster(1)
    there = Cluster(local.scheduler_address)
    answers = there(slow_square, range(60))
    assert next(answers) == 0
    local.close()
    with pytest.raises(ClusterError, match="went away in the middle"):
        list(answers)
    there.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://127.0.0.1:1", "No Dask scheduler answered at tcp://127.0.0.1:1"),
        ("nonsense", "no address of a Dask scheduler"),
    ],
)
def test_nobody_there_is_a_sentence_that_offers_this_computer(address, words):
    with pytest.raises(ClusterError, match=words) as refusal:
        Cluster(address).connect()
    assert "run on this computer" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.fixture(params=[b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"hm"])
def stranger(request):
    """The address of a service that is no scheduler: silent, or saying something else."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = []

        def serve():
            while True:
                try:
                    line, _ = server.accept()
                except OSError:  # the test is over
                    return
                lines.append(line)
                line.sendall(request.param)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        for line in lines:
            line.close()


def test_another_service_at_the_address_is_a_sentence_within_ten_seconds(stranger):
    started = time.monotonic()
    with pytest.raises(ClusterError, match="is no Dask scheduler") as refusal:
        Cluster(stranger).connect()

    assert time.monotonic() - started < 10
    assert "run on this computer" in str(refusal.value)


def test_a_cluster_without_workers_is_a_sentence():
    with local_cluster(0) as local, pytest.raises(ClusterError, match=r"no workers.*dask worker tcp"):
        Cluster(local.scheduler_address).connect()


def test_all_waiting_for_an_answer_together_is_shorter_than_ten_seconds():
    waits = (dask_cluster.ANSWER_WITHIN, dask_cluster.GREETING_WITHIN, dask_cluster.WORKERS_WITHIN)
    assert sum(waits) < 10
