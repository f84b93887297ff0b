"""An import that breaks off, while the file is read or while it is saved, leaves the project as it was."""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest

from forecasting.store.projects import open_store
from tests.ingest.files import csv_bytes
from tests.pages.test_bringing_a_file import PLAIN, bring, labelled, use
from tests.pages.test_health_pages import wait_for
from tests.pages.test_pages import go, project_of

LONGER = [*PLAIN, *((f"2024-03-{d:02d}", i, 5) for d in range(1, 9) for i in ("007", "042"))]
ITEMS = [("item", "price", "unit_cost"), ("007", 9, 4), ("042", 8, 3)]


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'pages.db'}"


@pytest.fixture
def opened(empty):
    """The app with a project that was brought as a file, and is in the store."""
    bring(empty, csv_bytes(PLAIN))
    # What its models had finished when they were stopped is still being saved.
    wait_for(use(empty).project_id)
    return empty


def state(app, url):
    """All that a project is, in memory and in the store."""
    project = project_of(app)
    with closing(open_store(url)) as store:
        saved = store.load(project.project_id)
    held = (project.dataset, project.results, project.settings, project.decisions, project.import_report)
    return [id(part) for part in held], saved.documents, saved.frames


def projects(tmp_path):
    with closing(sqlite3.connect(tmp_path / "pages.db")) as connection:
        return connection.execute("SELECT count(*) FROM projects").fetchone()


def full_disk(tmp_path, after):
    """Let the database refuse to write, as on a full disk, once the table `after` has been written."""
    with closing(sqlite3.connect(tmp_path / "pages.db")) as connection:
        connection.execute(
            f"CREATE TRIGGER full BEFORE INSERT ON {after} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
        connection.commit()


@pytest.mark.parametrize("table", ["documents", "frames"])
def test_more_periods_that_cannot_be_saved_leave_the_project_as_it_was(opened, tmp_path, url, table):
    before = state(opened, url)
    bring(opened, csv_bytes(LONGER), "longer.csv")
    labelled(opened.segmented_control, "This is").set_value("More of this project").run()
    full_disk(tmp_path, table)
    opened.button(key="append").click().run()
    assert not opened.exception
    assert "disk is full" in opened.error[0].value.replace("\\", "")
    assert state(opened, url) == before


def test_a_file_that_cannot_be_saved_makes_no_project_and_leaves_the_open_one(opened, tmp_path, url):
    before, count = state(opened, url), projects(tmp_path)
    bring(opened, csv_bytes(LONGER), "longer.csv")
    full_disk(tmp_path, "frames")
    opened.button(key="use_file").click().run()
    assert "disk is full" in opened.error[0].value.replace("\\", "")
    assert state(opened, url) == before
    assert projects(tmp_path) == count


def test_items_that_cannot_be_saved_leave_the_items_as_they_were(opened, tmp_path, url):
    before = state(opened, url)
    go(opened, "data")
    opened.file_uploader(key="items_file").upload("items.csv", csv_bytes(ITEMS), "text/csv").run()
    full_disk(tmp_path, "frames")
    opened.button(key="use_items").click().run()
    assert "disk is full" in opened.error[0].value.replace("\\", "")
    assert state(opened, url) == before


def test_a_reader_that_breaks_down_half_way_leaves_the_project_as_it_was(opened, url, monkeypatch):
    before = state(opened, url)
    unseen = csv_bytes([*LONGER, ("2024-03-09", "007", 6)])  # what was read once would not be read again

    def exhausted(*_, **__):
        raise MemoryError("no more memory")

    monkeypatch.setattr(pd, "factorize", exhausted)  # the rows are read by then, their series not yet
    go(opened, "data")
    opened.file_uploader(key="sales_file").upload("unseen.csv", unseen, "text/csv").run()
    assert opened.exception
    assert state(opened, url) == before
    monkeypatch.undo()
    bring(opened, unseen, "unseen.csv")
    assert [m.value for m in opened.metric if m.label == "Units"] == ["360", "446"]
