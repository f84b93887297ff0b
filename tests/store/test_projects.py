import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from forecasting.errors import StoreError
from forecasting.store.projects import blobs, open_store

NOW = datetime(2026, 11, 23, 12, 0)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'deep' / 'test.db'}"


@pytest.fixture
def store(url):
    return open_store(url)


def frame(seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "unique_id": ["a", "b", "000042"],
            "ds": pd.date_range("2024-01-01", periods=3),
            "y": rng.random(3),
            "small": rng.random(3).astype(np.float32),
            "flag": [True, False, True],
        }
    )


def test_a_project_comes_back_as_it_was_saved_after_the_server_restarts(url):
    first = open_store(url)
    project_id = first.create("Sample", now=NOW)
    first.save(project_id, documents={"settings": {"horizon": 28}}, frames={"sales": frame()}, now=NOW)

    project = open_store(url).load(project_id)
    assert (project.name, project.documents) == ("Sample", {"settings": {"horizon": 28}})
    pd.testing.assert_frame_equal(open_store(url).frame(project.frames["sales"]), frame())


def test_saving_one_name_leaves_the_others_alone(store):
    project_id = store.create("p", now=NOW)
    store.save(project_id, documents={"a": 1, "b": 2}, frames={"x": frame(1)}, now=NOW)
    store.save(project_id, documents={"b": 3}, now=NOW)
    assert store.load(project_id).documents == {"a": 1, "b": 3}
    assert list(store.load(project_id).frames) == ["x"]


def test_the_same_content_is_stored_once_and_dropped_when_nobody_names_it(store, url):
    one, two = store.create("one", now=NOW), store.create("two", now=NOW)
    for project_id in (one, two):
        store.save(project_id, frames={"sales": frame()}, now=NOW)
    count = sa.select(sa.func.count()).select_from(blobs)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(count).scalar() == 1
    store.remove(one, ["sales"])
    assert store.frame(store.load(two).frames["sales"]).equals(frame())
    store.delete(two)
    with engine.connect() as connection:
        assert connection.execute(count).scalar() == 0
    engine.dispose()


def test_an_unknown_link_gets_a_sentence(store):
    with pytest.raises(StoreError, match="no project 'nobody'"):
        store.load("nobody")
    with pytest.raises(StoreError, match="no project"):
        store.save("nobody", documents={"a": 1}, now=NOW)


def test_a_save_that_fails_half_way_changes_nothing(store):
    project_id = store.create("p", now=NOW)
    store.save(project_id, documents={"a": 1}, frames={"x": frame(1)}, now=NOW)
    broken = pd.DataFrame({"mixed": ["text", 1.5]})
    with pytest.raises(StoreError, match="mixes kinds"):
        store.save(project_id, documents={"a": 2}, frames={"x": frame(2), "z": broken}, now=NOW)
    project = store.load(project_id)
    assert project.documents == {"a": 1}
    pd.testing.assert_frame_equal(store.frame(project.frames["x"]), frame(1))


def test_pages_and_jobs_may_save_at_once(store):
    project_id = store.create("p", now=NOW)

    def write(k):
        for n in range(5):
            store.save(project_id, documents={f"d{k}": n}, frames={f"f{k}": frame(100 * k + n)}, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    project = store.load(project_id)
    assert project.documents == {f"d{k}": 4 for k in range(4)}
    for k in range(4):
        pd.testing.assert_frame_equal(store.frame(project.frames[f"f{k}"]), frame(100 * k + 4))


def _from_another_process(url, project_id, k):
    open_store(url).save(project_id, documents={f"p{k}": k}, now=NOW)


def test_two_servers_may_share_the_file(url, store):
    project_id = store.create("p", now=NOW)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_from_another_process, args=(url, project_id, k)) for k in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert store.load(project_id).documents == {"p0": 0, "p1": 1}


def test_a_database_of_a_newer_version_is_refused(url, store):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE schema_version SET version = 99"))
    engine.dispose()
    with pytest.raises(StoreError, match="newer Shelfwise"):
        open_store(url)


def test_a_database_that_cannot_be_opened_gets_a_sentence():
    with pytest.raises(StoreError, match="DATABASE_URL"):
        open_store("nosuchdb://somewhere/else")
