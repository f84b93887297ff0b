"""Nothing is lost: what is saved is there for the next page, thread, process and server."""

import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import MissingLibrary, StoreError
from forecasting.store.projects import open_store
from tests.conftest import ROOT

NOW = datetime(2026, 6, 28, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 6, 29, 7, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "shelfwise.db"


@pytest.fixture
def url(path):
    return f"sqlite:///{path}"


@pytest.fixture
def store(url):
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def project(store):
    return store.create("Bakery", now=NOW)


def rows(path, question):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def change(path, statement):
    connection = sqlite3.connect(path)
    try:
        connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def test_a_project_is_there_after_the_server_restarts(store, url, project, panel):
    store.save(project, documents={"settings": {"horizon": 28}}, frames={"sales": panel}, now=LATER)
    store.close()

    reopened = open_store(url)
    loaded = reopened.load(project)
    assert (loaded.project_id, loaded.name, loaded.created, loaded.updated) == (project, "Bakery", NOW, LATER)
    assert loaded.documents == {"settings": {"horizon": 28}}
    pd.testing.assert_frame_equal(reopened.frame(loaded.frames["sales"]), panel)
    reopened.close()


def test_saving_replaces_only_the_names_it_is_given(store, project, panel):
    store.save(project, documents={"settings": 1, "edits": [1]}, frames={"sales": panel}, now=NOW)
    store.save(project, documents={"settings": 2}, frames={"items": panel.head(1)}, now=LATER)

    loaded = store.load(project)
    assert loaded.documents == {"edits": [1], "settings": 2}
    assert sorted(loaded.frames) == ["items", "sales"]


def test_the_same_frame_is_stored_once_for_all_projects(store, path, project, panel):
    other = store.create("Copy", now=NOW)
    store.save(project, frames={"sales": panel, "again": panel}, now=NOW)
    store.save(other, frames={"sales": panel}, now=NOW)

    assert rows(path, "SELECT count(*) FROM blobs") == [(1,)]
    assert store.load(project).frames["sales"] == store.load(other).frames["sales"]


def test_removed_names_are_gone_and_the_rest_stays(store, project, panel):
    store.save(project, documents={"a": 1, "b": 2}, frames={"sales": panel, "orders": panel}, now=NOW)
    store.remove(project, ["orders", "b", "never there"])

    loaded = store.load(project)
    assert (loaded.documents, list(loaded.frames)) == ({"a": 1}, ["sales"])


def test_a_project_can_be_renamed(store, project):
    store.rename(project, "Bakery and dairy", now=LATER)

    assert store.load(project).name == "Bakery and dairy"
    assert store.load(project).updated == LATER


def test_deleting_a_project_keeps_the_frames_another_one_uses(store, path, project, panel):
    other = store.create("Other", now=NOW)
    alone = panel.head(3)
    store.save(project, documents={"a": 1}, frames={"sales": panel, "alone": alone}, now=NOW)
    store.save(other, frames={"sales": panel}, now=NOW)
    shared = store.load(other).frames["sales"]

    store.delete(project)

    assert rows(path, "SELECT content_hash FROM blobs") == [(shared,)]
    assert rows(path, "SELECT count(*) FROM documents") == [(0,)]
    pd.testing.assert_frame_equal(store.frame(shared), panel)
    with pytest.raises(StoreError, match="No project has this link"):
        store.load(project)


def test_a_replaced_frame_can_still_be_read_until_the_store_is_tidied(store, project, panel):
    store.save(project, frames={"sales": panel}, now=NOW)
    before = store.load(project).frames["sales"]
    store.save(project, frames={"sales": panel.head(1)}, now=NOW)

    assert len(store.frame(before)) == len(panel)
    assert store.tidy() == 1
    with pytest.raises(StoreError, match="no longer stored"):
        store.frame(before)
    assert len(store.frame(store.load(project).frames["sales"])) == 1


def test_ids_cannot_be_guessed(store):
    ids = {store.create("A", now=NOW) for _ in range(20)}

    assert len(ids) == 20
    assert all(len(project_id) >= 22 for project_id in ids)


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.load("nowhere"),
        lambda store: store.save("nowhere", documents={"a": 1}, now=NOW),
        lambda store: store.remove("nowhere", ["a"]),
        lambda store: store.rename("nowhere", "b", now=NOW),
        lambda store: store.delete("nowhere"),
    ],
)
def test_an_unknown_link_is_refused_in_a_sentence(store, use):
    with pytest.raises(StoreError, match="No project has this link"):
        use(store)


def test_a_save_that_fails_half_way_leaves_the_earlier_state(store, path, project, panel):
    store.save(project, documents={"settings": "old"}, frames={"sales": panel}, now=NOW)
    before = store.load(project)
    change(path, "CREATE TRIGGER full BEFORE INSERT ON frames BEGIN SELECT RAISE(ABORT, 'disk full'); END")

    with pytest.raises(StoreError, match="disk full"):
        store.save(project, documents={"settings": "new"}, frames={"sales": panel.head(1)}, now=LATER)

    assert store.load(project) == before
    assert rows(path, "SELECT count(*) FROM blobs") == [(1,)]


