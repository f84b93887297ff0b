import threading

import pytest

from forecasting.errors import ClusterError
from forecasting.execution.jobs import Jobs, duration, time_left


def finished(work):
    crashes, done = [], threading.Event()
    jobs = Jobs(1, crashes.append)

    def watched(job):
        try:
            work(job)
        finally:
            done.set()

    job = jobs.start("project", "Forecasting", watched)
    done.wait(10)
    jobs._pool.shutdown(wait=True)
    return job, crashes, jobs


@pytest.mark.parametrize(
    ("marks", "left"),
    [
        ([], None),
        ([(0.0, 0.0)], None),
        ([(0.0, 0.0), (1.0, 0.5)], None),  # too early to tell
        ([(0.0, 0.5), (30.0, 0.5)], None),  # nothing gained
        ([(0.0, 0.0), (30.0, 0.25)], 90.0),
        ([(0.0, 0.6), (3.0, 0.6), (13.0, 0.8)], 13.0),  # what was kept counts as no speed
        ([(0.0, 0.0), (10.0, 1.0)], 0.0),
    ],
)
def test_the_time_left_is_the_rest_at_the_speed_seen(marks, left):
    assert time_left(marks) == left


def test_a_minute_is_a_minute_and_two_are_minutes():
    assert [duration(s) for s in (60, 125, 3600)] == ["about 1 minute", "about 2 minutes", "about 1 hour"]


def test_a_job_tells_how_far_it_is_and_that_it_is_done():
    job, _, jobs = finished(lambda job: job.step("Testing", 0.4))
    assert (job.progress.stage, job.progress.share, job.finished, job.error) == ("Testing", 0.4, True, "")
    assert not jobs.alive("project")


def test_a_cancelled_job_stops_at_its_next_step():
    seen = []

    def work(job):
        job.cancel()
        job.step("Testing", 0.5)
        seen.append("went on")

    job, crashes, _ = finished(work)
    assert (seen, crashes) == ([], [])
    assert "What was ready is kept" in job.error


def test_what_a_person_can_mend_reaches_the_page_and_a_bug_only_the_log():
    def unreachable(job):
        raise ClusterError("No Dask scheduler answered.")

    job, crashes, _ = finished(unreachable)
    assert (job.error, crashes) == ("No Dask scheduler answered.", [])
    assert isinstance(job.failure, ClusterError)

    job, crashes, _ = finished(lambda job: {}["key"])
    assert isinstance(crashes[0], KeyError)
    assert "key" not in job.error
