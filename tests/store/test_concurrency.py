"""Threads, processes and servers share a project, and one that dies takes nothing with it."""

import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from forecasting.store.projects import open_store
from tests.conftest import ROOT
from tests.store.conftest import NOW, rows

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

    assert [worker.wait(timeout=300) for worker in workers] == [0, 0]
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


def test_a_server_that_starts_while_another_makes_the_database_waits_for_it(tmp_path):
    """Without a retry SQLite refuses here at once, whatever the busy timeout."""
    first = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    first.execute("CREATE TABLE begun (a)")
    first.execute("BEGIN IMMEDIATE")

    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(open_store, f"sqlite:///{tmp_path}/new.db")
        time.sleep(0.3)
        assert not second.done()
        first.close()
        second.result(timeout=60).close()


def test_a_reader_does_not_wait_for_a_writer(store, path, project):
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")  # without the write-ahead log this refuses every reader
    try:
        assert store.load(project).name == "Bakery"
    finally:
        writer.close()

    assert rows(path, "PRAGMA journal_mode") == [("wal",)]
