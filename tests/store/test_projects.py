"""Nothing is lost: what is saved is there for the next page and the next server."""

import pandas as pd
import pytest

from forecasting.errors import MissingLibrary, StoreError
from forecasting.store.projects import open_store
from tests.conftest import ROOT
from tests.store.conftest import LATER, NOW, change, rows


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


def test_content_nobody_names_any_more_goes_with_the_last_project_that_did(store, path, project, panel):
    other = store.create("Other", now=NOW)
    for project_id in (project, other):
        store.save(project_id, frames={"sales": panel}, now=NOW)

    store.remove(project, ["sales"])
    pd.testing.assert_frame_equal(store.frame(store.load(other).frames["sales"]), panel)
    store.delete(other)
    assert rows(path, "SELECT count(*) FROM blobs") == [(0,)]


@pytest.mark.parametrize("now", [LATER, LATER.replace(tzinfo=None)])
def test_a_time_comes_back_with_the_zone_it_had_or_none(store, project, now):
    store.save(project, documents={"a": 1}, now=now)

    assert store.load(project).updated == now
    assert store.load(project).updated.tzinfo == now.tzinfo


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