def test_a_frame_that_cannot_be_saved_changes_nothing(store, project):
    mixed = pd.DataFrame({"y": pd.Series([1, "b"], dtype=object)})
    with pytest.raises(StoreError, match="Column 'y'"):
        store.save(project, documents={"settings": 1}, frames={"sales": mixed}, now=LATER)

    assert store.load(project).documents == {}


SAVING_FOR_EVER = """
import sys
from datetime import datetime
import pandas as pd
from forecasting.store.projects import open_store
store, k = open_store(sys.argv[1]), 0
while True:
    k += 1
    frame = pd.DataFrame({"k": [k]})
    store.save(sys.argv[2], documents={"a": k, "b": k}, frames={"f": frame}, now=datetime.now())
    print(k, flush=True)
"""


def test_a_server_killed_while_saving_leaves_a_whole_project(store, url, project):
    saver = subprocess.Popen(
        [sys.executable, "-c", SAVING_FOR_EVER, url, project], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        said = [int(saver.stdout.readline()) for _ in range(20)]
    finally:
        saver.send_signal(signal.SIGKILL)
        saver.wait()
        saver.stdout.close()

    loaded = store.load(project)
    assert loaded.documents["a"] == loaded.documents["b"] >= said[-1]
    assert store.frame(loaded.frames["f"])["k"].tolist() == [loaded.documents["a"]]


def test_four_threads_save_at_once_and_nothing_is_lost(store, project):
    def work(worker):
        for k in range(15):
            frame = pd.DataFrame({"k": np.arange(k + 1)})
            store.save(
                project, documents={f"d{worker}-{k}": k, "shared": k}, frames={f"f{worker}": frame}, now=NOW
            )
            assert store.load(project).documents[f"d{worker}-{k}"] == k

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    loaded = store.load(project)
    assert len(loaded.documents) == 4 * 15 + 1
    assert [len(store.frame(loaded.frames[f"f{worker}"])) for worker in range(4)] == [15] * 4


SAVING_FORTY = """
import sys
from datetime import datetime
import pandas as pd
from forecasting.store.projects import open_store
url, project, worker = sys.argv[1:]
store = open_store(url)
for k in range(40):
    documents, frames = {f"d{worker}-{k}": k, "shared": k}, {"f": pd.DataFrame({"k": [k]})}
    store.save(project, documents=documents, frames=frames, now=datetime.now())
"""


def test_two_processes_save_at_once_and_nothing_is_lost(store, url, project):
    workers = [
        subprocess.Popen([sys.executable, "-c", SAVING_FORTY, url, project, str(k)], cwd=ROOT)
        for k in range(2)
    ]

    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert len(store.load(project).documents) == 2 * 40 + 1


def test_servers_starting_at_once_on_a_new_database_do_not_collide(tmp_path):
    for attempt in range(5):
        url = f"sqlite:///{tmp_path}/new{attempt}.db"
        with ThreadPoolExecutor(8) as pool:
            stores = list(pool.map(open_store, [url] * 8))
        project = stores[0].create("A", now=NOW)
        assert stores[-1].load(project).name == "A"
        for opened in stores:
            opened.close()


def test_a_reader_does_not_wait_for_a_writer(store, path, project):
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    try:
        assert store.load(project).name == "Bakery"
    finally:
        writer.close()

    assert time.monotonic() - started < 5  # a blocked reader would wait for BUSY_MILLISECONDS
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(store, path, url):
    change(path, "UPDATE schema_version SET version = 2")
    change(path, "DROP TABLE frames")

    with pytest.raises(
        StoreError, match=r"newer Shelfwise made this database \(layout 2; this one knows 1\)"
    ):
        open_store(url)
    assert rows(path, "SELECT count(*) FROM sqlite_master WHERE name = 'frames'") == [(0,)]


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "sales.csv").write_text("date,store,item,units\n" * 100)

    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{tmp_path}/sales.csv")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/file/shelfwise.db")


@pytest.mark.parametrize("url", ["nonsense", "carrier-pigeon://host/db"])
def test_an_address_that_is_no_database_is_refused(url):
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(url)


def test_a_frame_damaged_on_disk_is_refused(store, path, project, panel):
    store.save(project, frames={"sales": panel}, now=NOW)
    change(path, "UPDATE blobs SET bytes = x'00'")

    with pytest.raises(StoreError, match="damaged"):
        store.frame(store.load(project).frames["sales"])


def test_a_missing_database_library_is_named():
    with pytest.raises(MissingLibrary, match="pip install"):
        open_store("mssql+pymssql://someone:secret@host/db")


def test_the_password_of_a_database_never_shows(tmp_path):
    with pytest.raises((StoreError, MissingLibrary)) as caught:
        open_store("postgresql+psycopg://someone:secret@127.0.0.1:1/db")
    assert "secret" not in str(caught.value)


def test_nothing_is_ever_pickled():
    for module in (ROOT / "forecasting" / "store").glob("*.py"):
        assert "import pickle" not in module.read_text()
